"""Charts and plates of the page of components, with data that is made up, little or extreme."""

from decimal import Decimal

from cress.charts.caption import Caption
from enterprises.models import Enterprise, Ground, Sector
from enterprises.plates import plates_caption
from territories.charts.hundred import draw_hundred
from territories.charts.shares import NamedShare, ShareCounts
from territories.charts.strips import NamedSeries, draw_against, draw_changes, draw_two_measures
from territories.charts.thousand import draw_thousand
from territories.composition import Trends
from territories.figures import EMPLOYEES, ESTABLISHMENTS
from territories.models import Commune, Source, Statistic, Territory

NAME_OF_90_SIGNS = (
    "Anticonstitutionnellement-en-Vallée-de-l’Indre Saint-Quelque-Chose-sur-Loire-et-Sauldre-Haute"
)
DEPARTMENTS = Caption(
    dot="un département",
    measure="part de l’emploi salarié dans l’ESS",
    year="2015",
    source="Producteur, série",
    missing="un département n’a pas de chiffre",
    table_url="/donnees/",
)
JOBS = Caption(dot="un emploi sur mille", measure="emplois", year="2015", source="Producteur")
IN_PER_CENT = Caption(
    unit="En % de l’emploi salarié", measure="part de l’ESS", year="", source="Producteur"
)
# (least, most, associated people): each on the next ground.
HEADCOUNTS = [
    (0, 0, None),
    (1, 1, None),
    (2, 2, None),
    (15, 15, None),
    (45, 45, None),
    (788, 788, None),
    (5000, 5000, None),
    (10, 19, None),
    (1000, 1999, None),
    (5, 5, 125),
    (3, 5, 40),
    (None, None, None),
]


def chart_examples():
    """Return the charts of the page of components; no row of them is stored."""
    counts = {Decimal(n) / 2: n % 7 for n in range(12, 40)} | {Decimal("27.5"): 1}
    home = tuple(
        NamedShare(f"Pays {n}", Decimal(value))
        for n, value in enumerate(["9.80", "9.90", "10.79", "11.44", "11.50", "14.20"])
    )
    shares = ShareCounts(
        counts,
        home,
        reference=NamedShare("Le pays entier", Decimal("10.48")),
        highest=NamedShare("Pays d’en haut", Decimal("27.96")),
    )
    long_names = tuple(
        NamedShare(f"{NAME_OF_90_SIGNS} {n}", Decimal(value))
        for n, value in enumerate(["2.10", "50.00", "99.90"])
    )
    extreme = ShareCounts({Decimal(0): 30, Decimal("99.5"): 2}, long_names, focus=long_names[0])
    alone = ShareCounts({Decimal(10): 1}, (NamedShare("Pays seul", Decimal("10.2")),))
    changes = [
        draw_changes(
            [
                NamedSeries("Pays 1", _series("10.13", "11.03", "10.79"), "focus"),
                NamedSeries("La région", _series("9.91", "10.6", "10.49"), "teal"),
                NamedSeries("Le pays entier", _series("9.91", "10.5")),
            ],
            IN_PER_CENT,
        ),
        draw_changes([NamedSeries(NAME_OF_90_SIGNS, _series("0", "100", "0"))], IN_PER_CENT),
    ]
    return {
        "two_measures": [_two_measures(rows) for rows in [_region(), _region(1), []]],
        "thousands": [draw_thousand(Decimal(share), JOBS) for share in ["10.50", "0", "100"]],
        "hundreds": [
            draw_hundred(shares, DEPARTMENTS, "Ce que dit le nuage", ["Une phrase."]),
            draw_hundred(
                ShareCounts(counts, home, home[2], shares.reference, shares.highest), DEPARTMENTS
            ),
            draw_hundred(extreme, DEPARTMENTS, NAME_OF_90_SIGNS),
            draw_hundred(alone, DEPARTMENTS, "Un seul département"),
        ],
        "changes": changes,
        "trend": Trends(changes[0], NAME_OF_90_SIGNS, "Sa place, année après année.", [], []),
        "against": [
            draw_against(
                measure,
                "Pays 1",
                Decimal(share),
                [("la région", Decimal("10.50")), ("le pays entier", Decimal("10.48"))],
                IN_PER_CENT,
            )
            for measure, share in [(EMPLOYEES, "10.79"), (ESTABLISHMENTS, "100"), (EMPLOYEES, "0")]
        ],
        "plates": (plates := [_plated(n, *counts) for n, counts in enumerate(HEADCOUNTS)]),
        "plates_caption": plates_caption([enterprise.plate for enterprise in plates]),
    }


def _series(*shares):
    return dict(zip(["2008", "2014", "2015"], map(Decimal, shares), strict=False))


def _region(departments=3):
    """Return the (territory, statistic) pairs of a made-up region; the last is unknown."""
    source = Source(producer="Producteur", title="Source 2015", vintage="2015")
    values = [("0.00", "100.00"), ("10.79", "10.00"), (None, None)][:departments]
    places = [
        Territory(code=f"9{n}", name=name, slug=f"pays-{n}")
        for n, name in enumerate([NAME_OF_90_SIGNS, "Mont", "Val"][:departments])
    ]
    region = Territory(code="R9", kind="region", name="Région inventée", slug="region-inventee")
    rows = [
        (
            place,
            Statistic(
                source=source, employee_share=Decimal(one), establishment_share=Decimal(other)
            )
            if one
            else None,
        )
        for place, (one, other) in zip(places, values, strict=True)
    ]
    return [*rows, (region, None)]


def _two_measures(rows):
    caption = Caption(
        unit="En % des salariés et des établissements employeurs",
        measure="part de l’ESS",
        year="2015",
        source="Producteur",
    )
    classes = {territory.code: f"plum-{n % 3 + 1}" for n, (territory, _) in enumerate(rows)}
    return draw_two_measures(rows, caption, classes)


def _plated(n, least, most, associated):
    """Return an enterprise with that headcount, on the next of the grounds."""
    return Enterprise(
        name=NAME_OF_90_SIGNS if n % 5 == 4 else "Entreprise",
        slug=f"planche-{n}",
        department=Territory(code="90", name="Mont"),
        commune=Commune(insee_code="90001", name="Bourg" if n % 2 else NAME_OF_90_SIGNS),
        sector=Sector(name="Secteur", ground=Ground.values[n % len(Ground)]),
        headcount_min=least,
        headcount_max=most,
        associated_count=associated,
        headcount_as_printed="5 salariés et des personnes associées" if associated else "",
        headcount_source="exemple, 2023",
    )
