"""Searches in the admin: its lists, its choices of rows, and the search of all content."""

from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from cress.accounts.models import User
from cress.base.search.parts import read_parts
from cress.chamber.models import SiteIdentity
from cress.contact.models import Mail, Message, Person
from cress.search.staff import EDITED_ON
from enterprises.models import Enterprise, Sector
from policies.models import Lever, Rule, Term
from territories.models import Commune, FormerCommune, Statistic
from tests.admin_pages import address, change_page
from tests.factories import (
    make_action,
    make_commune,
    make_enterprise,
    make_former_commune,
    make_identity,
    make_lever,
    make_mail,
    make_message,
    make_page,
    make_person,
    make_resource,
    make_rule,
    make_staff,
    make_statistic,
    make_term,
    make_territory,
)

SIRET = "82345678900014"
HOSTILE = [
    "\0",
    "a",
    "de la",
    "?!… «»",
    "\u202eenvers 🌱",
    '"',
    "'\"",
    "\"énergie OR NEAR(x*) : & | ! ' --",
    "%_\\",
    "9" * 30,
    "énergie " * 1250,
    "a " * 5000,
    "x" * 10_000,
]


@pytest.fixture
def found(admin_client):
    """Return a function that gives the rows of a list that a search finds, as texts."""

    def search(model, query):
        response = admin_client.get(address(model, "changelist"), {"q": query})
        assert response.status_code == 200, query
        return [str(row) for row in response.context["cl"].result_list]

    return search


# Lists


@pytest.mark.parametrize(
    "query", ["chateauroux", "Châteauroux", "CHATEAUROUX", "chatea", "36044", "6044", "36000"]
)
def test_a_list_finds_a_commune_with_or_without_accents_and_by_a_part_of_a_code(found, query):
    commune = make_commune(name="Châteauroux", insee_code="36044", postcodes="36000")
    make_commune(name="Vierzon", postcodes="18100")

    assert found(Commune, query) == [str(commune)]


@pytest.mark.parametrize("query", ["energie", "énergies", "ÉNERGIE locale", "action energie"])
def test_a_list_finds_a_lever_by_its_words_and_those_of_its_actions_once(found, query):
    lever = make_lever(title="L’énergie d’ici", summary="Produire une énergie locale.")
    make_action(lever=lever, text="Une action.")
    make_action(lever=lever, text="Une autre action.")
    make_lever(title="Synergies")

    assert found(Lever, query) == ["L’énergie d’ici"]


@pytest.mark.parametrize(
    "query",
    ["regies de quartiers", "régie", "orleans", "reparation", "velo", SIRET, SIRET[4:11]]
    + ["823 456 789 00014", "823\u202f456\u202f789", "regie-du-quai", "loiret"],
)
def test_the_list_of_enterprises_finds_by_words_or_else_by_pieces(found, query):
    department = make_territory(name="Loiret")
    make_enterprise(
        name="Régie de quartier",
        siret=SIRET,
        commune=make_commune(name="Orléans", department=department),
        summary="La réparation de vélos.",
        website="https://regie-du-quai.example",
    )
    make_enterprise(name="Autre chose", summary="Développer tout le reste.")

    assert found(Enterprise, query) == ["Régie de quartier"]


def test_a_renamed_enterprise_is_found_by_its_new_name_only(found):
    enterprise = make_enterprise(name="Ancienne")
    enterprise.name = "Écluse"
    enterprise.save()

    assert found(Enterprise, "ecluses") == ["Écluse"]
    assert found(Enterprise, "anciennes") == []


def test_a_list_follows_relations(found):
    creuse = make_territory(name="Creusée")
    statistic = make_statistic(territory=creuse)
    make_statistic()
    now = make_commune(name="Évaux-sur-Indre")
    former = make_former_commune(name="Hameau", commune=now)

    assert found(Statistic, "creusee") == [str(statistic)]
    assert found(FormerCommune, "evaux") == [str(former)]


def test_the_desk_finds_by_reference_by_mail_and_by_words(found):
    message = make_message(email="elu@bourg.example", text="Ouvrir une épicerie associative.")
    make_message(text="Rien de tel.")
    mail = make_mail(message=message)

    for query in [message.reference, message.reference[-5:], "elu@bourg", "epiceries"]:
        assert found(Message, query) == [str(message)], query
    assert found(Mail, message.reference) == [str(mail)]


def test_a_list_with_filters_finds_among_what_they_leave(admin_client):
    make_enterprise(name="Énergie publiée")
    make_enterprise(name="Énergie cachée", is_published=False)

    response = admin_client.get(
        address(Enterprise, "changelist"), {"q": "energie", "is_published__exact": 0}
    )

    assert [row.name for row in response.context["cl"].result_list] == ["Énergie cachée"]


def test_a_longer_list_than_is_read_still_finds_by_pieces(found, monkeypatch):
    monkeypatch.setattr("cress.base.lists.MOST_READ", 1)
    make_term(name="Utilité sociale")
    make_term(name="Commande publique")

    assert found(Term, "sociale") == ["Utilité sociale"]
    assert found(Term, "utilite") == []


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_no_search_breaks_a_list(found, query):
    rows = [make_commune(), make_message(), make_enterprise(), make_rule(), make_person()]
    assert len(rows) == 5

    searched = [
        model for model, options in admin.site._registry.items() if options.get_search_fields(None)
    ]
    assert {Commune, Message, Enterprise, Rule, Person, User, Sector} <= set(searched)
    for model in searched:
        found(model, query)


# Choices of a row


@pytest.mark.parametrize("typed", ["chat", "châtil", "sur indre", "Chatillon", "36044"])
def test_a_choice_finds_while_the_name_is_typed(editor_client, typed):
    commune = make_commune(name="Châtillon-sur-Indre", insee_code="36044")
    make_commune(name="Vierzon")
    about = {"app_label": "enterprises", "model_name": "enterprise", "field_name": "commune"}

    response = editor_client.get(reverse("admin:autocomplete"), about | {"term": typed})

    assert [each["id"] for each in response.json()["results"]] == [str(commune.pk)]


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_no_typing_breaks_a_choice(editor_client, query):
    make_commune()
    about = {"app_label": "enterprises", "model_name": "enterprise", "field_name": "commune"}

    response = editor_client.get(f"/admin/autocomplete/?{urlencode(about | {'term': query})}")

    assert response.status_code == 200


# The search of all content


class Answer:
    """The page of the search of all content, as staff read it."""

    def __init__(self, response):
        assert response.status_code == 200
        self.response, self.found = response, response.context["found"]

    @property
    def titles(self):
        return [each.result.title for each in self.found]

    def links(self, title):
        """Return the address of « Modifier » and that of « Voir sur le site » for a result."""
        each = next(each for each in self.found if each.result.title == title)
        assert self.response.text.count(f'href="{each.edit_url}"') >= bool(each.edit_url)
        shown = f'href="{each.result.url}"' in self.response.text
        return each.edit_url, each.result.url if shown else ""


def look_for(client, query, **parameters):
    return Answer(client.get("/admin/recherche/", {"q": query} | parameters))


def test_the_search_of_all_content_finds_drafts_and_says_that_they_are(editor_client):
    lever = make_lever(title="L’énergie cachée", is_published=False)
    make_action(lever=lever, text="Isoler par l’énergie.")
    page = make_page(title="Page d’énergie", is_published=False)
    make_page(title="Énergie publiée")
    enterprise = make_enterprise(name="Énergies du Val", is_published=False)

    answer = look_for(editor_client, "energies")

    drafts = {each.result.title for each in answer.found if not each.result.is_published}
    assert drafts >= {"L’énergie cachée", "Page d’énergie", "Énergies du Val"}
    assert "Énergie publiée" in set(answer.titles) - drafts
    assertContains(answer.response, "Brouillon, non publié", count=len(drafts))
    assertContains(answer.response, "Page d’<mark>énergie</mark>")
    assert answer.links("L’énergie cachée") == (change_page(lever), "")
    assert answer.links("Isoler par l’énergie.") == (change_page(lever), "")
    assert answer.links("Page d’énergie") == (change_page(page), "")
    assert answer.links("Énergies du Val") == (change_page(enterprise), "")


def test_the_search_of_all_content_leads_to_where_each_is_edited_and_shown(editor_client):
    rule = make_rule(title="Seuil des tuiles", text="Cent tuiles.")
    term = make_term(name="Tuile", definition="Un élément de toiture.")
    resource = make_resource(title="Guide des tuiles", url="https://guide.example/")
    commune = make_commune(name="Tuilerie")

    answer = look_for(editor_client, "tuiles")

    assert answer.links("Seuil des tuiles") == (
        change_page(rule),
        f"{rule.lever.get_absolute_url()}#{rule.anchor}",
    )
    assert answer.links("Tuile") == (change_page(term), term.get_absolute_url())
    assert answer.links("Guide des tuiles") == (change_page(resource), resource.url)
    assertContains(answer.response, "Ouvrir le lien")
    place = look_for(editor_client, "Tuilerie")
    assert place.links("Tuilerie") == (change_page(commune), commune.get_absolute_url())


def test_the_search_of_all_content_opens_what_each_role_may_open(editor_client, manager_client):
    make_identity(name="Chambre des tuiles")
    legal = make_page(title="Page légale des tuiles", is_legal=True)

    for client, may_view in [(editor_client, False), (manager_client, True)]:
        answer = look_for(client, "tuiles")
        edit, _ = answer.links("Chambre des tuiles")
        assert edit == (change_page(SiteIdentity.objects.get()) if may_view else "")
        assert answer.links("Page légale des tuiles")[0] == change_page(legal)
        labels = {each.result.title: each.may_change for each in answer.found}
        assert labels["Page légale des tuiles"] == may_view


def test_staff_without_a_role_find_what_is_published_and_edit_nothing(client, db):
    client.force_login(make_staff(group=None, username="sans-role"))
    make_lever(title="Tuiles publiées")
    make_lever(title="Tuiles cachées", is_published=False)
    make_enterprise(name="Tuiles en projet", is_published=False)

    answer = look_for(client, "tuiles")

    assert answer.titles == ["Tuiles publiées", "Fiche\u202f: Tuiles publiées"]
    assertNotContains(answer.response, "Modifier<")


def test_the_search_of_all_content_is_for_staff(client, editor_client):
    response = client.get("/admin/recherche/?q=tuile")

    assertRedirects(
        response, "/admin/login/?next=/admin/recherche/%3Fq%3Dtuile", fetch_redirect_response=False
    )
    assert editor_client.post("/admin/recherche/?q=tuile").status_code == 405
    private = look_for(editor_client, "tuile").response["Cache-Control"]
    assert "private" in private


def test_visitors_do_not_find_drafts(client, db):
    make_lever(title="Tuiles cachées", is_published=False)
    make_enterprise(name="Tuiles en projet", is_published=False)

    assertContains(client.get("/recherche/", {"q": "tuiles"}), "Aucune réponse")


def test_rows_that_read_the_same_are_each_found_by_staff(editor_client):
    rows = [make_term(name=name, definition="Une tuile.") for name in ["Faîte", "Faite"]]
    twins = [make_enterprise(name="Tuile", slug=slug) for slug in ["tuile", "tuile-2"]]

    found = look_for(editor_client, "tuile").found

    edited = {each.edit_url for each in found}
    assert edited >= {change_page(row) for row in [*rows, *twins]}


def test_every_row_that_is_searched_is_edited_somewhere(content, admin_client):
    labels = {part.model for part in read_parts() if part.model}

    assert len(labels) > 15
    for label in labels:
        title = next(part.title for part in read_parts() if part.model == label)
        found = look_for(admin_client, title).found
        links = [each.edit_url for each in found if each.result.model == label]
        assert links, label
        assert all(links), label
        if label not in EDITED_ON:
            assert f"/admin/{label.replace('.', '/')}/" in links[0]


def test_the_results_come_by_fifty_and_are_counted(editor_client):
    for number in range(60):
        make_term(name=f"Mot {number}", definition="Une tuile.")

    first, last = (look_for(editor_client, "tuiles", page=page) for page in ["1", "2"])

    assert (len(first.found), len(last.found)) == (50, 10)
    assertContains(first.response, "60 réponses pour")
    assertContains(first.response, "Page 1 sur 2")
    assert len(look_for(editor_client, "tuiles", page="zéro", type="mot").found) == 50
    assert look_for(editor_client, "tuiles", type="levier").found == []


def test_the_cost_of_a_page_of_results_does_not_grow(editor_client):
    def queries():
        with CaptureQueriesContext(connection) as queries:
            look_for(editor_client, "tuiles")
        return len(queries)

    lever = make_lever(title="Tuiles")
    make_action(lever=lever, text="Poser des tuiles.")
    make_enterprise(name="Tuiles 0")
    queries()
    before = queries()
    for number in range(9):
        make_action(lever=make_lever(title=f"Tuiles {number}"), text=f"Poser {number} tuiles.")
        make_enterprise(name=f"Tuiles {number + 1}")
    queries()  # reads the new rows, which the next search finds kept

    assert queries() == before


def test_a_typing_error_is_corrected_and_said(editor_client):
    make_term(name="Insertion")

    answer = look_for(editor_client, "insertoin")

    assert answer.titles == ["Insertion"]
    assertContains(answer.response, "chercher «\u202finsertoin\u202f»")


@pytest.mark.parametrize("query", ["", " ", *HOSTILE], ids=range(len(HOSTILE) + 2))
def test_no_search_breaks_the_search_of_all_content(content, editor_client, query):
    for more in [{}, {"type": "\0"}, {"page": "9" * 30}, {"tel-quel": "oui"}]:
        response = editor_client.get("/admin/recherche/", {"q": query} | more)
        assert response.status_code == 200
        assertNotContains(response, "\0")


@pytest.mark.parametrize(
    "page", ["/admin/", "/admin/recherche/", "/admin/policies/lever/", "/admin/policies/lever/add/"]
)
def test_every_page_of_the_admin_has_the_form_once(editor_client, page):
    response = editor_client.get(page)

    assertContains(response, 'action="/admin/recherche/"', count=1)


def test_the_form_is_not_shown_before_one_signs_in(client, db):
    assertNotContains(client.get("/admin/login/"), '/admin/recherche/"')
