"""The figures of territories for a page: share, words, difference from the region."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.utils.text import capfirst

from cress.base.text.folding import fold
from territories.models import Distribution, MapGrid, Statistic, Territory
from territories.words import (
    EMPLOYEE,
    ESTABLISHMENT,
    Noun,
    at_the_coarser,
    gap_in_words,
    share_in_words,
)


@dataclass(frozen=True)
class ShareFigure:
    """One share of a territory in per cent, with the same share of the region."""

    setting: str  # « dans le Cher, en 2015, »
    label: str
    predicate: str  # of a sentence whose subject is the ESS
    value: Decimal
    words: str
    reference: Decimal | None
    gap: str
    measure: "Measure"


@dataclass(frozen=True)
class Measure:
    """One of the two shares that a source gives for a territory."""

    field: str
    key: str  # in addresses: « ?mesure=salaries »
    hue: str  # of its marks and of its classes on a map, everywhere
    title: str
    meaning: str  # in a caption
    label: str
    verb: str
    noun: Noun

    def of(self, statistic):
        """Return the share of a Statistic in per cent with its source's decimals, or None."""
        return getattr(statistic, f"published_{self.field}") if statistic else None

    def figure(self, statistic, reference=None):
        """Return the ShareFigure of a Statistic, compared with that of the reference, or None."""
        value, other = self.of(statistic), self.of(reference)
        if value is None:
            return None
        words = share_in_words(value, self.noun)
        return ShareFigure(
            setting=_setting(statistic),
            label=self.label,
            predicate=f"{self.verb} {words}",
            value=value,
            words=words,
            reference=other,
            gap="" if other is None else gap_in_words(value, other),
            measure=self,
        )


def _setting(statistic):
    """Return where and when a figure holds: « dans le Cher, en 2015, »."""
    parts = [statistic.territory.inside, statistic.source.period]
    return "".join(f"{part}, " for part in parts if part).strip()


EMPLOYEES = Measure(
    "employee_share",
    "salaries",
    "teal",
    "Part des salariés",
    "part des salariés qui travaillent dans l’ESS",
    "des salariés travaillaient dans l’ESS",
    "employait",
    EMPLOYEE,
)
ESTABLISHMENTS = Measure(
    "establishment_share",
    "etablissements",
    "plum",
    "Part des établissements employeurs",
    "part des établissements employeurs qui relèvent de l’ESS",
    "des établissements employeurs relevaient de l’ESS",
    "comptait",
    ESTABLISHMENT,
)
MEASURES = [EMPLOYEES, ESTABLISHMENTS]


def read_measure(query):
    """Return the Measure that the QueryDict of an address names; else that of employees."""
    return next((each for each in MEASURES if each.key == query.get("mesure")), EMPLOYEES)


def share_figures(statistic, reference=None):
    """Return a ShareFigure for each share that the statistic has."""
    figures = [measure.figure(statistic, reference) for measure in MEASURES]
    return [figure for figure in figures if figure]


def sentence_of(figures, citation=""):
    """
    Return « Dans le Cher, en 2015, l’ESS employait près d’un salarié sur neuf et comptait… »

    The figures are those of one Statistic; without any, the text is empty. The citation of their
    source stands in brackets at the end, if it is given.
    """
    if not figures:
        return ""
    predicates = " et ".join(figure.predicate for figure in figures)
    source = f" ({citation})" if citation else ""
    return capfirst(f"{figures[0].setting} l’ESS {predicates}{source}.".strip())


@dataclass(frozen=True)
class Vintage:
    """A Statistic, with the earlier one of the same method, if any."""

    statistic: Statistic
    before: Statistic | None

    @property
    def employee_change(self):
        return self._change(EMPLOYEES)

    @property
    def establishment_change(self):
        return self._change(ESTABLISHMENTS)

    def _change(self, measure):
        """Return the change of a share in words, rounded to the coarser of the two, or nothing."""
        now, before = measure.of(self.statistic), measure.of(self.before)
        if now is None or before is None:
            return ""
        return gap_in_words(*at_the_coarser(now, before))


@dataclass(frozen=True)
class Segment:
    """Vintages of one series, from the oldest; the name is empty when the source gives none."""

    series: str
    vintages: list[Vintage]


def segments(statistics):
    """
    Group the statistics of a territory by series, in the order of the first year of each.

    Two series use two methods. Two sources without a series may too: each is a segment of its
    own. Within a series, a row is compared with the last row of an earlier year that has the same
    producer and the same scope: any other difference is not a change over time.
    """
    series = {}
    for row in sorted(statistics, key=lambda row: (row.source.year, row.source.slug)):
        source = row.source
        key = (fold(source.series), "" if source.series else source.slug)
        series.setdefault(key, []).append(row)
    return [
        Segment(rows[0].source.series, [Vintage(row, _earlier_row(row, rows)) for row in rows])
        for rows in series.values()
    ]


def _earlier_row(row, rows):
    """Return the last row of an earlier year with the same producer and scope, or None."""
    source = row.source
    comparable = [
        other
        for other in rows
        if other.source.year < source.year
        and (other.source.producer, other.source.scope) == (source.producer, source.scope)
    ]
    return comparable[-1] if comparable else None


class SourceRank(NamedTuple):
    """How well a source fills the table that the site shows; the highest is shown."""

    complete: int  # home departments with both shares
    known: int  # home departments with a share
    year: int
    is_brochure: bool
    of_region: int  # shares of the region, 0 to 2


class Atlas:
    """
    All territories and, when a page needs them, all their statistics, each read in one query.

    They are few (eight territories, one row for each vintage), and most pages compare them.
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
        """Return the territory with this code, or None; the country has no page and is left out."""
        return next((t for t in self.territories if t.code == code and t.has_page), None)

    @cached_property
    def departments(self):
        return [territory for territory in self.territories if territory.is_department]

    @cached_property
    def region(self):
        return self._only(Territory.Kind.REGION)

    @cached_property
    def grid(self):
        """The MapGrid of the region, or the default one, of mainland France."""
        return getattr(self.region, "map_grid", None) or MapGrid()

    @cached_property
    def country(self):
        return self._only(Territory.Kind.COUNTRY)

    def _only(self, kind):
        return next((t for t in self.territories if t.kind == kind), None)

    @property
    def places(self):
        """The territories with a page, the region last."""
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

    @cached_property
    def distributions(self):
        """The Distributions of the country’s departments with their parts, the newest first."""
        return list(Distribution.objects.with_parts())

    def distribution(self, measure=EMPLOYEES):
        """Return the newest Distribution of a measure that has its bins, or None."""
        return next(
            (d for d in self.distributions if d.measure == measure.field and d.bins.all()), None
        )

    def rank(self, territory, source, measure=EMPLOYEES):
        """Return the territory’s DepartmentRank by a share in a source, or None."""
        return next(
            (
                distribution.rank_of(territory)
                for distribution in self.distributions
                if distribution.source == source and distribution.measure == measure.field
            ),
            None,
        )

    def history(self, territory):
        """Return the territory's statistics, newest first."""
        return [s for s in self.statistics if s.territory_id == territory.pk]

    def statistic(self, territory, source=None):
        """Return the territory's row in a source, by default the current one, or None."""
        source = source or self.source
        return next((s for s in self.history(territory) if s.source == source), None)

    @cached_property
    def country_statistic(self):
        """
        The country’s row in the current source, or else one of the same series and year, or None.

        A table of departments leaves out the country, which another table of the series has.
        """
        if self.source is None or self.country is None:
            return None
        return self.statistic(self.country) or next(
            (
                row
                for row in self.history(self.country)
                if self.source.series
                and fold(row.source.series) == fold(self.source.series)
                and row.source.year == self.source.year
                and share_figures(row)
            ),
            None,
        )

    def best_statistic(self, territory):
        """Return its row in the current source, or else its newest row with a share, or None."""
        return self.statistic(territory) or next(
            (s for s in self.history(territory) if share_figures(s)), None
        )

    def figures(self, territory):
        """Return its best row, and its ShareFigures compared with the region in that source."""
        statistic = self.best_statistic(territory)
        reference = None
        if statistic and self.region and territory != self.region:
            reference = self.statistic(self.region, statistic.source)
        return statistic, share_figures(statistic, reference)

    def notes(self):
        """Return the notes on the rows of the current source."""
        return [s.note for s in self.statistics if s.note and s.source == self.source]

    def rows(self):
        """Return (territory, its row in the current source or None) pairs, the region last."""
        return [(place, self.statistic(place)) for place in self.places]
