"""`manage.py demo`, as a person starts it who has just fetched the site."""

import os
import re
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from tests.demo import (
    PASSWORD,
    demo_process,
    run_demo,
    running_demo,
    stop,
)
from tests.postgresql import free_port, postgresql, why_missing
from tests.waits import LIMIT, wait_until

SEND_MAIL = """
import sys
from cress.operations.demonstration import set_environment
set_environment(["--data", sys.argv[1]])
import django
django.setup()
from django.core.mail import send_mail
send_mail("Bonjour du Cher", "", None, ["elue@commune.example"])
"""


class Visitor:
    """A person whose browser keeps cookies."""

    def __init__(self):
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def open(self, url, data=None):
        """Return the status and the text of the page where the address leads."""
        try:
            with self.opener.open(
                url, data and urlencode(data).encode(), timeout=LIMIT
            ) as response:
                return response.status, response.read().decode()
        except HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def sign_in(self, url, account, password):
        _, page = self.open(url)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        form = {"csrfmiddlewaretoken": token, "username": account, "password": password}
        return self.open(f"{url}login/?next={urlsplit(url).path}", form)


@pytest.fixture(scope="module")
def first_demo(tmp_path_factory):
    """A first demonstration, in a folder with an unusual name; that folder and the Demo."""
    data = tmp_path_factory.mktemp("demo") / "données n° 1 (50 %)"
    with running_demo(data) as demo:
        yield data, demo


def database(data):
    return closing(sqlite3.connect(data / "cress.sqlite3"))


@contextmanager
def preparing_demo(data, port):
    """Start a first demonstration and wait until it has begun to write its database."""
    with subprocess.Popen(
        **demo_process("--data", data, "--port", port),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            wait_until((data / "cress.sqlite3").exists)
            yield process
        finally:
            stop(process)


def is_listening(url):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", urlsplit(url).port)) == 0


def assert_refused(done, because):
    assert done.returncode != 0
    assert "Gestion" not in done.stdout
    assert because in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr


# What it serves


def test_the_first_start_prints_both_addresses_and_the_account(first_demo):
    _, demo = first_demo
    assert demo.lines[-2:] == [
        f"Site : {demo.url}",
        f"Gestion : {demo.url}admin/  compte demo, mot de passe {PASSWORD}",
    ]


def test_each_step_of_the_preparation_is_printed(first_demo):
    data, demo = first_demo
    assert demo.lines[:-2] == [
        "Préparation…",
        "  base de données",
        "  contenu de départ : le plus long, et la première fois seulement",
        "  fichiers statiques",
        "  compte de gestion",
        "  serveur",
        f"Données : {data}",
        "Pour repartir de zéro : arrêtez le site, et supprimez ce dossier ou donnez-en un autre "
        "avec --data.",
    ]


def test_the_printed_addresses_answer_in_french(first_demo):
    _, demo = first_demo
    for line, words in zip(
        demo.lines[-2:], ["économie sociale et solidaire", "Mot de passe"], strict=True
    ):
        status, page = Visitor().open(re.search(r"http://\S+", line)[0])
        assert status == 200
        assert 'lang="fr"' in page
        assert words in page


def test_the_printed_account_opens_the_admin(first_demo):
    _, demo = first_demo
    status, page = Visitor().sign_in(f"{demo.url}admin/", "demo", PASSWORD)
    assert status == 200
    assert "Déconnexion" in page


def test_a_wrong_password_does_not_open_the_admin(first_demo):
    _, demo = first_demo
    _, page = Visitor().sign_in(f"{demo.url}admin/", "demo", "autre")
    assert "Déconnexion" not in page


def test_an_unknown_address_gives_a_short_page_without_debugging(first_demo):
    _, demo = first_demo
    status, page = Visitor().open(f"{demo.url}une-page/inconnue/")
    assert status == 404
    assert 'lang="fr"' in page
    assert len(page) < 20_000  # Django's own debugging page is longer
    for word in ["DEBUG", "URLconf", "Traceback", "cress.urls"]:
        assert word not in page


def test_an_upload_is_served(first_demo):
    data, demo = first_demo
    (data / "media/photos").mkdir(parents=True, exist_ok=True)
    (data / "media/photos/légende.txt").write_text("La Source, à Bourges", encoding="utf-8")
    assert Visitor().open(f"{demo.url}media/photos/l%C3%A9gende.txt") == (
        200,
        "La Source, à Bourges",
    )


@pytest.mark.parametrize(
    ("extension", "type_"), [("avif", "avif"), ("webp", "webp"), ("jpg", "jpeg")]
)
def test_a_photo_is_served_with_its_type_and_cached_for_a_year(first_demo, extension, type_):
    data, demo = first_demo
    (data / "media/photos").mkdir(parents=True, exist_ok=True)
    (data / f"media/photos/0a.{extension}").write_bytes(b"a picture")
    with build_opener().open(f"{demo.url}media/photos/0a.{extension}", timeout=LIMIT) as response:
        assert response.headers["Content-Type"] == f"image/{type_}"
        assert response.headers["Cache-Control"] == "max-age=31536000"


def test_the_original_of_a_photo_is_not_served(first_demo):
    data, demo = first_demo
    (data / "private/photos").mkdir(parents=True, exist_ok=True)
    (data / "private/photos/0a.jpg").write_bytes(b"a picture")
    for path in ["private/photos/0a.jpg", "media/../private/photos/0a.jpg", "media/private/0a.jpg"]:
        assert Visitor().open(f"{demo.url}{path}")[0] == 404


def test_no_address_of_media_leads_out_of_its_folder(first_demo):
    data, demo = first_demo
    assert (data / "secret-key").exists()
    for path in ["media/../secret-key", "media/%2e%2e/secret-key", "media/"]:
        assert Visitor().open(f"{demo.url}{path}")[0] == 404


def test_the_database_lets_readers_and_a_writer_work_together(first_demo):
    data, _ = first_demo
    with database(data) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_mail_stays_in_the_data_folder(tmp_path):
    data = tmp_path / "données n° 1 (50 %) #?"
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "cress.settings"}
    command = demo_process()
    subprocess.run(
        [sys.executable, "-c", SEND_MAIL, data], cwd=command["cwd"], env=environment, check=True
    )
    [letter] = (data / "mail").iterdir()
    assert "Bonjour du Cher" in letter.read_text()


def test_a_password_is_made_when_none_is_given(data):
    with running_demo(data, password=None) as demo:
        password = re.search(r"compte demo, mot de passe (\S{12,})$", demo.lines[-1])[1]
        _, page = Visitor().sign_in(f"{demo.url}admin/", "demo", password)
        assert "Déconnexion" in page
        assert "contenu de départ" not in "".join(demo.lines)
        [line] = [line for line in demo.lines if line.startswith("Le mot de passe change")]
        assert "donnez-le dans DEMO_PASSWORD" in line


def test_another_start_keeps_what_was_changed(data):
    with database(data) as connection, connection:
        [slug] = connection.execute("SELECT min(slug) FROM chamber_page WHERE is_legal").fetchone()
        connection.execute("UPDATE chamber_page SET title = 'Titre changé' WHERE slug = ?", [slug])
    with running_demo(data) as demo:
        status, page = Visitor().open(f"{demo.url}{slug}/")
        assert status == 200
        assert "Titre changé" in page


def test_a_session_lasts_from_one_start_to_the_next(data):
    port = free_port()
    visitor = Visitor()
    with running_demo(data, port=port) as demo:
        visitor.sign_in(f"{demo.url}admin/", "demo", PASSWORD)
    with running_demo(data, port=port) as demo:
        assert "Déconnexion" in visitor.open(f"{demo.url}admin/")[1]


@pytest.mark.postgresql
@pytest.mark.skipif(bool(why_missing()), reason=why_missing())
def test_the_demonstration_runs_on_postgresql(tmp_path):
    with postgresql() as url, running_demo(tmp_path, DATABASE_URL=url) as demo:
        status, page = Visitor().open(demo.url)
        assert status == 200
        assert "économie sociale et solidaire" in page
        assert (
            "Pour repartir de zéro : arrêtez le site, et donnez une autre base vide." in demo.lines
        )
    assert not (tmp_path / "cress.sqlite3").exists()


# How it ends


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGHUP], ids=["Ctrl-C", "hang-up"])
def test_the_terminal_stops_it_cleanly(data, signum):
    with running_demo(data) as demo:
        os.killpg(demo.process.pid, signum)
        assert demo.process.wait(LIMIT) == 0
        assert not is_listening(demo.url)


def test_sigterm_stops_it_cleanly(data):
    with running_demo(data) as demo:
        demo.process.terminate()
        assert demo.process.wait(LIMIT) == 0
        assert not is_listening(demo.url)


def test_a_half_sent_request_does_not_delay_the_end(data):
    with running_demo(data) as demo, socket.socket() as client:
        client.connect(("127.0.0.1", urlsplit(demo.url).port))
        client.send(b"GET / HTTP/1.1\r\nHo")
        demo.process.terminate()
        assert demo.process.wait(LIMIT) == 0


def test_a_first_start_that_is_interrupted_is_one_line_and_can_be_repeated(tmp_path):
    with preparing_demo(tmp_path, free_port()) as process:
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=LIMIT)
    assert (process.returncode, stderr) == (130, "Arrêté avant d’être prêt.\n")
    assert "Gestion" not in stdout
    with running_demo(tmp_path) as demo:
        assert Visitor().open(demo.url)[0] == 200


# Refusals, in one line


def test_a_port_that_a_demonstration_holds_is_refused(first_demo, tmp_path):
    _, demo = first_demo
    port = urlsplit(demo.url).port
    assert_refused(run_demo("--data", tmp_path, "--port", port), f"Le port {port} n’est pas libre")


def test_a_port_that_another_program_holds_is_refused(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert_refused(
            run_demo("--data", tmp_path, "--port", port), f"Le port {port} n’est pas libre"
        )
    assert not (tmp_path / "cress.sqlite3").exists()


def test_a_port_taken_during_the_preparation_is_refused(tmp_path):
    port = free_port()
    with (
        preparing_demo(tmp_path, port) as process,
        socket.create_server(("127.0.0.1", port)),
    ):
        stdout, stderr = process.communicate(timeout=LIMIT)
    done = subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)
    assert_refused(done, f"Le port {port} n’est pas libre")


@pytest.mark.parametrize("port", ["0", "70000", "abc", "-1"])
def test_a_port_that_cannot_be_is_refused(tmp_path, port):
    assert_refused(run_demo("--data", tmp_path, f"--port={port}"), f"Le port {port} n’existe pas")


@pytest.mark.parametrize("folder", ["file", "file/folder", "/proc/folder"])
def test_a_folder_that_cannot_be_written_is_refused(tmp_path, folder):
    (tmp_path / "file").write_text("")
    data = tmp_path / folder
    assert_refused(
        run_demo("--data", data, "--port", free_port()), f"Le dossier {data} ne peut pas être écrit"
    )


def test_a_database_of_a_newer_version_is_refused_and_untouched(data):
    with database(data) as connection, connection:
        connection.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('policies', '9999_from_the_future', '2099-01-01')"
        )
        before = list(connection.iterdump())
    assert_refused(
        run_demo("--data", data, "--port", free_port(), password="un-autre"),
        "policies.9999_from_the_future",
    )
    with database(data) as connection:
        assert list(connection.iterdump()) == before


def test_a_file_that_is_not_a_database_is_refused_and_untouched(tmp_path):
    (tmp_path / "cress.sqlite3").write_text("Bonjour. " * 1000)
    assert_refused(run_demo("--data", tmp_path, "--port", free_port()), "La base de données")
    assert (tmp_path / "cress.sqlite3").read_text() == "Bonjour. " * 1000


@pytest.mark.parametrize("room", [0, 100_000, 2_000_000])
def test_a_full_disk_is_one_line(tmp_path, room):
    """A limit on the size of files stands for the disk: writes fail beyond it."""
    done = subprocess.run(
        **demo_process("--data", tmp_path, "--port", free_port()),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
        capture_output=True,
        timeout=LIMIT,
    )
    assert_refused(done, "La base de données ne répond pas" if room else "ne peut pas être écrit")


def test_a_disk_that_is_full_for_the_static_files_is_one_line(data):
    shutil.rmtree(data / "static")
    (data / "static").write_text("")  # any file that cannot be written is the same failure
    assert_refused(
        run_demo("--data", data, "--port", free_port()), f"Le dossier {data} ne peut pas être écrit"
    )


def test_a_database_server_that_does_not_answer_is_one_line(tmp_path):
    url = f"postgres://cress@127.0.0.1:{free_port()}/cress"
    assert_refused(
        run_demo("--data", tmp_path, "--port", free_port(), DATABASE_URL=url),
        "La base de données ne répond pas",
    )
