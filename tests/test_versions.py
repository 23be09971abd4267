"""Operations, and the versions of each content row that they write."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.core import serializers
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from cress.base.history import operations
from cress.base.history.operations import Operation, long_operation, operation
from cress.base.history.versions import (
    Versioned,
    bulk_add,
    bulk_change,
    store_first_versions,
    versioned_models,
)
from cress.base.imports import following_fields
from cress.contact.models import Mail, Message
from enterprises.models import Enterprise
from policies.models import Action, Lever
from tests.admin_pages import address, delete_together, save
from tests.factories import FACTORIES, make_action, make_enterprise, make_lever, make_term
from tests.models import models_of

# Models without versions, and why.
NOT_VERSIONED = {
    "accounts.user": "an account; it is deactivated, not edited by others",
    "auth.group": "a role, written from the table of roles",
    "auth.permission": "made by Django",
    "admin.logentry": "made by Django",
    "contenttypes.contenttype": "made by Django",
    "sessions.session": "a session",
    "base.operation": "what versions belong to",
    "base.unsavedform": "what was typed and not saved",
    "contact.allowance": "a limit of the contact form",
    "contact.entry": "the journal of a message: personal data",
    "contact.mail": "personal data",
    "contact.message": "personal data; its journal says what was done",
    "contact.reading": "who looks at a message",
    "links.linkcheck": "the result of a visit",
    "operations.jobstate": "the state of a job",
    "search.missedsearch": "a count",
}
# Writes that call no save(), and why they write no version.
OF_NO_VERSION = "rows without versions"
BESIDE_SAVE = {
    ("cress/base/history/once.py", "SentForm.lock"): "a lock",
    ("cress/base/history/operations.py", "CurrentOperation.finish"): OF_NO_VERSION,
    ("cress/base/history/operations.py", "CurrentOperation.of"): "update() of a count",
    ("cress/base/history/undo.py", "_mark"): OF_NO_VERSION,
    ("cress/base/history/undo.py", "carry_out_waiting"): OF_NO_VERSION,
    ("cress/base/history/bin.py", "delete_for_ever"): OF_NO_VERSION,
    ("cress/base/history/pages.py", "HasHistory.erase_view"): "older versions lose personal data",
    ("cress/base/history/versions.py", "store_versions"): "the versions themselves",
    ("cress/base/history/versions.py", "_store_relations"): "the versions themselves",
    ("cress/base/history/versions.py", "bulk_add"): "the door: it stores the versions",
    ("cress/base/history/versions.py", "bulk_change"): "the door: it stores the versions",
    ("cress/base/search/fields.py", "rewrite"): "the words, which versions do not have",
    ("cress/base/search/fields.py", "_make_gin"): "an index",
    ("cress/base/search/fields.py", "_make_fts5"): "an index",
    ("cress/base/kept.py", "_versions_of_rows"): "it reads",
    ("cress/base/kept.py", "_ChangesOfFile.count"): "it reads",
    ("cress/accounts/leaving.py", "reactivate"): OF_NO_VERSION,
    ("cress/base/ranks.py", "lock_ranks"): "a lock",
    ("cress/contact/desk/actions.py", "_locked"): OF_NO_VERSION,
    ("cress/contact/desk/actions.py", "hand_over"): OF_NO_VERSION,
    ("cress/contact/desk/actions.py", "merge"): OF_NO_VERSION,
    ("cress/contact/intake.py", "direct"): OF_NO_VERSION,
    ("cress/contact/limits.py", "spend"): OF_NO_VERSION,
    ("cress/contact/models/mails.py", "MailQuerySet.take"): OF_NO_VERSION,
    ("cress/contact/outbox.py", "_postpone"): OF_NO_VERSION,
    ("cress/contact/outbox.py", "_record_sent"): OF_NO_VERSION,
    ("cress/contact/outbox.py", "send_again"): OF_NO_VERSION,
    ("cress/contact/outbox.py", "remind"): OF_NO_VERSION,
    ("cress/contact/privacy.py", "anonymise"): OF_NO_VERSION,
    ("cress/operations/models.py", "JobStateQuerySet.take"): OF_NO_VERSION,
    ("cress/operations/models.py", "JobStateQuerySet.renew"): OF_NO_VERSION,
    ("cress/operations/models.py", "JobStateQuerySet.give_back"): OF_NO_VERSION,
    ("cress/operations/worker.py", "declare_jobs"): OF_NO_VERSION,
    ("cress/search/missed.py", "write"): OF_NO_VERSION,
    ("cress/search/missed.py", "_lock"): "a lock",
    ("cress/base/lists.py", "_found_by_words"): "update() of a set",
    ("cress/links/rounds.py", "links"): "update() of a set",
    ("cress/operations/demonstration.py", "set_environment"): "update() of a dictionary",
    ("cress/settings.py", ""): "update() of a dictionary",
}
WRITES = {"update", "bulk_create", "bulk_update", "raw", "_raw_delete", "execute", "executemany"}


def versions_of(row):
    """Return (type, number of the operation) of the versions of a row, the first one first."""
    versions = type(row).history.filter(id=row.pk).order_by("history_id")
    return [(version.history_type, version.operation_id) for version in versions]


def counts(done):
    return done.added, done.changed, done.deleted


# What has versions


def test_every_content_model_has_versions_and_the_others_are_named():
    versioned = {model._meta.label_lower for model in versioned_models()}
    every = {model._meta.label_lower for model in models_of()}

    assert every - versioned == set(NOT_VERSIONED)
    assert len(versioned) >= 28


@pytest.mark.parametrize("model", [m for m in FACTORIES if issubclass(m, Versioned)])
def test_a_row_that_is_saved_has_a_version_with_all_its_fields(db, model):
    row = FACTORIES[model]()
    row.refresh_from_db()

    version = model.history.filter(**{model._meta.pk.attname: row.pk}).latest("history_id")

    kept = {field.attname for field in model._meta.concrete_fields} - set(following_fields(model))
    assert {name: getattr(version, name) for name in kept} == {
        name: getattr(row, name) for name in kept
    }
    assert version.operation.kind == Operation.Kind.PROGRAM


def test_a_version_has_the_many_to_many_relations(db):
    lever, term = make_lever(), make_term()
    lever.terms.add(term)
    make_enterprise().levers.add(lever)

    assert [kept.term for kept in Lever.history.latest("history_id").terms.all()] == [term]
    assert [kept.lever for kept in Enterprise.history.latest("history_id").levers.all()] == [lever]


def test_every_write_beside_save_is_known():
    """Versions, and later the caches of pages, follow what goes through save() or the door."""
    root = settings.BASE_DIR
    found = {
        (str(path.relative_to(root)), place)
        for folder in ["cress", "territories", "policies", "enterprises"]
        for path in Path(root, folder).rglob("*.py")
        if "migrations" not in path.parts
        for place in _writes(ast.parse(path.read_text(encoding="utf-8")))
    }

    assert found == set(BESIDE_SAVE)
    assert not issubclass(Message, Versioned)
    assert not issubclass(Mail, Versioned)


def _writes(node, place=()):
    """Yield the function of each call in a tree whose name is that of a write beside save()."""
    for child in ast.iter_child_nodes(node):
        is_named = isinstance(child, ast.FunctionDef | ast.ClassDef)
        within = (*place, child.name) if is_named else place
        is_call = isinstance(child, ast.Call) and isinstance(child.func, ast.Attribute)
        if is_call and child.func.attr in WRITES:
            yield ".".join(place)
        yield from _writes(child, within)


# One operation


def test_a_save_with_its_rows_is_one_operation_of_the_person(editor_client):
    lever = make_lever(title="Énergie")
    second, first = make_action(lever=lever, text="Deux"), make_action(lever=lever, text="Une")

    save(
        editor_client,
        lever,
        **{
            "summary": "Un autre résumé.",
            "actions-0-DELETE": "on",
            "actions-1-text": "Une autre",
            "actions-TOTAL_FORMS": "3",
            "actions-2-text": "Trois",
        },
    )

    done = Operation.objects.first()
    assert (done.kind, done.title) == (Operation.Kind.CHANGE, "Levier : Énergie")
    assert done.person == editor_client.user
    assert counts(done) == (1, 2, 1)
    third = Action.objects.get(text="Trois")
    last = [versions_of(row)[-1] for row in [lever, first, second, third]]
    assert last == [("~", done.pk), ("~", done.pk), ("-", done.pk), ("+", done.pk)]


def test_a_page_that_is_refused_makes_no_operation(editor_client):
    lever = make_lever(title="Énergie")
    before = Operation.objects.count()

    response = save(editor_client, lever, title="")

    assert response.context["errors"]
    assert Operation.objects.count() == before


def test_a_deletion_is_one_operation_with_what_goes_with_it(editor_client):
    lever = make_lever(title="Énergie")
    make_action(lever=lever)

    editor_client.post(address(Lever, "delete", lever.pk), {"post": "yes"})

    done = Operation.objects.first()
    assert (done.kind, done.title) == (Operation.Kind.DELETE, "Levier : Énergie")
    assert counts(done) == (0, 0, 2)


def test_an_action_on_several_rows_is_one_operation(editor_client):
    delete_together(editor_client, [make_term(name="Un"), make_term(name="Deux")], post="yes")

    done = Operation.objects.first()
    assert (done.kind, done.title) == (Operation.Kind.BULK, "Mots du glossaire : Un, Deux")
    assert counts(done) == (0, 0, 2)


def test_the_name_of_the_person_stays_when_the_account_goes(editor_client):
    editor_client.user.first_name, editor_client.user.last_name = "Samir", "Benali"
    editor_client.user.save()
    save(editor_client, make_term(name="Un"), definition="Autre chose.")
    editor_client.user.delete()

    done = Operation.objects.first()
    assert (done.person, done.person_name) == (None, "Samir Benali")


def test_an_operation_inside_another_belongs_to_it(db):
    with operation(Operation.Kind.IMPORT, title="Un fichier"):
        make_lever()
        with operation(Operation.Kind.CHANGE, title="Autre chose"):
            make_term()

    done = Operation.objects.get()
    assert (done.title, counts(done)) == ("Un fichier", (2, 0, 0))


def write_and_fail(writing):
    with writing:
        make_lever()
        raise DatabaseError


def test_an_operation_that_fails_leaves_nothing(db):
    with pytest.raises(DatabaseError):
        write_and_fail(operation(Operation.Kind.IMPORT))

    assert not Operation.objects.exists()
    assert not Lever.objects.exists()
    assert not Lever.history.exists()
    assert operations._current.get() is None


def test_a_long_operation_keeps_what_it_wrote_before_it_failed(transactional_db):
    with pytest.raises(DatabaseError):
        write_and_fail(long_operation(Operation.Kind.IMPORT, title="Un fichier"))

    done = Operation.objects.get()
    assert (done.title, counts(done)) == ("Un fichier", (1, 0, 0))


# Writes of many rows


def test_a_bulk_write_stores_versions_with_relations_and_derives_what_follows(db):
    lever, model = make_lever(), make_enterprise()
    rows = [make_enterprise(name=f"Ruche {number}") for number in range(3)]
    for row in rows:
        row.levers.add(lever)
        row.name = row.name.replace("Ruche", "Forêt")
    new = Enterprise(
        name="Nouvelle",
        slug="nouvelle",
        department=model.department,
        sector=model.sector,
        is_example=False,
    )

    with operation(Operation.Kind.IMPORT):
        bulk_change(rows, ["name", *following_fields(Enterprise)])
        bulk_add([new])

    done = Operation.objects.first()
    assert counts(done) == (1, 3, 0)
    assert [versions_of(row)[-1] for row in [*rows, new]] == [("~", done.pk)] * 3 + [("+", done.pk)]
    version = Enterprise.history.filter(id=rows[0].pk).latest("history_id")
    assert version.name == "Forêt 0"
    assert [kept.lever for kept in version.levers.all()] == [lever]
    rows[0].refresh_from_db()
    assert rows[0].folded_name == "foret 0"
    assert "foret" in rows[0].words.split()


def test_the_cost_of_a_bulk_write_does_not_grow(db):
    def queries(number):
        rows = [make_enterprise(name=f"Ruche {number} {n}") for n in range(number)]
        with CaptureQueriesContext(connection) as queries, operation(Operation.Kind.IMPORT):
            bulk_change(rows, ["name"])
        return len(queries)

    assert queries(2) == queries(12)


def test_rows_older_than_their_history_have_a_first_version_once(db):
    lever, term = make_lever(), make_term()
    lever.terms.add(term)
    Lever.history.all().delete()

    store_first_versions()
    store_first_versions()

    first = Operation.objects.first()
    assert (first.kind, counts(first)) == (Operation.Kind.FIRST, (1, 0, 0))
    assert versions_of(lever) == [("+", first.pk)]
    assert [kept.term for kept in Lever.history.get().terms.all()] == [term]


def test_the_content_of_the_site_is_loaded_with_its_first_versions_in_one_operation(db):
    call_command("load_content", verbosity=0)

    done = Operation.objects.get()
    assert done.kind == Operation.Kind.FIRST
    for model in versioned_models():
        keys = set(model.history.values_list(model._meta.pk.attname, flat=True))
        assert keys == set(model._base_manager.values_list("pk", flat=True)), model


def test_links_that_change_from_the_other_side_make_versions_of_their_owner(db):
    term, lever = make_term(), make_lever()

    term.levers.add(lever)

    assert [kept.term for kept in Lever.history.latest("history_id").terms.all()] == [term]


def test_a_loaded_file_makes_versions(db, tmp_path):
    lever = make_lever(title="Énergie")
    file = tmp_path / "levers.json"
    file.write_text(serializers.serialize("json", [lever]).replace("Énergie", "Chaleur"))

    call_command("loaddata", str(file), verbosity=0)

    assert [kind for kind, _ in versions_of(lever)] == ["+", "~"]
    assert Lever.history.latest("history_id").title == "Chaleur"


def test_migrate_stores_the_first_versions_of_what_is_older_than_its_history(db):
    make_lever(title="Énergie")
    Lever.history.all().delete()

    call_command("migrate", verbosity=0)

    assert Lever.history.get().title == "Énergie"
    assert Lever.history.get().operation.kind == Operation.Kind.FIRST
