"""The charts of the pages, drawn from what an Atlas reads."""

from cress.base.text.numbers import format_figure
from cress.charts.caption import Caption
from territories.charts.hundred import draw_hundred
from territories.charts.shares import NamedShare, ShareCounts
from territories.charts.strips import NamedSeries, draw_against, draw_changes, draw_two_measures
from territories.charts.thousand import draw_thousand
from territories.figures import EMPLOYEES, MEASURES
from territories.maps.classes import shades


def caption_of(source, measure, **parts):
    """Return the Caption of a measure in a Source; `parts` are its other fields."""
    return Caption(measure, source.vintage, source.short_citation, **parts)


def six_departments(atlas, measure=EMPLOYEES, sort=None):
    """
    Return the TwoMeasures of the territories in the current source, or None without a territory.

    `measure` is that of the map beside the table, whose classes the table shows. `sort` is the
    Measure by which the departments are sorted, the highest first; the region stays last.
    """
    rows = atlas.rows()
    if not rows:
        return None
    if sort:
        rows.sort(key=lambda row: (not row[0].is_department, -(sort.of(row[1]) or 0)))
    shares = {territory.code: measure.of(row) for territory, row in rows if territory.is_department}
    shade_of = shades({share for share in shares.values() if share is not None})
    unit = "En % des salariés et en % des établissements employeurs"
    return draw_two_measures(
        rows,
        caption_of(atlas.source, "part de l’ESS", unit=unit) if atlas.source else None,
        {
            code: f"{measure.hue}-{shade_of[share]}"
            for code, share in shares.items()
            if share is not None
        },
    )


def one_thousand(atlas, share=None):
    """Return the Thousand of the region's share of employees in the current source, or None."""
    statistic = atlas.statistic(atlas.region) if atlas.region else None
    share = EMPLOYEES.of(statistic) if share is None else share
    if share is None:
        return None
    said = f"{format_figure(share, '%')} des salariés {atlas.region.inside}"
    return draw_thousand(share, caption_of(atlas.source, said, dot="un emploi sur mille"))


def hundred_departments(atlas, distribution, current=None, finding="", words=(), table_url=""):
    """
    Return the Hundred of a Distribution, or None if its counts are not known.

    Its home departments are rings, unless one is `current`: then that one has its name and the
    focus. The country is a line where the same source gives its share.
    """
    source, measure = distribution.source, _measure_of(distribution)
    home = {
        department: NamedShare(department.name, share)
        for department in atlas.home_departments
        if (share := measure.of(atlas.statistic(department, source))) is not None
    }
    country = measure.of(atlas.statistic(atlas.country, source)) if atlas.country else None
    return draw_hundred(
        ShareCounts(
            distribution.counts(),
            tuple(home.values()),
            focus=home.get(current),
            reference=None if country is None else NamedShare(atlas.country.name, country),
            highest=NamedShare(distribution.highest_name, distribution.highest),
        ),
        caption_of(
            source,
            f"{measure.meaning}, par demi-point",
            dot="un département",
            missing=distribution.missing,
            table_url=table_url,
        ),
        finding,
        words,
    )


def _measure_of(distribution):
    return next(measure for measure in MEASURES if measure.field == distribution.measure)


def changes_over_time(trends, table_url=""):
    """
    Return the Changes of Trends, or None without one.

    A Trend has the points of one territory in tables of one series.
    """
    if not trends:
        return None
    first, last = trends[0].points[0][0], trends[0].points[-1][0]
    source = trends[0].statistics[-1].source
    return draw_changes(
        [
            NamedSeries(
                trend.territory.name, dict(trend.points), _kind(trend.territory, trend.measure)
            )
            for trend in trends
        ],
        Caption(
            unit="En %",
            measure=trends[0].measure.meaning,
            year=f"de {first} à {last}",
            source=source.short_citation,
            table_url=table_url,
        ),
    )


def _kind(territory, measure):
    """Return the kind of the marks of a territory: a department is what the page looks at."""
    if territory.is_department:
        return "focus"
    return measure.hue if territory.kind == territory.Kind.REGION else "ink"


def against_the_others(atlas, territory, measure=EMPLOYEES, source=None):
    """
    Return the Against of a share with those of the region and the country in one source, or None.

    The source is by default that of the territory's best row.
    """
    statistic = atlas.statistic(territory, source) if source else atlas.best_statistic(territory)
    if statistic is None:
        return None
    others = [place for place in [atlas.region, atlas.country] if place and place != territory]
    return draw_against(
        measure,
        territory.name,
        measure.of(statistic),
        [(place.name, measure.of(atlas.statistic(place, statistic.source))) for place in others],
        caption_of(statistic.source, measure.meaning, unit="En %"),
    )
