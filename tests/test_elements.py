"""Pages are light for a browser, and their landmarks are few and named."""

import pytest

from enterprises.models import Enterprise
from policies.models import Lever
from territories.models import Commune, Intercommunality, Territory
from tests.factories import make_commune, make_enterprise, make_intercommunality
from tests.html import Document

DRAWING = {"svg", "path", "g", "text", "circle", "rect", "line", "use", "desc", "polyline"}
MOST_ELEMENTS = 380  # outside drawings: the first class of EcoIndex ends about there


def elements(response):
    """Return the names of the elements of a page, except those inside a drawing."""
    assert response.status_code == 200
    return [name for name, _ in Document(response.text).tags if name not in DRAWING]


PAGES = [
    "/",
    "/pourquoi/",
    "/la-cress/",
    "/mentions-legales/",
    "/plan-du-site/",
    "/territoires/",
    "/territoires/24-centre-val-de-loire/",
    "/territoires/45-loiret/",
    "/territoires/comparer/?t=18&t=28&t=36&t=37",
    "/territoires/recherche/",
    "/territoires/recherche/?q=saint",
    "/leviers/",
    "/glossaire/",
    "/entreprises/",
    "/entreprises/?pres_de=saint",
    "/recherche/?q=insertion",
    "/recherche/?q=saint",
]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_has_few_elements_and_no_unnamed_article(client, content, address):
    names = elements(client.get(address))

    assert len(names) <= MOST_ELEMENTS
    assert "article" not in names


def test_both_pages_of_each_brochure_have_few_elements(client, content):
    """With a commune in the address too, which adds a line."""
    addresses = [territory.get_absolute_url() for territory in Territory.objects.departments()]
    assert len(addresses) == 6
    for address in ["/", *addresses]:
        for page in ["plaquette/", "plaquette/leviers/"]:
            names = elements(client.get(address + page, {"commune": "18033"}))
            assert len(names) <= MOST_ELEMENTS, (address, page)
            assert "article" not in names


def test_the_page_of_a_lever_and_of_an_enterprise_have_few_elements(client, content):
    pages = [*Lever.objects.published(), *Enterprise.objects.published()]
    assert len(pages) > 15
    for page in pages:
        names = elements(client.get(page.get_absolute_url()))
        assert len(names) <= MOST_ELEMENTS, page
        assert "article" not in names, page


def test_the_page_of_each_epci_has_few_elements(client, content):
    swept = 0
    for grouping in Intercommunality.objects.all():
        assert len(elements(client.get(grouping.get_absolute_url()))) <= MOST_ELEMENTS, grouping
        swept += 1
    assert swept == 82


def test_the_page_of_a_commune_of_the_largest_epci_has_few_elements(client, content):
    largest = max(Intercommunality.objects.all(), key=lambda grouping: grouping.communes.count())
    commune = Commune.objects.filter(intercommunality=largest).first()

    assert len(elements(client.get(commune.get_absolute_url()))) <= MOST_ELEMENTS


def test_a_full_page_of_the_directory_has_few_elements(client, db):
    """Eighty EPCI would weigh as much as the enterprises: a department comes first."""
    for n in range(40):
        town = make_commune(intercommunality=make_intercommunality(name=f"CC {n:02}"))
        make_enterprise(commune=town, is_example=n < 6, summary="Un résumé.")

    everywhere = client.get("/entreprises/")
    assert len(elements(everywhere)) <= MOST_ELEMENTS
    assert "Choisissez d’abord un département" in everywhere.text

    one = client.get("/entreprises/", {"departement": town.department.code})
    assert "CC 39 (1)" in one.text
    chosen = client.get("/entreprises/", {"epci": town.intercommunality.siren})
    assert "CC 38 (1)" in chosen.text
