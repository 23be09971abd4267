"""The contact form while the database fails."""

from contextlib import contextmanager

import pytest
from django.db import (
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    connection,
)
from django.db.transaction import atomic, set_rollback
from pytest_django.asserts import assertContains

from cress.contact.models import Allowance, Message
from tests.contact.form import (
    ADDRESS,
    Form,
    assert_nothing_stored,
    assert_stored,
    fail_with,
    fields,
    recipients,
    reference_in,
    send,
)
from tests.factories import make_commune, make_message, make_territory
from tests.html import Document


@pytest.mark.parametrize("failure", [OperationalError, InterfaceError])
def test_a_site_without_its_database_answers_503_in_french(
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


FAILURES = [
    OperationalError("database or disk is full"),
    InterfaceError("connection already closed"),
    IntegrityError("FOREIGN KEY constraint failed"),
    InternalError("cannot execute INSERT in a read-only transaction"),
    DataError("value out of range"),
]


def assert_kept(response, typed):
    """Check that a 503 holds all that was typed, in a form that sends it again."""
    assertContains(response, "il n’est pas parti", status_code=503)
    assertContains(response, "Le site revient dans un instant", status_code=503)
    assert response["Retry-After"] == "30"
    assert "no-store" in response["Cache-Control"]
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert not response.cookies
    form = Form(response)
    assert {name: form.values[name] for name in typed} == {n: str(v) for n, v in typed.items()}
    labels = [a["for"] for tag, a in Document(response.text).tags if tag == "label"]
    assert labels == [
        f"id_{name}" for name, a in form.controls.items() if a.get("type") != "hidden"
    ]
    assert_nothing_stored()
    return form.values


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
def test_a_message_that_cannot_be_stored_stays_in_the_form_and_can_be_sent_again(
    visitor, monkeypatch, failure
):
    typed = fields(
        territory=make_territory().pk, commune=make_commune().label, text='Une "ligne"\n\n<b>&amp;'
    )
    with monkeypatch.context() as broken:
        fail_with(broken, "cress.contact.views.intake.receive", failure)
        response = send(visitor, typed)

    kept = assert_kept(response, typed)

    assert assert_stored(send(visitor, kept)).text == typed["text"]


def test_a_database_that_cannot_be_read_either_keeps_the_text_without_a_query(
    visitor, monkeypatch, django_assert_num_queries
):
    typed = fields()
    with monkeypatch.context() as broken:
        fail_with(broken, "cress.contact.forms.Subject.objects.offered", OperationalError)
        with django_assert_num_queries(0):
            response = send(visitor, typed)

    kept = assert_kept(response, typed)

    assert_stored(send(visitor, kept))


def test_a_database_that_is_read_only_keeps_the_text(visitor):
    typed = fields()
    with read_only_database():
        response = send(visitor, typed)

    assert_kept(response, typed)


@contextmanager
def read_only_database():
    """Refuse all writing, as a full disk does."""
    sqlite = connection.vendor == "sqlite"
    with atomic(), connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON" if sqlite else "SET TRANSACTION READ ONLY")
        try:
            yield
        finally:
            if sqlite:
                cursor.execute("PRAGMA query_only = OFF")
            set_rollback(True)


def test_the_question_about_an_address_is_not_asked_again_after_a_failure(visitor, monkeypatch):
    asked = Form(send(visitor, fields(email="jeanne@gmial.com"))).values
    with monkeypatch.context() as broken:
        fail_with(broken, "cress.contact.views.intake.receive", OperationalError)
        response = send(visitor, asked)

    kept = assert_kept(response, asked)

    assert assert_stored(send(visitor, kept)).email == "jeanne@gmial.com"


def test_the_log_of_a_failure_holds_no_personal_data(visitor, monkeypatch, caplog):
    failure = IntegrityError(
        "null value violates a constraint\nDETAIL: Failing row (Jeanne Moreau)"
    )
    fail_with(monkeypatch, "cress.contact.views.intake.receive", failure)

    send(visitor, fields())

    assert "null value violates a constraint" in caplog.text
    assert "Jeanne" not in caplog.text


def test_a_reference_that_exists_already_is_made_again(visitor, monkeypatch):
    make_message(reference="AAAA-AAAA")
    signs = iter("A" * 8 + "B" * 8)
    monkeypatch.setattr("cress.contact.models.messages.secrets.choice", lambda _: next(signs))

    response = send(visitor, fields())

    assert reference_in(response) == "BBBB-BBBB"
    assert Message.objects.count() == 2
    assert recipients() == [("receipt", "jeanne.moreau@commune.example")]


@pytest.mark.parametrize("failure", [RuntimeError, DataError, IntegrityError, OSError])
def test_another_error_is_not_reported_as_an_unavailable_database(visitor, monkeypatch, failure):
    fail_with(monkeypatch, "cress.contact.views.initial_values", failure)
    visitor.raise_request_exception = False

    response = visitor.get(ADDRESS)

    assertContains(response, "Le site a rencontré une erreur", status_code=500)
    assert "Retry-After" not in response


def test_a_message_is_not_stored_when_its_mails_cannot_be(visitor, monkeypatch):
    fail_with(monkeypatch, "cress.contact.intake.direct", OperationalError)
    typed = fields()

    response = send(visitor, typed)

    assert_kept(response, typed)
    assert not Allowance.objects.exists()
