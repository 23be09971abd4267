"""
Who holds each lever: one dot for each competence behind it, for the commune and for its EPCI.

Without a place, the dots follow what the law says of each competence; with one, they follow
`policies.competences.who_acts`.
"""

from dataclasses import dataclass

from django.utils.text import get_text_list

from policies.competences.models import Competence
from policies.competences.who_acts import Side, exercise_of, situation_of
from policies.models import Lever, by_theme

Holder = Competence.Holder

NOTHING, SHARES, HOLDS = 0, 1, 2
_RADIUS, _PITCH = 6, 15  # of the dots, in pixels
_NARROWEST = 80  # room for the title of a column
_NEITHER, _BOTH_SHARE, _BOTH_HOLD = (NOTHING, NOTHING), (SHARES, SHARES), (HOLDS, HOLDS)
# What the law says of a competence: how the commune has it, then how the EPCI has it.
_BY_LAW = {
    Holder.EPCI: (NOTHING, HOLDS),
    Holder.EPCI_BY_KIND: _BOTH_SHARE,
    Holder.EPCI_UNLESS_OPPOSED: _BOTH_SHARE,
    Holder.COMMUNE_UNLESS_TRANSFERRED: (HOLDS, SHARES),
    Holder.SHARED: _BOTH_SHARE,
    Holder.COMMUNE: (HOLDS, NOTHING),
    Holder.BUYER: _BOTH_HOLD,
    Holder.EACH: _BOTH_HOLD,
    Holder.OTHER: _NEITHER,
}


@dataclass(frozen=True)
class Hold:
    """How many competences behind a lever an authority holds, and how many it shares."""

    holds: int = 0
    shares: int = 0

    @property
    def dots(self):
        """Return (whether it is filled, abscissa of its centre) for each dot of the drawing."""
        kinds = [True] * self.holds + [False] * self.shares
        return [(is_full, _RADIUS + n * _PITCH) for n, is_full in enumerate(kinds)]

    @property
    def width(self):
        return max(self.holds + self.shares, 1) * _PITCH

    @property
    def words(self):
        """Return what the dots say, for those who do not see them."""
        ending = "s" if self.holds > 1 else ""
        held = f"{self.holds} compétence{ending} exercée{ending}" if self.holds else ""
        shared = f"{self.shares} à plusieurs ou selon les statuts" if self.shares else ""
        return get_text_list([words for words in [held, shared] if words], "et") or (
            "sans objet en règle générale"
        )


@dataclass(frozen=True)
class LeverRow:
    """A lever, and how the commune and the EPCI hold it; None for both if it is not known."""

    lever: Lever
    commune: Hold | None = None
    grouping: Hold | None = None

    @property
    def holds(self):
        return [hold for hold in [self.commune, self.grouping] if hold]


@dataclass(frozen=True)
class Matrix:
    """The LeverRows by theme, and the titles of the two columns of dots."""

    commune: str
    grouping: str
    themes: list[tuple]  # (Lever.Theme, [LeverRow])
    is_local: bool = False
    is_declared: bool = False  # whether the EPCI has rows of Banatic

    @property
    def column(self):
        """Where the dots of the EPCI start, in pixels, where both stand in one drawing."""
        holds = [hold for _, rows in self.themes for row in rows for hold in row.holds]
        return max([_NARROWEST, *(hold.width + _PITCH for hold in holds)])

    @property
    def width(self):
        return self.column + max(self.column - _PITCH, _NARROWEST)

    def __len__(self):
        return sum(len(rows) for _, rows in self.themes)


def matrix_of(home=None, levers=None):
    """
    Return the Matrix of the published levers, or of these, for a Home (territories.homes).

    Without a home, the dots say what the law says.
    """
    situation = situation_of(home) if home else None
    levers = Lever.objects.published() if levers is None else levers
    competences = {}
    for competence in Competence.objects.filter(lever__in=levers):
        competences.setdefault(competence.lever_id, []).append(competence)
    themes = [
        (theme, [row_of(lever, competences.get(lever.pk, []), situation) for lever in members])
        for theme, members in by_theme(levers)
    ]
    is_declared = bool(situation and situation.declaration)
    return Matrix(*_titles(home), themes, bool(home), is_declared)


def row_of(lever, competences, situation=None):
    """Return the LeverRow of a lever whose competences are these, in a Situation or by law."""
    pairs = [holds_of(competence, situation) for competence in competences]
    if not pairs:
        return LeverRow(lever)
    communes, groupings = zip(*pairs, strict=True)
    return LeverRow(
        lever,
        *(Hold(each.count(HOLDS), each.count(SHARES)) for each in [communes, groupings]),
    )


def holds_of(competence, situation=None):
    """Return how the commune, then the EPCI, has a competence: NOTHING, SHARES or HOLDS."""
    by_law = _BY_LAW[competence.holder]
    if situation is None:
        return by_law
    side = exercise_of(competence, situation).side
    if side in {Side.COMMUNE, Side.BOTH}:
        return by_law
    if side is Side.EPCI:
        # « Intérêt communautaire » may leave a part to the communes, but not of what is the EPCI’s.
        return (min(by_law[0], SHARES), HOLDS)
    return _BOTH_SHARE if side is Side.STATUTES else _NEITHER


def _titles(home):
    if home is None:
        return "commune", "interco"
    commune = home.commune.name if home.commune else "les communes"
    return commune, home.intercommunality.name if home.intercommunality else "interco"
