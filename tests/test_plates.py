"""The plate of an enterprise: as many dots as its number says, all of them seen."""

import gzip
import re
from math import dist
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string

from cress.base.palette import GROUNDS
from cress.base.text.typography import french
from cress.charts.style import rules, standalone
from enterprises.models import Enterprise, Ground, Sector
from enterprises.plates import plates_caption
from territories.models import Commune, Territory
from tests.drawings import dots_of
from tests.test_tokens import contrast

LONG_NAME = (
    "Anticonstitutionnellement-en-Vallée-de-l’Indre Saint-Quelque-Chose-sur-Loire-Inférieure"
)


def plate(least=None, most=None, associated=None, ground="teal", commune="Bourges", **fields):
    """Return the plate of an enterprise that is not stored."""
    printed = {"headcount_as_printed": "5 salariés et 125 associés"} if associated else {}
    defaults = {"headcount_source": "plaquette imprimée de la CRESS"} | printed
    return Enterprise(
        name="Régie",
        department=Territory(code="18", name="Cher"),
        commune=Commune(insee_code="18033", name=commune),
        sector=Sector(name="Industrie", ground=ground),
        headcount_min=least,
        headcount_max=least if most is None else most,
        associated_count=associated,
        **defaults | fields,
    ).plate


def people_in(number):
    """Return how many people a number counts at most: « 10 à 19 » 19, « 5 + 125 » 130."""
    parts = re.sub(r"[\s\u202f]", "", number).split("+")
    return sum(int(part.split("à")[-1]) for part in parts)


HEADCOUNTS = [
    (0, 0, None),
    (1, 1, None),
    (1, 2, None),
    (2, 2, None),
    (3, 5, None),
    (10, 19, None),
    (45, 45, None),
    (788, 788, None),
    (1500, 1500, None),
    (0, 9, None),
    (5, 5, 125),
    (None, None, 12),
    (3, 5, 40),
]
MANY = [(1501, 1501, None), (5000, 5000, None), (1000, 1999, None), (10, 10, 1600)]


@pytest.mark.parametrize(("least", "most", "associated"), HEADCOUNTS)
def test_a_plate_has_a_dot_for_each_person(least, most, associated):
    drawn = plate(least, most, associated)

    counts = {group.kind: len(dots_of(group.path)) for group in drawn.groups}
    expected = {
        "certain": least or 0,
        "possible": (most or 0) - (least or 0),
        "associated": associated or 0,
    }
    assert counts == {kind: count for kind, count in expected.items() if count}
    assert drawn.dot_count == sum(counts.values())
    assert drawn.people_per_dot == 1
    assert people_in(drawn.number) == drawn.dot_count


@pytest.mark.parametrize(("least", "most", "associated"), MANY)
def test_above_fifteen_hundred_a_dot_is_ten_people_and_says_so(least, most, associated):
    drawn = plate(least, most, associated)

    assert drawn.people_per_dot == 10
    assert drawn.dot_count == (most + (associated or 0) + 5) // 10
    assert "un point, dix personnes" in drawn.alt
    assert "Un point, dix personnes" in str(drawn.caption)


@pytest.mark.parametrize(("least", "most", "associated"), [*HEADCOUNTS, *MANY])
def test_all_the_dots_of_a_plate_are_seen_and_apart(least, most, associated):
    drawn = plate(least, most, associated)
    dots = [dot for group in drawn.groups for dot in dots_of(group.path)]

    half = drawn.dot_width / 2
    assert all(abs(x) + half <= 500 and abs(y) + half <= 500 for x, y in dots)
    if len(dots) <= 200:
        pairs = (dist(one, other) for n, one in enumerate(dots) for other in dots[:n])
        assert min(pairs, default=9999) >= drawn.dot_width


@pytest.mark.parametrize("shape", [(600, 400), (840, 400), (400, 400), (375, 371)])
@pytest.mark.parametrize(("least", "most", "associated"), [*HEADCOUNTS, *MANY])
def test_no_dot_of_a_plate_stands_on_its_number(shape, least, most, associated):
    """The number is in a box of 46 by 25 %, the dots in a square within one of 60 by 84 %."""
    width, height = shape
    drawn = plate(least, most, associated)
    scale = min(0.46 * width / drawn.number_width, 0.25 * height / 85)
    right, top = 0.04 * width + drawn.number_width * scale, 0.96 * height - 80 * scale
    unit = min(0.6 * width, 0.84 * height) / 1000

    for group in drawn.groups:
        for x, y in dots_of(group.path):
            x, y = 0.66 * width + x * unit, 0.46 * height + y * unit
            beyond = max(x - right, 0), max(top - y, 0)
            assert dist(beyond, (0, 0)) >= drawn.dot_width * unit / 2


def test_those_who_are_certain_are_in_the_middle():
    drawn = plate(10, 19)

    certain, possible = [
        [dist(dot, (0, 0)) for dot in dots_of(group.path)] for group in drawn.groups
    ]
    assert sum(certain) / len(certain) < sum(possible) / len(possible)
    assert [group.is_hollow for group in drawn.groups] == [False, True]


@pytest.mark.parametrize(
    ("headcount", "number"),
    [
        ((788, 788, None), "788"),
        ((10, 19, None), "10 à 19"),
        ((5, 5, 125), "5 + 125"),
        ((5000, 5000, None), "5\u202f000"),
        ((None, None, 12), "12"),
        ((None, None, None), "Bourges"),
    ],
)
def test_the_number_stands_at_the_foot(headcount, number):
    svg = render_to_string("charts/plate.svg", {"plate": plate(*headcount)})

    [text] = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    assert text.replace("\u00a0", " ") == number


def test_a_plate_without_a_headcount_is_the_name_of_its_commune():
    drawn = plate(commune="Bourges")

    assert drawn.groups == ()
    assert drawn.alt == french("Bourges : effectif non connu")
    assert drawn.caption is None


def test_a_headcount_in_words_alone_has_no_dot_and_is_said():
    drawn = plate(headcount_as_printed="10 000 salariés et plus")

    assert drawn.groups == ()
    assert drawn.number == "Bourges"
    assert drawn.alt == french("Bourges : 10 000 salariés et plus")


def test_the_words_of_a_plate_are_those_of_its_source():
    printed = "5 salariés permanents et environ 125 entrepreneurs"

    drawn = plate(5, 5, 125, headcount_as_printed=printed)

    assert drawn.alt == french(f"{printed} : un point, une personne")
    assert plate(0, 0).alt == "aucune personne salariée"


@pytest.mark.parametrize(
    ("plates", "caption"),
    [
        (
            [plate(15)],
            "Un point, une personne : effectif, millésime non précisé. Plaquette imprimée de la "
            "CRESS.",
        ),
        (
            [plate(10, 19, headcount_source="Insee, Sirene, 2023")],
            "Un point, une personne : effectif (en cercle, le haut de la fourchette), 2023. Insee, "
            "Sirene.",
        ),
        (
            [plate(3, headcount_source="Insee, Sirene, année non précisée")],
            "Un point, une personne : effectif, millésime non précisé. Insee, Sirene.",
        ),
        (
            [plate(5000), plate(5, 5, 9), plate(3, headcount_source="Insee, Sirene, 2023")],
            "Un point, une personne ou dix personnes : effectif (en cercle, une personne "
            "associée), années dites par chaque source. Plaquette imprimée de la CRESS, Insee, "
            "Sirene, 2023.",
        ),
    ],
)
def test_the_caption_of_plates_says_the_dot_the_year_and_the_source(plates, caption):
    assert str(plates_caption(plates)) == french(caption)


def test_plates_without_dots_have_no_caption():
    assert plates_caption([]) is None
    assert plates_caption([plate(), plate(0)]) is None


def colour(rule, of):
    """Return the colour that a rule of the charts gives, or None."""
    found = re.search(rf"(?m)^{re.escape(rule)} {{ {of}: (#[0-9a-f]{{6}}); }}$", rules())
    return found and found[1]


@pytest.mark.parametrize("ground", Ground.values)
def test_what_a_plate_says_stands_out_from_its_ground(ground):
    on = colour(f".plate--{ground} .plate__ground", "fill")
    number = colour(f".plate--{ground} .plate__number", "fill") or GROUNDS["on-ground"]
    few = colour(f".plate--mixed.plate--{ground} .dots--certain", "stroke") or GROUNDS["on-ground"]
    dots = colour(f".plate--{ground} .dots", "stroke")

    assert contrast(number, on) >= 4.5
    assert contrast(dots, on) >= 3
    assert contrast(few, on) >= 3
    assert few != dots
    assert colour(f".plate--{ground} .dots--hole", "stroke") == on


@pytest.mark.parametrize("ground", Ground.values)
@pytest.mark.parametrize("associated", [None, 9])
def test_a_plate_has_its_colours_on_every_ground_and_is_whole_xml(ground, associated):
    context = {"plate": plate(5, 9, associated, ground=ground), "width": 600, "height": 400}

    svg = render_to_string("charts/plate.svg", context)

    assert f"ground-{ground}" in GROUNDS
    assert f".plate--{ground} .plate__ground " in rules()
    root = ElementTree.fromstring(standalone(svg))  # noqa: S314  written by the test
    assert root.get("viewBox") == "0 0 600 400"
    assert "style=" not in svg
    assert not re.search(r'"[^"]*\d,\d[^"]*"', svg.replace(root.get("aria-label"), ""))


def test_the_name_of_a_long_commune_stays_in_its_box():
    drawn = plate(commune=LONG_NAME)

    width, height = drawn.place_box
    assert len(drawn.place_labels) > 1
    for label in drawn.place_labels:
        assert label.box.right <= width
        assert 0 <= label.box.top < label.box.bottom <= height + 5


def test_a_page_of_plates_is_light():
    """Twenty enterprises of Sirene: the bands recur, and so do their drawings."""
    bands = [(1, 2), (3, 5), (6, 9), (10, 19), (20, 49), (50, 99), (100, 199), (250, 499)]
    plates = [plate(*bands[n % len(bands)]) for n in range(20)]

    page = "".join(render_to_string("charts/plate.svg", {"plate": drawn}) for drawn in plates)

    assert len(gzip.compress(page.encode())) < 9_000
    assert (
        len(gzip.compress(render_to_string("charts/plate.svg", {"plate": plate(788)}).encode()))
        < 4_500
    )
