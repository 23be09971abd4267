"""The page of a department for a commune or an EPCI: its home block, the nearest examples."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from territories.models import Commune
from tests.factories import (
    make_commune,
    make_enterprise,
    make_intercommunality,
    make_lever,
    make_map_grid,
    make_person,
    make_region,
    make_territory,
)
from tests.html import Document, plain

# Town centres, from GeoNames.
BOURGES = {"longitude": 2.4, "latitude": 47.083}
VIERZON = {"longitude": 2.07, "latitude": 47.222}
ISSOUDUN = {"longitude": 1.993, "latitude": 46.948}
ORLEANS = {"longitude": 1.904, "latitude": 47.903}


def read(response):
    return plain(Document(response.text).text)


def home_block(response):
    """Return the plain text of the block of the visitor's commune or EPCI, or nothing."""
    found = re.search(r'<section class="notice home".*?</section>', response.text, re.DOTALL)
    return plain(Document(found[0]).text) if found else ""


@pytest.mark.parametrize("name", ["Le Blanc", "La Châtre", "Les Aix-d’Angillon", "Écueillé"])
def test_the_page_names_the_commune_and_its_epci(client, db, name):
    grouping = make_intercommunality(name="CC du Val", kind="CC")
    commune = make_commune(name=name, intercommunality=grouping)

    response = client.get(commune.get_absolute_url())

    block_text = home_block(response)
    assert f"Votre commune : {plain(name)} " in block_text
    assert "Votre intercommunalité : CC du Val, communauté de communes." in block_text
    assert commune.department.inside in Document(response.text).headings[0][1]


def test_the_shipped_page_names_the_source_of_its_names(client, content):
    response = client.get("/territoires/18-cher/?commune=18033")

    block_text = home_block(response)
    assert "Votre intercommunalité : CA Bourges Plus, communauté d'agglomération." in block_text
    assert "Les communes de l'intercommunalité en Centre-Val de Loire" in block_text
    assert "habitant" not in block_text  # the file gives no vintage of the populations
    assert "Communes et intercommunalités : code officiel géographique" in plain(
        Document(response.text).text
    )


def test_each_commune_of_the_epci_has_a_link_to_its_own_page(client, db):
    grouping = make_intercommunality()
    commune = make_commune(name="Ici", intercommunality=grouping)
    neighbour = make_commune(name="Là", intercommunality=grouping, department=commune.department)
    across = make_commune(name="Au-delà", intercommunality=grouping)
    stranger = make_commune(name="Ailleurs", department=commune.department)

    response = client.get(commune.get_absolute_url())

    for other in [neighbour, across]:
        assertContains(response, f'<a href="{other.get_absolute_url()}">{other.name}</a>')
    assert "Au-delà, Ici, Là." in home_block(response)
    assertNotContains(response, stranger.name)
    assertNotContains(response, f'href="{commune.get_absolute_url()}"')


def test_an_epci_of_two_departments_has_a_link_to_the_other_one(client, db):
    grouping = make_intercommunality(name="CC des Deux Rives")
    here = make_commune(intercommunality=grouping)
    there = make_commune(
        intercommunality=grouping, department=make_territory(code="99", inside="en Face")
    )

    of_commune = client.get(here.get_absolute_url())
    of_grouping = client.get(grouping.address_in(here.department))

    for response in [of_commune, of_grouping]:
        assert "Elle s'étend aussi en Face." in home_block(response)
        assertContains(response, f'<a href="{grouping.address_in(there.department)}">en Face</a>')
    block_text = home_block(of_grouping)
    assert "Votre intercommunalité : CC des Deux Rives Communauté de communes." in block_text
    assert "Votre commune" not in home_block(of_grouping)


def test_an_epci_of_one_department_names_no_other(client, db):
    commune = make_commune(intercommunality=make_intercommunality())

    assert "s'étend" not in home_block(client.get(commune.get_absolute_url()))


def test_the_shipped_epci_of_two_departments_have_a_page_in_both(client, content):
    for siren, addresses in {
        "243600236": ["/territoires/18-cher/", "/territoires/36-indre/"],
        "200070183": ["/territoires/41-loir-et-cher/", "/territoires/45-loiret/"],
    }.items():
        for address in addresses:
            block_text = home_block(client.get(f"{address}?epci={siren}"))
            assert "Elle s'étend aussi" in block_text


def test_a_commune_without_an_epci_has_its_home_block(client, db):
    commune = make_commune(name="Ouessant")

    block_text = home_block(client.get(commune.get_absolute_url()))

    assert "Votre commune : Ouessant" in block_text
    assert "intercommunalité" not in block_text


def test_a_department_lists_its_epci_with_a_link_for_each(client, db):
    grouping = make_intercommunality(name="CC du Val")
    commune = make_commune(intercommunality=grouping)
    page = commune.department.get_absolute_url()

    assertContains(client.get(page), f'<a href="?epci={grouping.siren}">CC du Val</a>')
    assert "Votre intercommunalité : CC du Val" in home_block(
        client.get(f"{page}?epci={grouping.siren}")
    )


@pytest.mark.parametrize(
    "query",
    [
        "commune=99999",
        "commune=",
        "commune=18033%00",
        "commune=%00",
        "commune=%ff%fe",
        "commune=١٨٠٣٣",
        "commune=18033%0A",
        "commune=' OR 1=1",
        "commune=<script>alert(1)</script>",
        "commune=" + "9" * 10_000,
        "epci=000000000",
        "epci=%00",
        "epci=abc",
        "epci=" + "1" * 5_000,
        "inconnu=1",
    ],
)
def test_an_unknown_code_shows_the_page_of_the_department(client, db, query):
    commune = make_commune(name="Bourges", insee_code="18033")
    page = commune.department.get_absolute_url()

    response = client.get(f"{page}?{query}")

    assert response.status_code == 200
    assert home_block(response) == ""
    assertNotContains(response, "alert(1)")
    assertContains(response, f'<link rel="canonical" href="http://testserver{page}">')


def test_a_code_of_another_department_shows_the_page_of_the_department(client, db):
    commune = make_commune(intercommunality=make_intercommunality())
    elsewhere = make_territory().get_absolute_url()

    for query in [f"commune={commune.insee_code}", f"epci={commune.intercommunality.siren}"]:
        response = client.get(f"{elsewhere}?{query}")
        assert response.status_code == 200
        assert home_block(response) == ""


def test_the_page_of_the_region_ignores_a_commune(client, db):
    region = make_region()
    commune = make_commune()

    response = client.get(f"{region.get_absolute_url()}?commune={commune.insee_code}")

    assert home_block(response) == ""


def test_the_canonical_address_is_that_of_the_department(client, db):
    commune = make_commune()

    assertContains(
        client.get(commune.get_absolute_url()),
        f'<link rel="canonical" href="http://testserver{commune.department.get_absolute_url()}">',
    )


# Examples


def places_of(response):
    """Return the place that each card shows."""
    cards = re.findall(r'<p class="card__place">(.*?)</p>', response.text, re.DOTALL)
    return [plain(Document(card).text) for card in cards]


@pytest.fixture
def bourges(db):
    return make_commune(name="Bourges", department=make_territory(code="18"), **BOURGES)


def test_the_nearest_examples_come_first_wherever_they_are(client, bourges):
    cher, indre = bourges.department, make_territory(code="36")
    make_map_grid(centre_credit="Centres-bourgs : GeoNames, CC BY 4.0.")
    make_enterprise(slug="a", commune=make_commune(name="Orléans", **ORLEANS))
    make_enterprise(slug="b", commune=make_commune(name="Vierzon", department=cher, **VIERZON))
    make_enterprise(slug="c", commune=make_commune(name="Issoudun", department=indre, **ISSOUDUN))
    make_enterprise(slug="d", commune=bourges)

    response = client.get(bourges.get_absolute_url())

    # 29.4 and 34.4 kilometres, by the haversine formula.
    assert places_of(response) == [
        "Bourges (18), dans la même commune",
        "Vierzon (18), à 29 km",
        "Issoudun (36), à 34 km",
    ]
    text = read(response)
    assert "Les exemples les plus proches" in text
    assert "Distances à vol d'oiseau, de centre-bourg à centre-bourg." in text
    assert "Centres-bourgs : GeoNames, CC BY 4.0." in text
    assertContains(response, '<a href="/entreprises/">Voir tous les exemples</a>')


def test_a_degree_of_longitude_is_shorter_than_one_of_latitude(client, bourges):
    north = BOURGES | {"latitude": BOURGES["latitude"] + 0.25}
    east = BOURGES | {"longitude": BOURGES["longitude"] + 0.3}
    for slug, centre in {"a": north, "b": east}.items():
        make_enterprise(slug=slug, commune=make_commune(**centre))

    block_text = places_of(client.get(bourges.get_absolute_url()))

    assert [place.rpartition(" à ")[2] for place in block_text] == ["23 km", "28 km"]


def test_examples_with_an_unknown_town_centre_come_last_without_a_distance(client, bourges):
    cher = bourges.department
    make_enterprise(slug="a", commune=make_commune(name="Allogny", department=cher))
    make_enterprise(slug="b", department=cher)
    loiret = make_territory(code="45")
    make_enterprise(slug="c", commune=make_commune(name="Orléans", department=loiret, **ORLEANS))

    assert places_of(client.get(bourges.get_absolute_url())) == [
        "Orléans (45), à 98 km",
        "Allogny (18)",
        f"{cher.name} (18)",
    ]


def test_unpublished_examples_are_not_shown(client, bourges):
    make_enterprise(commune=bourges, is_published=False)

    assert places_of(client.get(bourges.get_absolute_url())) == []


def test_a_commune_with_an_unknown_town_centre_has_a_note_and_the_usual_order(client, db):
    commune = make_commune(name="Ici")
    department = commune.department
    make_enterprise(name="B", commune=make_commune(name="Deux", department=department, **VIERZON))
    make_enterprise(name="A", commune=make_commune(name="Un", department=department, **BOURGES))
    make_enterprise(name="C", commune=make_commune(name="Trois", **ORLEANS))

    response = client.get(commune.get_absolute_url())

    assert [place.split()[0] for place in places_of(response)] == ["Un", "Deux"]
    text = read(response)
    assert f"Des exemples {department.inside}" in text
    assert "Nous ne savons pas où se trouve le centre-bourg de cette commune" in text
    assert "Distances à vol d'oiseau" not in text


def test_an_epci_and_a_department_have_the_usual_order_without_a_note(client, db):
    grouping = make_intercommunality()
    commune = make_commune(intercommunality=grouping, **BOURGES)
    make_enterprise(commune=commune)

    for address in [grouping.address_in(commune.department), commune.department.get_absolute_url()]:
        text = read(client.get(address))
        assert f"Des exemples {commune.department.inside}" in text
        assert "centre-bourg" not in text
        assert " km" not in text


def test_the_levers_are_those_of_the_examples_that_are_shown(client, bourges):
    make_enterprise(commune=bourges).levers.add(make_lever(title="Acheter local"))

    assertContains(client.get(bourges.get_absolute_url()), "Acheter local")


def test_the_link_to_the_contact_form_names_the_commune(client, bourges):
    make_person(name="Camille Exemple")

    response = client.get(bourges.get_absolute_url())

    assertContains(response, "Camille Exemple")
    assertContains(response, f'href="/contact/?territoire=18&amp;commune={bourges.insee_code}"')


def test_a_link_leads_to_the_choice_of_another_commune(client, bourges):
    response = client.get(bourges.get_absolute_url())

    assertContains(response, '<a href="/territoires/recherche/">Choisir une autre commune</a>')


# Larger communes with a longer name


@pytest.mark.parametrize(
    ("typed", "towns"),
    [
        ("montlouis", ["Montlouis-sur-Loire"]),
        ("noyers", ["Noyers-sur-Cher"]),
        ("Civray", ["Civray-de-Touraine"]),
        ("Chaumont", ["Chaumont-sur-Loire", "Chaumont-sur-Tharonne"]),
    ],
)
def test_a_village_offers_the_towns_whose_name_starts_with_its_own(client, content, typed, towns):
    response = client.get("/territoires/recherche/", {"q": typed}, follow=True)

    assert f"Vous cherchiez {' ou '.join(towns)} ?" in home_block(response)
    for town in towns:
        commune = Commune.objects.get(name=town)
        assertContains(response, f'<a href="{commune.get_absolute_url()}">{town}</a>')


@pytest.mark.parametrize("code", ["18033", "37156"])
def test_a_town_offers_no_other_commune(client, content, code):
    commune = Commune.objects.get(insee_code=code)

    assert "Vous cherchiez" not in read(client.get(commune.get_absolute_url()))


def test_only_a_larger_commune_is_offered_and_only_for_a_whole_word(client, db):
    village = make_commune(name="Val", population=100)
    make_commune(name="Val-le-Petit", population=99)
    make_commune(name="Valençay", population=2_000)
    make_commune(name="Bas-Val", population=2_000)

    assert "Vous cherchiez" not in read(client.get(village.get_absolute_url()))


@pytest.mark.parametrize("query", ["commune=18033", "epci=241800507", "commune=18033&a=%C3%A9"])
@pytest.mark.parametrize("address", ["18", "18-", "18-un-autre-nom", "18-cher-"])
def test_an_old_address_keeps_the_home_of_the_visitor(client, content, address, query):
    response = client.get(f"/territoires/{address}/?{query}")

    assertRedirects(response, f"/territoires/18-cher/?{query}", status_code=301)


def test_an_old_address_without_a_home_gets_no_question_mark(client, content):
    assertRedirects(client.get("/territoires/18/"), "/territoires/18-cher/", status_code=301)


# Queries, caching, typography


def test_queries_do_not_grow_with_the_communes_and_the_examples(client, db):
    make_region()
    grouping = make_intercommunality()
    commune = make_commune(intercommunality=grouping, **BOURGES)

    def grow(number):
        for _ in range(number):
            other = make_commune(intercommunality=grouping, **VIERZON)
            make_enterprise(commune=other).levers.add(make_lever())
            make_enterprise(commune=commune).levers.add(make_lever())

    def count_queries(address):
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        assert not [q for q in queries if not q["sql"].startswith("SELECT")]
        return len(queries)

    addresses = [commune.get_absolute_url(), grouping.address_in(commune.department)]
    grow(1)
    with_one = [count_queries(address) for address in addresses]
    grow(10)
    with_many = [count_queries(address) for address in addresses]

    assert with_one == with_many
    # One query more than the page of the department: larger communes with a longer name.
    assert max(with_many) <= count_queries(commune.department.get_absolute_url()) + 1


def test_the_page_of_a_commune_can_be_cached_and_sets_no_cookie(client, bourges):
    response = client.get(bourges.get_absolute_url())

    assert "public" in response["Cache-Control"]
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


@pytest.mark.parametrize(
    "address",
    [
        "/territoires/18-cher/?commune=18033",
        "/territoires/18-cher/?commune=18002",
        "/territoires/18-cher/?epci=243600236",
        "/territoires/recherche/",
        "/territoires/recherche/?q=vineuil",
        "/territoires/recherche/?q=romorantin",
        "/territoires/recherche/?q=saint",
        "/territoires/recherche/?q=bourjes",
        "/territoires/recherche/?q=zzz",
        f"/territoires/recherche/?q={'a' * 101}",
    ],
)
def test_the_pages_are_written_with_french_typography(client, content, address):
    text = Document(client.get(address).text).text

    assert not re.search(r"\w'\w", text)
    assert not re.findall(r".{0,20}[ \u00a0][;:!?»%€].{0,9}", text)
    assert not re.search(r"«(?!\u202f)|\d \d{3}(?!\d| \d\d)", text)


def test_headings_are_in_order_and_identifiers_unique(client, content):
    for address in ["/territoires/18-cher/?commune=18033", "/territoires/18-cher/?commune=18002"]:
        document = Document(client.get(address).text)
        levels = [level for level, _ in document.headings]
        assert levels[:2] == [1, 2]
        assert all(b <= a + 1 for a, b in zip(levels, levels[1:], strict=False))
        ids = document.attributes("id")
        assert len(ids) == len(set(ids))
