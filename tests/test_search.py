"""The search of the site, the directory's filters, and words explained where they are said."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from policies.models import Term
from policies.templatetags.terms import explain
from tests.factories import (
    make_action,
    make_commune,
    make_enterprise,
    make_lever,
    make_page,
    make_resource,
    make_term,
    make_territory,
)
from tests.html import Document, plain


def titles(response):
    """What the search found, in order."""
    return [plain(text) for level, text in Document(response.text).headings if level == 3]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("cher", "Cher"),
        ("INDRE ET LOIRE", "Indre-et-Loire"),
        ("déchets", "Collecte, gestion et valorisation des déchets"),
        ("dechets", "Collecte, gestion et valorisation des déchets"),
        ("l'ile d’or", "éthic étapes - Île d'Or"),
        ("scic", "SCIC"),
        ("kit municipal", "Kit municipal"),
        ("accessibilité", "Accessibilité : non conforme"),
    ],
)
def test_a_visitor_finds_what_they_name_first(client, content, query, first):
    assert titles(client.get("/recherche/", {"q": query}))[0] == first


def test_each_kind_of_content_is_found(client, db):
    make_territory(name="Val d’Œuvre")
    make_lever(title="Levier de l’œuvre")
    make_action(text="Soutenir une œuvre", lever=make_lever(title="Un autre levier"))
    make_enterprise(name="Les œuvres")
    make_term(name="Œuvre")
    make_resource(title="Guide", description="Sur l’œuvre.")
    make_page(title="À l’œuvre")

    response = client.get("/recherche/?q=oeuvre")

    assert len(titles(response)) == 7
    for kind in ["Territoire", "Levier", "Exemple", "Mot du glossaire", "Ressource", "Page"]:
        assertContains(response, f'<p class="eyebrow">{kind}</p>')


def test_all_the_words_asked_must_be_there(client, db):
    make_term(name="Marché réservé", definition="À certaines structures.")
    make_term(name="Marché", definition="Un contrat.")

    assert titles(client.get("/recherche/?q=structures+marche")) == ["Marché réservé"]


def test_the_words_found_are_marked_with_their_accents(client, db):
    make_term(name="Réservé", definition="Un <b>marché</b> réservé, l’intérêt.")

    response = client.get("/recherche/?q=reserve")

    assertContains(response, "<mark>Réservé</mark>")
    assertContains(response, "&lt;b&gt;marché&lt;/b&gt; <mark>réservé</mark>")


def test_a_long_text_is_cut_around_what_was_found(client, db):
    text = f"{'Un début qui dure. ' * 30}Puis la scierie. {'Et la suite. ' * 30}"
    make_term(name="Bois", definition=text)

    shown = plain(Document(client.get("/recherche/?q=scierie").text).text)

    assert "Puis la scierie." in shown
    assert shown.count("Un début") < 8
    assert shown.count("Et la suite.") < 15


def test_what_is_not_published_is_not_found(client, db):
    make_lever(title="Levier caché", is_published=False)
    make_enterprise(name="Entreprise cachée", is_published=False)
    make_enterprise(name="L’atelier caché").levers.add(make_lever())
    make_page(title="Page cachée", is_published=False)

    assert titles(client.get("/recherche/?q=cach")) == ["L'atelier caché"]


def test_a_search_that_finds_nothing_offers_a_way_on(client, content):
    response = client.get("/recherche/?q=astronautique")

    assertContains(response, "Aucune réponse pour «\u202fastronautique\u202f»")
    assertContains(response, 'href="/glossaire/"')


def test_an_empty_search_says_what_can_be_found(client, content):
    assertContains(client.get("/recherche/"), "Cherchez un territoire, un levier")


@pytest.mark.parametrize("query", ["a", "é", "?", "😀", "%00", "%E2%80%AE", "%ff%fe", "'", "%25"])
def test_a_query_too_short_is_told_so(client, content, query):
    response = client.get(f"/recherche/?q={query}")

    assert response.status_code == 200
    assertContains(response, "Tapez au moins deux lettres.")


@pytest.mark.parametrize(
    "query",
    [
        "' OR 1=1 -- zz",
        "<script>alert(1)</script>",
        "x" * 10_000,
        "اقتصاد اجتماعي",
        "ab\x00cd",
        "%_%abzz",
    ],
)
def test_a_hostile_query_finds_nothing_and_breaks_nothing(client, content, query):
    response = client.get("/recherche/", {"q": query})

    assert response.status_code == 200
    assertNotContains(response, "<script>alert")
    assert titles(response) == []


def test_a_long_query_is_cut_and_the_visitor_told(client, content):
    response = client.get("/recherche/", {"q": "insertion " * 20})

    assertContains(response, "nous en avons gardé le début")
    assert "Emploi et insertion professionnelle" in titles(response)


def test_the_results_are_kept_out_of_other_search_engines(client, content):
    assertContains(client.get("/recherche/?q=cher"), '<meta name="robots" content="noindex">')
    assertNotContains(client.get("/leviers/"), "noindex")


def test_every_page_has_one_field_and_that_of_the_search_keeps_what_was_asked(client, content):
    assertContains(client.get("/recherche/?q=marché+réservé"), 'value="marché réservé"', count=1)
    assertContains(client.get("/"), 'action="/recherche/"', count=1)


def test_queries_of_a_search_do_not_grow(client, db, django_assert_max_num_queries):
    for _ in range(10):
        make_action(lever=make_lever(title=f"Levier commun {Term.objects.count()}"))
        make_term(name=f"Mot commun {Term.objects.count()}")
        make_enterprise(name="Un atelier commun", commune=make_commune())

    with django_assert_max_num_queries(12):
        assert len(titles(client.get("/recherche/?q=commun"))) == 30


# Words explained where they are said


def term(name, slug="mot"):
    return Term(slug=slug, name=name, definition="Ce que cela veut dire.")


BUTTON = '<button type="button" class="definition" popovertarget="mot-mot">{}</button>'


@pytest.mark.parametrize(
    ("name", "html", "said"),
    [
        ("SCIC", "<p>Une SCIC, puis une SCIC.</p>", "SCIC"),
        ("SCIC", "<p>Des SCICs.</p>", "SCICs"),
        ("Marché réservé", "<p>Les marchés  réservés.</p>", "marchés  réservés"),
        ("Entreprise adaptée (EA)", "<p>Une entreprise adaptée.</p>", "entreprise adaptée"),
        ("Ressourcerie / recyclerie", "<p>Une recyclerie.</p>", "recyclerie"),
        ("SCIC", "<h2>SCIC</h2><p><a href='/'>SCIC</a> SCIC</p>", "SCIC"),
    ],
)
def test_the_first_mention_of_a_word_opens_its_meaning(name, html, said):
    explained = explain(html, [term(name)])

    assert explained.count("<button") == 1
    assert BUTTON.format(said) in explained
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
def test_a_word_is_left_alone_in_titles_links_and_other_words(html):
    assert (
        explain(html, [term("SCIC"), term("Entreprise adaptée (EA)"), term("Accord (groupement)")])
        == html
    )


def test_the_longest_of_two_words_is_explained(db):
    terms = [term("Marché", "court"), term("Marché réservé", "long")]

    explained = explain("<p>Un marché réservé, un marché.</p>", terms)

    assert explained.index('popovertarget="mot-long"') < explained.index('"mot-long" popover')
    assert 'popovertarget="mot-long">marché réservé</button>' in explained


def test_a_button_does_not_part_a_word_from_its_sign():
    explained = explain(
        "<p>Une SCIC (dite SCOP), l’ESS, la SCIC.</p>", [term("ESS"), term("SCOP", "b")]
    )

    assert f'<span class="nowrap">l’{BUTTON.format("ESS")},</span>' in explained
    assert 'popovertarget="mot-b">SCOP</button>),</span>' in explained


def test_a_lever_explains_its_words_and_not_what_everyone_says(client, content):
    response = client.get("/leviers/commande-publique-et-achats-responsables/")

    assertContains(response, 'popovertarget="mot-spaser"')
    assertContains(response, 'id="mot-spaser" popover')
    assertNotContains(response, "mot-entreprise-unite-legale")
