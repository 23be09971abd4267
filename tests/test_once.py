"""A form that is sent twice is carried out once; that of a deleted row comes back."""

import re
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile

from cress.base.history.operations import Operation
from cress.chamber.models import Service
from policies.models import Action, Lever, Term
from tests.admin_pages import address, change_page, delete_together, save
from tests.conftest import client_of
from tests.factories import make_action, make_enterprise, make_lever, make_term
from tests.html import plain
from tests.page_forms import Form
from tests.unsaved import opened_form, shown, strict_client, text_of

ADD = "/admin/policies/term/add/"


@pytest.fixture
def editor(editor_client):
    return strict_client(editor_client.user)


@pytest.fixture
def colleague(db):
    client = client_of("Responsable")
    client.user.first_name, client.user.last_name = "Samir", "Benali"
    client.user.save()
    return client


def new_term(client, **changes):
    return opened_form(client, ADD, name="SCOP", slug="scop", definition="Une société.") | changes


def said(response):
    sentences = [str(message) for message in get_messages(response.wsgi_request)]
    return plain(" ".join(sentences))


def texts(lever):
    return sorted(lever.actions.values_list("text", flat=True))


# Add forms


@pytest.mark.parametrize("button", ["_save", "_continue", "_addanother"])
def test_an_add_form_sent_twice_adds_one_row_and_leads_where_the_first_led(editor, button):
    form = new_term(editor, **{button: "x"})
    first = editor.post(ADD, form)

    again = editor.post(ADD, form)

    assert Term.objects.count() == Operation.objects.count() == 1
    assert again.url == first.url
    link = f'<a href="{change_page(Term.objects.get())}">SCOP</a>'
    assert f"Déjà enregistré : « {link} »." in said(again)


def test_an_add_form_sent_again_with_another_text_comes_back_unsaved(editor):
    form = new_term(editor)
    editor.post(ADD, form)

    again = editor.post(ADD, form | {"name": "SCIC", "slug": "scic"})
    page = editor.get(again.url)

    assert [str(term) for term in Term.objects.all()] == ["SCOP"]
    assert shown(page)["name"] == "SCIC"
    assert "Ce formulaire a déjà ajouté « SCOP »" in text_of(page)
    editor.post(ADD, opened_form(editor, again.url))
    assert sorted(map(str, Term.objects.all())) == ["SCIC", "SCOP"]


def test_an_add_form_sent_again_after_its_row_was_deleted_comes_back_unsaved(editor, colleague):
    form = new_term(editor)
    editor.post(ADD, form)
    delete_together(colleague, [Term.objects.get()], post="yes")

    again = editor.post(ADD, form)

    assert not Term.objects.exists()
    assert "Samir Benali a supprimé « SCOP »" in text_of(editor.get(again.url))


def test_the_same_text_in_a_new_form_is_asked_about_once(editor):
    url = "/admin/chamber/service/add/"
    typed = {"title": "Un conseil", "text": "À votre écoute."}
    editor.post(url, opened_form(editor, url, **typed))

    again = editor.post(url, opened_form(editor, url, **typed))

    assert Service.objects.count() == 1
    assert "Ce formulaire a déjà ajouté « Un conseil »" in text_of(editor.get(again.url))
    refused = editor.post(url, opened_form(editor, again.url))
    assert "Un objet Service avec ce champ" in text_of(refused)  # asked no more: it was to be added
    editor.post(url, opened_form(editor, again.url, title="Un autre conseil"))
    assert Service.objects.count() == 2


def test_two_tabs_add_two_rows(editor):
    first, second = new_term(editor), new_term(editor, name="SCIC", slug="scic")

    editor.post(ADD, first)
    editor.post(ADD, second)

    assert Term.objects.count() == 2


def test_a_form_with_errors_is_saved_once_it_is_corrected(editor):
    refused = editor.post(ADD, new_term(editor, name=""))
    form = dict(Form(refused.text).fields) | {"name": "SCOP"}

    editor.post(ADD, form)
    editor.post(ADD, form)

    assert Term.objects.count() == 1


def test_a_form_sent_twice_in_a_window_of_its_own_gives_the_row_to_its_opener(editor):
    form = new_term(editor, _popup="1")
    editor.post(ADD, form)

    assert "popup_response" in editor.post(ADD, form).text
    assert Term.objects.count() == 1


# Change forms


@pytest.fixture
def lever(db):
    return make_lever(title="Énergie", summary="Un résumé.")


def with_new_row(lever, text="Nouvelle.", place=0):
    row = {"text": text, "order": "", "lever": str(lever.pk), "id": ""}
    values = {f"actions-{place}-{name}": value for name, value in row.items()}
    return values | {"actions-TOTAL_FORMS": str(place + 1)}


def test_a_change_form_sent_twice_writes_one_version_and_adds_its_rows_once(editor, lever):
    changes = with_new_row(lever, "L'eau.") | {"summary": "L'autre résumé."}
    form = opened_form(editor, change_page(lever), **changes)
    editor.post(change_page(lever), form)
    before = Operation.objects.count(), Lever.history.count()

    again = editor.post(change_page(lever), form)

    assert texts(lever) == ["L’eau."]
    assert (Operation.objects.count(), Lever.history.count()) == before
    assert "Déjà enregistré" in said(again)


def test_a_change_form_filled_in_anew_saves_that_and_adds_its_rows_once(editor, lever):
    form = opened_form(editor, change_page(lever), summary="B.", **with_new_row(lever, "L'eau."))
    editor.post(change_page(lever), form)
    anew = form | {"summary": "C."} | with_new_row(lever, "Autre.", place=1)

    for _ in range(2):  # a double click
        assert editor.post(change_page(lever), anew).status_code == 302

    lever.refresh_from_db()
    assert lever.summary == "C."
    assert texts(lever) == ["Autre.", "L’eau."]


def test_the_own_text_of_before_is_taken_back_by_the_form_that_wrote_it(editor, lever):
    form = opened_form(editor, change_page(lever), summary="B.")
    editor.post(change_page(lever), form)

    editor.post(change_page(lever), form | {"summary": "Un résumé."})

    lever.refresh_from_db()
    assert lever.summary == "Un résumé."


def test_a_new_row_changed_after_it_was_added_is_asked_about(editor, lever):
    form = opened_form(editor, change_page(lever), **with_new_row(lever, "Nouvelle."))
    editor.post(change_page(lever), form)

    refused = editor.post(change_page(lever), form | with_new_row(lever, "Autre."))

    assert texts(lever) == ["Nouvelle."]
    assert "Ce formulaire a déjà ajouté « Nouvelle. »" in text_of(refused)
    editor.post(change_page(lever), dict(Form(refused.text).fields))
    assert texts(lever) == ["Autre.", "Nouvelle."]


def test_a_form_sent_again_after_a_colleague_wrote_changes_nothing(editor, colleague, lever):
    form = opened_form(editor, change_page(lever), summary="B.")
    editor.post(change_page(lever), form)
    save(colleague, lever, summary="D’un autre.")

    again = editor.post(change_page(lever), form)

    lever.refresh_from_db()
    assert lever.summary == "D’un autre."
    assert "Déjà enregistré" in said(again)
    assert "et changé depuis" in said(again)


def test_saving_what_was_not_changed_writes_no_version(editor, lever):
    before = Lever.history.count()

    editor.post(change_page(lever), opened_form(editor, change_page(lever)))

    assert Lever.history.count() == before


# Orders, deletions and actions


def test_a_double_click_on_an_arrow_moves_once(editor_client):
    rows = [make_lever(order=None) for _ in range(3)]
    url = address(Lever, "move", rows[2].pk)

    for _ in range(2):
        editor_client.post(url, {"to": "up", "shown": "3", "position": "3"})

    assert list(Lever.objects.order_by("order")) == [rows[0], rows[2], rows[1]]
    answer = editor_client.get(address(Lever, "changelist"))
    assert "est en position 2" in plain(str(list(answer.context["messages"])[-1]))


def test_what_is_deleted_twice_says_who_deleted_it(editor_client, colleague, lever):
    term = make_term(name="SCOP")
    colleague.post(address(Term, "delete", term.pk), {"post": "yes"})

    again = editor_client.post(address(Term, "delete", term.pk), {"post": "yes"})
    together_again = delete_together(editor_client, [term], post="yes")

    assert again.url == together_again.url == address(Term, "changelist")
    assert "Samir Benali a supprimé « SCOP » à" in said(again)
    assert "Une ligne choisie était déjà supprimée" in said(together_again)


# Rows that were deleted meanwhile


def test_the_form_of_a_deleted_row_comes_back_as_one_to_add_it(editor, colleague):
    lever = make_lever(title="Énergie", slug="energie", is_published=True)
    action = make_action(lever=lever, text="Un.")
    form = opened_form(editor, change_page(lever), title="Mon titre")
    form |= {"actions-0-text": "Un, de moi."} | with_new_row(lever, "Deux.", place=1)
    delete_together(colleague, [lever], post="yes")

    answer = editor.post(change_page(lever), form)
    page = editor.get(answer.url)

    assert not Lever.objects.exists()
    assert not Action.objects.exists()
    assert "Samir Benali a supprimé « Énergie » à" in text_of(page)
    assert "enregistrez pour l'ajouter de nouveau" in text_of(page)
    form = dict(Form(page.text).fields)
    assert (form["title"], form["slug"]) == ("Mon titre", "energie")
    saved = editor.post("/admin/policies/lever/add/", form)
    assert saved.status_code == 302, saved.context["errors"]
    [lever] = Lever.objects.all()
    assert texts(lever) == ["Deux.", "Un, de moi."]
    assert action.pk not in lever.actions.values_list("pk", flat=True)


def test_the_files_of_the_form_of_a_deleted_row_are_named(editor, colleague):
    enterprise = make_enterprise()
    form = opened_form(editor, change_page(enterprise))
    form["photo-0-upload"] = SimpleUploadedFile("atelier.jpg", b"not read", "image/jpeg")
    delete_together(colleague, [enterprise], post="yes")

    page = editor.get(editor.post(change_page(enterprise), form).url)

    assert "choisissez de nouveau : atelier.jpg" in text_of(page)


def test_the_page_of_a_deleted_row_says_who_deleted_it_and_when(editor, colleague):
    term = make_term(name="SCOP")
    delete_together(colleague, [term], post="yes")
    Operation.objects.update(started_at=Operation.objects.first().started_at - timedelta(days=40))

    answer = editor.get(change_page(term))

    assert answer.url == address(Term, "changelist")
    assert re.search(r"Samir Benali a supprimé « SCOP » le \d+ \w+ à", said(answer))
