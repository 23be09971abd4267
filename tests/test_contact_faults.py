"""The contact desk on real parts that fail: server, database, mail server, network."""

import re
import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from urllib.parse import urlencode, urlsplit

import pytest

from tests.demo import STOP_LIMIT, kill_all, manage, running_demo
from tests.postgresql import cluster, free_port, why_missing
from tests.smtp import dumb_server, mail_server
from tests.visitors import Visitor, ask, together, until_answered

OPEN_DOOR = {
    "CONTACT_FORM_LEAST_AGE": "0",
    "CONTACT_LIMIT_PER_ADDRESS": "0",
    "CONTACT_LIMIT_PER_NETWORK": "0",
}
needs_postgresql = [
    pytest.mark.postgresql,
    pytest.mark.skipif(bool(why_missing()), reason=why_missing()),
]
DATABASES = ["sqlite", pytest.param("postgresql", marks=needs_postgresql)]


@contextmanager
def database(kind):
    """Yield what a site needs in its environment to use a database of that kind."""
    if kind == "sqlite":
        yield {}
        return
    with cluster(synchronous_commit="on") as server:
        yield {"DATABASE_URL": server.url}


def count(data, what, **environment):
    return int(manage(data, "messages", f"--{what}", **environment))


STORED = (
    "from cress.contact.models import Message;"
    "print(*Message.objects.values_list('reference', 'name'), sep='\\n')"
)


def stored(data, **environment):
    """Return {name: reference} of all messages, having made sure that no name comes twice."""
    lines = manage(data, "shell", "--no-imports", "-c", STORED, **environment)
    pairs = re.findall(r"\('(.+)', '(.+)'\)", lines)
    names = Counter(name for _, name in pairs)
    assert names.most_common(1)[0][1] == 1, names.most_common(3)
    return {name: reference for reference, name in pairs}


# The server is killed


@pytest.mark.parametrize("kind", DATABASES)
def test_what_was_acknowledged_outlives_the_server_and_is_stored_once(kind, tmp_path):
    port, half_way, total = free_port(), Event(), 600
    acknowledged = {}
    with database(kind) as url:
        environment = OPEN_DOOR | url | {"WEB_WORKERS": "2"}

        def write(number):
            answer = until_answered(lambda: _acknowledgement(visitor, number))
            acknowledged[f"Jeanne {number}"] = answer.reference
            if len(acknowledged) >= total // 3:
                half_way.set()

        with running_demo(tmp_path, port=port, **environment) as demo:
            visitor = Visitor(demo.url)
            with _in_background(together, write, range(total)) as written:
                half_way.wait(60)
                kill_all(demo.process)
                demo.process.wait(STOP_LIMIT)
                at_the_kill = len(acknowledged)
                with running_demo(tmp_path, port=port, **environment):
                    written.result(120)
        rows = stored(tmp_path, **url)

    assert total // 3 <= at_the_kill < total
    assert len(acknowledged) == total
    assert rows == acknowledged


def _acknowledgement(visitor, number):
    answer = visitor.write(number)
    return answer if answer.status == 302 else None


@contextmanager
def _in_background(do, *arguments):
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(do, *arguments)


@pytest.mark.skipif(not Path("/proc/1/stat").exists(), reason="Le système n’a pas de /proc.")
def test_the_sending_of_mail_ends_with_the_server_that_was_killed(tmp_path):
    with running_demo(tmp_path) as demo:
        [sender] = _children(demo.process.pid, "send_pending")

        kill_all(demo.process)

        limit = time.monotonic() + STOP_LIMIT
        while _is_alive(sender) and time.monotonic() < limit:
            time.sleep(0.1)
        assert not _is_alive(sender)


def _children(pid, word):
    """Return the processes that this one started, and whose command has that word."""
    processes = [folder for folder in Path("/proc").iterdir() if folder.name.isdecimal()]
    return [
        int(process.name)
        for process in processes
        if _status(process.name)[1:2] == [str(pid)]
        and word in (process / "cmdline").read_text(errors="replace")
    ]


def _status(pid):
    """Return the state of a process, then its parent; nothing once it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return []


def _is_alive(pid):
    return _status(pid)[:1] not in [[], ["Z"]]


# The mail server fails


@contextmanager
def failing_mail_server(how, port):
    """Yield an event that is set when the site has met the failure, or nothing to wait for."""
    if how == "down":
        yield None
    elif how in {"hanging", "refusing to talk"}:
        greeting = b"554 No\r\n" if how == "refusing to talk" else b""
        with dumb_server(port, greeting) as called:
            yield called
    else:
        with mail_server(port) as mailbox:
            mailbox.refuses["*"] = {"refusing": "550 No", "failing for now": "451 Later"}[how]
            yield None


@pytest.mark.parametrize(
    "how", ["down", "hanging", "refusing", "refusing to talk", "failing for now"]
)
def test_a_failing_mail_server_delays_no_one_and_loses_nothing(how, tmp_path):
    port = free_port()
    environment = OPEN_DOOR | {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "EMAIL_TIMEOUT": "30"}
    with running_demo(tmp_path, **environment) as demo:
        visitor = Visitor(demo.url)
        with failing_mail_server(how, port) as called:
            answers = [visitor.write(0)]
            if called:  # the loop is held by the server from here on, and the page is not
                assert called.wait(STOP_LIMIT)
            answers += [visitor.write(number) for number in range(1, 5)]
            assert [answer.status for answer in answers] == [302] * 5
            assert count(tmp_path, "count") == 5
            assert count(tmp_path, "waiting") == 10

        with mail_server(port) as mailbox:
            until_answered(lambda: _nothing_waits(tmp_path, environment))

    delivered = Counter(recipients for recipients, _ in mailbox.letters)
    assert sum(delivered.values()) == 10
    assert all(delivered[(f"jeanne.{number}@commune.example",)] == 1 for number in range(5))
    assert delivered[("c.dumas@cresscentre.org",)] == 5


def _nothing_waits(data, environment):
    manage(data, "send_pending", **environment)
    return count(data, "waiting") == 0


def test_mail_goes_out_by_itself_while_the_site_is_served(tmp_path):
    with mail_server() as mailbox:
        with running_demo(tmp_path, EMAIL_URL=mailbox.url, **OPEN_DOOR) as demo:
            Visitor(demo.url).write()
            until_answered(lambda: len(mailbox.letters) == 2)

        assert count(tmp_path, "waiting") == 0


@pytest.mark.parametrize("kind", DATABASES)
def test_two_sendings_at_once_send_each_mail_once(kind, tmp_path):
    with database(kind) as url, mail_server() as mailbox:
        down = {"EMAIL_URL": f"smtp://127.0.0.1:{free_port()}"}
        with running_demo(tmp_path, **OPEN_DOOR | url | down) as demo:
            visitor = Visitor(demo.url)
            together(visitor.write, range(30))

        def send(_):
            return manage(tmp_path, "send_pending", EMAIL_URL=mailbox.url, **url)

        said = together(send, range(3))
        left = count(tmp_path, "waiting", **url)

    assert left == 0
    assert len(mailbox.letters) == 60
    assert len({letter["Message-ID"] for _, letter in mailbox.letters}) == 60
    sent = [int(re.search(r"Partis\s: (\d+)", text)[1]) for text in said]
    assert sum(sent) == 60


# The database fails


@pytest.mark.postgresql
@pytest.mark.skipif(bool(why_missing()), reason=why_missing())
def test_a_database_that_restarts_is_a_french_503_for_a_moment_and_loses_nothing(tmp_path):
    over = Event()
    answers, acknowledged = [], {}
    with cluster(synchronous_commit="on") as server:
        url = {"DATABASE_URL": server.url}
        with running_demo(tmp_path, **OPEN_DOOR | url | {"WEB_WORKERS": "2"}) as demo:
            visitor = Visitor(demo.url)

            def visit(hand):
                number = 0
                while not over.is_set() and number < 20_000:
                    number += 1
                    name = f"{hand}-{number}"
                    answer = visitor.write(name) if hand % 2 else ask(demo.url, "GET", "/leviers/")
                    answers.append(answer)
                    if answer.reference:
                        acknowledged[f"Jeanne {name}"] = answer.reference

            with _in_background(together, visit, range(6)) as visits:
                _wait_for_more(answers, 50)
                server.stop()
                _wait_for_more(answers, 50)
                server.start()
                until_answered(lambda: ask(demo.url, "GET", "/leviers/").status == 200)
                before = len(answers)
                _wait_for_more(answers, 50)
                over.set()
                visits.result(60)
            after = [answer.status for answer in answers[before:]]
            rows = stored(tmp_path, **url)

    assert {answer.status for answer in answers} == {200, 302, 503}
    for answer in answers:
        if answer.status == 503:
            assert answer.headers["Retry-After"] == "30"
            assert "Le site revient dans un instant" in answer.text
    assert 503 not in after[10:]
    assert set(acknowledged.items()) <= set(rows.items())


def _wait_for_more(answers, number):
    limit, target = time.monotonic() + 60, len(answers) + number
    while len(answers) < target:
        assert time.monotonic() < limit
        time.sleep(0.02)


# Too much at once, and what no browser sends


@pytest.mark.parametrize("kind", DATABASES)
def test_the_limit_holds_over_all_processes(kind, tmp_path):
    environment = OPEN_DOOR | {"CONTACT_LIMIT_PER_ADDRESS": "7", "WEB_WORKERS": "2"}
    with database(kind) as url, running_demo(tmp_path, **environment | url) as demo:
        visitor = Visitor(demo.url)

        answers = together(visitor.write, range(60), hands=12)

        statuses = Counter(answer.status for answer in answers)
        stored_count = count(tmp_path, "count", **url)
    assert statuses == {302: 7, 429: 53}
    assert stored_count == 7
    refused = next(answer for answer in answers if answer.status == 429)
    assert int(refused.headers["Retry-After"]) > 0
    assert "Votre texte est toujours là" in refused.text


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    data = tmp_path_factory.mktemp("hostile")
    with running_demo(data, **OPEN_DOOR) as demo:
        yield data, demo.url


def call(site, head, body=b""):
    """Send bytes as they are; return what the site answers until it closes, as text."""
    with socket.create_connection(("127.0.0.1", urlsplit(site).port), timeout=20) as line:
        line.sendall(head + body)
        answer = b""
        while received := line.recv(65536):
            answer += received
        return answer.decode()


def head_of(length, kind="application/x-www-form-urlencoded"):
    return (
        "POST /contact/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


def test_a_field_of_four_megabytes_is_refused_in_french(site):
    data, url = site
    body = urlencode(Visitor(url).fields(text="a" * 4_000_000)).encode()

    answer = call(url, head_of(len(body)), body)

    assert answer.startswith("HTTP/1.1 413")
    assert "Cet envoi est trop volumineux" in answer
    assert ask(url, "GET", "/contact/").status == 200


def test_fifteen_hundred_fields_are_refused_in_french(site):
    data, url = site
    body = urlencode({f"champ-{n}": n for n in range(1500)}).encode()

    answer = call(url, head_of(len(body)), body)

    assert answer.startswith("HTTP/1.1 400")
    assert "Le site n’a pas pu lire cet envoi" in answer


def test_a_large_body_that_is_cut_half_way_disturbs_no_one(site):
    data, url = site
    before = count(data, "count")
    for _ in range(6):  # more than the server has threads
        with socket.create_connection(("127.0.0.1", urlsplit(url).port)) as line:
            line.sendall(head_of(5_000_000) + b"text=" + b"a" * 2_500_000)

    assert ask(url, "GET", "/contact/").status == 200
    assert count(data, "count") == before


def test_a_message_that_is_cut_on_its_way_is_not_stored_without_its_end(site):
    data, url = site
    before = count(data, "count")
    body = urlencode(Visitor(url).fields(text="Un début " * 500)).encode()
    with socket.create_connection(("127.0.0.1", urlsplit(url).port)) as line:
        line.sendall(head_of(len(body)) + body[:-1000])
        line.shutdown(socket.SHUT_WR)
        answer = line.recv(65536).decode()

    assert "/contact/merci/" not in answer
    assert ask(url, "GET", "/contact/").status == 200
    assert count(data, "count") == before


def test_a_click_repeated_while_the_first_is_under_way_makes_one_message(site):
    data, url = site
    visitor, before = Visitor(url), count(data, "count")

    answers = together(lambda _: visitor.write("impatiente"), range(12), hands=12)

    assert {answer.status for answer in answers} == {302}
    assert len({answer.reference for answer in answers}) == 1
    assert count(data, "count") == before + 1
