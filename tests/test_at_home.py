"""The pages of communes and EPCI: addresses, who may act, figures, the nearest examples."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from territories.models import Commune, Intercommunality
from tests.factories import (
    make_commune,
    make_competence,
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


@pytest.mark.parametrize("name", ["Le Blanc", "La Châtre", "Les Aix-d’Angillon", "Écueillé"])
def test_the_page_names_the_commune_and_its_epci(client, db, name):
    grouping = make_intercommunality(name="CC du Val", kind="CC")
    commune = make_commune(name=name, intercommunality=grouping)

    response = client.get(commune.get_absolute_url())

    department = commune.department
    assert Document(response.text).headings[0] == [1, name]
    assert (
        f"Commune {department.of}. Son intercommunalité : CC du Val (communauté de communes)."
        in read(response)
    )
    assertContains(response, f'<a href="{grouping.get_absolute_url()}">CC du Val</a>')
    assertContains(response, f'<a href="{department.get_absolute_url()}">{department.name}</a>')


def test_the_figures_are_told_to_be_those_of_the_department(client, content):
    text = read(client.get("/territoires/18-cher/chateaumeillant/"))

    assert "Ce site ne publie pas de chiffre pour cette commune seule" in text
    whose = "Ces chiffres sont ceux du Cher, pas de Châteaumeillant"
    assert text.index(whose) < text.index("10,79 %")
    assert "1 629" not in text  # populations have no vintage here


def test_an_epci_of_two_departments_shows_the_figures_of_both(client, content):
    text = read(client.get("/territoires/intercommunalites/cc-du-pays-d-issoudun/"))

    assert "Dans le Cher, en 2015, 10,79 %" in text
    assert "Dans l'Indre, en 2015, 11,50 %" in text
    assert "dans l'Indre et dans le Cher." in text
    assert "Ces chiffres sont ceux de l'Indre et du Cher, pas de l'intercommunalité" in text


def test_an_epci_has_a_link_to_each_of_its_communes(client, db):
    grouping = make_intercommunality()
    commune = make_commune(name="Ici", intercommunality=grouping)
    neighbour = make_commune(name="Là", intercommunality=grouping, department=commune.department)
    across = make_commune(name="Au-delà", intercommunality=grouping)
    stranger = make_commune(name="Ailleurs", department=commune.department)

    response = client.get(grouping.get_absolute_url())

    for other in [commune, neighbour, across]:
        assertContains(response, f'<a href="{other.get_absolute_url()}">{other.name}</a>')
    assert "Au-delà, Ici, Là." in read(response)
    assertNotContains(response, stranger.name)


def test_a_commune_without_an_epci_has_its_page(client, db):
    make_competence(holder="epci-sauf-opposition")
    commune = make_commune(name="Ouessant")

    text = read(client.get(commune.get_absolute_url()))

    assert f"Commune {commune.department.of}." in text
    assert "Nos données ne lui donnent pas d'intercommunalité" in text


def test_a_department_lists_its_epci_with_a_link_for_each(client, db):
    grouping = make_intercommunality(name="CC du Val")
    commune = make_commune(intercommunality=grouping)

    response = client.get(commune.department.get_absolute_url())

    assertContains(response, f'<a href="{grouping.get_absolute_url()}">CC du Val</a>')
    assert client.get(grouping.get_absolute_url()).status_code == 200


# Who may act


def test_a_village_reads_who_exercises_each_competence(client, content):
    response = client.get("/territoires/18-cher/chateaumeillant/")

    document = Document(response.text)
    headings = [title for level, title in document.headings if level == 3]
    assert headings[:3] == ["Votre commune", "L’une et l’autre", "Votre intercommunalité"]
    text = plain(document.text)
    assert "à vérifier dans les statuts" in text
    assert "vous ne pouvez pas" not in text.lower()
    # The lever says by which rule.
    address = "/leviers/transports-voirie/?commune=18057"
    assert address in document.attributes("href")
    lever = read(client.get(address))
    assert "sauf transfert à l'intercommunalité ; à vérifier dans les statuts." in lever
    assert "L. 5214-16" in lever


# Addresses


def test_every_commune_and_epci_has_an_address_of_its_own(client, content):
    communes = Commune.objects.select_related("department")
    addresses = [place.get_absolute_url() for place in [*communes, *Intercommunality.objects.all()]]

    assert len(addresses) == 1754 + 82
    assert len(set(addresses)) == len(addresses)
    assert all(re.fullmatch(r"/territoires/[\da-z-]+/[\da-z-]+/", address) for address in addresses)


def test_homonyms_of_two_departments_have_two_pages(client, content):
    for address, code in {"36-indre": "36247", "41-loir-et-cher": "41295"}.items():
        response = client.get(f"/territoires/{address}/vineuil/")
        assertContains(response, f"?commune={code}")


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("18/bourges", "18-cher/bourges"),
        ("18-autre/bourges", "18-cher/bourges"),
        ("36-indre/bourges", "18-cher/bourges"),  # another department
        ("18-cher/Bourges", "18-cher/bourges"),
        ("18-cher/18033", "18-cher/bourges"),
        ("18-cher/bourges-18033", "18-cher/bourges"),
        ("18-cher/les-aix-d'angillon", "18-cher/les-aix-d-angillon"),
        ("18-cher/laverdines", "18-cher/baugy"),  # today in Baugy
        ("intercommunalites/CA-Bourges-Plus", "intercommunalites/ca-bourges-plus"),
        ("intercommunalites/241800507", "intercommunalites/ca-bourges-plus"),
    ],
)
def test_another_address_of_a_place_leads_to_its_own(client, content, address, canonical):
    response = client.get(f"/territoires/{address}/")

    assertRedirects(response, f"/territoires/{canonical}/", status_code=301)


@pytest.mark.parametrize(
    "address",
    [
        "18-cher/nulle-part",
        "99-ailleurs/bourges",
        "intercommunalites/nulle-part",
        "18-cher/%00",
        "18-cher/'",
        "18-cher/" + "a" * 5_000,
        "36-indre/saint-martin",  # the start of several names
    ],
)
def test_an_unknown_place_is_not_found(client, content, address):
    assert client.get(f"/territoires/{address}/").status_code == 404


def test_homonyms_side_by_side_are_told_apart_by_their_codes(client, db):
    department = make_territory()
    one, other = (make_commune(name="Val-Noir", department=department) for _ in range(2))

    response = client.get(one.get_absolute_url())

    assert "Plusieurs territoires portent ce nom." in read(response)
    for commune in [one, other]:
        address = f"{one.get_absolute_url()[:-1]}-{commune.insee_code}/"
        assertContains(response, f'href="{address}"')
        page = client.get(address)
        assertContains(page, f"?commune={commune.insee_code}")
        assertNotContains(page, "La quitter")


@pytest.mark.parametrize("query", ["commune=18033", "commune=18033&a=%C3%A9"])
@pytest.mark.parametrize("address", ["18", "18-cher", "18-un-autre-nom", "28-eure-et-loir"])
def test_an_old_address_of_a_commune_leads_to_its_page(client, content, address, query):
    response = client.get(f"/territoires/{address}/?{query}")

    assertRedirects(response, "/territoires/18-cher/bourges/", status_code=301)


@pytest.mark.parametrize("address", ["18-cher", "36-indre"])
def test_an_old_address_of_an_epci_leads_to_its_only_page(client, content, address):
    response = client.get(f"/territoires/{address}/?epci=243600236")

    assertRedirects(
        response, "/territoires/intercommunalites/cc-du-pays-d-issoudun/", status_code=301
    )


def test_an_old_address_without_a_home_gets_no_question_mark(client, content):
    assertRedirects(client.get("/territoires/18/"), "/territoires/18-cher/", status_code=301)


def test_the_canonical_address_is_that_of_the_page(client, db):
    commune = make_commune()

    assertContains(
        client.get(commune.get_absolute_url()),
        f'<link rel="canonical" href="http://testserver{commune.get_absolute_url()}">',
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
    assertNotContains(response, "Votre commune")
    assertNotContains(response, "alert(1)")
    assertContains(response, f'<link rel="canonical" href="http://testserver{page}">')


# What is listed


def test_without_a_list_nothing_is_counted(client, content):
    response = client.get("/territoires/18-cher/bourges/")

    assertContains(response, "Ils le font déjà, au plus près")
    assertNotContains(response, "La liste de ce site compte")


def test_a_list_is_counted_and_dated(client, db):
    grouping = make_intercommunality()
    here = make_commune(intercommunality=grouping)
    there = make_commune(intercommunality=grouping, department=here.department)
    for commune in [here, there, there]:
        make_enterprise(commune=commune, is_example=False)
    make_enterprise(commune=there, is_example=False, is_published=False)

    of_commune = read(client.get(here.get_absolute_url()))
    of_grouping = read(client.get(grouping.get_absolute_url()))

    dated = plain(
        f"dernière modification de la liste : {date_format(timezone.localdate(), 'j F Y')}"
    )
    assert f"1 établissement dans la commune et 3 dans l'intercommunalité ({dated})" in of_commune
    assert f"compte 3 établissements dans l'intercommunalité ({dated})" in of_grouping


# Examples


def places_of(response):
    """Return the place that each card shows."""
    cards = re.findall(r'<p class="near__place">(.*?)</p>', response.text, re.DOTALL)
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
        "29 km, Vierzon (18)",
        "34 km, Issoudun (36)",
    ]
    text = read(response)
    assert "Ils le font déjà, au plus près" in text
    assert (
        "Distances à vol d'oiseau, au kilomètre, entre centres-bourgs ou, à défaut, mairies."
        in text
    )
    assert "Centres-bourgs : GeoNames, CC BY 4.0." in text
    assertContains(response, '<a href="/entreprises/">Voir tous les exemples</a>')


def test_a_degree_of_longitude_is_shorter_than_one_of_latitude(client, bourges):
    north = BOURGES | {"latitude": BOURGES["latitude"] + 0.25}
    east = BOURGES | {"longitude": BOURGES["longitude"] + 0.3}
    for slug, centre in {"a": north, "b": east}.items():
        make_enterprise(slug=slug, commune=make_commune(**centre))

    block_text = places_of(client.get(bourges.get_absolute_url()))

    assert [place.partition(",")[0] for place in block_text] == ["23 km", "28 km"]


def test_examples_with_an_unknown_town_centre_come_last_without_a_distance(client, bourges):
    cher = bourges.department
    make_enterprise(slug="a", commune=make_commune(name="Allogny", department=cher))
    make_enterprise(slug="b", department=cher)
    loiret = make_territory(code="45")
    make_enterprise(slug="c", commune=make_commune(name="Orléans", department=loiret, **ORLEANS))

    assert places_of(client.get(bourges.get_absolute_url())) == [
        "98 km, Orléans (45)",
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
    assert "Nous ne savons placer sur la carte ni le centre-bourg ni la mairie" in text
    assert "Distances à vol d'oiseau" not in text


def test_distances_of_an_epci_start_at_its_largest_commune(client, bourges):
    grouping = make_intercommunality()
    make_commune(intercommunality=grouping, population=10, **ORLEANS)
    make_commune(intercommunality=grouping, population=9_000, **BOURGES)
    make_enterprise(commune=make_commune(name="Vierzon", **VIERZON))

    response = client.get(grouping.get_absolute_url())

    assert places_of(response)[0].startswith("29 km")
    assert "depuis la commune la plus peuplée" in read(response)


def test_the_link_to_the_contact_form_names_the_commune(client, bourges):
    make_person(name="Camille Exemple", role="Direction")

    response = client.get(bourges.get_absolute_url())

    assertContains(response, "Camille Exemple")
    assertContains(response, f'href="/contact/?territoire=18&amp;commune={bourges.insee_code}"')


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

    assert f"Vous cherchiez {' ou '.join(towns)} ?" in read(response)
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


# Queries, caching, typography

MOST_QUERIES = 20


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

    addresses = [commune.get_absolute_url(), grouping.get_absolute_url()]
    grow(1)
    with_one = [count_queries(address) for address in addresses]
    grow(10)
    with_many = [count_queries(address) for address in addresses]

    assert with_one == with_many
    assert max(with_many) <= MOST_QUERIES


def test_the_page_of_a_commune_can_be_cached_and_sets_no_cookie(client, bourges):
    response = client.get(bourges.get_absolute_url())

    assert "public" in response["Cache-Control"]
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


@pytest.mark.parametrize(
    "address",
    [
        "/territoires/18-cher/bourges/",
        "/territoires/18-cher/ainay-le-vieil/",
        "/territoires/intercommunalites/cc-du-pays-d-issoudun/",
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
    for address in ["/territoires/18-cher/bourges/", "/territoires/18-cher/ainay-le-vieil/"]:
        document = Document(client.get(address).text)
        levels = [level for level, _ in document.headings]
        assert levels[:2] == [1, 2]
        assert all(b <= a + 1 for a, b in zip(levels, levels[1:], strict=False))
        ids = document.attributes("id")
        assert len(ids) == len(set(ids))
