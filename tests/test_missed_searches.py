"""What is looked for and not found: counted beside the pages, without any trace of who."""

import logging
import os
import threading
import time
from datetime import timedelta
from itertools import product

import pytest
from django.conf import settings
from django.db import OperationalError, connection, connections, transaction
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from cress.operations.jobs import JOBS
from cress.search import missed
from cress.search.missed import MissedSearches, missed_searches, words_to_count, write
from cress.search.models import DAYS_KEPT, MissedSearch
from tests.admin_pages import address
from tests.factories import make_missed_search, make_term
from tests.visitors import together
from tests.waits import LIMIT, wait_until

SOON = 0.02  # seconds between two writes
QUICK = 5  # seconds: far less than what a locked database makes a writer wait
TODAY = timezone.localdate()


@pytest.fixture
def counting(transactional_db, monkeypatch):
    """Count in a thread, as a site that is served does; return a function that waits for it."""
    monkeypatch.undo()  # what stops the thread in other tests
    monkeypatch.setattr(missed, "EVERY", SOON)
    missed_searches.start_afresh()
    yield lambda: wait_until(lambda: not missed_searches.queue.unfinished_tasks)
    missed_searches.start_afresh()


def look_for(client, words, **parameters):
    response = client.get("/recherche/", {"q": words} | parameters)
    assert response.status_code == 200
    return response


def on(monkeypatch, day):
    monkeypatch.setattr(missed.timezone, "localdate", lambda: day)


def waiting():
    """Return the words that wait in the queue."""
    return list(missed_searches.queue.queue)


@pytest.fixture(autouse=True)
def empty_queue():
    missed_searches.start_afresh()


# From the page to the row, with real threads


def test_a_search_that_finds_nothing_is_counted_from_a_thread(client, counting):
    for _ in range(3):
        look_for(client, "Kiosque à Musique")
    counting()

    row = MissedSearch.objects.get()
    assert (row.words, row.days, row.count) == ("", 1, 3)
    assert len(row.digest) == 64
    assert sum(thread.daemon for thread in threading.enumerate()) >= 1


def test_searches_of_many_visitors_at_once_are_each_counted(counting):
    threads = [
        threading.Thread(target=missed_searches.add, args=[f"introuvable {word}"])
        for word, _ in product(["abc", "def", "ghi"], range(20))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT)
    counting()

    assert sorted(MissedSearch.objects.values_list("count", flat=True)) == [20, 20, 20]


@pytest.mark.only_on("postgresql")  # SQLite has one writer at a time
def test_processes_that_write_at_once_count_the_same_words_together(transactional_db):
    writers = 6
    at_once = threading.Barrier(writers, timeout=LIMIT)

    def write_often(_):
        try:
            for _ in range(20):
                at_once.wait()
                write(["introuvable"])
        except Exception:
            at_once.abort()
            raise
        finally:
            connections.close_all()

    together(write_often, range(writers), hands=writers)

    assert [row.count for row in MissedSearch.objects.all()] == [writers * 20]


def test_the_words_are_known_after_three_different_days(client, counting, monkeypatch):
    for day in range(3):
        assert not MissedSearch.objects.revealed().exists()
        on(monkeypatch, TODAY + timedelta(day))
        look_for(client, "l’Œuvre   d’ÉTÉ")
        look_for(client, "l'oeuvre d'ete")
        counting()

    row = MissedSearch.objects.get()
    assert (row.words, row.days, row.count) == ("l oeuvre d ete", 3, 6)
    assert row.last_day == TODAY + timedelta(2)


def test_two_days_or_many_times_a_day_do_not_give_the_words(client, counting, monkeypatch):
    for day in [0, 0, 0, 1, 1]:
        on(monkeypatch, TODAY + timedelta(day))
        look_for(client, "kiosque")
        counting()

    row = MissedSearch.objects.get()
    assert (row.words, row.days, row.count) == ("", 2, 5)


def test_a_locked_database_neither_delays_nor_fails_the_page(client, counting):
    is_locked, may_end = threading.Event(), threading.Event()

    def lock():
        with transaction.atomic():
            make_missed_search()
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute(f"LOCK TABLE {MissedSearch._meta.db_table}")
            is_locked.set()
            may_end.wait(LIMIT)
        connections.close_all()

    thread = threading.Thread(target=lock)
    thread.start()
    assert is_locked.wait(LIMIT)
    start = time.monotonic()
    look_for(client, "kiosque")
    look_for(client, "fontaine")
    duration = time.monotonic() - start
    may_end.set()
    thread.join(LIMIT)
    look_for(client, "kiosque")
    counting()

    assert duration < QUICK
    # SQLite in memory refuses at once what waits for a file or for PostgreSQL.
    assert MissedSearch.objects.filter(words="").exists()


def test_a_database_that_fails_is_logged_without_the_words_and_tried_again(
    client, counting, monkeypatch, caplog
):
    def fail(batch):
        raise OperationalError("disk full\nDETAIL: kiosque")

    with monkeypatch.context() as patch, caplog.at_level(logging.WARNING):
        patch.setattr(missed, "write", fail)
        look_for(client, "kiosque")
        counting()
    look_for(client, "fontaine")
    counting()

    assert "disk full" in caplog.text
    assert "kiosque" not in caplog.text
    assert MissedSearch.objects.get().count == 1


def test_a_full_queue_drops_what_comes_and_the_page_answers(client, db, monkeypatch):
    monkeypatch.setattr(missed, "MOST_WAITING", 2)
    missed_searches.start_afresh()

    start = time.monotonic()
    for word in ["kiosque", "fontaine", "lavoir", "abreuvoir"]:
        look_for(client, word)

    assert time.monotonic() - start < QUICK
    assert waiting() == ["kiosque", "fontaine"]


def test_a_thread_that_cannot_start_leaves_the_page_whole(client, db, monkeypatch, caplog):
    def refuse():
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(missed_searches, "start", refuse)

    look_for(client, "kiosque")

    assert "can't start new thread" in caplog.text


def test_a_thread_that_has_ended_is_started_again(monkeypatch):
    ended, started = threading.Thread(target=int), []
    ended.start()
    ended.join(LIMIT)
    searches = MissedSearches()
    searches._thread = ended
    monkeypatch.setattr(missed, "_work", started.append)

    searches.add("kiosque")

    assert wait_until(lambda: started == [searches.queue])


def test_a_process_that_was_forked_counts_with_a_thread_of_its_own():
    """The child has neither the thread of its parent nor the locks that it held."""
    missed_searches.queue.put_nowait("kiosque")
    with missed_searches.queue.mutex:  # held by another thread, at the moment of the fork
        child = os.fork()
        if not child:
            try:
                missed_searches.queue.put_nowait("fontaine")
                os._exit(int(waiting() != ["fontaine"] or missed_searches._is_running()))
            finally:
                os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


# What is counted


def test_the_page_writes_nothing_itself(client, db):
    look_for(client, "kiosque")

    assert waiting() == ["kiosque"]
    assert not MissedSearch.objects.exists()


@pytest.mark.parametrize(
    "parameters",
    [{"type": "levier"}, {"type": "inconnu"}, {"page": "2"}, {"tel-quel": "oui"}],
)
def test_only_the_plain_page_counts(client, db, parameters):
    look_for(client, "kiosque", **parameters)

    assert waiting() == []


def test_what_is_found_even_corrected_is_not_counted(client, db):
    make_term(name="Insertion")

    look_for(client, "insertion")
    look_for(client, "insertoin")

    assert waiting() == []


@pytest.mark.parametrize(
    "typed",
    [
        "jeanne.martin@orange.fr",
        "jeanne martin @ orange",
        "jeanne＠orange.fr",
        "02 38 68 18 90",
        "Jeanne 06.12.34.56.78",
        "+33 (0)6-12-34-56-78",
        "0612345678 jeanne",
        "06\u202f12\u202f34\u202f56\u202f78",
        "06 – 12 – 34 – 56 – 78",
        "73282932000074",
        "une phrase qui dit tout de moi",
        "ab",
        "2 a 3 b",
        "12345",
        "",
        "?!",
        "اقتصاد",
        "\0",
        "mot " * 3000,
    ],
)
def test_what_may_be_about_somebody_or_says_nothing_is_not_counted(client, db, typed):
    look_for(client, typed)

    assert words_to_count(typed) == ""
    assert waiting() == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Épicerie 24", "epicerie 24"),
        ("un deux trois quatre cinq", "un deux trois quatre cinq"),
        ("  CÆSAR\0 ", "caesar"),
        ("loi 2014-856", "loi 2014 856"),
        ("œ" * 150, "oe" * 30),
    ],
)
def test_other_queries_are_counted_by_their_folded_words(typed, words):
    assert words_to_count(typed) == words


def test_a_row_says_nothing_of_the_visitor(client, counting):
    client.cookies["preference"] = "jeanne"
    client.get("/recherche/?q=kiosque", REMOTE_ADDR="203.0.113.5", HTTP_USER_AGENT="Jeanne")
    counting()

    fields = {field.name for field in MissedSearch._meta.get_fields()}
    assert fields == {"id", "digest", "words", "days", "count", "last_day"}
    row = str(MissedSearch.objects.values().get())
    assert "203.0.113.5" not in row
    assert "eanne" not in row
    assert "kiosque" not in row


def test_the_digest_needs_the_key_of_the_site(db, monkeypatch):
    write(["kiosque"])
    monkeypatch.setattr(settings, "SECRET_KEY", "another")
    write(["kiosque"])

    assert MissedSearch.objects.count() == 2


# The bound of a day


def test_a_day_makes_or_changes_a_bounded_number_of_rows(db, monkeypatch):
    monkeypatch.setattr(missed, "MOST_ROWS_A_DAY", 3)
    on(monkeypatch, TODAY)
    write(["aaa", "bbb"])
    on(monkeypatch, TODAY + timedelta(1))

    write(["ccc", "aaa"])
    write(["ddd", "eee", "ddd", "bbb"])
    write(["aaa"])

    tomorrow = MissedSearch.objects.filter(last_day=TODAY + timedelta(1))
    assert tomorrow.count() == 3
    assert MissedSearch.objects.count() == 4
    assert sorted(tomorrow.values_list("days", "count")) == [(1, 1), (1, 2), (2, 3)]
    on(monkeypatch, TODAY + timedelta(2))
    write(["bbb"])
    assert MissedSearch.objects.filter(last_day=TODAY + timedelta(2), days=2).count() == 1


def test_a_thousand_rows_a_day_are_written_and_no_more(db):
    write([f"mot {n}" for n in range(1100)])

    assert MissedSearch.objects.count() == missed.MOST_ROWS_A_DAY == 1000


# Forgetting


def test_rows_without_words_are_deleted_after_thirty_days(db):
    old, recent = TODAY - timedelta(DAYS_KEPT), TODAY - timedelta(DAYS_KEPT - 1)
    make_missed_search(words="", last_day=old)
    kept = [make_missed_search(words="", last_day=recent), make_missed_search(last_day=old)]
    [job] = [job for job in JOBS if job.name == "searches"]

    list(job.steps())

    assert set(MissedSearch.objects.all()) == set(kept)
    assert job.every == timedelta(days=1)


# In the admin


@pytest.mark.parametrize("client_name", ["editor_client", "manager_client"])
def test_staff_read_what_is_not_found_newest_first(client_name, request, db):
    staff = request.getfixturevalue(client_name)
    make_missed_search(words="hier encore", last_day=TODAY - timedelta(1), count=9)
    make_missed_search(words="kiosque a musique", count=4)
    make_missed_search(words="", digest="f" * 64)

    response = staff.get(address(MissedSearch, "changelist"))

    assertContains(response, "e que l’on ne trouve pas")
    rows = [row.words for row in response.context["cl"].result_list]
    assert rows == ["kiosque a musique", "hier encore"]
    assertContains(response, 'href="/recherche/?q=kiosque+a+musique&amp;tel-quel=oui"')
    assertNotContains(response, "ffff")
    assertContains(staff.get("/admin/"), "Ce que l’on ne trouve pas")


@pytest.mark.parametrize("client_name", ["editor_client", "manager_client", "admin_client"])
def test_nobody_changes_what_is_not_found(client_name, request, db):
    staff = request.getfixturevalue(client_name)
    row = make_missed_search()

    pages = [
        address(MissedSearch, "add"),
        address(MissedSearch, "delete", row.pk),
    ]

    assert [staff.get(page).status_code for page in pages] == [403, 403]
    assert staff.post(address(MissedSearch, "change", row.pk), {"words": "x"}).status_code == 403
    assert staff.get(address(MissedSearch, "change", row.pk)).status_code == 200


def test_a_row_whose_words_are_unknown_has_no_page(editor_client):
    row = make_missed_search(words="")

    response = editor_client.get(address(MissedSearch, "change", row.pk), follow=True)

    assertNotContains(response, row.digest)
