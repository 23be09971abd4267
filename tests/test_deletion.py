"""What the admin says before something is deleted or withdrawn: what depends on it, counted."""

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.db.models.signals import post_save
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from cress.base.dependents import MOST_NAMES, dependents_of, rows_of
from cress.chamber.models import Page
from cress.contact.models import Subject
from enterprises.models import Enterprise, Sector
from policies.models import Lever
from territories.models import Commune, Intercommunality, Territory
from tests.admin_pages import address, change_page, delete_together, filled_form
from tests.factories import (
    DESK_FACTORIES,
    make_action,
    make_commune,
    make_declared_competence,
    make_enterprise,
    make_lever,
    make_message,
    make_page,
    make_person,
    make_photo,
    make_rank,
    make_resource,
    make_route,
    make_sector,
    make_statistic,
    make_subject,
    make_term,
    make_territory,
)
from tests.html import Document
from tests.test_admin import ENGLISH

SECTIONS = {"leviers", "pourquoi", "la-cress", "glossaire", "comment-agir", "contact"}


def delete_page(row):
    return address(type(row), "delete", row.pk)


def said(response):
    """Return what the page says, on one line, with plain spaces."""
    return " ".join(Document(response.text).text.split())


# The relations


def make_many_communes(department, number):
    made = [
        Commune(
            name=f"Bourg {n}", insee_code=f"{n:05}", department=department, folded_name=f"bourg {n}"
        )
        for n in range(number)
    ]
    Commune.objects.bulk_create(made)


def test_a_department_of_1500_communes_counts_them_and_names_a_few(editor_client):
    department = make_territory()
    make_many_communes(department, 1)
    editor_client.get(delete_page(department))
    with CaptureQueriesContext(connection) as with_one:
        editor_client.get(delete_page(department))
    Commune.objects.all().delete()
    make_many_communes(department, 1500)

    with CaptureQueriesContext(connection) as with_many:
        response = editor_client.get(delete_page(department))

    text = said(response)
    assert "1 500 communes, dans « département »" in text
    assert "et 1 495 autres" in text
    assert text.count("Bourg ") == MOST_NAMES
    assert len(with_many) <= len(with_one) < 40
    assert Territory.objects.filter(pk=department.pk).exists()


def test_many_communes_deleted_together_are_counted(admin_client):
    department = make_territory()
    make_many_communes(department, 1500)
    rows = list(Commune.objects.all())
    make_enterprise(commune=rows[0], department=department)

    with CaptureQueriesContext(connection) as queries:
        response = delete_together(admin_client, rows[:1], select_across="1", index="0")

    text = said(response)
    assert "Avant de supprimer 1 500 communes" in text
    assert "1 entreprise, dans « commune »" in text
    assert "et 1 495 de plus" in text
    assert "1 500 lignes à la fois, c’est trop pour un envoi : 900 au plus." in text
    assert len(queries) < 40


def test_a_sector_in_use_is_refused_with_the_way_out(editor_client):
    sector = make_sector()
    used = [make_enterprise(sector=sector, name=f"Atelier {n}") for n in range(2)]

    response = editor_client.get(delete_page(sector))
    insisted = editor_client.post(delete_page(sector), {"post": "yes"})
    listed = editor_client.get(f"{address(Enterprise, 'changelist')}?sector__in={sector.pk}")

    text = said(response)
    assert "2 entreprises, dans « secteur » : Atelier 0 et Atelier 1" in text
    assert "Changez-y d’abord « secteur », ou supprimez ces lignes." in text
    assertContains(response, f'href="{address(Enterprise, "changelist")}?sector__in={sector.pk}"')
    assert set(listed.context["cl"].result_list) == set(used)
    assertNotContains(response, 'name="post"')
    assert insisted.status_code == 200
    assert Sector.objects.filter(pk=sector.pk).exists()


def test_one_row_that_refuses_is_reached_by_a_link(editor_client):
    enterprise = make_enterprise()

    response = editor_client.get(delete_page(enterprise.sector))

    assertContains(response, f'href="{change_page(enterprise)}"')
    assert "ou supprimez cette ligne" in said(response)


def test_the_figures_of_a_territory_are_counted(editor_client):
    territory = make_territory()
    make_statistic(territory=territory)
    make_statistic(territory=territory)
    make_rank(territory=territory)

    text = said(editor_client.get(delete_page(territory)))

    assert "Partirait avec : 2 chiffres des territoires. 1 rang d’un département." in text


def test_the_figures_of_a_territory_are_counted_while_its_communes_refuse(editor_client):
    statistic = make_statistic()
    make_commune(department=statistic.territory)

    text = said(editor_client.get(delete_page(statistic.territory)))

    assert "Rien n’est supprimé. À changer d’abord : 1 commune" in text
    assert "Partirait avec : 1 chiffres d’un territoire." in text


def test_the_examples_and_the_resources_of_a_lever_are_named(editor_client):
    lever = make_lever(title="L’eau")
    lever.terms.add(make_term(name="Mare"))
    make_enterprise(name="Régie").levers.add(lever)
    make_resource(title="Kit").levers.add(lever)
    make_action(lever=lever)

    text = said(editor_client.get(delete_page(lever)))

    assert "Partirait avec : 1 action." in text
    assert "1 entreprise, dans « leviers illustrés » : Régie." in text
    assert "1 ressource, dans « leviers » : Kit." in text
    assert "1 mot du glossaire, dans « mots expliqués » : Mare." in text
    assert "décochez plutôt « publié »" in text


def test_what_a_row_is_chosen_in_is_named_from_the_other_side(editor_client):
    term = make_term(name="Mare")
    make_lever(title="L’eau").terms.add(term)
    enterprise = make_enterprise()
    enterprise.levers.add(make_lever(title="La terre"))

    assert "1 levier, dans « mots expliqués » : L’eau." in said(
        editor_client.get(delete_page(term))
    )
    assert "1 levier, dans « leviers illustrés » : La terre." in said(
        editor_client.get(delete_page(enterprise))
    )


def test_what_depends_on_rows_that_go_is_counted_too(db):
    competence = make_declared_competence()
    photo = make_photo()

    of_intercommunality = dependents_of(rows_of([competence.intercommunality]))
    of_enterprise = dependents_of(rows_of([photo.enterprise]))

    assert [each.counted for each in of_intercommunality] == ["1 compétence déclarée"]
    assert [each.counted for each in of_enterprise] == ["1 photo"]


def test_a_row_without_anything_is_deleted_after_one_question(editor_client):
    commune = make_commune()

    response = editor_client.get(delete_page(commune))
    editor_client.post(delete_page(commune), {"post": "yes"})

    assert "Rien d’autre n’en dépend." in said(response)
    assertContains(response, "Mettre à la corbeille")
    assertContains(response, f'href="{change_page(commune)}"')
    assert not Commune.objects.exists()


def test_several_rows_say_together_what_depends_on_them(editor_client):
    levers = [make_lever(title="L’eau"), make_lever(title="La terre")]
    for lever in levers:
        make_action(lever=lever)

    asked = delete_together(editor_client, levers)
    delete_together(editor_client, levers, post="yes")

    text = said(asked)
    assert "Mettre à la corbeille 2 leviers ?" in text
    assert "L’eau, La terre." in text
    assert "2 actions." in text
    assert not Lever.objects.exists()


def test_several_rows_one_of_which_is_in_use_all_stay(editor_client):
    sectors = [make_sector(), make_enterprise().sector]

    asked = delete_together(editor_client, sectors)
    insisted = delete_together(editor_client, sectors, post="yes")

    assert "Avant de supprimer 2 secteurs" in said(asked)
    assert "1 entreprise, dans « secteur »" in said(insisted)
    assert Sector.objects.count() == 2


def test_names_of_what_a_reader_may_not_open_are_not_given(editor_client, manager_client):
    route = make_route(person=make_person(), subject=make_subject(name="Un sujet discret"))

    to_editor = editor_client.get(delete_page(route.person))
    to_manager = manager_client.get(delete_page(route.person))

    assert "1 règle de destination, dans « destinataire »." in said(to_editor)
    assert "Demandez à un compte « Responsable »" in said(to_editor)
    assert "Un sujet discret" not in said(to_editor)
    assert "Un sujet discret" in said(to_manager)
    assertContains(to_manager, f'href="{change_page(route)}"')


def test_what_a_role_may_not_delete_is_said_in_french(editor_client):
    competence = make_declared_competence()

    response = editor_client.get(delete_page(competence.intercommunality))
    insisted = editor_client.post(delete_page(competence.intercommunality), {"post": "yes"})

    assert "Votre rôle ne permet pas de supprimer : compétence déclarée." in said(response)
    assert insisted.status_code == 403
    assert Intercommunality.objects.exists()


def test_a_subject_that_messages_keep_is_withdrawn_rather_than_deleted(manager_client):
    message = make_message()

    text = said(manager_client.get(delete_page(message.subject)))

    assert "1 message, dans « objet »" in text
    assert "Ce que le site a reçu ne se change ni ne se supprime ici." in text
    assert "décochez plutôt « proposé »" in text
    assert Subject.objects.exists()


@pytest.mark.parametrize("together", [True, False])
def test_a_row_used_at_the_last_moment_is_kept_and_said(editor_client, together):
    sector = make_sector()

    def use_it(**signal):
        Enterprise.objects.create(
            name="Tardive", slug="tardive", sector=sector, department=make_territory(), summary="x"
        )

    post_save.connect(use_it, sender=LogEntry)
    try:
        if together:
            response = delete_together(editor_client, [sector], post="yes")
        else:
            response = editor_client.post(delete_page(sector), {"post": "yes"})
    finally:
        post_save.disconnect(use_it, sender=LogEntry)

    assert response.status_code == 302
    assert "quelqu’un vient de s’en servir" in said(editor_client.get(response.url))
    assert Sector.objects.filter(pk=sector.pk).exists()
    assert not LogEntry.objects.exists()


# What relations do not say


def test_the_opening_of_a_section_is_not_deleted(content, admin_client):
    opening = Page.objects.get(slug="leviers")

    shown = admin_client.get(delete_page(opening))
    insisted = admin_client.post(delete_page(opening), {"post": "yes"})
    together = delete_together(admin_client, [opening, make_page()], post="yes")

    text = said(shown)
    assert f"La page /leviers/ s’ouvre par « {opening.title} »" in text
    assert "décochez plutôt « publié »" in text
    assertContains(shown, 'href="/leviers/"')
    assert (insisted.status_code, together.status_code) == (200, 200)
    assert Page.objects.filter(slug="leviers").exists()


def test_every_opening_is_known_and_no_other_page(content):
    openings = {page.slug for page in Page.objects.all() if page.opens_section}

    assert openings >= SECTIONS & set(Page.objects.values_list("slug", flat=True))
    assert "leviers" in openings
    assert not make_page(slug="une-page-libre").opens_section


def test_a_page_of_the_foot_says_that_the_foot_loses_it(editor_client):
    page = make_page(title="Aide", footer_order=3)

    assert "Le pied de chaque page cite « Aide »" in said(editor_client.get(delete_page(page)))


def test_a_department_without_its_last_example_says_so(editor_client):
    department = make_territory(of="du Val")
    first, last = [make_enterprise(department=department) for _ in range(2)]
    make_enterprise(department=department, is_example=False)

    one = said(editor_client.get(delete_page(first)))
    both = said(delete_together(editor_client, [first, last]))

    assert "La page du Val montre 1 exemple de moins : il en reste 1." in one
    assert "La page du Val montre 2 exemples de moins : il n’en reste aucun." in both


# To withdraw


def test_a_published_page_says_what_withdrawing_it_loses(editor_client):
    lever = make_lever()
    make_action(lever=lever)
    make_enterprise(name="Régie").levers.add(lever)

    response = editor_client.get(change_page(lever))

    text = said(response)
    assert "Si vous décochez « publié »" in text
    assert "1 action." in text
    assert "1 entreprise, dans « leviers illustrés » : Régie." in text
    assert response.text.index("withdrawn-title") < response.text.index('name="_save"')


def test_the_opening_of_a_section_may_be_withdrawn(content, editor_client):
    opening = Page.objects.get(slug="leviers")
    form = filled_form(editor_client.get(change_page(opening)))
    del form["is_published"]

    text = said(editor_client.get(change_page(opening)))
    saved = editor_client.post(change_page(opening), form)

    assert "La page /leviers/ s’ouvre par" in text
    assert saved.status_code == 302
    opening.refresh_from_db()
    assert not opening.is_published


def test_the_page_says_it_again_while_the_form_has_errors(editor_client):
    page = make_page(footer_order=1)
    form = filled_form(editor_client.get(change_page(page)), title="")
    del form["is_published"]

    response = editor_client.post(change_page(page), form)

    assert response.status_code == 200
    assert "Si vous décochez « publié »" in said(response)


def test_a_draft_says_nothing_of_it(editor_client):
    lever = make_lever(is_published=False)
    make_action(lever=lever)

    assertNotContains(editor_client.get(change_page(lever)), "withdrawn-title")


def test_a_reader_who_may_not_withdraw_a_page_is_not_told_of_it(editor_client):
    legal = make_page(is_legal=True, footer_order=1)

    assertNotContains(editor_client.get(change_page(legal)), "withdrawn-title")


# Every model


@pytest.mark.parametrize("client_name", ["admin_client", "manager_client", "editor_client"])
def test_the_deletion_of_any_row_is_explained_in_french(content, client_name, request):
    client = request.getfixturevalue(client_name)
    for make in DESK_FACTORIES.values():
        make()
    swept = 0
    for model in admin.site._registry:
        row = model._base_manager.first()
        answers = [client.get(delete_page(row)), delete_together(client, [row])]
        for response in answers:
            if '<div class="deletion">' not in response.text:
                assert response.status_code != 200 or "delete_selected" not in response.text
                continue
            english = ENGLISH.search(said(response))
            assert not english, f"{model}: {english and english[0]}"
            assertNotContains(response, " object (")
            assertNotContains(response, "cancel-link")
            swept += 1

    assert swept >= 40
