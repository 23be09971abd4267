"""Commands of the site on a database of another version, full or absent."""

import sqlite3
from contextlib import closing

import pytest

from tests.demo import manage, run_demo, run_manage, running_worker
from tests.postgresql import free_port
from tests.waits import LIMIT

TRIAL = "La base vient d’une version d’essai du site"
# Commands that work on the database: those of operations, and one of each other room.
COMMANDS = [
    ["migrate"],
    ["serve"],
    ["worker"],
    ["worker", "--once"],
    ["load_content"],
    ["send_pending"],
    ["purge_messages", "--apply"],
    ["prune_photos", "--apply"],
    ["check_links"],
    ["load_geography", "fixtures", "--apply"],
]


def make_trial_database(data, journal="wal"):
    """Make a database as the trial versions left it, as far as its migrations say."""
    data.mkdir(exist_ok=True)
    with closing(sqlite3.connect(data / "cress.sqlite3")) as connection, connection:
        connection.execute(f"PRAGMA journal_mode={journal}")
        connection.execute(
            "CREATE TABLE django_migrations (id integer PRIMARY KEY AUTOINCREMENT,"
            " app varchar(255), name varchar(255), applied datetime)"
        )
        connection.execute("CREATE TABLE pages_page (id integer PRIMARY KEY, title text)")
        connection.execute("INSERT INTO pages_page (title) VALUES ('Notre travail')")
        for app in ["contenttypes", "cress", "pages", "territories"]:
            connection.execute(
                "INSERT INTO django_migrations (app, name, applied)"
                " VALUES (?, '0001_initial', '2026-01-01')",
                [app],
            )


def assert_one_line(done, words):
    assert done.returncode != 0
    [line] = done.stderr.splitlines()
    assert words in line


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_trial_database_is_refused_in_one_line_and_unchanged(tmp_path, command):
    make_trial_database(tmp_path)
    before = (tmp_path / "cress.sqlite3").read_bytes()

    done = run_manage(tmp_path, *command)

    assert_one_line(done, TRIAL)
    assert done.stdout == ""
    assert (tmp_path / "cress.sqlite3").read_bytes() == before


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_a_trial_database_is_refused_by_the_demonstration_and_unchanged(tmp_path, journal):
    make_trial_database(tmp_path, journal)
    before = (tmp_path / "cress.sqlite3").read_bytes()

    assert_one_line(run_demo("--data", tmp_path, "--port", free_port()), TRIAL)

    assert (tmp_path / "cress.sqlite3").read_bytes() == before
    assert not (tmp_path / "static").exists()


def test_the_help_of_a_command_is_printed_whatever_the_database(tmp_path):
    make_trial_database(tmp_path)

    assert "--status" in manage(tmp_path, "worker", "--help")


def test_the_status_is_one_line_when_the_database_does_not_answer(tmp_path):
    url = f"postgres://cress@127.0.0.1:{free_port()}/cress"

    done = run_manage(tmp_path, "worker", "--status", DATABASE_URL=url)

    assert_one_line(done, "La base de données ne répond pas")


@pytest.mark.parametrize("signum", [2, 15], ids=["SIGINT", "SIGTERM"])
def test_a_worker_waits_for_a_database_that_does_not_answer_and_ends_cleanly(tmp_path, signum):
    url = f"postgres://cress@127.0.0.1:{free_port()}/cress"

    with running_worker(tmp_path, DATABASE_URL=url) as process:
        line = process.stderr.readline()
        process.send_signal(signum)

        assert process.wait(LIMIT) == 0
        assert "The database does not answer" in line
