"""A region is data: the site of a made-up region of two departments knows no other."""

import re
import shutil
from decimal import Decimal

import pytest
from pytest_django.asserts import assertContains

from cress.printing.sharing.cards import find_card
from tests.factories import (
    make_commune,
    make_enterprise,
    make_identity,
    make_lever,
    make_map_grid,
    make_region,
    make_source,
    make_statistic,
    make_territory,
)
from tests.html import plain
from tests.test_printing import text_of

# What only Centre-Val de Loire has: its name, its grid, the credits of its map.
HOME = re.compile(
    r"Centre-Val|Berry|\bLoire\b|0 0 2375 2924|MapSVG|GeoNames|\b(Cher|Loiret|Indre)\b|24-centre"
)
GRID = {"west": 860_000, "north": 6_560_000, "unit": 50, "width": 2_000, "height": 1_500}


@pytest.fixture
def region(db):
    """« Hautes-Vallées », in the Alps: « Val d’Amont » and « Val d’Aval » beside each other."""
    region = make_region(
        code="84",
        name="Hautes-Vallées",
        slug="hautes-vallees",
        with_article="les Hautes-Vallées",
        inside="dans les Hautes-Vallées",
        of="des Hautes-Vallées",
        outline="M0 0h2000v1500h-2000z",
    )
    credits = {
        "outline_credit": "Contours\u202f: un atelier.",
        "centre_credit": "Centres\u202f: un autre.",
    }
    make_map_grid(region=region, **GRID, **credits)
    make_identity(
        name="CRESS Hautes-Vallées",
        full_name="Chambre des Hautes-Vallées",
        credits="Données\u202f: une main.",
    )
    source = make_source(title="Comptage 2015")
    make_statistic(territory=region, source=source, employee_share=Decimal("12.00"))
    for code, name, outline, share in [
        ("01", "Val d’Amont", "M0 0h1000v1500h-1000z", "11.00"),
        ("02", "Val d’Aval", "M1000 0h1000v1500h-1000z", "13.00"),
    ]:
        department = make_territory(
            code=code, name=name, slug=f"val-{code}", outline=outline, inside=f"dans le {name}"
        )
        make_statistic(territory=department, source=source, employee_share=Decimal(share))
        commune = make_commune(
            name=f"Bourg-{code}", department=department, longitude=6.0, latitude=45.8
        )
        make_enterprise(name=f"Atelier {code}", commune=commune)
    make_lever(title="Un levier")
    return region


PAGES = [
    "/",
    "/territoires/",
    "/territoires/01-val-01/",
    "/territoires/84-hautes-vallees/",
    "/territoires/comparer/?t=01&t=02",
    "/entreprises/",
    "/entreprises/?departement=01",
    "/feuille-de-route/?territoire=01",
    "/plaquette/",
    "/plaquette/leviers/",
    "/donnees/",
    "/contact/",
    "/plan-du-site/",
    "/donnees/territoires.geojson",
    "/donnees/entreprises.csv",
    "/donnees/catalogue.jsonld",
    "/site.webmanifest",
    "/sitemap.xml",
]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_another_region_names_nothing_of_this_one(client, region, path):
    response = client.get(path)

    assert response.status_code == 200
    found = HOME.search(response.getvalue().decode())
    assert not found, found and found[0]


def test_the_home_page_speaks_of_the_region_of_the_content(client, region):
    response = client.get("/")

    assertContains(response, "CRESS Hautes-Vallées")
    assertContains(response, "Données\u202f: une main.")
    assertContains(response, "Val d’Amont")


def test_the_map_is_drawn_on_the_grid_of_the_region(client, region):
    response = client.get("/territoires/01-val-01/")

    assertContains(response, 'viewBox="0 0 2000 1500"')
    assertContains(response, "Contours\u202f: un atelier. Centres\u202f: un autre.")
    [circle] = re.findall(r'<circle cx="(\d+)" cy="(\d+)" r="64"', response.text)
    # 6° east, 45.8° north is at (933 100, 6 526 600) metres in Lambert-93, to some hundred metres.
    x, y = map(int, circle)
    assert abs(GRID["west"] + x * GRID["unit"] - 933_100) < 1_000
    assert abs(GRID["north"] - y * GRID["unit"] - 6_526_600) < 1_000


def test_the_outlines_of_the_open_data_lie_where_the_grid_says(client, region):
    features = client.get("/donnees/territoires.geojson").json()["features"]
    [outline] = [f["geometry"] for f in features if f["id"] == "84"]

    longitudes = [longitude for longitude, _ in outline["coordinates"][0]]
    latitudes = [latitude for _, latitude in outline["coordinates"][0]]
    assert 5 < min(longitudes) < max(longitudes) < 7
    assert 45 < min(latitudes) < max(latitudes) < 47


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils n’est pas installé")
@pytest.mark.parametrize("path", ["/plaquette.pdf", "/territoires/01-val-01/plaquette.pdf"])
def test_a_printed_edition_speaks_of_the_region_of_the_content(
    client, region, path, settings, tmp_path
):
    settings.DATA_DIR = tmp_path

    text = text_of(client.get(path))

    assert "Val d'Amont" in plain(text)
    assert not HOME.search(text)


def test_the_shared_picture_is_drawn_on_the_map_of_the_region(client, region):
    card = find_card("territoire-01")

    assert not HOME.search(f"{card.title} {card.words} {card.caption}")
    assert client.get("/partage/territoire-01.png").content.startswith(b"\x89PNG")


def test_the_admin_bears_the_name_of_the_chamber(region, editor_client):
    assertContains(editor_client.get("/admin/"), "CRESS Hautes-Vallées – Gestion du site")
