"""The figures of territories, ready to be read: value, words, gap to the region, map."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from cress.base.text.folding import fold
from territories.models import MapGrid, Statistic, Territory
from territories.words import EMPLOYEE, ESTABLISHMENT, Noun, gap_in_words, share_in_words


@dataclass(frozen=True)
class ShareFigure:
    """One share of a territory in per cent, beside the same share of the region."""

    label: str
    value: Decimal
    words: str
    reference: Decimal | None
    gap: str

    @property
    def axis(self):
        """Where the bar ends, in per cent: it starts at zero and holds both shares."""
        longest = max(self.value, self.reference or 0)
        return next(end for end in [20, 50, 100] if longest <= end)


@dataclass(frozen=True)
class Measure:
    """One of the two shares that a source gives of a territory."""

    field: str
    title: str
    label: str
    noun: Noun

    def of(self, statistic):
        """Return the share in per cent with its source's decimals, or None."""
        return getattr(statistic, f"published_{self.field}") if statistic else None

    def figure(self, statistic, reference=None):
        """Return the share of the statistic against that of the reference, or None."""
        value, other = self.of(statistic), self.of(reference)
        if value is None:
            return None
        return ShareFigure(
            label=self.label,
            value=value,
            words=share_in_words(value, self.noun),
            reference=other,
            gap="" if other is None else gap_in_words(value, other),
        )


EMPLOYEES = Measure(
    "employee_share", "Part des salariés", "des salariés travaillent dans l’ESS", EMPLOYEE
)
ESTABLISHMENTS = Measure(
    "establishment_share",
    "Part des établissements employeurs",
    "des établissements employeurs relèvent de l’ESS",
    ESTABLISHMENT,
)
MEASURES = [EMPLOYEES, ESTABLISHMENTS]


def share_figures(statistic, reference=None):
    """Return the figures of the shares that the statistic holds, against the reference."""
    figures = [measure.figure(statistic, reference) for measure in MEASURES]
    return [figure for figure in figures if figure]


@dataclass(frozen=True)
class Vintage:
    """A row of a territory, beside the one before it that counts in the same way, if any."""

    statistic: Statistic
    before: Statistic | None

    @property
    def employee_change(self):
        return self._change(EMPLOYEES)

    @property
    def establishment_change(self):
        return self._change(ESTABLISHMENTS)

    def _change(self, measure):
        """Say how many points the share is from the one before, to the coarser of the two."""
        now, before = measure.of(self.statistic), measure.of(self.before)
        if now is None or before is None:
            return ""
        coarser = max(now, before, key=lambda share: share.as_tuple().exponent)
        return gap_in_words(now.quantize(coarser), before.quantize(coarser))


@dataclass(frozen=True)
class Segment:
    """Rows of one series (empty when it is not known), from the oldest to the newest."""

    series: str
    vintages: list[Vintage]


def segments(statistics):
    """
    Part the rows of a territory where series break, the series by their first year.

    Two series count in two ways, and so may two sources that do not say theirs: each of these
    stands alone. Within a series, a row is beside the last one of an earlier year with the same
    producer and the same scope: no other difference is an evolution.
    """
    series = {}
    for row in sorted(statistics, key=lambda row: (row.source.year, row.source.slug)):
        source = row.source
        key = (fold(source.series), "" if source.series else source.slug)
        series.setdefault(key, []).append(row)
    return [
        Segment(rows[0].source.series, [Vintage(row, _counted_before(row, rows)) for row in rows])
        for rows in series.values()
    ]


def _counted_before(row, rows):
    """Return the last of the rows that counts like this one in an earlier year, or None."""
    source = row.source
    alike = [
        other
        for other in rows
        if other.source.year < source.year
        and (other.source.producer, other.source.scope) == (source.producer, source.scope)
    ]
    return alike[-1] if alike else None


class SourceRank(NamedTuple):
    """How well a source fills the table that the site shows; the highest is shown."""

    complete: int  # home departments with both shares
    known: int  # home departments with a share
    year: int
    is_brochure: bool
    of_region: int  # shares of the region, 0 to 2


class Atlas:
    """
    All territories and, if they are asked for, all their statistics: read once for a page.

    They are few (eight territories, a row a vintage), and most pages compare them.
    """

    def __init__(self):
        self.territories = list(Territory.objects.select_related("map_grid"))

    @cached_property
    def statistics(self):
        by_pk = {territory.pk: territory for territory in self.territories}
        statistics = list(
            Statistic.objects.select_related("source").order_by("-source__year", "source__slug")
        )
        for statistic in statistics:
            statistic.territory = by_pk[statistic.territory_id]
        return statistics

    def territory(self, code):
        """Return the territory that has a page under this code, or None."""
        return next((t for t in self.territories if t.code == code and t.has_page), None)

    @cached_property
    def departments(self):
        return [territory for territory in self.territories if territory.is_department]

    @cached_property
    def region(self):
        return self._only(Territory.Kind.REGION)

    @cached_property
    def grid(self):
        """The MapGrid of the region, or a grid of mainland France where none is stored."""
        return getattr(self.region, "map_grid", None) or MapGrid()

    @cached_property
    def country(self):
        return self._only(Territory.Kind.COUNTRY)

    def _only(self, kind):
        return next((t for t in self.territories if t.kind == kind), None)

    @property
    def places(self):
        """The territories that have a page, the region last."""
        return [*self.departments, *([self.region] if self.region else [])]

    @cached_property
    def home_departments(self):
        """
        The departments of the home region: those that its map draws, or all where none is drawn.

        A source may describe the departments of other regions too.
        """
        return [department for department in self.departments if department.outline] or (
            self.departments
        )

    @cached_property
    def source(self):
        """
        The source of the table that the site shows, or None without a share.

        It is the newest that gives both shares of the home departments, or of most of them: a
        vintage that is being typed waits until it is complete, and counts alone replace no share.
        Of the same year, the table of the brochure comes first.
        """
        rows = defaultdict(dict)
        for statistic in self.statistics:
            rows[statistic.source][statistic.territory] = statistic
        ranks = {source: self._rank(source, rows[source]) for source in rows}
        best = max(ranks, key=ranks.get, default=None)
        return best if best and ranks[best].known else None

    def _rank(self, source, rows):
        """Return the SourceRank of a source from its rows, {territory: statistic}."""
        shares = [len(share_figures(rows.get(place))) for place in self.home_departments]
        return SourceRank(
            complete=shares.count(len(MEASURES)),
            known=sum(map(bool, shares)),
            year=source.year,
            is_brochure=source.is_brochure,
            of_region=len(share_figures(rows.get(self.region))),
        )

    def history(self, territory):
        """Return the territory's statistics, newest first."""
        return [s for s in self.statistics if s.territory_id == territory.pk]

    def statistic(self, territory, source=None):
        """Return the territory's row in a source (the current one by default), or None."""
        source = source or self.source
        return next((s for s in self.history(territory) if s.source == source), None)

    def best_statistic(self, territory):
        """Return its row in the current source or, failing that, its newest with a share."""
        return self.statistic(territory) or next(
            (s for s in self.history(territory) if share_figures(s)), None
        )

    def figures(self, territory):
        """Return the territory's best row and its shares, against the region's of one source."""
        statistic = self.best_statistic(territory)
        reference = None
        if statistic and self.region and territory != self.region:
            reference = self.statistic(self.region, statistic.source)
        return statistic, share_figures(statistic, reference)

    def notes(self):
        """Return what the reader must know of the current source: its rows' notes."""
        return [s.note for s in self.statistics if s.note and s.source == self.source]

    def rows(self):
        """Return (territory, its row in the current source or None), the region last."""
        return [(place, self.statistic(place)) for place in self.places]
