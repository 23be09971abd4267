"""The contact form while the database fails, and odd characters."""

import pytest
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from pytest_django.asserts import assertContains

from cress.contact.models import Allowance
from tests.contact.form import (
    ADDRESS,
    REQUIRED,
    assert_nothing_stored,
    assert_refused,
    assert_stored,
    fail_with,
    fields,
    send,
)


@pytest.mark.parametrize("failure", [OperationalError, InterfaceError])
def test_a_site_without_its_database_says_that_it_comes_back(
    visitor, monkeypatch, django_assert_num_queries, failure
):
    fail_with(monkeypatch, "cress.contact.views.initial_values", failure)
    visitor.raise_request_exception = False

    with django_assert_num_queries(0):
        response = visitor.get(ADDRESS)

    assertContains(response, "Le site revient dans un instant", status_code=503)
    assert int(response["Retry-After"]) > 0
    assert response["Cache-Control"] == "no-store"
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert not response.cookies


def test_a_message_that_could_not_be_stored_is_not_said_to_have_gone(visitor, monkeypatch):
    fail_with(monkeypatch, "cress.contact.views.intake.receive", OperationalError)
    visitor.raise_request_exception = False

    response = send(visitor, fields())

    assertContains(response, "il n’est pas parti", status_code=503)
    assert_nothing_stored()


@pytest.mark.parametrize("failure", [RuntimeError, DataError, IntegrityError, OSError])
def test_a_fault_of_ours_is_not_taken_for_a_database_that_is_away(visitor, monkeypatch, failure):
    fail_with(monkeypatch, "cress.contact.views.initial_values", failure)
    visitor.raise_request_exception = False

    response = visitor.get(ADDRESS)

    assertContains(response, "Le site a rencontré une erreur", status_code=500)
    assert "Retry-After" not in response


def test_a_message_is_not_stored_when_its_mails_cannot_be(visitor, monkeypatch):
    fail_with(monkeypatch, "cress.contact.intake.direct", OperationalError)
    visitor.raise_request_exception = False

    response = send(visitor, fields())

    assert response.status_code == 503
    assert_nothing_stored()
    assert not Allowance.objects.exists()


UNREACHABLE = [
    "j@a\u2028b.fr",
    "j@" + "é" * 63 + ".fr",
    b"j@orl\xe9ans.fr",
    "j@localhost",
    "j@[127.0.0.1]",
]


@pytest.mark.parametrize("email", UNREACHABLE, ids=ascii)
def test_an_address_that_no_mail_can_reach_is_refused(visitor, email):
    assert_refused(send(visitor, fields(email=email)), "email")


@pytest.mark.parametrize(
    "email", ["j@exem\u202eple.fr", "j@exemple.fr\u200b", "\ufeffj@exemple.fr"], ids=ascii
)
def test_an_address_is_stored_without_the_signs_that_cannot_be_seen(visitor, email):
    assert assert_stored(send(visitor, fields(email=email))).email == "j@exemple.fr"


@pytest.mark.parametrize(
    "sign",
    ["\u200e", "\u200f", "\u061c", "\u200d", "\u00ad", "\u2800", "\u3164", "\ufe0f"],
    ids=ascii,
)
def test_a_name_that_cannot_be_seen_is_no_name(visitor, sign):
    assert_refused(send(visitor, fields(name=sign)), "name", REQUIRED["name"][1])


@pytest.mark.parametrize("line_break", ["\r\n", "\r", "\n"], ids=ascii)
def test_line_breaks_of_all_systems_stay_line_breaks(visitor, line_break):
    message = assert_stored(send(visitor, fields(text=f"Bonjour{line_break}à vous")))

    assert message.text == "Bonjour\nà vous"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("203.0.113.5:1234", "203.0.113.5:5678"),
        ("[2001:db8::1]:443", "[2001:db8::1]:444"),
        ("2001:db8::1", "[2001:db8::1]:443"),
    ],
)
def test_a_proxy_that_writes_ports_does_not_defeat_the_limit(visitor, settings, first, second):
    settings.BEHIND_PROXY, settings.CONTACT_LIMIT_PER_ADDRESS = True, 1
    send(visitor, fields(email="une@commune.example"), headers={"X-Forwarded-For": first})

    response = send(
        visitor, fields(email="autre@commune.example"), headers={"X-Forwarded-For": second}
    )

    assert response.status_code == 429
