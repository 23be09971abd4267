"""Searches in the admin: its lists, its choices of rows, and the search of all content."""

from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.urls import reverse

from cress.accounts.models import User
from cress.contact.models import Mail, Message, Person
from enterprises.models import Enterprise, Sector
from policies.models import Lever, Rule, Term
from territories.models import Commune, FormerCommune, Statistic
from tests.admin_pages import address
from tests.factories import (
    make_action,
    make_commune,
    make_enterprise,
    make_former_commune,
    make_lever,
    make_mail,
    make_message,
    make_person,
    make_rule,
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
def test_the_list_of_enterprises_finds_by_words_and_by_pieces(found, query):
    department = make_territory(name="Loiret")
    make_enterprise(
        name="Régie de quartier",
        siret=SIRET,
        commune=make_commune(name="Orléans", department=department),
        summary="La réparation de vélos.",
        website="https://regie-du-quai.example",
    )
    make_enterprise(name="Autre chose", summary="Rien de tel.")

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
    monkeypatch.setattr("cress.base.admin.MOST_READ", 1)
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
