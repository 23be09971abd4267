"""The shares of a territory, year after year, in tables of one producer, series and scope."""

from dataclasses import dataclass

from cress.base.text.folding import fold
from territories.figures import EMPLOYEES, Measure
from territories.models import DepartmentRank, Statistic, Territory
from territories.words import at_the_coarser


@dataclass(frozen=True)
class Trend:
    """The statistics of a territory that have a share, from the oldest, a year each."""

    territory: Territory
    measure: Measure
    statistics: list[Statistic]
    # Of a department among all, from the oldest; a year without one is left out.
    ranks: list[DepartmentRank]

    @property
    def points(self):
        """Return (vintage, share in per cent) pairs: « 2008 », 10.13."""
        return [(row.source.vintage, self.measure.of(row)) for row in self.statistics]

    @property
    def is_over_time(self):
        return len(self.statistics) > 1

    @property
    def ends(self):
        """The first and the last share, both with the decimals of the one that has fewer."""
        first, last = self.measure.of(self.statistics[0]), self.measure.of(self.statistics[-1])
        return at_the_coarser(first, last)


def trends(atlas, territory, measure=EMPLOYEES):
    """
    Return the Trend of a territory, then those of the region and the country in the same tables.

    Two tables belong to one trend if they have the same producer, series and scope; there must be
    several years of it, or there is no trend. Of two such trends, the newest is returned. A
    territory without a share in these tables is left out.
    """
    newest = max(_tables(atlas, territory, measure).values(), key=_age, default=[])
    if len(newest) < 2:
        return []
    places = dict.fromkeys(filter(None, [territory, atlas.region, atlas.country]))
    found = [_trend(atlas, place, measure, newest) for place in places]
    return [trend for trend in found if trend.statistics]


def _tables(atlas, territory, measure):
    """Return {(producer, series, scope): its sources with a share, one a year, from the oldest}."""
    tables = {}
    for row in reversed(atlas.history(territory)):
        source = row.source
        if source.series and source.vintage and measure.of(row) is not None:
            key = (source.producer, fold(source.series), source.scope)
            tables.setdefault(key, {})[source.year] = source
    return {key: list(years.values()) for key, years in tables.items()}


def _age(sources):
    return len(sources) > 1, sources[-1].year, len(sources)


def _trend(atlas, place, measure, sources):
    rows = [atlas.statistic(place, source) for source in sources]
    ranks = [atlas.rank(place, source, measure) for source in sources]
    return Trend(
        place,
        measure,
        [row for row in rows if measure.of(row) is not None],
        [rank for rank in ranks if rank],
    )
