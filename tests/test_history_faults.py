"""The history of the editing room when something goes wrong: late, long, killed, at once."""

import json
import shutil
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cress.base.history import undo
from cress.base.history.bin import purge
from cress.base.history.operations import Operation, long_operation, operation
from cress.operations.jobs import JOBS
from enterprises.models import Enterprise, Photo
from policies.models import Action, Lever, Term
from tests.admin_pages import address, change_page, save
from tests.conftest import client_of
from tests.demo import DATABASES, ROOT, python_process, runs_once
from tests.factories import make_action, make_enterprise, make_lever, make_photo, make_term
from tests.page_forms import Form
from tests.test_merging import Editor, is_saved, of, said
from tests.waits import LIMIT, wait_until

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
    assert response.status_code == 200
    form = dict(Form(response.text).fields)
    choices = {"summary__choice": "theirs", "text__choice": "mine"}
    assert mine.client.post(mine.url, form | choices).status_code == 302
    assert of(enterprise, "summary", "text") == ["Trois.", "Mon texte."]


# Processes that are killed


@pytest.fixture(params=DATABASES)
def act(request, prepared, tmp_path):
    """A site of its own: act(name) runs an act of tests.killed_writers there."""
    is_server = request.param == "postgresql"
    with prepared.bare_postgresql() if is_server else nullcontext() as server:
        url = {"DATABASE_URL": server.url} if is_server else {}

        def run(name, *arguments, kills=False):
            done = subprocess.run(
                **python_process(tmp_path, "-m", "tests.killed_writers", name, *arguments, **url),
                capture_output=True,
                timeout=LIMIT,
            )
            assert done.returncode == (-signal.SIGKILL if kills else 0), done.stderr
            return done.stdout

        run("prepare")
        run.state = lambda: json.loads(run("state").splitlines()[-1])
        yield run


@runs_once
def test_what_is_killed_half_way_is_not_begun_and_can_be_done_again(act):
    before = act.state()
    assert (before["faults"], before["lever"], before["count"]) == ([], "Énergie", 12)

    act("save", 6, kills=True)
    assert act.state() == before
    act("save")
    saved = act.state()
    assert (saved["faults"], saved["lever"], saved["actions"]) == ([], "Chaleur", ["Changée"])

    act("delete", 6, kills=True)
    assert act.state() == saved
    act("delete")
    deleted = act.state()
    assert (deleted["faults"], deleted["lever"], deleted["count"]) == ([], None, 0)

    act("undo_deletion", 6, kills=True)
    assert act.state() == deleted
    act("undo_deletion")
    back = act.state()
    assert (back["faults"], back["lever"], back["count"]) == ([], "Chaleur", 12)


@runs_once
def test_a_long_undo_that_is_killed_twice_goes_on_in_the_name_of_who_asked(act):
    act("ask_to_undo_import")
    assert act.state()["enterprises"] == 10

    act("carry_out", "between", kills=True)
    first = act.state()
    assert (first["faults"], first["enterprises"]) == ([], 6)
    act("carry_out", 2, kills=True)
    assert act.state() == first

    act("carry_out")
    done = act.state()
    assert (done["faults"], done["enterprises"]) == ([], 0)
    assert done["operations"] == [
        ["import", "", True, False],
        ["undo", "Rédaction", False, False],
    ]


# A model that changes

CODE = ["cress", "enterprises", "policies", "territories", "tests"]
TERM = '"""A term of the field with a short definition."""'
NEW_FIELD = """
    origin = models.CharField("origine", max_length=20, default="inconnue", db_default="inconnue")
"""


@runs_once
def test_a_field_that_is_added_later_keeps_the_history_and_the_undo(tmp_path):
    code, data = tmp_path / "code", tmp_path / "data"
    for folder in CODE:
        shutil.copytree(ROOT / folder, code / folder)
    shutil.copy(ROOT / "manage.py", code)
    for name in ["templates", "static"]:
        (code / name).symlink_to(ROOT / name)

    def run(*arguments):
        process = python_process(data, *arguments) | {"cwd": code}
        done = subprocess.run(**process, capture_output=True, timeout=LIMIT)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("-m", "tests.later_schema", "before")
    models, mark = (
        code / "policies/models.py",
        '    """A term of the field with a short definition."""',
    )
    text = models.read_text("utf-8")
    models.write_text(text.replace(mark, mark + NEW_FIELD), "utf-8")
    run("manage.py", "makemigrations", "policies")
    found = json.loads(run("-m", "tests.later_schema", "after").splitlines()[-1])

    assert found["statuses"] == [200] * 4
    assert found["labels"] == ["Définition"]
    assert found["restored"] == "Un."
    assert found["restoration undone"] == [["SCIC", "Deux.", "inconnue"]]
    assert found["save undone"] == [["SCIC", "Un.", "inconnue"]]
    gone = ["SCOP", "Ce que dit ce mot.", "inconnue"]
    assert found["deletion undone"] == [["SCIC", "Un.", "inconnue"], gone]


# Undo, on the pages


def number_of(kind):
    return Operation.objects.filter(kind=kind).latest("pk").pk


def undo_on_page(client, number, **answers):
    """Press « Annuler »; return what the page that follows says."""
    url = reverse("admin:base_operation_undo", args=[number])
    return client.post(url, {"next": "/admin/"} | answers, follow=True)


def operation_page(client, number):
    return said(client.get(reverse("admin:base_operation_change", args=[number])))


def import_names(enterprises, name):
    """Give enterprises another name, as an import does."""
    with operation(Operation.Kind.IMPORT, title="Un fichier"):
        for enterprise in enterprises:
            enterprise.usual_name = name
            enterprise.save()
    return number_of("import")


def usual_names():
    return list(Enterprise.objects.order_by("name").values_list("usual_name", flat=True))


def the_worker_undoes():
    job = next(job for job in JOBS if job.name == "undo")
    assert job.has_work()
    list(job.steps())
    assert not job.has_work()


def test_a_long_undo_is_the_worker_s_and_its_person_s(editor_client, manager_client, monkeypatch):
    monkeypatch.setattr(undo, "MOST_AT_ONCE", 3)
    monkeypatch.setattr(undo, "BATCH", 2)
    enterprises = [make_enterprise(name=name) for name in "ABCDE"]
    imported = import_names(enterprises, "Importé")
    save(manager_client, enterprises[1], summary="Relu.")

    page = said(undo_on_page(editor_client, imported))
    assert "a commencé" in page
    assert usual_names() == ["Importé"] * 5
    assert "C'est en cours" in operation_page(editor_client, number_of("undo"))
    save(manager_client, enterprises[4], summary="Relu pendant l’attente.")
    the_worker_undoes()

    assert usual_names() == ["", "Importé", "", "", "Importé"]
    undoing = Operation.objects.get(pk=number_of("undo"))
    assert undoing.person == editor_client.user
    assert undoing.person_name == str(editor_client.user)
    assert (undoing.added, undoing.changed, undoing.deleted) == (0, 3, 0)
    page = operation_page(editor_client, imported)
    assert "Gardé tel quel, entreprises : 2 (B, E)" in page
    assert f"C'est annulé : {undoing.person_name}" in page

    monkeypatch.setattr(undo, "MOST_AT_ONCE", 2)
    undo_on_page(editor_client, undoing.pk)
    the_worker_undoes()
    assert usual_names() == ["Importé"] * 5
    assert not Operation.objects.get(pk=imported).is_undone


def test_the_undo_of_an_import_names_the_rows_that_it_keeps(editor_client):
    enterprises = [make_enterprise(name=name) for name in "ABC"]
    imported = import_names(enterprises, "Importé")
    save(editor_client, enterprises[1], summary="Relu.")

    page = said(undo_on_page(editor_client, imported))

    assert "Gardé tel quel, car changé depuis : B." in page
    assert usual_names() == ["", "Importé", ""]
    assert "Gardé tel quel, entreprises : 1 (B)" in operation_page(editor_client, imported)


def test_a_row_whose_parent_is_gone_says_what_to_restore_first_on_its_page(editor_client):
    lever = make_lever(title="Énergie")
    make_action(lever=lever, text="Une")
    save(editor_client, lever, **{"actions-0-DELETE": "on"})
    removal = number_of("change")
    editor_client.post(address(Lever, "delete", lever.pk), {"post": "yes"})

    page = said(undo_on_page(editor_client, removal))
    assert "« Une » dépend de « Énergie » (levier), qui n'est plus là." in page
    assert "Restaurez-le d'abord, depuis la corbeille." in page

    undo_on_page(editor_client, number_of("delete"))
    undo_on_page(editor_client, removal)
    assert [action.text for action in Action.objects.all()] == ["Une"]


def test_a_photo_whose_file_is_gone_is_said_on_the_page(editor_client):
    enterprise = make_photo().enterprise
    editor_client.post(address(Enterprise, "delete", enterprise.pk), {"post": "yes"})

    page = said(undo_on_page(editor_client, number_of("delete")))

    assert "n'est pas revenu." in page
    assert "n'est plus là" in page
    assert Enterprise.objects.exists()
    assert not Photo.objects.exists()


def test_a_siret_taken_since_is_asked_for_on_a_page(editor_client):
    enterprise = make_enterprise(name="La Ruche", siret="73282932000074")
    editor_client.post(address(Enterprise, "delete", enterprise.pk), {"post": "yes"})
    make_enterprise(name="Autre", siret="73282932000074")

    page = undo_on_page(editor_client, number_of("delete"))
    assert "de « La Ruche »" in said(page)
    [question] = page.context["questions"]
    page = undo_on_page(editor_client, number_of("delete"), **{question.name: "12"})
    assert page.context["questions"][0].value == "12"
    undo_on_page(editor_client, number_of("delete"), **{question.name: "55208131766522"})

    assert Enterprise.objects.get(name="La Ruche").siret == "55208131766522"


# A long history


def make_versions(row, count):
    """Store that many versions of a row, each of an operation of its own."""
    last, kept = row.history.latest("history_id"), type(row).history.model
    values = {field.attname: getattr(row, field.attname) for field in kept.tracked_fields}
    operations = Operation.objects.bulk_create(
        [Operation(kind=Operation.Kind.CHANGE, title=row.title) for _ in range(count)]
    )
    kept.objects.bulk_create(
        [
            kept(
                history_date=last.history_date,
                history_type="~",
                operation=each,
                **values | {"summary": f"Résumé {number}."},
            )
            for number, each in enumerate(operations)
        ],
        batch_size=1000,
    )
    row.summary = f"Résumé {count}."
    row.save()
    return [each.pk for each in operations]


def test_ten_thousand_versions_cost_no_more_queries_than_forty(editor_client):
    def queries_of(count):
        lever = make_lever(title=f"Levier de {count}")
        numbers = make_versions(lever, count - 2)
        compare, history = (address(Lever, name, lever.pk) for name in ["compare", "history"])
        pages = {
            "history": history,
            "its last page": f"{history}?page=last",
            "comparison": f"{compare}?a={numbers[0]}&b={numbers[-1]}",
            "comparison with now": f"{compare}?a={numbers[0]}",
            "form": change_page(lever),
            "operations": reverse("admin:base_operation_changelist"),
        }
        counted = {}
        for name, url in pages.items():
            ContentType.objects.clear_cache()
            with CaptureQueriesContext(connection) as queries:
                start = time.perf_counter()
                assert editor_client.get(url).status_code == 200
                taken = time.perf_counter() - start
            counted[name] = len(queries)
            print(f"{count} versions, {name}: {len(queries)} queries, {taken:.2f} s")
        return counted

    assert queries_of(40) == queries_of(10_000)


# Two people at once


def waiting():
    """Return how many queries of this database wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0]


def both(first, second):
    """Do two things to a word at once: the first waits for it first; return what they return."""

    def run(do):
        try:
            return do()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            list(Term.objects.select_for_update())
            done = []
            for number, do in enumerate([first, second], start=1):
                done.append(pool.submit(run, do))
                wait_until(lambda wanted=number: waiting() == wanted)
        return [each.result(LIMIT) for each in done]


postgresql_only = pytest.mark.only_on("postgresql")  # SQLite has one writer at a time


@postgresql_only
def test_two_people_undo_the_same_at_once_and_one_is_told(transactional_db):
    one, other = client_of("Rédaction"), client_of("Responsable")
    term = make_term(definition="Un.")
    save(one, term, definition="Deux.")
    number = number_of("change")

    pages = both(lambda: said(undo_on_page(one, number)), lambda: said(undo_on_page(other, number)))

    assert "Annulé : " in pages[0]
    assert f"C'est déjà annulé : par {one.user}" in pages[1]
    assert Operation.objects.filter(kind="undo").count() == 1
    assert of(term, "definition") == ["Un."]


@postgresql_only
@pytest.mark.parametrize("undo_is_first", [True, False])
def test_an_undo_and_a_save_at_once_overwrite_nothing(transactional_db, undo_is_first):
    one, other = client_of("Rédaction"), client_of("Responsable")
    term = make_term(definition="Un.")
    save(one, term, definition="Deux.")
    number, form = number_of("change"), Editor(other, term)

    acts = [lambda: undo_on_page(one, number), lambda: form.save(definition="Trois.")]
    pages = both(*acts) if undo_is_first else reversed(both(*reversed(acts)))
    undone, saved = pages

    assert is_saved(saved) is not undo_is_first
    assert ("a écrit depuis" in said(undone)) is not undo_is_first
    assert of(term, "definition") == ["Un." if undo_is_first else "Trois."]
