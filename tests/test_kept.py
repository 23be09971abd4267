"""What is kept in memory between requests is never older than the database."""

import re
from types import SimpleNamespace

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from cress.base import kept
from cress.base.kept import Kept
from cress.base.search.parts import readers
from tests.demo import DATABASES, manage, running_demo, runs_once
from tests.visitors import ask, together

NOTE = SimpleNamespace(_meta=SimpleNamespace(db_table="note"))
TABLE = re.compile(r'(?:FROM|JOIN) "(\w+)"')


class Notes:
    """Two tables of a database, a Kept of the first one, and how many times it read."""

    def __init__(self, database):
        self.database, self.readings = database, 0
        self.kept = Kept(self._read, lambda: [NOTE])
        for table in ["note", "other_note"]:
            self.write(f"CREATE TABLE {table} (id integer PRIMARY KEY, text varchar(20))")
            self.write(f"INSERT INTO {table} VALUES (1, 'un'), (2, 'deux')")  # noqa: S608

    def write(self, sql):
        with self.database.cursor() as cursor:
            cursor.execute(sql)

    def read(self):
        with self.database.cursor() as cursor:
            cursor.execute("SELECT text FROM note ORDER BY id")
            return [text for (text,) in cursor.fetchall()]

    def _read(self):
        self.readings += 1
        return self.read()


@pytest.fixture
def notes(transactional_db, tmp_path, monkeypatch):
    """Two tables: on SQLite in a file, as a site that is served has them."""
    if connection.vendor == "postgresql":
        yield Notes(connection)
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE note, other_note")
        return
    file = connections.create_connection("default")
    file.settings_dict = connection.settings_dict | {"NAME": str(tmp_path / "notes.sqlite3")}
    monkeypatch.setattr(kept, "connection", file)
    yield Notes(file)
    file.close()


def test_what_is_kept_is_read_once_while_nothing_changes(notes):
    assert [notes.kept() for _ in range(3)] == [["un", "deux"]] * 3
    assert notes.readings == 1


def test_what_another_table_has_is_no_change(notes):
    """PostgreSQL tells the tables apart; SQLite reads again."""
    notes.kept()
    notes.write("UPDATE other_note SET text = 'autre'")
    assert notes.kept() == ["un", "deux"]
    assert notes.readings == (1 if notes.database.vendor == "postgresql" else 2)


@pytest.mark.parametrize(
    "change",
    [
        ["INSERT INTO note VALUES (3, 'trois')"],
        ["UPDATE note SET text = 'autre' WHERE id = 1"],
        ["DELETE FROM note WHERE id = 2"],
        ["DELETE FROM note"],
        ["DELETE FROM note WHERE id = 2", "INSERT INTO note VALUES (2, 'trois')"],
    ],
)
def test_a_change_is_read_at_once(notes, change):
    notes.kept()
    for sql in change:
        notes.write(sql)
    assert notes.kept() == notes.read() != ["un", "deux"]
    assert notes.readings == 2


def test_a_transaction_reads_what_it_wrote_and_what_it_gave_up_is_forgotten(notes):
    notes.kept()
    notes.database.set_autocommit(False)
    for text in ["un peu", "un autre"]:
        notes.write(f"UPDATE note SET text = '{text}' WHERE id = 1")  # noqa: S608
        assert notes.kept() == [text, "deux"]
    notes.database.rollback()
    notes.database.set_autocommit(True)

    assert notes.kept() == ["un", "deux"]


@pytest.mark.only_on("sqlite")  # a database that is a file
def test_a_file_that_takes_the_place_of_another_is_read(notes, tmp_path):
    """As a copy does that is put back."""
    notes.kept()
    copy = connections.create_connection("default")
    copy.settings_dict = notes.database.settings_dict | {"NAME": str(tmp_path / "copy.sqlite3")}
    Notes(copy).write("UPDATE note SET text = 'copie' WHERE id = 1")
    copy.close()
    notes.database.close()
    for log in tmp_path.glob("notes.sqlite3-*"):
        log.unlink()
    (tmp_path / "copy.sqlite3").replace(tmp_path / "notes.sqlite3")

    assert notes.kept() == ["copie", "deux"]


def test_the_parts_of_the_site_read_the_tables_that_they_name_and_no_other(db, content):
    named = {model._meta.db_table for reader in readers() for model in reader.models}
    with CaptureQueriesContext(connection) as queries:
        for reader in readers():
            list(reader())

    read = {table for query in queries for table in TABLE.findall(query["sql"])}
    assert read == named


RENAME = (
    "from policies.models import Lever; from territories.models import Commune;"
    "Lever.objects.filter(pk=Lever.objects.first().pk).update(title='Le zygomatique');"
    "Commune.objects.filter(name='Vierzon').update(name='Zanzibourg', folded_name='zanzibourg')"
)


@runs_once
@pytest.mark.parametrize("kind", DATABASES)
def test_every_process_of_a_site_finds_what_another_program_has_just_written(kind, prepared, data):
    with (
        prepared.database(kind) as url,
        running_demo(data, WEB_WORKERS="2", **url) as demo,
    ):

        def found(words):
            """Return the numbers of answers to the words, asked of both processes."""
            answers = together(lambda _: ask(demo.url, "GET", f"/recherche/?q={words}"), range(20))
            assert {answer.status for answer in answers} == {200}
            return {answer.text.count("Aucune réponse pour") for answer in answers}

        assert found("zygomatique") == found("Zanzibourg") == {1}
        manage(data, "shell", "--no-imports", "-c", RENAME, **url)
        assert found("zygomatique") == found("Zanzibourg") == {0}
