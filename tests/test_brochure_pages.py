"""The two pages of a brochure: figures and reasons on the first, levers on the second."""

import pytest
from pytest_django.asserts import assertContains, assertRedirects

from cress.base.text.numbers import format_figure
from policies.models import Action, Argument, Lever, Resource
from territories.figures import MEASURES, Atlas
from territories.models import KeyFigure, Territory
from tests.factories import make_region
from tests.html import Document, plain

ADDRESSES = {
    "/plaquette/": "/plaquette.pdf",
    "/territoires/18-cher/plaquette/": "/territoires/18-cher/plaquette.pdf",
}


def text_of(client, path):
    return plain(Document(client.get(path).text).text)


def links_of(response):
    """Return the attributes of the links of a page."""
    return [attributes for tag, attributes in Document(response.text).tags if tag == "a"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_share_is_on_the_first_page(client, content, address):
    text = text_of(client, address)

    rows = Atlas().rows()
    assert len(rows) == 7
    for territory, statistic in rows:
        for measure in MEASURES:
            share = plain(format_figure(measure.of(statistic), "%"))
            assert f"{territory.name} : {share}" in text, (territory, measure)


def test_every_key_figure_is_on_the_first_page_of_the_region(client, content):
    text = text_of(client, "/plaquette/")

    key_figures = KeyFigure.objects.all()
    assert key_figures
    for item in key_figures:
        assert plain(item.label) in text


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_argument_is_on_the_first_page(client, content, address):
    text = text_of(client, address)

    shown = Argument.objects.filter(kind__in=["strength", "reason", "referent", "keyword"])
    assert len(shown) > 10
    for argument in shown:
        assert plain(argument.title) in text


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_action_is_on_the_second_page_and_not_on_the_first(client, content, address):
    first, second = text_of(client, address), text_of(client, f"{address}leviers/")

    levers = Lever.objects.published()
    actions = Action.objects.filter(lever__in=levers)
    resources = Resource.objects.filter(is_in_brochure=True)
    assert len(levers) == 13
    assert len(actions) > 40
    for words in [
        *(lever.title for lever in levers),
        *(action.text for action in actions),
        *(resource.title for resource in resources),
    ]:
        assert plain(words) in second, words
    assert not [action for action in actions if plain(action.text) in first]


@pytest.mark.parametrize(("address", "pdf"), ADDRESSES.items())
def test_each_page_leads_to_the_other_and_to_one_pdf_at_its_top_and_end(
    client, content, address, pdf
):
    pages = [address, f"{address}leviers/"]
    for here, other in [pages, pages[::-1]]:
        links = links_of(client.get(here))
        hrefs = [link["href"] for link in links]
        assert hrefs.count(other) == 2, here
        assert hrefs.count(pdf) == 2, here
        assert {"href": here, "aria-current": "page"} in links
        assert {"href": other, "aria-current": "page"} not in links


def test_the_commune_of_the_visitor_follows_between_the_pages(client, content):
    page, levers = "/territoires/18-cher/plaquette/", "/territoires/18-cher/plaquette/leviers/"
    query = "?commune=18057"

    first = [link["href"] for link in links_of(client.get(page + query))]
    second = [link["href"] for link in links_of(client.get(levers + query))]

    assert first.count(levers + query) == 2
    assert f"/territoires/{query}#tableau" in first
    assert second.count(page + query) == 2
    assert f"/leviers/transports-voirie/{query}" in second
    assert [href for href in second if href.startswith("/feuille-de-route/?commune=18057")]


def test_the_pages_of_each_territory_have_their_own_title_and_description(client, content):
    heads = set()
    territories = [territory.get_absolute_url() for territory in Territory.objects.departments()]
    for address in ["/", *territories]:
        for page in ["plaquette/", "plaquette/leviers/"]:
            document = Document(client.get(address + page).text)
            heads |= {document.title, document.meta("description")}

    assert len(heads) == 2 * 14


def test_the_second_page_has_one_address_too(client, content):
    for old, address in [
        ("/territoires/18/plaquette/leviers/", "/territoires/18-cher/plaquette/leviers/"),
        ("/territoires/24-centre-val-de-loire/plaquette/leviers/", "/plaquette/leviers/"),
    ]:
        response = client.get(f"{old}?commune=18057")
        assertRedirects(response, f"{address}?commune=18057", status_code=301)
    assert client.get("/territoires/99-x/plaquette/leviers/").status_code == 404


def test_a_brochure_without_levers_says_so(client, db):
    make_region()

    assertContains(client.get("/plaquette/leviers/"), "Aucun levier n’est encore publié.")
