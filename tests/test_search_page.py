"""What the page of the search says of its answer, and where it leads when there is none."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from cress.search import enterprises, results, search
from tests.factories import make_commune, make_enterprise, make_term, make_territory
from tests.html import Document, plain
from tests.test_elements import MOST_ELEMENTS, elements

NARROW = "\u202f"


@pytest.fixture
def find(client):
    def find(query, **parameters):
        response = client.get("/recherche/", {"q": query} | parameters)
        assert response.status_code == 200
        return response

    return find


def heading(response):
    return next(plain(text) for level, text in Document(response.text).headings if level == 2)


def links(response):
    """Return the addresses that the page links to."""
    return Document(response.text).attributes("href")


def message_of(client, response):
    """Follow the link to the contact form; return the message that it begins with."""
    [address] = {link for link in links(response) if "recherche=" in link}
    form = client.get(address)
    assert form.status_code == 200
    return form.context["form"]["text"].value()


# What was corrected


@pytest.fixture
def insertion(db):
    make_term(name="Insertion", definition="Par l’activité.")


def test_a_corrected_query_is_said_with_a_link_to_the_typed_one(find, insertion):
    response = find("insertoin")

    assert heading(response) == "1 réponse pour « insertion »"
    shown = plain(Document(response.text).text)
    assert "Résultats pour « insertion » ; chercher « insertoin »" in shown
    assert "?q=insertoin&tel-quel=oui" in links(response)
    assertContains(response, 'value="insertoin"')
    assertContains(response, "<title>insertion – Recherche")


def test_a_query_that_is_searched_as_typed_is_not_corrected(find, insertion):
    response = find("insertoin", **{"tel-quel": "oui"})

    assert heading(response) == "Aucune réponse pour « insertoin »"
    assert "?q=insertion" in links(response)
    assertNotContains(response, "Résultats pour")


def test_a_query_that_finds_something_says_nothing_of_a_correction(find, insertion):
    assertNotContains(find("insertion"), "Résultats pour")


def test_links_to_the_directory_have_the_corrected_query(find, db):
    make_term(name="Atelier")
    department = make_territory()
    for n in range(21):
        make_enterprise(name=f"Atelier {n}", department=department)

    assert "/entreprises/?q=atelier" in links(find("ateleir"))


# How many


def test_more_than_a_thousand_answers_are_said_to_be_more(find, db, monkeypatch):
    for module in [search, results, enterprises]:
        monkeypatch.setattr(module, "MOST_ENTERPRISES", 3)
    department = make_territory()
    for n in range(3):
        make_enterprise(name=f"Atelier {n}", department=department)

    assert heading(find("atelier")) == "3 réponses pour « atelier »"
    make_term(name="Atelier")
    assert heading(find("atelier")) == "Plus de 3 réponses pour « atelier »"
    assert heading(find("atelier", type="entreprise")).startswith("Entreprises : 3 réponses")
    make_enterprise(name="Atelier 4", department=department)
    many = find("atelier", type="entreprise")
    assert heading(many) == "Entreprises : plus de 3 réponses pour « atelier »"


def test_the_limit_is_a_thousand():
    assert results.MOST_ENTERPRISES == 1000


# What a query means


def test_a_kind_and_a_place_give_a_button_to_the_directory_near_it(find, db):
    commune = make_commune(name="Bourg-la-Forêt")
    make_enterprise(name="Vélos du bourg", commune=commune, department=commune.department)

    response = find("entreprise à Bourg-la-Forêt")

    address = f"/entreprises/?commune={commune.insee_code}"
    label = "Les entreprises près de Bourg-la-Forêt, dans l’annuaire"
    assertContains(response, f'<a class="button" href="{address}">{label}</a>')
    assertNotContains(find("vélos"), "dans l’annuaire</a>")


# Nothing found


def test_no_answer_leads_to_the_finder_the_glossary_and_the_contact_form(client, find, db):
    response = find("kiosque à musique")

    main = response.text.partition("<main")[2].partition("</main>")[0]
    assert re.search(r'<form class="finder"[^>]*action="/territoires/recherche/"', main)
    assert 'href="/glossaire/"' in main
    message = message_of(client, response)
    assert message == f"Je cherchais «{NARROW}kiosque à musique{NARROW}» et n’ai rien trouvé."


@pytest.mark.parametrize(
    ("typed", "filled_in"),
    [
        ("Zanzibar", "Zanzibar"),
        ("75001", "75001"),
        ("1 rue de la Paix 75001 Paris", "1 rue de la Paix 75001 Paris"),
        ("kiosque", ""),
        ("Comment trouver un kiosque à musique", ""),
    ],
)
def test_the_finder_is_filled_in_with_what_may_be_a_place(find, db, typed, filled_in):
    assertContains(find(typed), f'id="finder" name="q" value="{filled_in}"')


def test_an_answer_leaves_the_contact_form_empty(find, insertion):
    for typed in ["insertion", "", "l"]:
        assert not [link for link in links(find(typed)) if "recherche=" in link]


def test_the_place_of_the_visitor_stays_in_the_address_of_the_form(client, db):
    commune = make_commune()

    response = client.get("/recherche/", {"q": "kiosque", "commune": commune.insee_code})

    [address] = {link for link in links(response) if "recherche=" in link}
    assert parse_qs(urlsplit(address).query) == {
        "commune": [commune.insee_code],
        "recherche": ["kiosque"],
    }


@pytest.mark.parametrize(
    ("words", "quoted"),
    [
        ("l'eau", "l’eau"),
        ("  deux \n lignes ", "deux lignes"),
        ("<b>gras</b>", "<b>gras</b>"),
        ("\u202eenvers\0", "envers"),
        ("x" * 5000, "x" * 100),
    ],
)
def test_the_words_in_the_address_of_the_form_are_bounded_and_plain(client, db, words, quoted):
    form = client.get("/contact/", {"recherche": words})

    message = form.context["form"]["text"].value()
    assert message == f"Je cherchais «{NARROW}{quoted}{NARROW}» et n’ai rien trouvé."
    assertNotContains(form, "<b>gras")


@pytest.mark.parametrize("words", ["", "  ", "\0", "\u202e"])
def test_words_that_say_nothing_leave_the_message_empty(client, db, words):
    assert not client.get("/contact/", {"recherche": words}).context["form"]["text"].value()


# On every page


@pytest.mark.parametrize("address", ["/", "/leviers/", "/contact/", "/glossaire/", "/inconnue/"])
def test_the_search_is_in_the_menu_and_at_the_foot_of_every_page(client, content, address):
    text = client.get(address).text
    menu = text.partition('<nav class="menu"')[2].partition("</nav>")[0]
    foot = text.partition("<footer")[2]

    for part in [menu, foot]:
        assert 'action="/recherche/"' in part
        assert 'type="search"' in part
    names = Document(text).attributes("id")
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "address",
    [
        "/recherche/?q=entreprise+%C3%A0+tours",
        "/recherche/?q=insertoin",
        "/recherche/?q=astronautique",
        "/recherche/?q=a",
        "/recherche/?q=de+la+commune",
    ],
)
def test_the_page_has_few_elements(client, content, address):
    assert len(elements(client.get(address))) <= MOST_ELEMENTS


def test_a_long_text_is_cut_between_two_words(find, db):
    make_term(name="Bois", definition=f"Une scierie {'mots ' * 100}")

    excerpt = re.search(r"<p>([^<]*<mark>scierie</mark>.*?)</p>", find("scierie").text)[1]

    assert excerpt.endswith("mots …")


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("comment écrire une clause sociale", "Inscrire des clauses sociales"),
        ("que faire pour le vélo en zone rurale", "ateliers vélo"),
        ("budget participatif habitat", "Habitat participatif"),
    ],
)
def test_a_sentence_that_nothing_has_whole_finds_what_has_most_of_it(
    client, content, query, wanted
):
    response = client.get("/recherche/", {"q": query})

    text = plain(response.text)
    assert f"Rien n'a tous les mots de « {query} ». Ceci en a une partie." in text
    assert any(wanted in result.title for result in response.context["answer"].results)


@pytest.mark.parametrize("query", ["zzz yyy", "astronautique"])
def test_what_has_no_word_of_the_site_finds_nothing(client, content, query):
    assert "Aucune réponse pour" in plain(client.get("/recherche/", {"q": query}).text)
