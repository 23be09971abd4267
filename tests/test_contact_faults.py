"""The contact form on real servers that fail: site, worker, database, mail server, network."""

import os
import re
import signal
import socket
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from urllib.parse import urlencode, urlsplit

import pytest

from tests.demo import (
    DATABASES,
    children,
    is_alive,
    kill_all,
    manage,
    running_demo,
)
from tests.postgresql import free_port, why_missing
from tests.smtp import dumb_server, mail_server
from tests.visitors import Visitor, ask, together, until_answered
from tests.waits import LIMIT, wait_until

NO_LIMITS = {
    "CONTACT_FORM_LEAST_AGE": "0",
    "CONTACT_LIMIT_PER_ADDRESS": "0",
    "CONTACT_LIMIT_PER_NETWORK": "0",
}


def count(data, what, **environment):
    return int(manage(data, "messages", f"--{what}", **environment))


STORED = (
    "from cress.contact.models import Message;"
    "print(*Message.objects.values_list('reference', 'name'), sep='\\n')"
)


def stored(data, **environment):
    """Return {name: reference} of all messages; assert that each name comes once."""
    lines = manage(data, "shell", "--no-imports", "-c", STORED, **environment)
    pairs = re.findall(r"\('(.+)', '(.+)'\)", lines)
    names = Counter(name for _, name in pairs)
    assert names.most_common(1)[0][1] == 1, names.most_common(3)
    return {name: reference for reference, name in pairs}


# The server is killed


@pytest.mark.parametrize("kind", DATABASES)
def test_an_acknowledged_message_survives_a_killed_server_and_is_stored_once(kind, prepared, data):
    port, half_way, total = free_port(), Event(), 600
    acknowledged = {}
    with prepared.database(kind) as url:
        environment = NO_LIMITS | url | {"WEB_WORKERS": "2"}

        def write(number):
            answer = until_answered(lambda: _acknowledgement(visitor, number))
            acknowledged[f"Jeanne {number}"] = answer.reference
            if len(acknowledged) >= total // 3:
                half_way.set()

        with running_demo(data, port=port, **environment) as demo:
            visitor = Visitor(demo.url)
            with _in_background(together, write, range(total)) as written:
                assert half_way.wait(LIMIT)
                kill_all(demo.process)
                demo.process.wait(LIMIT)
                at_the_kill = len(acknowledged)
                with running_demo(data, port=port, **environment):
                    written.result(LIMIT)
        rows = stored(data, **url)

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


# The worker


needs_proc = pytest.mark.skipif(
    not Path("/proc/1/stat").exists(), reason="Le système n’a pas de /proc."
)


def worker_of(demo):
    """Wait for the worker of a demonstration; return its process number."""
    return wait_until(lambda: children(demo.process.pid, "worker"), "No worker was started.")[0]


def test_mail_goes_out_by_itself_while_the_site_is_served(data):
    with mail_server() as mailbox:
        with running_demo(data, EMAIL_URL=mailbox.url, **NO_LIMITS) as demo:
            Visitor(demo.url).write()
            wait_until(lambda: len(mailbox.letters) == 1)

        assert count(data, "waiting") == 0


@needs_proc
@pytest.mark.parametrize("kind", DATABASES)
def test_mail_goes_out_after_the_worker_was_killed(kind, prepared, data):
    with (
        prepared.database(kind) as url,
        mail_server() as mailbox,
        running_demo(data, EMAIL_URL=mailbox.url, **NO_LIMITS | url) as demo,
    ):
        for number in range(2):  # killed twice: it is started again each time
            worker = worker_of(demo)
            os.kill(worker, signal.SIGKILL)
            Visitor(demo.url).write(number)

            wait_until(lambda expected=number + 1: len(mailbox.letters) == expected)
            assert worker_of(demo) != worker


@needs_proc
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_the_worker_ends_with_the_server_that_is_stopped(signum, data):
    with running_demo(data) as demo:
        worker = worker_of(demo)

        demo.process.send_signal(signum)

        assert demo.process.wait(LIMIT) == 0
        assert not is_alive(worker)


@needs_proc
def test_the_worker_ends_with_the_server_that_was_killed(data):
    with running_demo(data) as demo:
        worker = worker_of(demo)

        kill_all(demo.process)

        wait_until(lambda: not is_alive(worker))


# The mail server fails


@contextmanager
def failing_mail_server(how, port):
    """Yield an event that is set when the site has met the failure, or None."""
    if how == "down":
        yield None
    elif how in {"hanging", "refusing to talk"}:
        greeting = b"554 No\r\n" if how == "refusing to talk" else b""
        with dumb_server(port, greeting) as connected:
            yield connected
    else:
        with mail_server(port) as mailbox:
            mailbox.refuses["*"] = {"refusing": "550 No", "failing for now": "451 Later"}[how]
            yield None


@pytest.mark.parametrize(
    "how", ["down", "hanging", "refusing", "refusing to talk", "failing for now"]
)
def test_a_failing_mail_server_delays_no_visitor_and_loses_no_mail(how, data):
    port = free_port()
    environment = NO_LIMITS | {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "EMAIL_TIMEOUT": "30"}
    with running_demo(data, **environment) as demo:
        visitor = Visitor(demo.url)
        with failing_mail_server(how, port) as connected:
            answers = [visitor.write(0)]
            if connected:  # from here on the worker waits for the server, and the page does not
                assert connected.wait(LIMIT)
            answers += [visitor.write(number) for number in range(1, 5)]
            assert [answer.status for answer in answers] == [302] * 5
            assert count(data, "count") == 5
            assert count(data, "waiting") == 5

        with mail_server(port) as mailbox:
            until_answered(lambda: _nothing_waits(data, environment))

    delivered = Counter(recipients for recipients, _ in mailbox.letters)
    assert sum(delivered.values()) == 5  # receipts: the demonstration has no rule
    assert all(delivered[(f"jeanne.{number}@commune.example",)] == 1 for number in range(5))


def _nothing_waits(data, environment):
    manage(data, "send_pending", **environment)
    return count(data, "waiting") == 0


@pytest.mark.parametrize("kind", DATABASES)
def test_two_sendings_at_once_send_each_mail_once(kind, prepared, data):
    with prepared.database(kind) as url, mail_server() as mailbox:
        down = {"EMAIL_URL": f"smtp://127.0.0.1:{free_port()}"}
        with running_demo(data, **NO_LIMITS | url | down) as demo:
            visitor = Visitor(demo.url)
            together(visitor.write, range(30))

        def send(_):
            return manage(data, "send_pending", EMAIL_URL=mailbox.url, **url)

        reports = together(send, range(3))
        left = count(data, "waiting", **url)

    assert left == 0
    assert len(mailbox.letters) == 30
    assert len({letter["Message-ID"] for _, letter in mailbox.letters}) == 30
    sent = [int(re.search(r"Partis\s: (\d+)", text)[1]) for text in reports]
    assert sum(sent) == 30


# The database fails


@pytest.mark.postgresql
@pytest.mark.skipif(bool(why_missing()), reason=why_missing())
def test_a_database_that_restarts_is_a_french_503_for_a_moment_and_loses_nothing(prepared, data):
    over = Event()
    answers, acknowledged = [], {}
    with prepared.postgresql() as server:
        url = {"DATABASE_URL": server.url}
        with running_demo(data, **NO_LIMITS | url | {"WEB_WORKERS": "2"}) as demo:
            visitor = Visitor(demo.url)

            def visit(thread):
                number = 0
                while not over.is_set() and number < 20_000:
                    number += 1
                    name = f"{thread}-{number}"
                    answer = (
                        visitor.write(name) if thread % 2 else ask(demo.url, "GET", "/leviers/")
                    )
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
                visits.result(LIMIT)
            after = [answer.status for answer in answers[before:]]
            rows = stored(data, **url)

    assert {answer.status for answer in answers} == {200, 302, 503}
    for answer in answers:
        if answer.status == 503:
            assert answer.headers["Retry-After"] == "30"
            assert "Le site revient dans un instant" in answer.text
    assert 503 not in after[10:]
    assert set(acknowledged.items()) <= set(rows.items())


def _wait_for_more(answers, number):
    target = len(answers) + number
    wait_until(lambda: len(answers) >= target)


# Too many requests, and requests that no browser sends


@pytest.mark.parametrize("kind", DATABASES)
def test_the_limit_holds_over_all_processes(kind, prepared, data):
    environment = NO_LIMITS | {"CONTACT_LIMIT_PER_ADDRESS": "7", "WEB_WORKERS": "2"}
    with prepared.database(kind) as url, running_demo(data, **environment | url) as demo:
        visitor = Visitor(demo.url)

        answers = together(visitor.write, range(60), hands=12)

        statuses = Counter(answer.status for answer in answers)
        stored_count = count(data, "count", **url)
    assert statuses == {302: 7, 429: 53}
    assert stored_count == 7
    refused = next(answer for answer in answers if answer.status == 429)
    assert int(refused.headers["Retry-After"]) > 0
    assert "Votre texte est toujours là" in refused.text


@pytest.fixture(scope="module")
def site(prepared, tmp_path_factory):
    data = prepared.data(tmp_path_factory.mktemp("hostile"))
    with running_demo(data, **NO_LIMITS) as demo:
        yield data, demo.url


def call(site, head, body=b""):
    """Send bytes as they are; return the whole answer of the site, as text."""
    with socket.create_connection(("127.0.0.1", urlsplit(site).port), timeout=LIMIT) as line:
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

    assert answer.startswith("HTTP/1.1 413")
    assert "Rien n’a été enregistré" in answer


def test_a_large_body_that_is_cut_half_way_leaves_the_site_available(site):
    data, url = site
    before = count(data, "count")
    for _ in range(6):  # more than the server has threads
        with socket.create_connection(("127.0.0.1", urlsplit(url).port)) as line:
            line.sendall(head_of(5_000_000) + b"text=" + b"a" * 2_500_000)

    assert ask(url, "GET", "/contact/").status == 200
    assert count(data, "count") == before


def test_a_message_that_is_cut_on_its_way_is_not_stored(site):
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


def test_clicks_repeated_before_the_answer_make_one_message(site):
    data, url = site
    visitor, before = Visitor(url), count(data, "count")

    answers = together(lambda _: visitor.write("impatiente"), range(12), hands=12)

    assert {answer.status for answer in answers} == {302}
    assert len({answer.reference for answer in answers}) == 1
    assert count(data, "count") == before + 1
