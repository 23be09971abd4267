"""The comparison of two to four territories, in one vintage of one source."""

from dataclasses import dataclass

from cress.base.text.typography import french
from territories.figures import MEASURES, ShareFigure
from territories.models import Source, Statistic, Territory
from territories.words import gap_in_words

LEAST, MOST = 2, 4


@dataclass(frozen=True)
class ComparedTerritories:
    """The territories that an address names, and why they cannot be compared, if so."""

    territories: list[Territory]
    remark: str = ""

    @property
    def is_comparable(self):
        return len(self.territories) >= LEAST and not self.remark


def select(atlas, codes):
    """
    Return the ComparedTerritories of the territories with these codes, in the order of their codes.

    A code that is given twice counts once.
    """
    wanted = set(filter(None, codes))
    territories = [place for place in atlas.places if place.code in wanted]
    if len(territories) < len(wanted):
        return ComparedTerritories(
            territories, "Un des territoires demandés n’existe pas. Choisissez ici."
        )
    if len(territories) > MOST:
        return ComparedTerritories(
            territories, "Au-delà de quatre territoires, le tableau ne se lit plus."
        )
    if len(territories) == 1:
        return ComparedTerritories(
            territories,
            f"Vous avez choisi {territories[0].with_article}. Cochez un autre territoire au moins.",
        )
    return ComparedTerritories(territories)


@dataclass(frozen=True)
class ComparisonRow:
    """The shares of a territory in the order of MEASURES; None for an unknown one."""

    territory: Territory
    statistic: Statistic | None
    figures: list[ShareFigure | None]
    is_reference: bool


@dataclass(frozen=True)
class Comparison:
    """The shares of the territories in the current source, then those of the references."""

    rows: list[ComparisonRow]
    country_source: Source | None  # the current one, or another of its series and year
    left_out: list[Statistic]  # rows of the country, when only other series describe it

    @property
    def spreads(self):
        """
        Return the gap between the highest and the lowest, in words, for each measure.

        A measure that is known for fewer than two of the chosen territories has none.
        """
        chosen = [row for row in self.rows if not row.is_reference]
        return [
            sentence
            for n, measure in enumerate(MEASURES)
            if (
                sentence := _spread(
                    measure, [(row.territory, row.figures[n]) for row in chosen if row.figures[n]]
                )
            )
        ]


def _spread(measure, known):
    """Return « Pour les salariés, l’Indre : 0,71 point de plus que le Cher. », or nothing."""
    if len(known) < LEAST:
        return ""
    by_value = sorted(known, key=lambda pair: pair[1].value)
    (lowest, low), (highest, high) = by_value[0], by_value[-1]
    gap = gap_in_words(high.value, low.value)
    return french(
        f"{measure.title} : {highest.with_article} a {gap} que {lowest.with_article}."
        if gap != "autant"
        else f"{measure.title} : autant pour tous."
    )


def compare(atlas, territories):
    """
    Return the Comparison of the territories in the current source, or None without one.

    The region is a reference. The country is one too, if the same source describes it, or another
    of the same series and year: a share of another vintage or another series would mislead.
    """
    if atlas.source is None:
        return None
    shown = {place: atlas.statistic(place) for place in atlas.places}
    if atlas.country:
        shown[atlas.country] = atlas.country_statistic
    references = [
        place
        for place in [atlas.region, atlas.country]
        if place and place not in territories and shown[place]
    ]
    of_country = shown.get(atlas.country)
    return Comparison(
        rows=[
            ComparisonRow(
                place,
                shown[place],
                # Between two tables, a gap may be no more than a rounding.
                [
                    measure.figure(
                        shown[place],
                        shown.get(atlas.region) if atlas.statistic(place) else None,
                    )
                    for measure in MEASURES
                ],
                is_reference=place in references,
            )
            for place in [*territories, *references]
        ],
        country_source=of_country.source if of_country else None,
        left_out=[] if of_country or not atlas.country else atlas.history(atlas.country),
    )
