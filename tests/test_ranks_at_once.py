"""Several people who put one list in order at the same moment, on both databases."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
import requests
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from cress.base.ranks import listed_with, lock_ranks, place
from cress.chamber.models import Service
from policies.models import Lever
from tests.admin_pages import address, change_page, filled_form
from tests.demo import DATABASES, PASSWORD, manage, running_demo, runs_once
from tests.factories import make_action, make_lever, make_service
from tests.visitors import together
from tests.waits import LIMIT, wait_until

EDITORS, ACTS = 6, 8
RANKS = (
    "from cress.chamber.models import Service;"
    "print('ranks', sorted(Service.objects.values_list('order', flat=True)))"
)
LIST = "/admin/chamber/service/"


class Editor:
    """Somebody who is signed in to a running site and acts on the list of services."""

    at_once = threading.Barrier(EDITORS, timeout=LIMIT)

    def __init__(self, site, number):
        self.site, self.random, self.number = site.rstrip("/"), Random(number), number  # noqa: S311
        self.session = requests.Session()
        self._open("/admin/login/")
        self._post("/admin/login/", username="demo", password=PASSWORD, next=LIST)

    def _open(self, path):
        text = self.session.get(self.site + path, timeout=LIMIT).text
        self.token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text)[1]
        return text

    def _post(self, path, **values):
        answer = self.session.post(
            self.site + path, values | {"csrfmiddlewaretoken": self.token}, timeout=LIMIT
        )
        assert answer.status_code == 200, answer.text[-3000:]

    def act(self):
        """Move, add or delete services, each time together with the others."""
        try:
            for act in range(ACTS):
                keys = re.findall(rf'action="{LIST}(\d+)/deplacer/', self._open(LIST))
                self.at_once.wait()
                self._do(act, self.random.choice(keys))
        except Exception:
            self.at_once.abort()
            raise

    def _do(self, act, key):
        what = self.random.choice(["up", "down", "position", "add", "add", "delete"])
        if what == "add":
            self._post(f"{LIST}add/", title=f"Service de {self.number}, {act}", text="")
        elif what == "delete" and act % 3 == 0:
            self._post(f"{LIST}{key}/delete/", post="yes")
        else:
            position = self.random.randint(1, 5)
            self._post(f"{LIST}{key}/deplacer/", to=what, position=position)


@runs_once
@pytest.mark.parametrize("kind", DATABASES)
def test_ranks_stay_different_while_many_move_add_and_delete(kind, prepared, data):
    with (
        prepared.database(kind) as url,
        running_demo(data, WEB_WORKERS="2", **url) as demo,
    ):
        editors = [Editor(demo.url, number) for number in range(EDITORS)]
        together(Editor.act, editors, hands=EDITORS)
        printed = manage(data, "shell", "--no-imports", "-c", RANKS, **url)

    ranks = re.findall(r"\d+", printed.rpartition("ranks")[2])
    assert len(ranks) > EDITORS
    assert len(set(ranks)) == len(ranks), ranks


# Two connections, one step at a time


def someone_waits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return cursor.fetchone()[0]


def while_somebody_moves(first, second):
    """Do `second` in a thread while this one holds the ranks; then do `first`, and let it go."""

    def run():
        try:
            second()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            lock_ranks()
            done = pool.submit(run)
            wait_until(lambda: someone_waits() or done.done())
            assert not done.done(), "It did not wait."
            first()
        done.result(LIMIT)


postgresql_only = pytest.mark.only_on("postgresql")  # SQLite has one writer at a time


@postgresql_only
def test_two_moves_at_once_are_both_kept(transactional_db):
    a, b, c = [make_service(title=title, order=None) for title in "ABC"]

    while_somebody_moves(lambda: place({c: 1}), lambda: place({b: 3}))

    assert list(listed_with(a)) == [c, a, b]
    assert [row.order for row in listed_with(a)] == [1, 2, 3]


@postgresql_only
def test_a_row_that_is_added_during_a_move_comes_last(transactional_db):
    rows = [make_service(title=title, order=None) for title in "ABC"]
    Service.objects.update(order=1)

    while_somebody_moves(
        lambda: place({rows[2]: 1}), lambda: make_service(title="Nouveau", order=None)
    )

    assert [row.title for row in listed_with(rows[0])] == ["C", "A", "B", "Nouveau"]
    assert [row.order for row in listed_with(rows[0])] == [1, 2, 3, 4]


@postgresql_only
def test_a_row_that_is_deleted_during_a_move_is_gone_and_the_move_is_kept(transactional_db):
    a, b, c = [make_service(title=title, order=None) for title in "ABC"]

    while_somebody_moves(
        lambda: place({c: 1}), lambda: Service.objects.filter(pk__in=[a.pk]).delete()
    )

    assert list(listed_with(c)) == [c, b]


@postgresql_only
def test_a_row_that_is_saved_during_a_move_is_not_moved_back(transactional_db):
    a, b, c = [make_service(title=title, order=None) for title in "ABC"]
    read_before = Service.objects.get(pk=c.pk)
    read_before.text = "Un autre texte."

    while_somebody_moves(lambda: place({c: 1}), read_before.save)

    assert listed_with(a).values_list("title", "text")[0] == ("C", "Un autre texte.")
    assert [row.order for row in listed_with(a)] == [1, 2, 3]


@postgresql_only
def test_deleting_a_lever_waits_for_a_move_of_its_actions(transactional_db):
    lever = make_lever()
    _, second = make_action(lever=lever), make_action(lever=lever)

    while_somebody_moves(lambda: place({second: 1}), lever.delete)

    assert not Lever.objects.exists()


@postgresql_only
@pytest.mark.parametrize("page", ["change", "delete"])
def test_a_page_of_the_admin_locks_the_ranks_before_it_reads_a_row(editor_client, page):
    """Whoever locks the row first, and then the ranks, would wait for a move that waits for it."""
    lever = make_lever()
    form = filled_form(editor_client.get(change_page(lever))) | {"post": "yes"}

    with CaptureQueriesContext(connection) as queries:
        response = editor_client.post(address(Lever, page, lever.pk), form)

    read = [query["sql"] for query in queries]
    first_lock = next(n for n, sql in enumerate(read) if "pg_advisory_xact_lock" in sql)
    first_row = next(n for n, sql in enumerate(read) if 'FROM "policies_lever"' in sql)
    assert response.status_code == 302
    assert first_lock < first_row
