"""The search of the site, and the terms that a page explains."""

import re
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from cress.search import enterprises as enterprises_of_search
from cress.search import results, search
from enterprises.models import Enterprise
from policies.models import Action, Term
from policies.terms import explain
from tests.factories import (
    make_action,
    make_commune,
    make_enterprise,
    make_former_commune,
    make_intercommunality,
    make_lever,
    make_page,
    make_region,
    make_resource,
    make_term,
    make_territory,
)
from tests.html import Document, plain

# One or two for each model that is searched, however many rows it has, where nothing is kept yet.
MOST_QUERIES = 46
TOO_SHORT = "Tapez au moins deux lettres."


def titles(response):
    """Return the titles of the results, in order."""
    return [plain(text) for level, text in Document(response.text).headings if level == 3]


def kinds(response):
    return re.findall(r'<li>\s*<p class="caption">(.*?)</p>', response.text)


def heading(response):
    """Return the heading above the results."""
    return next(plain(text) for level, text in Document(response.text).headings if level == 2)


def tabs(response):
    """Return the tabs: the types of the results, with their counts."""
    nav = response.text.partition('aria-label="Types de réponse"')[2].partition("</nav>")[0]
    return [plain(text) for text in re.findall(r"<a[^>]*>(.*?)</a>", nav)]


@pytest.fixture
def find(client):
    def find(query, **parameters):
        response = client.get("/recherche/", {"q": query} | parameters)
        assert response.status_code == 200
        return response

    return find


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("cher", "Cher"),
        ("INDRE ET LOIRE", "Indre-et-Loire"),
        ("vierzon", "Vierzon"),
        ("crèche Vierzon", "Vierzon"),
        ("une crèche à Vierzon", "Vierzon"),
        ("vélo Bourges Plus", "CA Bourges Plus"),
        ("crèche Indre-et-Loire", "Indre-et-Loire"),
        ("tiers-lieu Saint-Amand-Montrond", "Saint-Amand-Montrond"),
        ("18", "Cher"),
        ("18000", "Bourges"),
        ("Laverdines", "Laverdines, aujourd'hui Baugy"),
        ("mer", "Mer"),
        ("déchets", "Collecte, gestion et valorisation des déchets"),
        ("dechets", "Collecte, gestion et valorisation des déchets"),
        ("valorisation des dechets", "Collecte, gestion et valorisation des déchets"),
        ("transports, voirie à l'école", "Transports, voirie"),
        ("l'ile d’or", "éthic étapes - Île d'Or"),
        ("scic", "SCIC"),
        ("kit municipal", "Kit municipal"),
        ("accessibilité", "Accessibilité : non conforme"),
    ],
)
def test_the_exact_name_comes_first(find, content, query, first):
    assert titles(find(query))[0] == first


def test_a_lever_and_a_commune_in_one_query_are_both_found(find, content):
    assert titles(find("déchets Vierzon"))[:2] == [
        "Vierzon",
        "Collecte, gestion et valorisation des déchets",
    ]


def test_each_kind_of_content_is_found(find, db):
    val = make_territory(name="Val d’Œuvre")
    make_commune(name="Œuvre-la-Forêt", department=val, intercommunality=make_intercommunality())
    make_commune(department=val, intercommunality=make_intercommunality(name="CC de l’Œuvre"))
    make_lever(title="Levier de l’œuvre")
    make_action(text="Soutenir une œuvre", lever=make_lever(title="Un autre levier"))
    make_enterprise(name="Les œuvres")
    make_enterprise(name="OEUVRES DU VAL", is_example=False, summary="")
    make_term(name="Œuvre")
    make_resource(title="Guide", description="Sur l’œuvre.")
    make_page(title="À l’œuvre")

    response = find("oeuvre")

    found = sorted(kind.partition(" · ")[0] for kind in kinds(response))
    assert found == sorted(
        ["Département", "Commune", "Intercommunalité", "Levier", "Action d’un levier", "Exemple"]
        + ["Entreprise", "Mot du glossaire", "Ressource", "Page", "Fiche à imprimer (PDF)"]
    )
    assert heading(response) == "11 réponses pour « oeuvre »"


def test_the_texts_of_levers_and_pages_are_searched_without_their_markup(find, db):
    make_lever(title="Un levier", text="## Un **kiosque** à *livres*\n\n[Ici](https://x.test/)")
    make_page(title="Une page", body="- un\n- kiosque\n")

    response = find("kiosque")

    assert titles(response) == ["Un levier", "Une page"]
    assertContains(response, "Un <mark>kiosque</mark> à livres Ici")


def test_an_action_has_a_link_to_its_place_on_the_page_of_its_lever(client, find, db):
    make_action(text="Prêter une salle")
    action = Action.objects.get()

    assertContains(find("salle"), f'href="{action.lever.get_absolute_url()}#action-{action.pk}"')
    assertContains(client.get(action.lever.get_absolute_url()), f'<li id="action-{action.pk}">')


def test_a_result_has_all_the_words_of_the_query(find, db):
    make_term(name="Marché réservé", definition="À certaines structures.")
    make_term(name="Marché", definition="Un contrat.")

    assert titles(find("structures marche")) == ["Marché réservé"]


def test_frequent_words_are_ignored(find, db):
    make_term(name="Clause sociale", definition="Dans un marché.")

    assert "Rien n'a tous les mots" in heading(find("comment écrire une clause"))
    assert titles(find("qu’est-ce qu’une clause pour le marché")) == ["Clause sociale"]
    assert "Clause sociale" in titles(find("dans"))


def test_the_closest_results_come_first(find, db):
    make_term(name="Autre", definition="Un vélo.")
    make_term(name="Vélos", definition="Deux roues.")
    make_term(name="Un vélo", definition="Deux roues.")
    make_term(name="Vélo cargo", definition="Deux roues.")
    make_term(name="Vélo", definition="Deux roues.")
    make_lever(title="Marche et vélo")

    assert titles(find("velo")) == [
        "Vélo",
        "Marche et vélo",
        "Un vélo",
        "Vélo cargo",
        "Fiche : Marche et vélo",
        "Vélos",
        "Autre",
    ]


def test_examples_come_before_equally_close_listed_enterprises(find, db):
    make_enterprise(name="AA ATELIER", is_example=False, summary="")
    make_enterprise(name="Un atelier")
    make_enterprise(name="ATELIER", is_example=False, summary="")

    assert titles(find("atelier")) == ["ATELIER", "Un atelier", "AA ATELIER"]


def test_the_content_of_the_chamber_comes_before_listed_enterprises(find, db):
    make_enterprise(name="ATELIER DU VAL", is_example=False, summary="")
    make_term(name="Vélo", definition="Réparé à l’atelier.")

    assert titles(find("atelier")) == ["Vélo", "ATELIER DU VAL"]
    assert titles(find("atelier du val")) == ["ATELIER DU VAL"]


def test_enterprises_of_a_commune_in_the_query_are_found(find, db):
    bourg = make_commune(name="Bourg-la-Forêt")
    make_enterprise(name="Vélos du bourg", commune=bourg, department=bourg.department)
    make_enterprise(name="Vélos d’ailleurs")

    assert titles(find("vélo Bourg-la-Forêt")) == ["Bourg-la-Forêt", "Vélos du bourg"]


@pytest.mark.parametrize("make_around", [make_territory, make_region])
def test_enterprises_of_a_department_or_region_in_the_query_are_found(find, db, make_around):
    around = make_around(name="Haut-Val")
    there = around if around.is_department else make_territory()
    make_enterprise(name="Vélos du val", department=there)
    make_enterprise(name="Roues du val", department=there)
    make_enterprise(name="Vélos d’ailleurs")

    found = titles(find("vélo Haut-Val"))

    assert found[:2] == ["Haut-Val", "Vélos du val"] or not around.is_department
    assert "Vélos du val" in found
    assert "Roues du val" not in found
    assert ("Vélos d'ailleurs" in found) is not around.is_department


def test_a_commune_is_found_by_its_former_name(find, db):
    make_former_commune(name="Vieux-Bourg", commune=make_commune(name="Neuf"))

    assert titles(find("fête vieux bourg")) == ["Vieux-Bourg, aujourd'hui Neuf"]


def test_an_exact_name_of_a_place_leaves_out_longer_names(find, content):
    assert [kind for kind in kinds(find("mer")) if kind == "Commune"] == ["Commune"]


def test_a_long_list_of_places_is_cut_with_a_link_to_all_of_them(find, content):
    response = find("saint")

    assert len(kinds(find("saint", type="territoire"))) == search.MOST_PLACES
    assertContains(response, 'href="/territoires/recherche/?q=saint"')
    assertNotContains(find("vierzon"), 'href="/territoires/recherche/?q=vierzon"')


def test_matching_words_are_marked_with_their_accents(find, db):
    make_term(name="Réservé", definition="Un <b>marché</b> réservé, l’intérêt.")

    response = find("reserve")

    assertContains(response, "<mark>Réservé</mark>")
    assertContains(response, "&lt;b&gt;marché&lt;/b&gt; <mark>réservé</mark>")


def test_words_of_three_letters_match_the_start_of_a_word_only(find, db):
    make_term(name="Commerce", definition="Près de la mer.")
    make_term(name="Commerces")

    response = find("mer")

    assert titles(response) == ["Commerce"]
    assertContains(response, "<mark>mer</mark>")
    assertNotContains(response, "<mark>Commerce</mark>")


def test_a_long_text_is_cut_around_the_matching_words(find, db):
    text = f"{'Un début qui dure. ' * 30}Puis la scierie. {'Et la suite. ' * 30}"
    make_term(name="Bois", definition=text)

    shown = plain(Document(find("scierie").text).text)

    assert "Puis la scierie." in shown
    assert shown.count("Un début") < 8
    assert shown.count("Et la suite.") < 15


def test_a_text_that_is_cut_between_two_words_has_one_space_before_the_dots(client, db):
    for n in range(4):
        make_term(name=f"Bois {n}", definition=f"Scierie{n * 'x'} {'mot ' * 100}")

    shown = Document(client.get("/recherche/?q=scierie").text).text

    assert len(re.findall(r"\w …", shown)) == 4


def test_unpublished_content_is_not_found(find, db):
    make_action(text="Action cachée", lever=make_lever(title="Levier caché", is_published=False))
    make_enterprise(name="Entreprise cachée", is_published=False)
    make_enterprise(name="Liste cachée", is_published=False, is_example=False)
    make_enterprise(name="L’atelier caché").levers.add(make_lever())
    make_page(title="Page cachée", is_published=False)

    assert titles(find("cach")) == ["L'atelier caché"]


# By type


@pytest.fixture
def of_each_type(db):
    make_lever(title="Vélo")
    for n in range(3):
        make_term(name=f"Vélo {n}")


def test_a_type_narrows_the_results_at_an_address_of_its_own(find, of_each_type):
    everything, terms = find("velo"), find("velo", type="mot")

    assert (
        tabs(everything)
        == tabs(terms)
        == [
            "Tout (5)",
            "Leviers (1)",
            "Glossaire (3)",
            "Fichiers (1)",
        ]
    )
    assertContains(everything, '<a href="?q=velo&amp;type=mot">')
    assertContains(terms, '<a href="?q=velo&amp;type=mot" aria-current="page">')
    assert set(kinds(terms)) == {"Mot du glossaire"}
    assert heading(terms) == "Glossaire : 3 réponses pour « velo »"


def test_a_type_without_results_shows_the_tabs_of_the_others(find, of_each_type):
    response = find("velo", type="page")

    assert heading(response) == "Pages : aucune réponse pour « velo »"
    assert "Tout (5)" in tabs(response)


@pytest.mark.parametrize("unknown", ["x", "LEVIER", "levier\x00", "<b>", "é" * 5000])
def test_an_unknown_type_gets_a_message_and_all_the_results(find, of_each_type, unknown):
    response = find("velo", type=unknown)

    assertContains(response, "Ce type de réponse n’existe pas")
    assert len(titles(response)) == 5


# Long lists


@pytest.fixture
def forty_enterprises(db):
    department = make_territory()
    for n in range(40):
        make_enterprise(name=f"Atelier {n:02}", department=department, is_example=n < 2)


def test_a_long_list_is_read_page_by_page(find, forty_enterprises):
    first, second = find("atelier"), find("atelier", page=2)

    assert titles(first) == [f"Atelier {n:02}" for n in range(20)]
    assert titles(second) == [f"Atelier {n:02}" for n in range(20, 40)]
    assertContains(first, 'rel="next" href="?q=atelier&amp;page=2"')
    narrowed = find("atelier", type="entreprise")
    assertContains(narrowed, 'rel="next" href="?q=atelier&amp;type=entreprise&amp;page=2"')


@pytest.mark.parametrize("page", ["0", "-1", "3", "999999999999", "x", "", "\x00", "2.5"])
def test_a_page_number_that_does_not_exist_gets_an_existing_page(find, forty_enterprises, page):
    assert len(titles(find("atelier", page=page))) == 20


def test_many_enterprises_give_a_link_to_the_directory(find, forty_enterprises):
    assertContains(find("atelier"), 'href="/entreprises/?q=atelier"')
    assertNotContains(find("atelier 07"), 'href="/entreprises/?q')


def test_the_count_of_enterprises_has_a_limit_that_is_shown(find, forty_enterprises, monkeypatch):
    for module in [search, results, enterprises_of_search]:
        monkeypatch.setattr(module, "MOST_ENTERPRISES", 30)
    make_term(name="Atelier")

    everything, last = find("atelier"), find("atelier", type="entreprise", page=99)

    assert heading(everything) == "Plus de 30 réponses pour « atelier »"
    assert tabs(everything) == [
        "Tout (plus de 30)",
        "Entreprises (plus de 30)",
        "Glossaire (1)",
    ]
    assert titles(last) == [f"Atelier {n:02}" for n in range(20, 30)]
    assertContains(last, 'href="/entreprises/?q=atelier"')


# Nothing found


def test_a_search_without_results_has_links_to_the_sections(find, content):
    response = find("astronautique")

    assertContains(response, "Aucune réponse pour «\u202fastronautique\u202f»")
    assertContains(response, 'href="/glossaire/"')


@pytest.mark.parametrize(
    ("query", "meant", "first"),
    [
        ("recylerie", "recyclerie", "Ressourcerie / recyclerie"),
        ("insertoin", "insertion", "Emploi et insertion professionnelle"),
        ("odysee creation", "odyssée création", "Odyssée Création"),
        ("bourjes", "Bourges", "Bourges"),
        ("viezron", "Vierzon", "Vierzon"),
        ("creche viezron", "crèche Vierzon", "Vierzon"),
    ],
)
def test_a_typing_error_is_corrected_where_one_word_is_certain(find, content, query, meant, first):
    response = find(query)

    assert response.context["answer"].corrected == meant
    assert titles(response)[0] == first


def test_a_visitor_may_search_as_typed(find, content):
    response = find("insertoin", **{"tel-quel": "oui"})

    assert heading(response) == "Aucune réponse pour « insertoin »"
    assertContains(response, '<a href="?q=insertion">insertion</a>')


def test_what_finds_something_is_not_corrected(find, db):
    make_term(name="Vélo")
    make_term(name="Vélos")
    make_enterprise(name="VELOK", is_example=False, summary="")

    assert titles(find("velok")) == ["VELOK"]
    assert not find("velok").context["answer"].corrected


def test_spellings_that_are_not_certain_are_offered(find, db):
    make_term(name="Marche")
    make_term(name="Marchy")

    response = find("marchk")

    assert "Aucune réponse" in heading(response)
    assertContains(response, '<a href="?q=marche">marche</a>')
    assertContains(response, '<a href="?q=marchy">marchy</a>')


def test_words_that_no_text_has_together_are_suggested_alone(find, db):
    make_term(name="Recyclerie")
    make_term(name="Emprunt", definition="Pour financer.")

    response = find("financer une recylerie à zanzibar")

    assertContains(response, '<a href="?q=recyclerie">')
    assertContains(response, '<a href="?q=financer">')


def test_places_with_a_wrong_letter_are_suggested_where_there_are_several(find, db):
    make_commune(name="Bourges")
    make_commune(name="Bourgeg")

    response = find("bourgek")

    assert heading(response) == "Aucune réponse pour « bourgek »"
    assertContains(response, "Vouliez-vous dire l’un de ces lieux")


# Odd queries


@pytest.mark.parametrize("address", ["/recherche/", "/recherche/?q=", "/recherche/?q=+%09%0a+"])
def test_an_empty_search_explains_what_can_be_found(client, content, address):
    response = client.get(address)

    assertContains(response, "Cherchez une commune, un levier")
    assertNotContains(response, TOO_SHORT)


@pytest.mark.parametrize(
    "query",
    [
        "a",
        "é",
        "l'a",
        "a b c d",
        "?",
        "😀",
        "%00",
        "%E2%80%AE",
        "%ff%fe",
        "'",
        "%25",
        "%25_%25",
    ]
    + ["%5C", "%5C%25", '"', "--", "9", quote("اقتصاد اجتماعي"), quote("“” «»")],
)
def test_a_query_that_is_too_short_gets_a_message(client, content, query):
    response = client.get(f"/recherche/?q={query}")

    assert response.status_code == 200
    assertContains(response, TOO_SHORT)
    assert titles(response) == []


@pytest.mark.parametrize(
    "query",
    [
        "' OR 1=1 -- zzzz",
        "<script>alert(1)</script> zzzz",
        "x" * 10_000,
        "zzz " * 50,
        "zzab\x00cd",
        "zzz%zzz_",
        "zzz\\",
        "zzzz\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
        "\u202ezzzz\u202c",
        "75001",
        "12345678901234",
    ],
)
def test_a_hostile_query_finds_nothing_and_breaks_nothing(find, content, query):
    response = find(query)

    assertContains(response, "Aucune réponse")
    assertNotContains(response, "<script>alert")
    assertNotContains(response, "\u202e")
    assertNotContains(response, "\x00")


@pytest.mark.parametrize("sign", ["%", "_", "\\", "\\%", "*", ".", "'", "’", "-", "/", '"', "\x00"])
def test_signs_count_as_spaces_between_words(find, db, sign):
    make_enterprise(name="L’Île-d’Or")
    make_enterprise(name="Ilex d’ordinaire, sans rien d’autre")

    assert titles(find(f"ile{sign if sign != chr(0) else ' '}d'or"))[0] == "L'Île-d'Or"
    assert titles(find(f"i{sign}ex")) == []


@pytest.mark.parametrize(
    "query",
    [
        "vœu cæsar",
        "VŒU CÆSAR",
        "voeu caesar",
        "Voeu-Cæsar",
        "voeu  ’  caesar",
        "vœu " * 20 + "caesar",
    ],
)
def test_ligatures_accents_and_signs_are_folded(find, db, query):
    make_enterprise(name="L’Aître du Vœu", summary="Chez Cæsar.")
    make_term(name="Vœu", definition="De Cæsar.")

    response = find(query[:100])

    assert sorted(titles(response)) == ["L'Aître du Vœu", "Vœu"]
    assertContains(response, "<mark>Cæsar</mark>", count=2)


def test_a_repeated_word_counts_once(find, content):
    assert titles(find("insertion " * 9)) == titles(find("insertion"))


def test_a_title_with_tags_is_shown_as_text_and_marked(find, db):
    make_enterprise(name="<b>Gras</b> & Cie")

    assertContains(find("gras"), "&lt;b&gt;<mark>Gras</mark>&lt;/b&gt; &amp; Cie")


def test_a_long_query_is_cut_with_a_message(find, content):
    response = find("insertion " * 50)

    assertContains(response, "nous en avons gardé le début")
    assert "Emploi et insertion professionnelle" in titles(response)


def test_the_query_is_shown_again_as_text(find, content):
    response = find('"><img src=x onerror=alert(1)> vélo')

    assertNotContains(response, "<img src=x")
    assertContains(response, "&quot;&gt;&lt;img src=x")


def test_search_engines_do_not_index_the_results(client, content):
    assertContains(client.get("/recherche/?q=cher"), '<meta name="robots" content="noindex">')
    assertNotContains(client.get("/leviers/"), "noindex")


def test_every_page_has_a_search_field_in_its_menu_and_below_and_the_results_keep_the_query(
    client, content
):
    assertContains(client.get("/recherche/?q=marché+réservé"), 'value="marché réservé"', count=1)
    assertContains(client.get("/"), 'action="/recherche/"', count=2)


@pytest.mark.parametrize(
    "query",
    ["commun", "atelier Vierzon", "atelier Cher", "vierzon", "sologne", "18", "18000", "18123"]
    + ["41100", "200011781", "75001", "12345", "bourjes", "zzzz", "cher", "saint", "Baugy"],
)
def test_the_number_of_queries_of_a_search_is_bounded(find, content, query):
    department = Enterprise.objects.first().department
    for n in range(30):
        make_action(text=f"Action commune {n}", lever=make_lever(title=f"Levier commun {n}"))
        make_term(name=f"Mot commun {n}")
        make_enterprise(name=f"Un atelier commun {n}", department=department)

    with CaptureQueriesContext(connection) as queries:
        find(query)

    assert len(queries) <= MOST_QUERIES


# Terms explained at their first mention


def term(name, slug="mot"):
    return Term(slug=slug, name=name, definition="Ce que cela veut dire.")


BUTTON = '<button type="button" class="definition" popovertarget="mot-mot">{}</button>'


@pytest.mark.parametrize(
    ("name", "html", "explained_text"),
    [
        ("SCIC", "<p>Une SCIC, puis une SCIC.</p>", "SCIC"),
        ("SCIC", "<p>Des SCICs.</p>", "SCICs"),
        ("Marché réservé", "<p>Les marchés  réservés.</p>", "marchés  réservés"),
        ("Entreprise adaptée (EA)", "<p>Une entreprise adaptée.</p>", "entreprise adaptée"),
        ("Ressourcerie / recyclerie", "<p>Une recyclerie.</p>", "recyclerie"),
        ("SCIC", "<h2>SCIC</h2><p><a href='/'>SCIC</a> SCIC</p>", "SCIC"),
    ],
)
def test_the_first_mention_of_a_term_opens_its_definition(name, html, explained_text):
    explained = explain(html, [term(name)])

    assert explained.count("<button") == 1
    assert BUTTON.format(explained_text) in explained
    assert explained.count("Ce que cela veut dire.") == 1


@pytest.mark.parametrize(
    "html",
    [
        "<p>Une scic, une ASCIC, une SCICA.</p>",
        "<h2>La SCIC</h2>",
        '<p title="SCIC"><a href="/scic">Une <em>SCIC</em></a></p>',
        "<summary>SCIC</summary>",
        "<p>Un groupement.</p>",
        "<p>Une EA, deux lettres qui disent trop de choses.</p>",
    ],
)
def test_titles_links_and_longer_words_are_left_unchanged(html):
    assert (
        explain(html, [term("SCIC"), term("Entreprise adaptée (EA)"), term("Accord (groupement)")])
        == html
    )


def test_the_longest_of_two_terms_is_explained(db):
    terms = [term("Marché", "court"), term("Marché réservé", "long")]

    explained = explain("<p>Un marché réservé, un marché.</p>", terms)

    assert explained.index('popovertarget="mot-long"') < explained.index('"mot-long" popover')
    assert 'popovertarget="mot-long">marché réservé</button>' in explained


def test_no_line_breaks_between_a_button_and_its_punctuation():
    explained = explain(
        "<p>Une SCIC (dite SCOP), l’ESS, la SCIC.</p>", [term("ESS"), term("SCOP", "b")]
    )

    assert f'<span class="nowrap">l’{BUTTON.format("ESS")},</span>' in explained
    assert 'popovertarget="mot-b">SCOP</button>),</span>' in explained


def test_a_lever_explains_its_terms_except_everyday_words(client, content):
    response = client.get("/leviers/commande-publique-et-achats-responsables/")

    assertContains(response, 'popovertarget="mot-siae"')
    assertContains(response, 'id="mot-siae" popover')
    assertNotContains(response, "mot-entreprise-unite-legale")
