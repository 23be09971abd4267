"""The pages of the printed editions as a reader sees them: full, with links and headers."""

import re
import subprocess
from io import BytesIO
from urllib.parse import urlencode

import pytest
from PIL import Image

from policies.models import Lever
from territories.models import Territory
from tests.factories import make_argument, make_lever, make_region, make_resource, make_territory
from tests.html import plain
from tests.test_printing import CHER, REGION, SHEET, needs_reader, squeezed, text_of

pytestmark = needs_reader

MOST_VOID = 0.25  # of the height of a page, in one piece


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def structure_of(response):
    """Return the tags of a PDF with their texts, as pdfinfo prints them."""
    command = ["pdfinfo", "-struct-text", "-"]
    done = subprocess.run(command, input=response.content, capture_output=True, check=True)
    return plain(done.stdout.decode(errors="replace"))


def raised_in(structure):
    """Return the texts that are raised above their line."""
    return re.findall(r'/BaselineShift [\d.]+\s+(?:/\w+ \S+\s+)*"(\w+)"', structure)


def largest_voids(response):
    """Return how high the largest empty band of each page is, in parts of the page."""
    command = ["pdftoppm", "-r", "20", "-gray", "-"]
    drawn = subprocess.run(command, input=response.content, capture_output=True, check=True).stdout
    voids, start = [], 0
    while start < len(drawn):
        head = re.compile(rb"P5\n\d+ \d+\n255\n").match(drawn, start)
        page = Image.open(BytesIO(drawn[start:]))
        pixels = page.tobytes()
        rows = [pixels[y * page.width : (y + 1) * page.width] for y in range(page.height)]
        plain_rows = "".join("." if len(set(row)) == 1 else "x" for row in rows)
        voids.append(max(map(len, plain_rows.split("x"))) / page.height)
        start = head.end() + page.width * page.height
    return voids


def roadmap_of(place, levers):
    return (
        f"/feuille-de-route.pdf?{urlencode([place, *(('levier', each.slug) for each in levers)])}"
    )


def test_no_page_of_a_brochure_is_half_empty(client, content):
    for territory in Territory.objects.departments():
        voids = largest_voids(client.get(f"{territory.get_absolute_url()}plaquette.pdf"))
        assert max(voids) <= MOST_VOID, (territory, voids)
    assert max(largest_voids(client.get(REGION))) <= MOST_VOID


def test_no_page_of_a_sheet_is_half_empty(client, content):
    for lever in Lever.objects.published():
        voids = largest_voids(client.get(f"{lever.get_absolute_url()}fiche.pdf"))
        assert max(voids) <= MOST_VOID, (lever, voids)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 13])
def test_no_page_of_a_roadmap_is_half_empty(client, content, count):
    levers = Lever.objects.published()[:count]
    for place in [("commune", "18057"), ("territoire", "45")]:
        voids = largest_voids(client.get(roadmap_of(place, levers)))
        assert max(voids) <= MOST_VOID, (place, voids)


def test_the_cover_says_what_a_dot_is_and_how_many_there_are(client, content):
    text = squeezed(text_of(client.get(CHER)))

    for words in [
        "Le Cher",
        "En ocre, 276 communes du Cher.",
        "Un point, une mairie ou un centre-bourg ; 1 686 des 1 754 communes ont un point.",
        "GeoNames",
        "Caroline Dumas et Chloé Collier",
    ]:
        assert squeezed(words) in text, words
    whole = squeezed(text_of(client.get(REGION)))
    assert squeezed("1 686 des 1 754 communes ont un point.") in whole
    assert "Enocre" not in whole


def test_a_territory_without_a_commune_has_a_cover(client, db):
    make_region()
    department = make_territory()

    text = text_of(client.get(f"{department.get_absolute_url()}plaquette.pdf"))

    assert "Un point, " not in text


def test_both_measures_have_their_map_with_its_classes(client, content):
    text = squeezed(text_of(client.get(CHER)))

    assert text.count(squeezed("Part des salariés")) == 2  # over the map, and in the table
    assert text.count(squeezed("Part des établissements employeurs")) == 2
    for bounds in ["de 9,80 à 9,90 %", "de 11,44 à 11,50 %", "de 12,20 à 12,77 %"]:
        assert squeezed(bounds) in text, bounds


def test_a_department_has_its_place_among_all(client, content):
    text = squeezed(text_of(client.get(CHER)))

    assert squeezed("Autour de la 64e place sur 100") in text
    assert squeezed("Un point, un département") in text
    assert squeezed("Mayotte n’a pas de chiffre") in text
    assert squeezed("deux au milieu, quatre plus bas") in squeezed(text_of(client.get(REGION)))


def test_an_example_has_its_plate_and_what_a_dot_is(client, content):
    lever = Lever.objects.get(slug="emploi-et-insertion-professionnelle")
    for path in [
        CHER,
        f"{lever.get_absolute_url()}fiche.pdf",
        roadmap_of(("territoire", "18"), [lever]),
    ]:
        response = client.get(path)
        assert squeezed("Un point, une personne") in squeezed(text_of(response)), path
        alternative = "788 salariés\u202f: un point, une personne".encode("utf-16-be").hex().upper()
        assert f"/Alt<FEFF{alternative}>".encode() in response.content, path


def test_the_name_of_a_department_is_a_header_of_its_row(client, content):
    structure = structure_of(client.get(CHER))

    for name in ["Cher", "Indre", "Centre-Val de Loire"]:
        header = re.compile(
            rf'TH <(\w+)>:(?:(?!TH <|TD).)*"{name}"\s+TBody\s+TR\s+TD:\s+/Headers \[\(\1\)\]',
            re.DOTALL,
        )
        assert header.search(structure), name


def test_an_address_is_a_link(client, content):
    for path in [CHER, SHEET]:
        pdf = client.get(path).content
        for address in [b"https://www.rtes.fr", b"tel:0238681890"]:
            assert b"/URI(" + address in pdf, (path, address)
    assert b"/URI(mailto:c.dumas@cresscentre.org" in client.get(CHER).content


def test_an_ordinal_is_raised_and_an_address_is_left(client, db):
    make_region()
    make_argument(kind="reason", title="Au 64e rang", text="Le 1er de tous, puis le 2e.")
    make_resource(title="Rapport", url="https://a.example/congres-du-3e-age/", is_in_brochure=True)

    raised = raised_in(structure_of(client.get(REGION)))

    assert raised == ["e", "er", "e"]
    assert "congres-du-3e-age" in squeezed(text_of(client.get(REGION)))


def test_an_edition_credits_its_faces(client, content):
    lever = Lever.objects.first()
    for path in [CHER, SHEET, roadmap_of(("territoire", "18"), [lever])]:
        assert "Fraunces et en Source Sans 3, sous licence libre OFL" in text_of(client.get(path))


def test_one_lever_alone_fills_the_width_of_its_page(client, db):
    make_region()
    make_lever(title="Le seul levier")

    response = client.get(REGION)

    command = ["pdftotext", "-bbox", "-", "-"]
    words = subprocess.run(command, input=response.content, capture_output=True, check=True)
    [left] = re.findall(r'<word xMin="([\d.]+)"[^>]*>seul</word>', words.stdout.decode())
    assert float(left) < 100
