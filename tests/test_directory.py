"""The directory of enterprises: choices, counts, pages, order, addresses, map."""

import re
from html import escape, unescape
from types import SimpleNamespace

import pytest
from django.db import connection
from pytest_django.asserts import assertContains

from cress.base.search.queries import read_query
from enterprises.models import Enterprise
from tests.factories import (
    make_commune,
    make_enterprise,
    make_family,
    make_intercommunality,
    make_lever,
    make_map_grid,
    make_photo,
    make_sector,
    make_territory,
)
from tests.html import Document, plain

BOURGES = {"longitude": 2.39896, "latitude": 47.08333}
VIERZON = {"longitude": 2.06914, "latitude": 47.22258}
ORLEANS = {"longitude": 1.90389, "latitude": 47.90289}


def assert_page_has(response, text):
    """Check that a page has a text, with any kind of spaces and apostrophes."""
    assert plain(text) in plain(Document(response.text).text), text


def names(response):
    return [plain(text) for level, text in Document(response.text).headings if level == 3]


@pytest.fixture
def directory(db):
    val, mont = make_territory(name="Val"), make_territory(name="Mont")
    lever = make_lever(title="Un levier", slug="un-levier")
    make_enterprise(name="Au val", department=val).levers.add(lever)
    make_enterprise(name="Au val, sans levier", department=val)
    make_enterprise(name="Au mont", department=mont).levers.add(lever)
    return val, mont


def test_the_directory_narrows_by_department_and_lever(client, directory):
    val, mont = directory

    assert len(names(client.get("/entreprises/"))) == 3
    by_department = client.get("/entreprises/", {"departement": val.code})
    assert names(by_department) == ["Au val", "Au val, sans levier"]
    assertContains(by_department, f'<option value="{val.code}" selected>')
    both = client.get("/entreprises/", {"departement": mont.code, "levier": "un-levier"})
    assert names(both) == ["Au mont"]


def test_each_choice_can_be_removed_alone(client, directory):
    val, _ = directory
    response = client.get("/entreprises/", {"departement": val.code, "levier": "un-levier"})

    chips = [a["href"] for _, a in Document(response.text).tags if a.get("class") == "chip"]

    assert chips == ["/entreprises/?levier=un-levier", f"/entreprises/?departement={val.code}"]
    assert [names(client.get(chip)) for chip in chips] == [
        ["Au mont", "Au val"],
        ["Au val", "Au val, sans levier"],
    ]


def test_a_directory_without_results_explains_how_to_widen_it(client, directory):
    make_lever(slug="sans-exemple")

    response = client.get("/entreprises/?levier=sans-exemple")

    assertContains(response, "Aucune entreprise")
    assertContains(response, 'href="/entreprises/"')


@pytest.mark.parametrize("value", ["zz", "\x00", "x" * 10_000, "😀", "' OR 1=1"])
def test_an_unknown_choice_gets_a_message_and_narrows_nothing(client, directory, value):
    response = client.get("/entreprises/", {"departement": value, "levier": ""})

    assertContains(response, "Ce choix n’existe pas.")
    assert len(names(response)) == 3


def test_a_long_directory_is_read_page_by_page_with_its_filters(client, db):
    department = make_territory()
    for n in range(45):
        make_enterprise(name=f"Atelier {n:02}", slug=f"a-{n:02}", department=department)

    second = client.get(f"/entreprises/?departement={department.code}&page=2")

    assert names(second) == [f"Atelier {n:02}" for n in range(18, 36)]
    assertContains(second, "45 exemples")
    assertContains(second, f'href="?departement={department.code}&amp;page=3"')
    for page, shown in {"0": 9, "9": 9, "abc": 18, "-1": 9, "9" * 400: 9}.items():
        assert len(names(client.get("/entreprises/", {"page": page}))) == shown, page


def test_a_town_on_the_map_has_the_numbers_of_its_examples(client, db):
    town = make_commune(name="Bourg", longitude=2.5651, latitude=47.1965)
    make_map_grid()
    for n in range(2):
        make_enterprise(slug=f"a-{n}", commune=town, department=town.department)
    make_enterprise(slug="b", department=town.department)

    response = client.get("/entreprises/")

    assertContains(response, '<circle cx="1931" cy="1976" r="64"/>')
    assertContains(response, ">1·2</text>")
    assertContains(response, "1, 2\u202f: Bourg.")
    assert response.text.count('r="64"') == 1
    beside = re.search(r'<ol class="directory-places">.*?</ol>', response.text, re.DOTALL)[0]
    assert beside.count("<li>Bourg ") == 2
    assert beside.count("<li>") == 3


# Counts beside the choices


def options(response, name):
    """Return the labels of the choices of a field."""
    field = re.search(rf'<select name="{name}".*?</select>', response.text, re.DOTALL)[0]
    return [plain(text) for text in re.findall(r"<option[^>]*>([^<]*)<", field)]


@pytest.fixture
def many(db):
    """Make nine enterprises: three of each kind, with different choices."""
    grouping = make_intercommunality(name="CC du Val", siren="200000001")
    town = make_commune(name="Vendœuvres", intercommunality=grouping, **BOURGES)
    val, mont = town.department, make_territory(name="Mont", inside="dans le Mont")
    care, craft = make_sector(name="Soin", slug="soin"), make_sector(name="Atelier", slug="atelier")
    family = make_family(name="Association", slug="association")
    lever = make_lever(title="Un levier", slug="un-levier")
    for n in range(3):
        band = {"headcount_min": n * 9, "headcount_max": n * 9}
        make_enterprise(name=f"Au val {n}", commune=town, sector=care, family=family, **band)
        make_enterprise(name=f"Au mont {n}", department=mont, sector=craft, **band)
        make_enterprise(
            name=f"Dans la liste {n}", department=mont, sector=care, is_example=False, summary=""
        )
    Enterprise.objects.get(name="Au val 0").levers.add(lever)
    Enterprise.objects.get(name="Au mont 0").levers.add(lever)
    return SimpleNamespace(val=val, mont=mont, town=town)


def test_each_choice_shows_how_many_enterprises_it_would_leave(client, many):
    response = client.get("/entreprises/")

    assert_page_has(response, "9 entreprises, dont 6 exemples")
    assert options(response, "departement") == [
        "dans toute la région",
        "dans le Mont (6)",
        f"{many.val.inside} (3)",
    ]
    assert options(response, "epci") == ["Toutes", "CC du Val (3)"]
    assert options(response, "secteur") == ["de tous les secteurs", "Atelier (3)", "Soin (6)"]
    assert options(response, "famille_ess") == ["Toutes", "Association (3)"]
    assert options(response, "levier") == ["tous les leviers", "Un levier (2)"]
    assert options(response, "effectif") == [
        "Tous",
        "Aucun salarié (2)",
        "1 à 9 salariés (2)",
        "10 à 49 salariés (2)",
    ]
    assert options(response, "exemples") == ["toutes les entreprises", "les exemples (6)"]


def test_the_counts_of_a_field_depend_on_the_other_fields_only(client, many):
    response = client.get("/entreprises/?departement=" + many.mont.code + "&secteur=soin")

    assert names(response) == ["Dans la liste 0", "Dans la liste 1", "Dans la liste 2"]
    assert_page_has(response, "3 entreprises")
    assert options(response, "departement")[1:] == ["dans le Mont (3)", f"{many.val.inside} (3)"]
    assert options(response, "secteur")[1:] == ["Atelier (3)", "Soin (3)"]
    assert options(response, "epci") == ["Toutes"]
    assert options(response, "levier") == ["tous les leviers"]


def test_an_enterprise_that_two_choices_exclude_counts_for_neither(client, many):
    response = client.get(f"/entreprises/?departement={many.val.code}&secteur=atelier")

    assert options(response, "departement")[1:] == ["dans le Mont (3)", f"{many.val.inside} (0)"]
    assert options(response, "secteur")[1:] == ["Atelier (0)", "Soin (3)"]


def test_an_epci_is_counted_and_the_map_shows_its_towns_only(client, many):
    make_territory(kind="region", code="R1")
    other = make_intercommunality(name="CC du Mont", siren="200000002")
    for _ in range(2):
        make_enterprise(commune=make_commune(intercommunality=other, **VIERZON))

    everywhere = client.get("/entreprises/")
    response = client.get("/entreprises/?epci=200000002")

    assert options(response, "epci") == ["Toutes", "CC du Mont (2)", "CC du Val (3)"]
    assert everywhere.text.count('class="map__cloud ') == 2
    assert response.text.count('class="map__cloud ') == 1


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("epci=200000001", 3),
        ("famille_ess=association", 3),
        ("effectif=0", 2),
        ("effectif=1-9", 2),
        ("effectif=10-49", 2),
        ("effectif=250", 0),
        ("exemples=oui", 6),
        ("levier=un-levier&epci=200000001", 1),
        ("q=vendoeuvres", 3),
        ("q=VENDŒUVRES+val", 3),
        ("q=mont&exemples=oui&effectif=0&secteur=atelier", 1),
    ],
)
def test_the_count_is_the_number_of_results(client, many, query, left):
    response = client.get(f"/entreprises/?{query}")

    assert len(names(response)) == left
    assert re.search(rf"<h2[^>]*>({left}|Aucune) ", response.text)


def test_without_results_each_choice_can_be_removed_with_its_count(client, many):
    address = f"/entreprises/?departement={many.val.code}&secteur=atelier&q=zzz"

    response = client.get(address)

    assert_page_has(response, "Aucune entreprise")
    ways = re.findall(r'<li><a href="([^"]*)">Retirer ([^<]*)</a> <span>([^<]*)<', response.text)
    assert ways == []  # two of the three must go
    response = client.get(f"/entreprises/?departement={many.val.code}&secteur=atelier")
    ways = re.findall(r'<li><a href="([^"]*)">Retirer ([^<]*)</a> <span>([^<]*)<', response.text)
    assert ways == [
        ("/entreprises/?secteur=atelier", many.val.name, "3 entreprises"),
        (f"/entreprises/?departement={many.val.code}", "Atelier", "3 entreprises"),
    ]
    assert len(names(client.get(ways[0][0]))) == 3


# Texts


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("l'ile", ["L’Île aux œufs"]),
        ("L’ÎLE", ["L’Île aux œufs"]),
        ("ile-aux", ["L’Île aux œufs"]),
        ("oeufs", ["L’Île aux œufs"]),
        ("œufs ile", ["L’Île aux œufs"]),
        ("basse cour", ["L’Île aux œufs"]),
        ("l’atelier bois", ["Atelier"]),
        ("100 bois", ["Atelier"]),
        ("100% bois", ["Atelier"]),
        ("%bois%", ["Atelier"]),
        ("boi_zzz", []),
        ("zzz", []),
    ],
)
def test_a_text_finds_names_towns_and_summaries_with_or_without_accents(client, db, query, found):
    make_enterprise(
        name="L’Île aux œufs", summary="Un élevage.", commune=make_commune(name="Basse-Cour")
    )
    make_enterprise(name="Atelier", usual_name="L’Atelier", summary="Du bois à 100 %.")

    assert [
        apart.replace("'", "’") for apart in names(client.get("/entreprises/", {"q": query}))
    ] == found


@pytest.mark.parametrize("query", ["é", "a b c d", "%%%", "___", "😀😀😀", "اقتصاد", "' --"])
def test_a_text_without_a_word_of_two_letters_gets_a_message_and_is_kept(client, many, query):
    response = client.get("/entreprises/", {"q": query})

    assert_page_has(response, "Tapez un mot d’au moins deux lettres.")
    assert f'value="{escape(query)}"' in response.text
    assert len(names(response)) == 9


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("x" * 10_000, "Écrivez au plus 100 signes."),
        ("abc\x00def", "Le caractère nul n’est pas autorisé."),
    ],
)
def test_a_text_that_is_too_long_or_unreadable_gets_a_message(client, many, query, message):
    response = client.get("/entreprises/", {"q": query})

    assert response.status_code == 200
    assert message in response.text


def test_enterprises_are_found_by_the_new_name_of_a_renamed_commune(client, db):
    commune = make_commune(name="Ancien-Bourg")
    make_enterprise(name="Chez nous", commune=commune)

    commune.name = "Nouvelle-Ville"
    commune.save()

    assert names(client.get("/entreprises/?q=nouvelle ville")) == ["Chez nous"]
    assert names(client.get("/entreprises/?q=ancien")) == []


def test_the_shipped_enterprises_are_searched_like_the_others(client, content):
    assert names(client.get("/entreprises/?q=ile d'or amboise")) == ["éthic étapes - Île d'Or"]


def test_the_database_searches_texts_with_an_index(db):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_indexscan = off")
    plan = Enterprise.objects.matching(read_query("ile")).order_by().explain()

    index = {"postgresql": "enterprises_enterprise_words", "sqlite": "VIRTUAL TABLE INDEX"}
    assert index[connection.vendor] in plan


def test_the_matches_of_a_text_are_counted_up_to_a_limit(client, many, monkeypatch):
    monkeypatch.setattr("enterprises.directory.MOST_MATCHES", 4)

    response = client.get("/entreprises/?q=atelier")
    assert_page_has(response, "3 exemples")
    assert "dans le Mont (3)" in options(response, "departement")

    make_enterprise(name="Atelier 3", department=many.mont)
    make_enterprise(name="Atelier 4", department=many.mont)
    response = client.get("/entreprises/?q=atelier")
    assert_page_has(response, "Plus de 4 entreprises")
    assert_page_has(response, "La liste s’arrête ici")
    assert names(response) == ["Atelier 3", "Atelier 4", "Au mont 0", "Au mont 1"]
    assert options(response, "departement")[1:] == ["dans le Mont", many.val.inside]

    narrowed = client.get("/entreprises/?q=atelier&secteur=atelier")
    assert_page_has(narrowed, "3 entreprises")
    assert len(names(narrowed)) == 3


def test_there_is_a_last_page(client, many, monkeypatch):
    monkeypatch.setattr("enterprises.directory.PAGE_LENGTH", 2)
    monkeypatch.setattr("enterprises.directory.MOST_PAGES", 3)

    last = client.get("/entreprises/?page=900")

    assert_page_has(last, "9 entreprises, dont 6 exemples")
    assert_page_has(last, "Page 3 sur 3")
    assert_page_has(last, "La liste s’arrête ici : pour voir les autres, ajoutez un critère.")
    assert "La liste s’arrête" not in client.get("/entreprises/?page=2").text


# Order


def test_examples_come_first_then_names_in_alphabetical_order(client, many):
    make_enterprise(name="École", department=many.mont)

    assert names(client.get("/entreprises/"))[:4] == [
        "Au mont 0",
        "Au mont 1",
        "Au mont 2",
        "Au val 0",
    ]
    assert names(client.get("/entreprises/"))[6:8] == ["École", "Dans la liste 0"]


def test_the_order_can_be_the_last_added_first(client, many):
    make_enterprise(name="Zut", department=many.mont)

    assert names(client.get("/entreprises/?tri=ajout"))[0] == "Zut"


@pytest.fixture
def towns(db):
    here = make_commune(name="Bourges", insee_code="18033", postcodes="18000", **BOURGES)
    there = make_commune(name="Vierzon", insee_code="18279", department=here.department, **VIERZON)
    far = make_commune(name="Orléans", insee_code="45234", **ORLEANS)
    for commune in [far, there, here]:
        make_enterprise(name=f"De {commune.name}", commune=commune)
    make_enterprise(name="De nulle part", department=here.department)
    return here


def test_a_village_that_is_near_offers_the_town_whose_name_starts_so(client, towns):
    village = make_commune(name="Montlouis", insee_code="18152", population=111)
    make_commune(name="Montlouis-sur-Loire", insee_code="37156", population=11_335)
    make_commune(name="Montlouis-le-Petit", insee_code="37999", population=20)

    response = client.get("/entreprises/", {"pres_de": "montlouis", "exemples": "oui"}, follow=True)

    assert response.redirect_chain[-1][0].endswith(f"commune={village.insee_code}")
    assert_page_has(response, "Vous cherchiez près de Montlouis-sur-Loire ?")
    assert 'href="/entreprises/?exemples=oui&amp;commune=37156"' in response.text
    assert "Montlouis-le-Petit" not in response.text


@pytest.mark.parametrize(
    "typed", ["Bourges", "bourges", "18000", "INSEE 18033", "Bourges (18)", "Bourges 18"]
)
def test_the_nearest_to_a_typed_commune_come_first(client, towns, typed):
    towns.department.code = "18"
    towns.department.save()

    response = client.get("/entreprises/", {"pres_de": typed, "departement": ""}, follow=True)

    assert response.redirect_chain == [("/entreprises/?commune=18033", 302)]
    assert names(response) == ["De Bourges", "De Vierzon", "De Orléans", "De nulle part"]
    assert_page_has(response, "Bourges (18), dans la même commune")
    assert_page_has(response, "à 29 km")
    assert 'value="Bourges (18)"' in response.text
    assert_page_has(response, "Près de Bourges")
    assert options(response, "tri") == ["Des distances", "Des ajouts, derniers d'abord"]


def test_the_distance_is_kept_with_the_other_choices(client, towns):
    code = towns.department.code

    response = client.get(f"/entreprises/?departement={code}&pres_de=Bourges&secteur=", follow=True)

    assert response.redirect_chain == [(f"/entreprises/?departement={code}&commune=18033", 302)]
    assert names(response) == ["De Bourges", "De Vierzon", "De nulle part"]


def test_a_name_of_two_communes_gets_a_list_to_choose_from(client, towns):
    other = make_commune(name="Bourges", insee_code="41111")

    response = client.get("/entreprises/?pres_de=Bourges&exemples=oui")

    assert_page_has(response, "Près de quelle commune ?")
    assert 'href="?exemples=oui&amp;commune=18033"' in response.text
    assert f'href="?exemples=oui&amp;commune={other.insee_code}"' in response.text
    assert names(response) == []


@pytest.mark.parametrize("typed", ["zzzzzzzz", "x", "\x00", "9" * 400, "😀", "' OR 1=1"])
def test_an_unknown_commune_gets_a_message(client, towns, typed):
    response = client.get("/entreprises/", {"pres_de": typed})

    assert response.status_code == 200
    assert_page_has(response, "Essayez un autre nom, un ancien nom ou un code postal.")


@pytest.mark.parametrize("code", ["99999", "\x00", "x" * 5000])
def test_an_unknown_code_of_a_commune_is_ignored(client, towns, code):
    assert len(names(client.get("/entreprises/", {"commune": code}))) == 4


def test_a_commune_with_an_unknown_centre_gets_a_message(client, towns):
    make_commune(name="Sans centre", insee_code="18999")

    response = client.get("/entreprises/?commune=18999")

    assert_page_has(response, "ni le centre-bourg ni la mairie de cette commune")
    assert names(response)[0] == "De Bourges"


# Addresses


def test_the_form_redirects_to_a_short_address(client, many):
    empty = dict.fromkeys(["q", "pres_de", "epci", "secteur", "tri"], "")

    response = client.get("/entreprises/", {**empty, "departement": many.val.code, "page": "2"})

    assert response.status_code == 302
    assert response["Location"] == f"/entreprises/?departement={many.val.code}"
    assert client.get("/entreprises/", empty)["Location"] == "/entreprises/"


@pytest.mark.parametrize(
    "query",
    ["departement=18&departement=36", "departement[]=1", "%00=1", "&".join(["q=abc"] * 900)],
)
def test_an_odd_address_still_shows_a_directory(client, many, query):
    assert client.get(f"/entreprises/?{query}").status_code == 200


def test_the_links_to_open_data_have_the_same_choices(client, many):
    response = client.get(f"/entreprises/?departement={many.val.code}&tri=ajout")

    assert f'href="/donnees/entreprises.csv?departement={many.val.code}"' in response.text


@pytest.mark.parametrize(
    "query",
    [
        "",
        "page=2",
        "departement={val}&secteur=soin&famille_ess=association&effectif=0&exemples=oui",
        "q=liste",
        "q=zzz&departement={val}",
        "commune={town}",
        "commune={town}&q=liste",
        "epci=200000001&levier=un-levier",
        "pres_de=zzzzzzzz",
        "pres_de=Vendoeuvres",
    ],
)
def test_a_page_of_the_directory_needs_at_most_ten_queries(
    client, many, query, django_assert_max_num_queries
):
    for n in range(30):
        make_photo(enterprise=make_enterprise(name=f"Liste {n}", commune=make_commune()))
    query = query.format(val=many.val.code, town=many.town.insee_code)

    with django_assert_max_num_queries(10):
        client.get(f"/entreprises/?{query}")


# Cards, pages, map


def test_a_listed_enterprise_has_a_plain_card_and_a_page(client, db):
    family = make_family(definition="Ce que dit la loi de cette forme.")
    listed = make_enterprise(
        name="Listée",
        is_example=False,
        summary="",
        family=family,
        headcount_min=10,
        headcount_max=19,
        headcount_as_printed="10 à 19 salariés",
        headcount_source="Insee, Sirene, 2023",
    )

    card = client.get("/entreprises/")
    assert "photo" not in card.text
    assert_page_has(card, "10 à 19 salariés")
    page = client.get(listed.get_absolute_url())
    assert_page_has(page, "Entre 10 et 19 personnes salariées")
    assert_page_has(page, "Tel que publié : 10 à 19 salariés.")
    assert_page_has(page, "2023. Insee, Sirene.")
    assert_page_has(page, "Ce que dit la loi de cette forme.")
    assert listed.get_absolute_url() in client.get("/sitemap-entreprises-1.xml").text
    assert listed.get_absolute_url() not in client.get("/").text


@pytest.mark.parametrize(
    ("least", "most", "printed", "words"),
    [
        (0, 0, "0 salarié", "Aucune personne salariée"),
        (1, 1, "1 salarié", "Une personne salariée"),
        (2, 2, "2 salariés", "Deux personnes salariées"),
        (16, 16, "16 salariés", "Seize personnes salariées"),
        (17, 17, "17 salariés", "17 personnes salariées"),
        (1, 2, "1 ou 2 salariés", "Entre 1 et 2 personnes salariées"),
        (1000, 1999, "1 000 à 1 999 salariés", "Entre 1 000 et 1 999 personnes salariées"),
        (5, 5, "5 salariés permanents et 125 associés", "5 salariés permanents et 125 associés"),
    ],
)
def test_a_headcount_is_in_words_unless_its_source_gives_more(
    client, db, least, most, printed, words
):
    enterprise = make_enterprise(
        headcount_min=least,
        headcount_max=most,
        headcount_as_printed=printed,
        headcount_source="exemple",
    )

    response = client.get(enterprise.get_absolute_url())

    assert_page_has(response, f"Effectif {words}")
    assert_page_has(response, printed)


def test_the_link_to_report_an_error_names_the_enterprise(client, content):
    page = client.get("/entreprises/sefard/")
    address = unescape(re.search(r'href="([^"]*)">Dites-le à la CRESS', page.text)[1])

    form = client.get(address)

    assert "selected>Signaler une erreur sur le site" in form.text
    assert "SEFARD" in form.text


def test_the_neighbours_are_the_nearest_examples(client, towns):
    make_enterprise(name="Listée", commune=towns, is_example=False, summary="")

    response = client.get(Enterprise.objects.get(name="De Vierzon").get_absolute_url())

    assert_page_has(response, "D’autres exemples, du plus proche au plus lointain")
    assert names(response) == ["De Bourges", "De Orléans"]
    assert_page_has(response, "Bourges")
    lost = client.get(Enterprise.objects.get(name="De nulle part").get_absolute_url())
    assert_page_has(lost, f"Aussi {towns.department.inside}")
    assert names(lost) == ["De Bourges", "De Vierzon"]


def test_the_map_shows_all_the_results_with_dots_sized_by_number(client, db):
    make_map_grid()
    crowded = make_commune(name="Bourg", **BOURGES)
    alone = make_commune(name="Ville", **VIERZON)
    for n in range(25):
        make_enterprise(name=f"A {n:02}", commune=crowded)
    make_enterprise(name="Z", commune=alone)

    page = client.get("/entreprises/?page=2").text

    assert '<path class="map__cloud map__cloud--large" d="M1804 2100h.01"/>' in page
    assert page.count("map__cloud--small") == 1
    assert "Un point, une commune ; plus il est gros" in page
    narrowed = client.get(f"/entreprises/?departement={alone.department.code}").text
    assert "map__cloud--large" not in narrowed
