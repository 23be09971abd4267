"""What the staff do to several rows of a list at once, and copies of a row."""

import csv
from io import StringIO

import pytest

from cress.base.history.operations import Operation
from cress.base.history.undo import undo
from cress.chamber.models import Page
from enterprises.models import Enterprise
from policies.models import Lever
from tests.admin_pages import address, filled_form
from tests.factories import (
    make_enterprise,
    make_lever,
    make_page,
    make_resource,
    make_sector,
    make_staff,
)


def act(client, rows, action, **answers):
    url = address(type(rows[0]), "changelist")
    values = {"action": action, "_selected_action": [row.pk for row in rows]} | answers
    return client.post(url, values, follow=True)


def said(response):
    return [str(message).replace("\u202f", " ") for message in response.context["messages"]]


def test_several_rows_are_published_and_withdrawn_in_one_operation_that_is_undone(editor_client):
    levers = [make_lever(title=title, is_published=False) for title in ("Énergie", "Emploi")]

    [message] = said(act(editor_client, levers, "publish_rows"))
    assert message == "En ligne : 2 (Énergie, Emploi)."
    assert Lever.objects.filter(is_published=True).count() == 2

    act(editor_client, levers[:1], "withdraw_rows")
    done = Operation.objects.latest("pk")
    assert (done.kind, done.title) == (Operation.Kind.BULK, "Leviers : Énergie")
    undo(done, make_staff(), lambda action, model, row: True)
    assert Lever.objects.filter(is_published=True).count() == 2


def test_what_is_already_so_writes_nothing(editor_client):
    before = Operation.objects.count()
    lever = make_lever(is_published=True)

    assert said(act(editor_client, [lever], "publish_rows")) == [
        "Rien à changer : c’est déjà ainsi."
    ]
    assert Operation.objects.count() == before + 1  # that of the factory


def test_an_incomplete_row_is_refused_by_its_name_and_the_others_are_published(editor_client):
    complete, other = (
        make_enterprise(name="A", is_published=False),
        make_enterprise(name="B", is_published=False),
    )
    Enterprise.objects.filter(pk=other.pk).update(website="javascript:alert(1)")

    done, refused = said(act(editor_client, [complete, other], "publish_rows"))

    assert done == "En ligne : 1 (A)."
    assert refused.startswith("Restent comme avant. « B » :")
    assert list(Enterprise.objects.filter(is_published=True)) == [complete]


def test_a_legal_page_is_withdrawn_by_managers_alone(editor_client, content):
    page = Page.objects.get(slug="mentions-legales")

    [refused] = said(act(editor_client, [page, make_page()], "withdraw_rows"))[1:]

    assert "Mentions légales » : votre rôle ne le permet pas." in refused
    page.refresh_from_db()
    assert page.is_published


def test_too_many_rows_at_once_are_refused(editor_client, monkeypatch):
    monkeypatch.setattr("cress.base.bulk.MOST_AT_ONCE", 1)
    levers = [make_lever(is_published=False), make_lever(is_published=False)]

    [message] = said(act(editor_client, levers, "publish_rows"))

    assert message == "Choisissez 1 lignes au plus : rien n’est changé."
    assert not Lever.objects.filter(is_published=True).exists()


def test_a_sector_is_given_to_several_enterprises(editor_client):
    enterprises, sector = [make_enterprise(), make_enterprise()], make_sector(name="Culture")

    asked = act(editor_client, enterprises, "give_sector")
    assert "Secteur" in asked.text
    assert "Choisissez une ligne" in act(editor_client, enterprises, "give_sector", chosen="x").text
    act(editor_client, enterprises, "give_sector", chosen=sector.pk)

    assert {enterprise.sector for enterprise in Enterprise.objects.all()} == {sector}


def test_a_lever_is_added_to_those_that_enterprises_have(editor_client):
    first, added = make_lever(), make_lever()
    enterprise = make_enterprise()
    enterprise.levers.add(first)

    act(editor_client, [enterprise, make_enterprise()], "add_lever", chosen=added.pk)

    assert set(enterprise.levers.all()) == {first, added}
    assert added.enterprises.count() == 2


def test_the_rows_of_a_list_open_in_a_french_excel(editor_client):
    lever = make_lever(title="=1+1", is_published=True)

    response = act(editor_client, [lever], "export_rows")

    assert response["Content-Disposition"].startswith('attachment; filename="leviers-')
    header, row = csv.reader(StringIO(response.content.decode("utf-8-sig")), delimiter=";")
    cells = dict(zip(header, row, strict=True))
    assert cells["Titre"] != "=1+1"
    assert cells["Publié"] == "oui"


@pytest.mark.parametrize("make", [make_enterprise, make_resource])
def test_a_copy_opens_an_unsaved_form_filled_with_the_row(editor_client, make):
    row = make()
    model = type(row)
    page = editor_client.get(address(model, "change", row.pk))
    url = f"{address(model, 'add')}?copie={row.pk}"
    assert f'<a href="{url}">Dupliquer</a>' in page.text

    form = editor_client.get(url)
    assert "(copie)" in form.text
    assert model.objects.count() == 1
    slug = {"slug": "une-copie"} if "slug" in form.context["adminform"].form.fields else {}
    editor_client.post(url, filled_form(form) | slug)
    assert model.objects.count() == 2


@pytest.mark.parametrize("key", ["x", "9" * 30, "0", "%00"])
def test_a_copy_of_nothing_is_an_empty_form(editor_client, key):
    assert editor_client.get(f"{address(Enterprise, 'add')}?copie={key}").status_code == 200


def test_the_bin_is_the_last_of_the_actions(editor_client):
    make_lever()
    page = editor_client.get(address(Lever, "changelist"))
    choices = [label for _, label in page.context["action_form"].fields["action"].choices]
    assert choices[1:] == [
        "Publier",
        "Retirer du site",
        "Exporter pour Excel",
        "Mettre à la corbeille",
    ]
