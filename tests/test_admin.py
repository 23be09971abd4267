"""The admin: what each role sees, may do, and may not do."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core import serializers
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from cress.accounts.models import User
from cress.base.history.operations import Operation
from cress.base.models import Dated
from cress.base.old_addresses import OldAddress
from cress.base.unsaved.models import UnsavedForm
from cress.chamber.models import Page, SiteIdentity
from cress.contact.models import Allowance, Entry, Reading
from cress.links.models import LinkCheck
from enterprises.models import Enterprise, Photo
from policies.models import Action, Lever, Resource
from territories.models import Bin, Commune, DepartmentRank, MapGrid, Statistic, Territory
from tests.admin_pages import address, change_page, delete_together, filled_form, save
from tests.factories import (
    DESK_FACTORIES,
    FACTORIES,
    make_commune,
    make_enterprise,
    make_family,
    make_identity,
    make_intercommunality,
    make_lever,
    make_page,
    make_region,
    make_statistic,
    make_term,
    make_territory,
)

REGISTERED = list(admin.site._registry)
STAFF = ["admin_client", "manager_client", "editor_client"]
ACTIONS = ["view", "add", "change", "delete"]
# There is room for one row only.
ONLY_ONE = {SiteIdentity, MapGrid}
# They come by the form of the site, by what is done with it or in it, and by visits of links.
NEVER_ADDED = {"message add", "mail add", "linkcheck add", "missedsearch add", "operation add"}
# Labels of Django that show through where a translation is missing.
ENGLISH = re.compile(r"\b(Save|Delete|View|Add|Search|Change|History|Home|Yes|Unknown|Please)\b")


# Every page


@pytest.fixture
def site(content):
    """The shipped content, and one of each row that comes with use."""
    for make in DESK_FACTORIES.values():
        make()


def pages_closed_to(client):
    """Open every page of the admin; return those refused, and how many opened."""
    closed, opened = set(), 0
    for model in REGISTERED:
        row = model.objects.first()
        assert row, f"nothing to open: ship a {model.__name__}"
        for page, arguments in [("changelist", []), ("add", []), ("change", [row.pk])]:
            response = client.get(address(model, page, *arguments))
            name = f"{model._meta.model_name} {page}"
            if response.status_code == 403:
                closed.add(name)
                continue
            assert response.status_code == 200, name
            assert '<html lang="fr"' in response.text, name
            english = ENGLISH.search(strip_tags(response.text))
            assert not english, f"{name}: {english and english[0]}"
            opened += 1
    return closed, opened


def test_every_page_opens_for_a_superuser(site, admin_client):
    closed, opened = pages_closed_to(admin_client)

    assert closed == {"siteidentity add"} | NEVER_ADDED
    assert opened == 3 * len(REGISTERED) - 6 >= 66


def test_every_page_opens_for_a_responsable_but_the_groups(site, manager_client):
    closed, opened = pages_closed_to(manager_client)

    groups = {"group changelist", "group add", "group change"}
    assert closed == groups | {"siteidentity add", "mapgrid add"} | NEVER_ADDED
    assert opened == 3 * len(REGISTERED) - 10


def test_every_page_of_content_opens_for_the_redaction(site, editor_client):
    closed, opened = pages_closed_to(editor_client)

    assert closed == NEVER_ADDED | {"declaredcompetence add"} | {
        f"{model} {page}"
        for model in ["user", "group", "siteidentity", "mapgrid", "subject", "route"]
        for page in ["changelist", "add", "change"]
    }
    assert opened == 3 * len(REGISTERED) - 24


def test_every_model_of_the_site_is_edited_somewhere():
    edited = set(REGISTERED) | {Action}  # actions are rows of the page of their lever
    edited |= {Photo}  # of its enterprise
    edited |= {Bin, DepartmentRank}  # of their distribution
    edited |= {Entry, Reading}  # of their message
    edited |= {OldAddress}  # written when the address of its page changes
    edited |= {Allowance, Operation, UnsavedForm}  # no one edits them

    assert set(FACTORIES) <= edited


@pytest.mark.parametrize("client_name", STAFF)
def test_the_home_of_the_admin_greets_in_french(client_name, request):
    client = request.getfixturevalue(client_name)
    make_identity()

    response = client.get(reverse("admin:index"))

    assertContains(response, "CRESS – Gestion du site")
    assertContains(response, "Que voulez-vous modifier ?")
    assertContains(response, '<html lang="fr"')


def test_the_admin_asks_who_is_there_in_french(client, db):
    make_identity()

    response = client.get(reverse("admin:login"))

    assertContains(response, '<html lang="fr"')
    assertContains(response, "Connexion")
    assertContains(response, "Nom d’utilisateur")
    assertContains(response, "Mot de passe")
    assertContains(response, "CRESS – Gestion du site")


def test_a_visitor_is_sent_to_the_sign_in_page(client, db):
    response = client.get(reverse("admin:policies_lever_changelist"))

    assertRedirects(response, "/admin/login/?next=/admin/policies/lever/")


def test_pages_of_the_admin_run_nothing_from_elsewhere(site, admin_client):
    swept = 0
    for model in REGISTERED:
        row = model.objects.first()
        for url in [
            address(model, "changelist"),
            change_page(row),
            address(model, "history", row.pk),
        ]:
            response = admin_client.get(url)
            policy = response["Content-Security-Policy"]

            assert "default-src 'self'" in policy, url
            assert "unsafe-" not in policy, url
            assert "<script>" not in response.text, url
            assert " style=" not in response.text, url
            assert not re.search(r"\son\w+=", response.text), url
            swept += 1

    assert swept == 3 * len(REGISTERED) >= 60


def test_the_sign_in_page_runs_nothing_from_elsewhere(client, db):
    policy = client.get(reverse("admin:login"))["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe-" not in policy


@pytest.mark.parametrize(
    "model", [model for model in REGISTERED if model in FACTORIES and model not in ONLY_ONE]
)
def test_a_list_asks_no_more_of_the_database_for_ten_rows_than_for_one(admin_client, model):
    url = address(model, "changelist")
    make = FACTORIES[model]
    make()
    admin_client.get(url)  # what is read once and kept, like content types
    with CaptureQueriesContext(connection) as with_one:
        response = admin_client.get(url)
    count = response.context["cl"].result_count
    for _ in range(9):
        make()

    with CaptureQueriesContext(connection) as with_ten:
        response = admin_client.get(url)

    assert response.context["cl"].result_count == count + 9
    assert len(with_ten) == len(with_one)


def make_linked_enterprise():
    return make_enterprise(commune=make_commune(), family=make_family())


def make_linked_commune():
    return make_commune(intercommunality=make_intercommunality())


@pytest.mark.parametrize("make", [make_linked_enterprise, make_linked_commune])
def test_a_list_asks_no_more_when_its_rows_have_all_their_links(admin_client, make):
    url = address(type(make()), "changelist")
    admin_client.get(url)
    with CaptureQueriesContext(connection) as with_one:
        admin_client.get(url)
    for _ in range(9):
        make()

    with CaptureQueriesContext(connection) as with_ten:
        admin_client.get(url)

    assert len(with_ten) == len(with_one)


def test_the_list_of_accounts_asks_no_more_for_ten_accounts_than_for_one(manager_client):
    url = address(User, "changelist")
    with CaptureQueriesContext(connection) as with_one:
        manager_client.get(url)
    for number in range(9):
        account = User.objects.create_user(
            f"compte-{number}", f"compte-{number}@cress.example", is_staff=True
        )
        account.groups.add(*Group.objects.all())

    with CaptureQueriesContext(connection) as with_ten:
        manager_client.get(url)

    assert len(with_ten) == len(with_one)


def test_a_page_that_is_saved_untouched_changes_nothing(content, admin_client):
    swept = 0
    for model in REGISTERED:
        if model not in FACTORIES:
            continue
        for row in model.objects.all()[:3]:
            before = serializers.serialize("json", [row], use_natural_foreign_keys=True)

            response = save(admin_client, row)

            assert response.status_code == 302, f"{row}: {response.context['errors']}"
            after = model.objects.get(pk=row.pk)
            if isinstance(row, Dated):
                after.updated_at = row.updated_at
            assert (
                serializers.serialize("json", [after], use_natural_foreign_keys=True) == before
            ), row
            swept += 1

    assert swept >= 3 * 15
    assert Action.objects.count() == 42
    assert Statistic.objects.count() == 36


# What is on the site, and its address


@pytest.mark.parametrize("make", [make_lever, make_enterprise, make_page])
def test_a_published_page_can_be_seen_on_the_site(admin_client, make):
    row = make(is_published=True)

    response = admin_client.get(change_page(row))

    assertContains(response, "Voir sur le site")
    assertContains(response, f'href="{row.get_absolute_url()}"')


@pytest.mark.parametrize("make", [make_lever, make_enterprise, make_page])
def test_a_page_that_is_not_published_cannot_be_seen_on_the_site(admin_client, make):
    row = make(is_published=False)

    response = admin_client.get(change_page(row))

    assertNotContains(response, "Voir sur le site")


@pytest.mark.parametrize("make", [make_territory, make_region])
def test_a_territory_can_be_seen_on_the_site_from_its_page_and_from_its_figures(admin_client, make):
    territory = make()
    statistic = make_statistic(territory=territory)

    for row in [territory, statistic]:
        response = admin_client.get(change_page(row))

        assertContains(response, "Voir sur le site")
        assertContains(response, f'href="{territory.get_absolute_url()}"')


def test_the_country_cannot_be_seen_on_the_site(admin_client):
    france = make_territory(kind="country", code="FR", name="France")
    statistic = make_statistic(territory=france)

    for row in [france, statistic]:
        assertNotContains(admin_client.get(change_page(row)), "Voir sur le site")


def test_a_word_can_be_seen_at_its_place_in_the_glossary(admin_client):
    term = make_term(slug="scop")

    response = admin_client.get(change_page(term))
    seen = admin_client.get(re.search(r'href="(/admin/r/[^"]+)"', response.text)[1])

    assertContains(response, "Voir sur le site")
    assert seen.url.endswith("/glossaire/#scop")


def test_the_identity_can_be_seen_on_the_page_of_legal_notices(admin_client):
    response = admin_client.get(change_page(make_identity()))

    assertContains(response, "Voir sur le site")
    assertContains(response, 'href="/mentions-legales/"')


@pytest.mark.parametrize("make", [make_lever, make_enterprise, make_page])
def test_the_address_of_a_page_that_is_not_published_may_change(admin_client, make):
    row = make(slug="adresse-essayee", is_published=False)

    response = admin_client.get(change_page(row))
    saved = save(admin_client, row, slug="meilleure-adresse")

    assertContains(response, 'name="slug" value="adresse-essayee"')
    assertContains(response, "#id_slug")
    assert saved.status_code == 302
    row.refresh_from_db()
    assert row.slug == "meilleure-adresse"


@pytest.mark.parametrize(
    ("model", "source"), [(Lever, "title"), (Enterprise, "name"), (Page, "title")]
)
def test_the_address_of_a_new_page_is_made_from_its_name(admin_client, model, source):
    response = admin_client.get(address(model, "add"))

    assertContains(response, "#id_slug")
    assertContains(response, f"#id_{source}")


# Legal pages


def test_the_redaction_reads_a_legal_page_and_finds_no_button(editor_client):
    legal = make_page(is_legal=True)

    response = editor_client.get(change_page(legal))

    assert response.status_code == 200
    assertContains(response, legal.title)
    assertNotContains(response, 'name="_save"')
    assertNotContains(response, "deletelink")


def test_the_redaction_cannot_change_a_legal_page(editor_client):
    legal = make_page(is_legal=True, title="Mentions légales")
    values = {"title": "Autre chose", "description": "Autre chose", "is_published": "on"}

    response = editor_client.post(change_page(legal), values)

    assert response.status_code == 403
    legal.refresh_from_db()
    assert legal.title == "Mentions légales"


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_redaction_cannot_delete_a_legal_page(editor_client, method):
    legal = make_page(is_legal=True)

    response = getattr(editor_client, method)(address(Page, "delete", legal.pk), {"post": "yes"})

    assert response.status_code == 403
    assert Page.objects.get() == legal


def test_the_redaction_cannot_delete_a_legal_page_among_others(editor_client):
    pages = [make_page(), make_page(is_legal=True)]

    asked = delete_together(editor_client, pages)
    confirmed = delete_together(editor_client, pages, post="yes")

    assertContains(asked, "page légale")
    assertNotContains(asked, 'name="post"')
    assert confirmed.status_code == 403
    assert Page.objects.count() == 2


def test_the_redaction_cannot_make_a_page_legal(editor_client):
    page = make_page(is_legal=False)

    opened = editor_client.get(change_page(page))
    save(editor_client, page, is_legal="on")
    values = {"slug": "p", "title": "P", "description": "P", "is_legal": "on"}
    editor_client.post(address(Page, "add"), values)

    assertNotContains(opened, 'name="is_legal"')
    assert Page.objects.count() == 2
    assert not Page.objects.filter(is_legal=True).exists()


def test_the_redaction_changes_and_deletes_the_other_pages(editor_client):
    page, *others = [make_page() for _ in range(4)]

    opened = editor_client.get(change_page(page))
    saved = save(editor_client, page, title="Un meilleur titre")
    deleted = editor_client.post(address(Page, "delete", others[0].pk), {"post": "yes"})
    together = delete_together(editor_client, others[1:], post="yes")

    assertContains(opened, 'name="_save"')
    assertContains(opened, "deletelink")
    assert [saved.status_code, deleted.status_code, together.status_code] == [302, 302, 302]
    assert Page.objects.get().title == "Un meilleur titre"


def test_a_responsable_changes_and_deletes_legal_pages(manager_client):
    legal, *others = [make_page(is_legal=True) for _ in range(4)]

    opened = manager_client.get(change_page(legal))
    saved = save(manager_client, legal, title="Un meilleur titre")
    deleted = manager_client.post(address(Page, "delete", others[0].pk), {"post": "yes"})
    together = delete_together(manager_client, others[1:], post="yes")

    assertContains(opened, 'name="_save"')
    assertContains(opened, 'name="is_legal"')
    assert [saved.status_code, deleted.status_code, together.status_code] == [302, 302, 302]
    assert Page.objects.get().title == "Un meilleur titre"
    assert Page.objects.get().is_legal


# Identity of the site


def test_the_identity_is_added_once(manager_client):
    url = address(SiteIdentity, "add")
    values = {"name": "CRESS", "full_name": "Chambre régionale", "title": "L’ESS"}

    first = manager_client.post(url, values)
    second = manager_client.post(url, values | {"name": "Une autre"})

    assert first.status_code == 302
    assert second.status_code == 403
    assert SiteIdentity.objects.get().name == "CRESS"


@pytest.mark.parametrize("client_name", ["admin_client", "manager_client"])
def test_the_identity_is_never_deleted(client_name, request):
    client = request.getfixturevalue(client_name)
    identity = make_identity()

    listed = client.get(address(SiteIdentity, "changelist"))
    opened = client.get(change_page(identity))
    deleted = client.post(address(SiteIdentity, "delete", identity.pk), {"post": "yes"})
    delete_together(client, [identity], post="yes")

    assertNotContains(listed, "delete_selected")
    assertNotContains(listed, address(SiteIdentity, "add"))
    assertNotContains(opened, "deletelink")
    assert deleted.status_code == 403
    assert SiteIdentity.objects.exists()


def test_a_responsable_changes_the_identity(manager_client):
    identity = make_identity()

    response = save(manager_client, identity, publisher="La présidente")

    assert response.status_code == 302
    identity.refresh_from_db()
    assert identity.publisher == "La présidente"


def test_the_list_names_the_empty_fields_of_the_identity(admin_client):
    make_identity(email="contact@cress.example", address="Orléans")

    response = admin_client.get(address(SiteIdentity, "changelist"))

    assertContains(
        response,
        "forme juridique et numéros, directeur ou directrice de la publication, hébergeur",
    )
    assertNotContains(response, "adresse postale,")


# Bad input


@pytest.mark.parametrize("value", ["abc", "1.5", "9" * 30, "-1", "\0", "é"])
def test_a_choice_that_is_no_number_is_refused_and_nothing_is_lost(content, editor_client, value):
    enterprise = Enterprise.objects.first()

    response = save(editor_client, enterprise, commune=value, levers=[value], summary="Gardé.")

    assert response.status_code == 200
    assertContains(response, "Gardé.")
    assert response.context["errors"]
    enterprise.refresh_from_db()
    assert enterprise.summary != "Gardé."


@pytest.mark.parametrize("value", ["abc", "9" * 30, "\0"])
def test_a_choice_of_a_row_that_is_no_number_is_refused(content, editor_client, value):
    statistic = Statistic.objects.first()
    page = change_page(statistic.territory)
    form = filled_form(editor_client.get(page), **{"statistics-0-source": value})

    response = editor_client.post(page, form)

    assert response.status_code == 200
    assert response.context["errors"]


@pytest.mark.parametrize("query", ["term=%00", "term=bourges&page=abc", "term=x&page=99999999999"])
def test_an_autocomplete_survives_a_bad_query(content, editor_client, query):
    options = "app_label=enterprises&model_name=enterprise&field_name=commune"

    response = editor_client.get(f"/admin/autocomplete/?{options}&{query}")

    assert response.status_code in {200, 404}


@pytest.mark.parametrize("value", ["abc", "1.5", "9" * 30, "\0"])
@pytest.mark.parametrize("model", [Enterprise, Lever, User, LinkCheck], ids=str)
def test_a_list_survives_a_selection_and_a_filter_that_are_no_number(admin_client, model, value):
    url = address(model, "changelist")
    action = {"action": "delete_selected", "_selected_action": value, "index": "0"}

    answers = [
        admin_client.post(url, action, follow=True),
        admin_client.get(url, {"q": value}, follow=True),
        admin_client.get(url, {"id__exact": value, "p": value}, follow=True),
    ]

    assert [answer.status_code for answer in answers] == [200] * 3


def test_a_forbidden_page_is_explained_in_french(editor_client):
    response = editor_client.get(address(User, "changelist"))

    assertContains(response, "Cette page vous est fermée", status_code=403)
    assertContains(response, '<html lang="fr">', status_code=403)


# Finding and typing


@pytest.mark.parametrize("apostrophe", ["'", "’"])
def test_a_search_finds_a_text_with_either_apostrophe(content, editor_client, apostrophe):
    searches = [
        (Commune, "Saint-Denis-de-l{}Hôtel", "Saint-Denis-de-l’Hôtel (45273)"),
        (Lever, "l{}environnement", "Protection et mise en valeur de l’environnement"),
        (Enterprise, "Île d{}Or", "éthic étapes – Île d’Or"),
        (Page, "L{}ESS dans", "L’ESS dans les territoires"),
    ]

    for model, typed, expected in searches:
        typed = typed.format(apostrophe)
        response = editor_client.get(address(model, "changelist"), {"q": typed})

        found = [str(row) for row in response.context["cl"].result_list]
        assert expected in found, typed


def test_an_editor_finds_a_commune_while_typing_its_name(content, editor_client):
    question = {"app_label": "enterprises", "model_name": "enterprise", "field_name": "commune"}

    response = editor_client.get(
        reverse("admin:autocomplete"), question | {"term": "Saint-Amand-M"}
    )

    assert [found["text"] for found in response.json()["results"]] == [
        "Saint-Amand-Montrond (18197)"
    ]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("www.rtes.fr", "https://www.rtes.fr"),
        ("https://www.rtes.fr/kit", "https://www.rtes.fr/kit"),
        ("http://www.rtes.fr", "http://www.rtes.fr"),
    ],
)
def test_an_address_typed_without_its_scheme_is_a_secure_one(editor_client, typed, stored):
    values = {"title": "Kit", "slug": "kit", "publisher": "RTES", "description": "", "url": typed}

    response = editor_client.post(address(Resource, "add"), values)

    assert response.status_code == 302
    assert Resource.objects.get().url == stored


def test_what_is_typed_with_straight_apostrophes_is_shown_with_typographic_ones(editor_client):
    lever = make_lever()

    save(editor_client, lever, title="L'eau, bien commun")

    response = editor_client.get(change_page(lever))
    assertContains(response, 'value="L’eau, bien commun"')


def test_actions_are_edited_on_the_page_of_their_lever(editor_client):
    lever = make_lever()
    url = change_page(lever)
    rows = {
        "actions-TOTAL_FORMS": "2",
        "actions-0-text": "Soutenir les ateliers.",
        "actions-0-order": "1",
        "actions-1-text": "Acheter aux entreprises adaptées.",
        "actions-1-order": "2",
    }

    response = editor_client.post(url, filled_form(editor_client.get(url), **rows))

    assert response.status_code == 302
    assert [action.text for action in lever.actions.all()] == [
        "Soutenir les ateliers.",
        "Acheter aux entreprises adaptées.",
    ]


def test_a_lever_is_added_with_its_actions(editor_client):
    url = address(Lever, "add")
    values = {
        "title": "L'eau",
        "slug": "eau",
        "theme": "environment",
        "summary": "Un bien commun.",
        "actions-TOTAL_FORMS": "2",
        "actions-0-text": "Soutenir les régies.",
        "actions-0-order": "1",
        "actions-1-text": "Restaurer les mares.",
        "actions-1-order": "2",
    }

    response = editor_client.post(url, filled_form(editor_client.get(url), **values))

    assert response.status_code == 302
    lever = Lever.objects.get()
    assert lever.title == "L’eau"
    assert lever.is_published
    assert lever.actions.count() == 2


def test_figures_are_edited_on_the_page_of_their_territory(editor_client):
    statistic = make_statistic()
    territory = statistic.territory

    save(editor_client, territory, **{"statistics-0-employee_share": "12.34"})

    statistic.refresh_from_db()
    assert str(statistic.employee_share) == "12.34"
    assert Territory.objects.get() == territory
