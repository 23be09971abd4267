"""The maps of the page of components: those of the site, and a made-up region with extremes."""

from decimal import Decimal
from types import SimpleNamespace

from cress.gallery.charts import NAME_OF_90_SIGNS
from territories.figures import EMPLOYEES, ESTABLISHMENTS, Atlas
from territories.homes import home_of
from territories.maps import draw_locator, draw_map, draw_towns, draw_window
from territories.models import Commune, Intercommunality, MapGrid, Source, Statistic, Territory

# A region of two columns and two rows, in units of its grid.
_SQUARES = [
    "M0 0h1000v700H0z",
    "M1000 0h1000v700H1000z",
    "M0 700h1000v700H0z",
    "M1000 700h1000v700H1000z",
]
_GRID = MapGrid(width=2_000, height=1_400, outline_credit="Fond de carte : un dessin.")


def _made_up(*shares):
    """Return what stands for an Atlas: a department for each share in per cent, or for None."""
    source = Source(producer="Producteur", title="Comptage", vintage="2015", slug="exemple")
    departments = [
        Territory(
            pk=-n,
            code=f"9{n}",
            name=NAME_OF_90_SIGNS if n == 1 else f"Val {n}",
            slug=f"val-{n}",
            outline=outline,
            label_x=500 + 1000 * (n % 2),
            label_y=350 + 700 * (n // 2),
        )
        for n, outline in enumerate(_SQUARES[: len(shares)])
    ]
    rows = {
        department: Statistic(
            source=source, employee_share=share and Decimal(share), establishment_share=None
        )
        for department, share in zip(departments, shares, strict=True)
    }
    return SimpleNamespace(
        departments=departments,
        statistic=rows.get,
        source=source if any(shares) else None,
        region=None,
        grid=_GRID,
    )


def facing_maps():
    """Return [(the map of a measure, the share of the region)]: one is known, the other not."""
    atlas = Atlas()
    drawn = [draw_map(atlas, measure) for measure in [EMPLOYEES, ESTABLISHMENTS]]
    return list(zip(drawn, [Decimal("10.50"), None], strict=True))


def map_examples():
    """Return [(title, template of the figure, the map, a ground or nothing)]; nothing is stored."""
    atlas = Atlas()
    regions = [
        ("Salariés", draw_map(atlas, EMPLOYEES, with_borders=True, with_town_halls=True)),
        ("Établissements employeurs", draw_map(atlas, ESTABLISHMENTS)),
        (
            "De 0 à 100 %, un nom de 90 signes",
            draw_map(_made_up("0.00", "100.00", "50.00", None), EMPLOYEES),
        ),
        ("Un seul département", draw_map(_made_up("10.00"), EMPLOYEES)),
        ("Deux parts voisines", draw_map(_made_up("9.80", "9.85"), EMPLOYEES)),
        ("Sans chiffre", draw_map(_made_up(None, None), EMPLOYEES)),
    ]
    return (
        [(title, "territories/_map.html", drawn, "") for title, drawn in regions]
        + [
            (
                f"Situer : {place}",
                "territories/_locator.html",
                draw_locator(atlas, home_of(place)),
                "",
            )
            for place in _places()
        ]
        + [
            (f"Autour : {place}", "territories/_window.html", draw_window(atlas, place), "")
            for place in _places()
            if isinstance(place, Commune)
        ]
        + _town_maps(atlas)
    )


def _places():
    """Return a town, a commune that no point places, EPCI of two regions, of two departments."""
    communes = Commune.objects.select_related("department", "intercommunality")
    found = [
        communes.filter(longitude__isnull=False).order_by("-population").first(),
        communes.filter(longitude__isnull=True).first(),
        Intercommunality.objects.filter(is_cut=True).first(),
        Intercommunality.objects.filter(name__contains="Issoudun").first(),
    ]
    return [place for place in found if place]


def _town_maps(atlas):
    towns = Commune.objects.filter(longitude__isnull=False).order_by("-population")[:3]
    rings = [(town, town.name) for town in towns]
    highlight = atlas.departments[0] if atlas.departments else None
    return [
        (
            "Communes",
            "territories/_towns.html",
            draw_towns(atlas, rings=rings, with_borders=True),
            "",
        ),
        (
            "Communes, sur un fond",
            "territories/_towns.html",
            draw_towns(atlas, highlight, rings),
            "teal",
        ),
    ]
