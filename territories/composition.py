"""What the pages of territories and places find in the figures: each is None without it."""

from dataclasses import dataclass

from django.utils.text import capfirst, get_text_list

from cress.base.text.typography import french
from territories.charts.pages import changes_over_time, hundred_departments
from territories.charts.strips import Changes
from territories.figures import EMPLOYEES
from territories.findings import (
    ROUNDING,
    against_title,
    fragility_sentence,
    histogram_title,
    middle_sentence,
    place_in_words,
    quarter_in_words,
    ranks_in_words,
    trend_title,
)
from territories.models import Source, Statistic
from territories.trends import trends


def place_among_all(atlas, territory=None):
    """
    Return the Hundred of all departments, whose title is the finding about the territory.

    A department is in focus; the region, or none, gets the title about all home departments.
    """
    distribution = atlas.distribution(EMPLOYEES)
    share = dict(_home_shares(atlas, distribution)).get(territory) if distribution else None
    if share is None:
        return home_among_all(atlas)
    title, words = _place(distribution, territory, share)
    return hundred_departments(atlas, distribution, territory, title, words)


def home_among_all(atlas, says_middle=False, table_url=""):
    """
    Return the Hundred of all departments, whose title says where the home ones stand.

    With `says_middle`, a sentence says what « au milieu » means. `table_url` is the address of the
    same counts as a table.
    """
    distribution = atlas.distribution(EMPLOYEES)
    if distribution is None:
        return None
    return hundred_departments(
        atlas,
        distribution,
        finding=histogram_title(distribution, _home_shares(atlas, distribution)),
        words=[middle_sentence(distribution)] if says_middle else [],
        table_url=table_url,
    )


def _home_shares(atlas, distribution):
    """Return (department, its share or None) of the home region, as the distribution’s source."""
    return [
        (place, EMPLOYEES.of(atlas.statistic(place, distribution.source)))
        for place in atlas.home_departments
    ]


def _place(distribution, territory, share):
    """Return the title and the sentences about the place of a department among all."""
    rank, name = distribution.rank_of(territory), capfirst(territory.with_article)
    if rank is None:
        return f"{name} parmi {distribution.size} départements", []
    quarter = quarter_in_words(rank)
    said = [f"{name} est {quarter}, les parts les plus hautes d’abord."] if quarter else []
    said.append(fragility_sentence(rank, share))
    return capfirst(place_in_words(rank)), [french(text) for text in said if text]


@dataclass(frozen=True)
class Trends:
    """The Changes of a territory beside those of its references, their title, and its ranks."""

    chart: Changes
    finding: str
    ranks: str
    statistics: list[Statistic]  # of the territory, from the oldest
    references: list[Statistic]

    def __contains__(self, statistic):
        return statistic in self.statistics or statistic in self.references

    @property
    def latest(self):
        return self.statistics[-1]


def trends_of(atlas, territory):
    """Return the Trends of a territory, or None where it has fewer than two comparable years."""
    found = trends(atlas, territory)
    if not found or not found[0].is_over_time or found[0].territory != territory:
        return None
    ranks = ranks_in_words(found[0].ranks)
    return Trends(
        changes_over_time(found),
        trend_title(found),
        french(f"Sa place parmi les départements : {ranks}.") if ranks else "",
        found[0].statistics,
        [row for each in found[1:] for row in each.statistics],
    )


def _references(atlas, territory, source):
    """Return (territory, statistic or None) of the region and the country, as a source has them."""
    shown = {atlas.region: None, atlas.country: None}
    for place in filter(None, shown):
        shown[place] = atlas.statistic(place, source)
    if source == atlas.source:
        shown[atlas.country] = atlas.country_statistic
    return [(place, row) for place, row in shown.items() if place and place != territory]


def shares_title(atlas, territory, statistic):
    """Return how far the share of employees is from the region's and the country's, or nothing."""
    share = EMPLOYEES.of(statistic)
    if share is None:
        return ""
    shares = {
        place.with_article: EMPLOYEES.of(row)
        for place, row in _references(atlas, territory, statistic.source)
    }
    known = {name: other for name, other in shares.items() if other is not None}
    far = {name: other for name, other in known.items() if abs(share - other) > ROUNDING}
    if known and not far:
        return french(f"À l’arrondi près, la même part que {get_text_list(list(known), 'et')}")
    return against_title(share, far)


@dataclass(frozen=True)
class PageSource:
    """A source at the end of a page; the vintages of one publication are said together."""

    source: Source
    datings: list[str]


def sources_of(atlas, statistics, trend=None):
    """Return the PageSources of the rows that a page shows, of its Trends, of all departments."""
    rows = [row for row in statistics if row] + (trend.statistics if trend else [])
    found = [row.source for row in rows]
    if trend and (distribution := atlas.distribution(EMPLOYEES)):
        found.append(distribution.source)
    groups = {}
    for source in dict.fromkeys(found):
        groups.setdefault((source.citation, source.scope, source.url), []).append(source)
    return [PageSource(group[0], [each.dating for each in group]) for group in groups.values()]
