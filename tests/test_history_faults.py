"""The history of the editing room when something goes wrong: late, long, killed, at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cress.base.history.bin import purge
from cress.base.history.operations import Operation, long_operation
from enterprises.models import Enterprise
from tests.admin_pages import save
from tests.factories import make_enterprise, make_lever
from tests.page_forms import Form
from tests.test_merging import Editor, is_saved, of, said

# Forms that come late


def test_what_a_long_import_writes_after_later_saves_is_kept(editor_client):
    lever = make_lever(summary="Un résumé.", trap="Un piège.")
    with long_operation(Operation.Kind.IMPORT, title="Un fichier"):
        save(editor_client, lever, trap="Un autre piège.")
        mine = Editor(editor_client, lever)
        lever.refresh_from_db()
        lever.summary = "Un résumé importé."
        lever.save()

    assert is_saved(mine.save(trap="Mon piège."))
    assert of(lever, "summary", "trap") == ["Un résumé importé.", "Mon piège."]


def test_a_form_whose_version_is_forgotten_asks_and_overwrites_nothing(editor_client):
    enterprise = make_enterprise(name="La Ruche", summary="Un.", is_example=False)
    mine = Editor(editor_client, enterprise)
    enterprise.refresh_from_db()
    for summary in ["Deux.", "Trois."]:
        enterprise.summary = summary
        enterprise.save()
    old = timezone.now() - timedelta(days=4 * 365)
    Enterprise.history.filter(id=enterprise.pk).update(history_date=old)
    list(purge())
    assert enterprise.history.count() == 1

    response = mine.save(text="Mon texte.")

    assert not is_saved(response)
    assert "Trois." in said(response)
    assert of(enterprise, "summary", "text") == ["Trois.", ""]
    response = mine.client.post(mine.url, dict(Form(response.text).fields))  # no choice is made
    assert not is_saved(response)
    form = dict(Form(response.text).fields)
    choices = {"summary__choice": "theirs", "text__choice": "mine"}
    assert mine.client.post(mine.url, form | choices).status_code == 302
    assert of(enterprise, "summary", "text") == ["Trois.", "Mon texte."]
