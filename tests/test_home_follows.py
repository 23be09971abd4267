"""The commune or the EPCI of a visitor follows from page to page, in the address alone."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from territories.models import Commune, Intercommunality
from tests.html import Document, plain

SEARCH = "/territoires/recherche/"
# A village, two homonyms, a city, a former name, one without a known centre, one of an EPCI of two
# departments, one with an article, a hamlet's name, a commune of a métropole.
TYPED = [
    "Châteaumeillant",
    "Vineuil 36110",
    "Vineuil, Loir-et-Cher",
    "Bourges",
    "Laverdines",
    "Ainay-le-Vieil",
    "Paudy",
    "Les Aix-d’Angillon",
    "La Perche",
    "Saint-Jean-de-Braye",
]


def hrefs(response):
    return Document(response.text).attributes("href")


def link(response, start):
    """Return the first link of a page that starts so."""
    return next(href for href in hrefs(response) if href.startswith(start))


@pytest.mark.parametrize("typed", TYPED)
def test_a_commune_follows_from_the_finder_to_the_contact_form(client, content, typed):
    found = client.get(SEARCH, {"q": typed}, follow=True)
    place = found.redirect_chain[-1][0]
    levers = client.get(link(found, "/leviers/?"))
    lever = client.get(link(levers, "/leviers/transports-voirie/"))
    roadmap = client.get(link(lever, "/feuille-de-route/?levier="))
    contact = client.get(link(roadmap, "/contact/?"))

    assert found.context["home"].commune
    for page in [levers, lever, roadmap, contact]:
        assertContains(page, f'<a href="{place}">')
        assert "Votre commune : " in plain(Document(page.text).text)
    assert "Qui exerce cette compétence chez moi ?" in plain(Document(lever.text).text)
    assertContains(contact, f'value="{found.context["home"].commune.label}"', html=False)


def test_an_epci_follows_too(client, content):
    found = client.get(SEARCH, {"q": "Bourges Plus"}, follow=True)
    roadmap = client.get(link(found, "/feuille-de-route/?epci="))
    contact = client.get(link(roadmap, "/contact/?epci="))

    assert "Votre intercommunalité : CA Bourges Plus" in plain(Document(roadmap.text).text)
    assert "Intercommunalité « CA Bourges Plus »" in plain(contact.text)


def test_the_roadmap_and_its_pdf_keep_the_commune(client, content):
    response = client.get("/feuille-de-route/?commune=18057&levier=transports-voirie")

    pdf = link(response, "/feuille-de-route.pdf")
    assert "commune=18057" in pdf
    assert "levier=transports-voirie" in pdf


def test_the_place_can_be_left_and_changed(client, content):
    response = client.get("/leviers/?commune=18057")

    assertContains(response, '<a href="/leviers/">La quitter</a>')
    assertContains(response, f'<a href="{SEARCH}">En changer</a>')
    assertNotContains(client.get("/leviers/"), "En changer")


def test_the_comparison_keeps_the_commune_through_its_form(client, content):
    response = client.get("/territoires/comparer/?commune=18057")

    assertContains(response, '<input type="hidden" name="commune" value="18057">')


def test_a_page_with_a_place_has_the_canonical_address_without_it(client, content):
    for address in ["/leviers/", "/contact/", "/territoires/comparer/", "/feuille-de-route/"]:
        response = client.get(f"{address}?commune=18057")
        assertContains(response, f'<link rel="canonical" href="http://testserver{address}">')


def test_no_page_keeps_a_place_without_its_parameter(client, content):
    """Nothing is stored: the next page without the parameter knows no commune."""
    response = client.get("/leviers/?commune=18057")

    assert not response.cookies
    assertNotContains(client.get("/leviers/"), "18057")


HOSTILE = ["", "99999", "000000000", "\0", "%00", "' OR 1=1", "<b>", "٠" * 5, "18033\n", "9" * 5000]
PAGES = [
    "/leviers/",
    "/leviers/transports-voirie/",
    "/feuille-de-route/",
    "/contact/",
    "/territoires/",
    "/territoires/18-cher/",
    "/territoires/comparer/",
    "/plaquette/",
    "/plaquette/leviers/",
]


@pytest.mark.parametrize("address", PAGES)
def test_an_unknown_place_is_not_carried(client, content, address):
    for value in HOSTILE:
        response = client.get(address, {"commune": value, "epci": value})

        assert response.status_code == 200, value
        assertNotContains(response, "La quitter")
        assert not [href for href in hrefs(response) if re.search(r"(commune|epci)=", href)], value


@pytest.mark.parametrize("address", PAGES)
def test_a_page_without_a_place_asks_the_database_for_none(client, content, address):
    with CaptureQueriesContext(connection) as queries:
        client.get(address)

    assert len(queries) > 0
    assert not [query for query in queries if 'insee_code" = ' in query["sql"]]
    assert not [query for query in queries if 'siren" = ' in query["sql"]]


# The finder leads to another page


def test_a_lever_asks_where_the_visitor_is(client, content):
    page = client.get("/leviers/transports-voirie/")
    form = Document(page.text)
    assert {"type": "hidden", "name": "vers", "value": "levier"} in [
        attributes for tag, attributes in form.tags if tag == "input"
    ]

    response = client.get(SEARCH, {"q": "bourges", "vers": "levier", "levier": "transports-voirie"})

    assertRedirects(response, "/leviers/transports-voirie/?commune=18033")


def test_a_list_of_places_leads_to_the_same_page(client, content):
    query = {"q": "vineuil", "vers": "levier", "levier": "transports-voirie"}

    response = client.get(SEARCH, query)
    suggestions = client.get("/territoires/suggestions/", query).json()["places"]

    for code in ["36247", "41295"]:
        address = f"/leviers/transports-voirie/?commune={code}"
        assertContains(response, f'href="{address}"')
        assert address in [place["address"] for place in suggestions]


def test_the_finder_of_the_roadmap_keeps_the_levers(client, content):
    query = {"q": "bourges", "vers": "feuille-de-route", "levier": ["transports-voirie", "x-y"]}

    response = client.get(SEARCH, query)

    assert response["Location"] == (
        "/feuille-de-route/?commune=18033&levier=transports-voirie&levier=x-y"
    )


@pytest.mark.parametrize(
    "query",
    [
        {"vers": "levier"},
        {"vers": "levier", "levier": "//evil.example"},
        {"vers": "https://evil.example/"},
        {"vers": "//evil.example"},
        {"vers": "\0"},
    ],
)
def test_the_finder_never_leads_elsewhere(client, content, query):
    response = client.get(SEARCH, {"q": "bourges"} | query)

    assertRedirects(response, "/territoires/18-cher/bourges/")


# The sitemap


def test_the_sitemap_lists_each_commune_and_epci_once(client, content):
    index = client.get("/sitemap.xml").text
    assert "<loc>http://testserver/sitemap-territoires.xml</loc>" in index

    text = client.get("/sitemap-territoires.xml").text

    places = [*Commune.objects.select_related("department"), *Intercommunality.objects.all()]
    assert text.count("<loc>") == len(places)
    for place in places:
        assert f"<loc>http://testserver{place.get_absolute_url()}</loc>" in text
