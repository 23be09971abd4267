"""Visits to the links of the site: polite, never to a private network, reported to the staff."""

import ssl
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from cress.links.models import LinkCheck
from cress.links.rounds import links, record, visit_links
from cress.links.visits import Visit, Visitor, is_public, resolve
from tests.factories import make_enterprise, make_identity, make_link_check, make_resource
from tests.test_site import public_paths
from tests.waits import LIMIT
from tests.web import make_certificate, socket_server, web_server

HOME = "127.0.0.1"
FAILED = Visit("page introuvable (404)", is_failure=True)
ANSWERED = Visit("répond (200)", is_failure=False)


@pytest.fixture
def website():
    with web_server() as website:
        yield website


def visitor_of(*ports, hosts=(), **options):
    """Return a visitor that may use these ports of this machine, under all these host names."""
    places = dict.fromkeys(hosts, HOME)
    defaults = {
        "may_visit": lambda address: address == HOME,
        "ports": set(ports),
        "addresses_of": lambda host, port: [places.get(host, host)],
        "pause": 0,
        "patience": LIMIT,
    }
    return Visitor("essai (+https://ess.example)", **defaults | options)


def visit(website, path, **options):
    return visitor_of(website.port, **options).visit(f"http://{HOME}:{website.port}{path}")


# Results of a visit


def test_a_link_that_answers_is_asked_for_its_headers_alone(website):
    website.pages["/a"] = (200, "")

    assert visit(website, "/a") == ANSWERED
    [(method, path, headers)] = website.requests
    assert (method, path) == ("HEAD", "/a")
    assert headers["User-Agent"] == "essai (+https://ess.example)"
    assert headers["Host"] == f"{HOME}:{website.port}"


@pytest.mark.parametrize("head", [405, 404, 500, 0])
def test_a_server_that_has_no_head_is_asked_for_the_page(website, head):
    website.pages |= {"/a": (head, ""), "GET /a": (200, "")}

    assert visit(website, "/a") == ANSWERED
    assert [method for method, *_ in website.requests] == ["HEAD", "GET"]
    assert website.bodies_read == 0


@pytest.mark.parametrize(
    ("status", "answer", "is_failure"),
    [
        (404, "page introuvable (404)", True),
        (410, "page retirée (410)", True),
        (500, "erreur (500)", True),
        (403, "refuse notre visite (403)", False),
        (429, "refuse notre visite (429)", False),
        (304, "répond (304)", False),
    ],
)
def test_a_status_says_whether_the_link_fails(website, status, answer, is_failure):
    website.pages["/a"] = (status, "")

    assert visit(website, "/a") == Visit(answer, is_failure)


def test_accents_and_spaces_of_an_address_are_sent_as_browsers_do(website):
    website.pages["/%C3%A9t%C3%A9%20?q=%C5%93"] = (200, "")

    assert visit(website, "/été ?q=œ") == ANSWERED


def test_redirections_are_followed(website):
    website.pages |= {
        "/a": (301, "/b"),
        "/b": (302, f"http://ailleurs.example:{website.port}/c"),
        "/c": (200, ""),
    }

    assert visit(website, "/a", hosts=["ailleurs.example"]) == ANSWERED
    assert [headers["Host"] for *_, headers in website.requests][-1].startswith("ailleurs.example")


def test_redirections_without_end_are_a_failure(website):
    website.pages["/a"] = (302, "/a")

    assert visit(website, "/a") == Visit("trop de redirections", is_failure=True)
    assert len(website.requests) == 6


@pytest.mark.parametrize(
    "location",
    ["http://[", "http://[::1", "http://a]b/", "//[x]/", "http://a:b/"],
)
def test_a_redirection_to_a_malformed_address_does_not_end_the_round(website, db, location):
    website.pages |= {"/a": (302, location), "/b": (200, "")}
    for path in "ab":
        make_enterprise(website=f"http://{HOME}:{website.port}/{path}")

    hostile, other = rounds(visitor_of(website.port))

    assert hostile.failing_since
    assert hostile.answer in {"adresse mal formée", "nom de domaine inconnu"}
    assert other.answer == ANSWERED.answer


def test_a_redirection_to_nowhere_is_an_answer(website):
    website.pages["/a"] = (302, "")

    assert visit(website, "/a") == Visit("répond (302)", is_failure=False)


def test_a_port_that_nobody_listens_to_is_a_failure():
    with web_server() as closed:
        pass

    assert visit(closed, "/") == Visit("connexion impossible", is_failure=True)


def test_a_name_that_leads_nowhere_is_a_failure():
    def nowhere(host, port):
        raise OSError("Name or service not known")

    assert visitor_of(80, addresses_of=nowhere).visit("http://absent.example/") == Visit(
        "nom de domaine inconnu", is_failure=True
    )


@pytest.mark.parametrize(
    "url",
    ["http://[::1", "http://a..example/", f"http://{'a' * 64}.example/", "http:///", "http://a:b/"],
)
def test_an_address_that_is_malformed_is_a_failure(url):
    visited = Visitor("essai").visit(url)

    assert visited.is_failure
    assert visited.answer in {"adresse mal formée", "nom de domaine inconnu"}


@pytest.mark.parametrize(
    "url",
    [
        "ftp://ess.example/",
        "file:///etc/passwd",
        "gopher://ess.example:80/",
        "http://ess.example:22/",
        "https://ess.example:8443/",
    ],
)
def test_another_protocol_or_port_is_not_visited_and_is_no_failure(url):
    def never(host, port):
        raise AssertionError

    visited = Visitor("essai", addresses_of=never).visit(url)

    assert visited == Visit("non vérifiée : ni http ni https ordinaires", is_failure=False)


# Hostile servers


def drip(connection, stopping, start=b"HTTP/1.1 200 OK\r\n", piece=b"x"):
    """Send a few bytes at a time until the end of the test."""
    connection.sendall(start)
    while not stopping.wait(0.05):
        connection.sendall(piece)


def drip_handshake(connection, stopping):
    drip(connection, stopping, start=b"\x16\x03\x03\x40\x00")  # announces a record of 16 kB


def continue_again_and_again(connection, stopping):
    go_on = b"HTTP/1.1 100 Continue\r\n\r\n"
    drip(connection, stopping, start=go_on, piece=go_on)


def say_nothing(connection, stopping):
    stopping.wait(LIMIT)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("speak", [drip, drip_handshake, say_nothing, continue_again_and_again])
def test_no_server_makes_a_visit_last_without_end(scheme, speak):
    with socket_server(speak) as port:
        visited = visitor_of(port, patience=0.5).visit(f"{scheme}://{HOME}:{port}/")

    assert visited.is_failure


def test_a_server_that_sends_slowly_is_reported_as_slow():
    with socket_server(drip) as port:
        visited = visitor_of(port, patience=0.5).visit(f"http://{HOME}:{port}/")

    assert visited == Visit("pas de réponse en 0.5 s", is_failure=True)


def test_an_answer_that_is_not_http_is_a_failure():
    def greet(connection, stopping):
        connection.recv(1000)
        connection.sendall(b"220 bonjour\r\n")

    with socket_server(greet) as port:
        visited = visitor_of(port).visit(f"http://{HOME}:{port}/")

    assert visited == Visit("réponse incompréhensible", is_failure=True)


# Private networks


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",  # noqa: S104
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
    ],
)
def test_an_address_that_is_not_public_is_refused(address):
    assert not is_public(address)

    visited = Visitor("essai", addresses_of=lambda host, port: ["93.184.215.14", address]).visit(
        "http://piege.example/"
    )

    assert visited == Visit("adresse privée ou réservée", is_failure=True)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_a_public_address_may_be_visited(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://localhost/",
        "http://2130706433/",
        "http://0x7f.1/",
    ],
)
def test_this_machine_is_never_visited_under_any_name(url):
    assert Visitor("essai").visit(url) == Visit("adresse privée ou réservée", is_failure=True)


def test_a_redirection_to_a_private_address_is_refused(website):
    website.pages["/a"] = (302, f"http://interne.example:{website.port}/secret")
    places = {"interne.example": "10.0.0.1"}

    visited = visit(website, "/a", addresses_of=lambda host, port: [places.get(host, host)])

    assert visited == Visit("adresse privée ou réservée", is_failure=True)
    assert len(website.requests) == 1


def test_a_name_is_resolved_once_for_the_check_and_the_connection(website):
    website.pages["/a"] = (200, "")
    answers = iter([[HOME], ["10.0.0.1"]])
    visitor = visitor_of(website.port, addresses_of=lambda host, port: next(answers))

    assert visitor.visit(f"http://bascule.example:{website.port}/a") == ANSWERED
    assert next(answers) == ["10.0.0.1"]  # the name was asked for once


def test_the_second_address_of_a_host_is_tried_when_the_first_fails(website):
    website.pages["/a"] = (200, "")
    both = visitor_of(
        website.port,
        may_visit=lambda address: True,
        addresses_of=lambda host, port: ["127.0.0.9", HOME],
    )

    assert both.visit(f"http://double.example:{website.port}/a") == ANSWERED


def test_a_real_name_is_resolved_to_addresses():
    assert "127.0.0.1" in resolve("localhost", 80)


# Certificates


@pytest.fixture
def secure(tmp_path):
    certificate = make_certificate(tmp_path, "sur.example")
    with web_server(certificate) as website:
        website.pages["/a"] = (200, "")
        website.certificate = certificate
        yield website


def trusting(website):
    return ssl.create_default_context(cafile=website.certificate)


def test_a_certificate_is_checked_against_the_name_of_the_site(secure):
    visitor = visitor_of(secure.port, hosts=["sur.example"], trust=trusting(secure))

    assert visitor.visit(f"https://sur.example:{secure.port}/a") == ANSWERED
    assert secure.requests[0][2]["Host"] == f"sur.example:{secure.port}"


def test_a_certificate_for_another_name_is_refused(secure):
    visitor = visitor_of(secure.port, hosts=["autre.example"], trust=trusting(secure))

    assert visitor.visit(f"https://autre.example:{secure.port}/a") == Visit(
        "certificat refusé", is_failure=True
    )
    assert not secure.requests


def test_a_self_signed_certificate_is_refused(secure):
    visitor = visitor_of(secure.port, hosts=["sur.example"])

    assert visitor.visit(f"https://sur.example:{secure.port}/a").answer == "certificat refusé"


# A round


def test_two_requests_to_a_host_are_apart(website):
    website.pages |= {"/a": (200, ""), "/b": (200, "")}
    visitor = visitor_of(website.port, pause=0.3)
    start = time.monotonic()

    for path in ["/a", "/b"]:
        visitor.visit(f"http://{HOME}:{website.port}{path}")

    assert time.monotonic() - start >= 0.3


def test_the_links_are_those_of_published_enterprises_and_of_resources(db):
    make_enterprise(website="https://a.example/")
    make_enterprise(website="https://a.example/")
    make_enterprise(website="https://cache.example/", is_published=False)
    make_enterprise(website="")
    make_resource(url="https://b.example/")

    assert links() == {"https://a.example/", "https://b.example/"}


def rounds(visitor, **options):
    return list(visit_links(visitor, **{"most": 100, "seconds": LIMIT} | options))


@pytest.fixture
def shown(website, db):
    """Two links that the site shows, on a server that has the first one only."""
    website.pages["/a"] = (200, "")
    addresses = [f"http://{HOME}:{website.port}/{path}" for path in "ab"]
    for address in addresses:
        make_enterprise(website=address)
    return addresses


def test_a_round_records_the_result_of_each_visit(website, shown):
    rounds(visitor_of(website.port))

    alive, dead = [LinkCheck.objects.get(url=url) for url in shown]
    assert (alive.answer, alive.failing_since) == ("répond (200)", None)
    assert (dead.answer, dead.failing_since) == ("page introuvable (404)", dead.checked_at)


def test_a_round_is_bounded_and_the_next_one_goes_on_where_it_stopped(website, shown):
    visitor = visitor_of(website.port)

    assert [check.url for check in rounds(visitor, most=1)] == shown[:1]
    assert [check.url for check in rounds(visitor, most=1)] == shown[1:]
    assert [check.url for check in rounds(visitor, most=1)] == shown[:1]
    assert rounds(visitor, seconds=0) == []


def test_the_check_of_a_link_that_is_no_longer_shown_is_deleted(website, shown):
    make_link_check(url="https://oublie.example/")

    rounds(visitor_of(website.port))

    assert set(LinkCheck.objects.values_list("url", flat=True)) == set(shown)


def at(day, hour=12):
    return datetime(2026, 11, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failing_since", "checked_at", "is_dead"),
    [
        (None, at(3), False),
        (at(3, 8), at(3, 20), False),
        (at(3, 22), at(3, 23), True),  # midnight in Paris has passed between them
        (at(3, 23), at(4, 22), False),  # and here not
        (at(3), at(20), True),
    ],
)
def test_a_link_is_dead_once_it_has_failed_on_two_days(db, failing_since, checked_at, is_dead):
    make_link_check(failing_since=failing_since, checked_at=checked_at)

    assert LinkCheck.objects.dead().exists() == is_dead


def test_a_link_that_answers_again_is_no_longer_failing(db):
    make_link_check(url="https://a.example/", failing_since=timezone.now() - timedelta(days=3))
    make_link_check(url="https://b.example/", failing_since=at(3))

    record("https://a.example/", ANSWERED)
    record("https://b.example/", FAILED)

    assert LinkCheck.objects.get(url="https://a.example/").failing_since is None
    assert LinkCheck.objects.get(url="https://b.example/").failing_since == at(3)
    assert [check.url for check in LinkCheck.objects.dead()] == ["https://b.example/"]


def test_the_command_visits_links_and_lists_the_failures(db, capsys, settings):
    settings.SITE_URL = "https://ess.example"
    make_identity(name="CRESS Centre-Val de Loire")
    make_enterprise(website="http://127.0.0.1/")

    call_command("check_links")

    printed = capsys.readouterr().out.replace("\u202f", " ")
    assert "http://127.0.0.1/ : adresse privée ou réservée" in printed
    assert "Liens visités : 1, dont en panne : 1" in printed
    assert "Liens morts (deux jours de panne) : 0" in printed


# The report to the staff


def test_the_staff_find_dead_links_and_the_page_that_shows_them(editor_client):
    enterprise = make_enterprise(name="La Ruche", website="https://mort.example/")
    make_resource(title="Un guide", url="https://panne.example/")
    make_link_check(url="https://mort.example/", failing_since=at(3), checked_at=at(9))
    make_link_check(url="https://panne.example/", failing_since=at(9), checked_at=at(9))
    make_link_check(url="https://vit.example/", failing_since=None)
    url = reverse("admin:links_linkcheck_changelist")

    every, failing, dead = [editor_client.get(url + q) for q in ["", "?etat=panne", "?etat=morts"]]

    assertContains(every, "https://vit.example/")
    assertNotContains(failing, "https://vit.example/")
    assertContains(failing, "Un guide")
    assertNotContains(dead, "https://panne.example/")
    assertContains(dead, "La Ruche")
    assertContains(dead, reverse("admin:enterprises_enterprise_change", args=[enterprise.pk]))


def test_the_staff_cannot_change_the_results_of_visits(editor_client, admin_client):
    check = make_link_check()
    url = reverse("admin:links_linkcheck_change", args=[check.pk])

    for client in [editor_client, admin_client]:
        assert client.post(url, {"url": "https://autre.example/"}).status_code == 403
        assert client.get(reverse("admin:links_linkcheck_add")).status_code == 403
        assert (
            client.post(reverse("admin:links_linkcheck_delete", args=[check.pk])).status_code == 403
        )


def test_visitors_never_see_that_a_link_is_dead(client, content):
    enterprise = make_enterprise(website="https://mort.example/")
    make_link_check(
        url="https://mort.example/", answer="page introuvable (404)", failing_since=at(3)
    )

    for path in [*public_paths(client), enterprise.get_absolute_url()]:
        response = client.get(path)
        assertNotContains(response, "page introuvable")
        assertNotContains(response, "morts")
