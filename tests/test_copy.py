"""The copy of the pages: ordinals, what dates a source, the credit of the lever that was added."""

import shutil

import pytest

from cress.base.text.ordinals import with_raised_ordinals
from policies.models import Lever
from tests.factories import (
    make_identity,
    make_message,
    make_page,
    make_person,
    make_region,
    make_source,
    make_statistic,
)
from tests.html import Document, plain
from tests.test_opendata import json_of
from tests.test_printing import text_of
from tests.test_site import public_paths

ADDED = "Ajout de la rédaction"
needs_reader = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext n’est pas installé : poppler-utils"
)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("le 1er janvier", "le 1<sup>er</sup> janvier"),
        ("la 1re et la 6e édition", "la 1<sup>re</sup> et la 6<sup>e</sup> édition"),
        ("<b> le 2e", "&lt;b&gt; le 2<sup>e</sup>"),
        ("cress.example/2e-congres et n-2e", "cress.example/2e-congres et n-2e"),
        ("16 ESAT, 2 euros", "16 ESAT, 2 euros"),
    ],
)
def test_the_letters_of_an_ordinal_are_raised(text, html):
    assert with_raised_ordinals(text) == html


def test_a_page_of_staff_and_a_source_have_raised_ordinals(client, db):
    make_identity()
    page = make_page(body="Depuis le 1er janvier, voir [le congrès](https://x.example/2e-congres).")
    source = make_source(title="Atlas – 6e édition")
    make_statistic(territory=make_region(), source=source)

    body = client.get(page.get_absolute_url()).text
    assert "1<sup>er</sup> janvier" in body
    assert "https://x.example/2e-congres" in body
    assert "6<sup>e</sup> édition" in client.get("/donnees/").text


def test_a_source_without_a_vintage_is_dated_by_its_edition(client, db):
    make_identity()
    region = make_region()
    source = make_source(vintage="", edition="édition 2020", year=2020)
    make_statistic(territory=region, source=source)

    text = plain(Document(client.get(region.get_absolute_url()).text).text)
    assert ", édition 2020." in text
    assert "millésime édition" not in text
    row = json_of(client, "chiffres.json")["donnees"][0]
    assert (row["millesime"], row["edition"]) == (None, "édition 2020")


def test_the_credit_of_the_added_lever_is_on_its_page_and_where_all_levers_are_listed(
    client, content
):
    added = Lever.objects.get(credit__startswith=ADDED)
    paths = [
        *public_paths(client),
        f"/feuille-de-route/?commune=18057&levier={added.slug}",
        "/territoires/18-cher/plaquette/",
        "/territoires/18-cher/plaquette/leviers/",
    ]

    shown = {path for path in paths if ADDED in client.get(path).text}

    brochures = {"/plaquette/leviers/", "/territoires/18-cher/plaquette/leviers/"}
    assert shown == {"/leviers/", added.get_absolute_url()} | brochures


@needs_reader
def test_the_brochure_says_which_lever_it_adds(client, content, settings, tmp_path):
    """It lists the thirteen levers, as the page of the levers does."""
    settings.DATA_DIR = tmp_path

    assert ADDED in text_of(client.get("/plaquette.pdf"))


def test_the_home_page_gives_the_share_of_the_region_in_its_year(client, content):
    text = plain(Document(client.get("/").text).text)

    assert "En Centre-Val de Loire, en 2015, l'ESS employait plus d'un salarié sur dix" in text
    assert "un établissement employeur sur neuf (Insee - Clap 2015)" in text


def test_the_thanks_name_the_person_of_the_message_and_nobody_else(client, db):
    make_identity()
    message = make_message(person=make_person(name="Chloé Collier"), reference="K7QF-2MXD")

    text = plain(Document(client.get(f"/contact/merci/?reference={message.reference}").text).text)

    assert "Chloé Collier s'en occupe." in text
