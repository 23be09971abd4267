"""
The levers of a place facing each other: those of the commune, of both, of the EPCI.

A lever stands with the only one that has a competence of its own behind it; what both may do
changes nothing, for it is open to each. Where each has its own, or neither has, the lever is
both's. `facing` is pure: it only orders what `who_acts` found.
"""

from dataclasses import dataclass

from django.utils.text import capfirst

from cress.base.text.typography import french
from policies.competences.who_acts import Side, headings_of
from territories.words import count_in_words

# What a column says before the competences that are not its own.
_PART_NAMES = {
    Side.COMMUNE: "commune",
    Side.EPCI: "intercommunalité",
    Side.STATUTES: "selon les statuts",
    Side.OTHER: "un autre acteur",
    Side.MOOT: "sans objet, sauf exception",
}


@dataclass(frozen=True)
class HeldLever:
    """A lever in its column, with the titles of its competences by Side, in a line."""

    lever: object
    line: str


@dataclass(frozen=True)
class FacingColumn:
    """The levers of the commune, of both or of the EPCI; `note` names the place."""

    heading: str
    note: str
    levers: list[HeldLever]


@dataclass(frozen=True)
class Facing:
    """The three columns; then the levers that are without object here, and those of others."""

    columns: list[FacingColumn]
    moot: list[HeldLever]
    others: list[HeldLever]
    finding: str  # a title
    answer: str  # the same for the first lines of the page: « quatre des treize… »
    basis: str  # what both rest on


def facing(acting):
    """Return the Facing of a WhoActs for all levers, or None without one."""
    if acting is None:
        return None
    by_lever = {}  # {slug: (lever, {Side: [titles]})}
    for found in acting.lists:
        for lever, exercises in found.levers:
            titles = [exercise.competence.title for exercise in exercises]
            _, parts = by_lever.setdefault(lever.slug, (lever, {}))
            parts.setdefault(found.side, []).extend(titles)
    held = {side: [] for side in Side}
    for lever, parts in sorted(by_lever.values(), key=lambda pair: (pair[0].order, pair[0].slug)):
        side = _column_of(parts)
        held[side].append(HeldLever(lever, _line(parts, side)))

    situation = acting.situation
    headings, notes = headings_of(situation), _notes(situation)
    sides = [Side.COMMUNE, Side.BOTH, Side.EPCI]
    counts = {side: len(held[side]) for side in sides}
    return Facing(
        [FacingColumn(headings[side], notes[side], held[side]) for side in sides if held[side]],
        held[Side.MOOT],
        held[Side.OTHER],
        _finding(counts, situation),
        _answer(counts, len(by_lever), situation),
        "d’après la loi et Banatic" if situation.declaration else "d’après la loi",
    )


def _column_of(parts):
    """Return the Side in whose column a lever stands, from {Side: titles}."""
    own = {Side.COMMUNE, Side.EPCI} & parts.keys()
    if len(own) == 1:
        return own.pop()
    if own or parts.keys() & {Side.BOTH, Side.STATUTES}:
        return Side.BOTH
    return Side.OTHER if Side.OTHER in parts else Side.MOOT


def _line(parts, column):
    """Return its competences: « contrat de ville ; selon les statuts : programme local… »."""
    own = parts.get(column, [])
    others = [
        f"{_PART_NAMES.get(side, 'chacune')} : {_titles(parts[side])}"
        for side in Side
        if side in parts and side is not column
    ]
    return capfirst(french(" ; ".join([*([_titles(own)] if own else []), *others])))


def _titles(titles):
    return ", ".join(_lower(title) for title in titles)


def _lower(title):
    """Put the first letter in lower case, unless the word is an acronym."""
    return title if title[:2].isupper() else f"{title[:1].lower()}{title[1:]}"


def _notes(situation):
    grouping, commune = situation.intercommunality, situation.commune
    return {
        Side.COMMUNE: commune.name if commune else "",
        Side.BOTH: "chacune en exerce une part, ou peut agir",
        Side.EPCI: f"{grouping.name}, {grouping.get_kind_display()}" if grouping else "",
    }


def _finding(counts, situation):
    """Return « Quatre leviers à la commune, quatre aux deux, cinq à l’intercommunalité »."""
    names = {
        Side.COMMUNE: "à la commune" if situation.commune else "aux communes",
        Side.BOTH: "aux deux" if situation.intercommunality else "à plusieurs",
        Side.EPCI: "à l’intercommunalité"
        if situation.intercommunality
        else "à une intercommunalité",
    }
    parts = [(counts[side], names[side]) for side in names if counts[side]]
    said = [f"{count_in_words(count)} {name}" for count, name in parts]
    if said:
        said[0] = f"{count_in_words(parts[0][0])} {_levers(parts[0][0])} {parts[0][1]}"
    return capfirst(", ".join(said))


def _answer(counts, total, situation):
    """Return « quatre des treize leviers relèvent de la commune, quatre se partagent »."""
    whose = "de la commune" if situation.commune else "de l’intercommunalité"
    alone = counts[Side.COMMUNE if situation.commune else Side.EPCI]
    shared, of = counts[Side.BOTH], f" des {count_in_words(total)} leviers"
    said = []
    if alone:
        said.append(f"{count_in_words(alone)}{of} {_verb('relève', alone)} {whose}")
    if shared:
        first = "" if alone else of
        said.append(f"{count_in_words(shared)}{first} se {_verb('partage', shared)}")
    return ", ".join(said) if total > 1 else ""


def _verb(singular, count):
    return singular if count == 1 else f"{singular}nt"


def _levers(count):
    return "levier" if count == 1 else "leviers"
