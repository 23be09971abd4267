"""An expression is replaced in the texts of the site, after it was shown where."""

import pytest
from django.urls import reverse

from cress.base.history.operations import Operation
from cress.base.history.undo import undo
from cress.chamber.models import Page
from policies.models import Action, Lever
from tests.factories import make_action, make_lever, make_staff
from tests.test_history import shown

OLD, NEW = "communauté de communes", "intercommunalité"


@pytest.fixture
def address():
    return reverse("replace_text")


@pytest.fixture
def texts(db):
    lever = make_lever(title="Énergie", summary=f"La {OLD} agit. Une {OLD} voisine aussi.")
    return lever, make_action(lever=lever, text=f"Convaincre la {OLD}.")


def ticks(page):
    return [each.tick for each in page.context["found"]]


def test_it_is_shown_before_anything_is_written(editor_client, address, texts):
    page = editor_client.get(address, {"old": OLD, "new": NEW})

    assert "2 textes" in shown(page)
    assert f"<ins>{NEW}</ins>" in shown(page).replace("<ins> ", "<ins>")
    assert OLD in Lever.objects.get().summary


def test_what_is_ticked_is_written_in_one_operation_that_is_undone(editor_client, address, texts):
    lever, action = texts
    page = editor_client.get(address, {"old": OLD, "new": NEW})

    page = editor_client.post(address, {"old": OLD, "new": NEW, "take": ticks(page)}, follow=True)

    lever.refresh_from_db()
    assert lever.summary == f"La {NEW} agit. Une {NEW} voisine aussi."
    assert Action.objects.get().text == f"Convaincre la {NEW}."
    done = Operation.objects.latest("pk")
    assert (done.kind, done.changed) == (Operation.Kind.BULK, 2)
    assert reverse("admin:base_operation_undo", args=[done.pk]) in page.text
    undo(done, make_staff(), lambda action, model, row: True)
    assert OLD in Lever.objects.get().summary


def test_what_is_not_ticked_stays(editor_client, address, texts):
    lever, action = texts
    only = [f"policies.action-{action.pk}-text"]

    editor_client.post(address, {"old": OLD, "new": NEW, "take": only})

    assert OLD in Lever.objects.get().summary
    assert NEW in Action.objects.get().text


def test_a_text_that_would_be_empty_is_refused_by_its_name(editor_client, address):
    make_lever(title="Énergie", summary=OLD)
    page = editor_client.get(address, {"old": OLD})

    page = editor_client.post(address, {"old": OLD, "new": "", "take": ticks(page)}, follow=True)

    assert "« Énergie »" in shown(page).replace("\u202f", " ")
    assert Lever.objects.get().summary == OLD


def test_what_the_role_may_not_change_is_not_shown(editor_client, manager_client, content, address):
    words = {"old": "accessib", "new": "accessib"}
    legal = Page.objects.get(slug="mentions-legales")
    legal.lead = "Un mot accessible."
    legal.save()

    assert f"chamber.page-{legal.pk}-lead" in ticks(manager_client.get(address, words))
    assert f"chamber.page-{legal.pk}-lead" not in ticks(editor_client.get(address, words))


@pytest.mark.parametrize("old", ["", " ", "\0", "x" * 5000, "%_\\", "<script>"])
def test_any_expression_gets_a_page(editor_client, address, texts, old):
    assert editor_client.get(address, {"old": old, "new": "\0"}).status_code == 200
    assert editor_client.post(address, {"old": old}, follow=True).status_code == 200
