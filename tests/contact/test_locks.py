"""
Two people at the same moment, each with a connection of their own, on a real PostgreSQL.

Each test opens a transaction, makes one change in it, and starts a second change in a thread. The
second one is seen to wait, then the first one is committed. Without the lock of the second change,
its result would come from what it read before, and the assertions at the end fail.

The server is started here, so that the tests are the same whatever database the run uses.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial

import environ
import pytest
from django.db import IntegrityError, connection, connections
from django.db.transaction import atomic
from django.utils import timezone

from cress.base.unsaved.models import MOST_FORMS, UnsavedForm
from cress.contact import intake, limits, privacy
from cress.contact.desk import actions
from cress.contact.models import Allowance, Entry, Mail, Message, Person, Route, Subject
from tests.factories import (
    make_message,
    make_person,
    make_route,
    make_staff,
    make_subject,
    make_unsaved_form,
)
from tests.postgresql import why_missing

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(bool(why_missing()), reason=why_missing()),
]

LONGEST_WAIT = 120  # seconds
EMAIL = "jeanne@commune.example"
DAY = date(2026, 11, 12)
LIMITS = {"a": 2, "b": 2}  # messages an hour


@pytest.fixture(scope="module")
def server(prepared, django_db_setup, django_db_blocker):
    """Make a PostgreSQL with our tables the default database, until the last test here."""
    usual, usual_settings = connections["default"], connections.settings["default"]
    with prepared.bare_postgresql() as postgresql, django_db_blocker.unblock():
        url = environ.Env.db_url_config(postgresql.url)
        connections.settings["default"] = connections.configure_settings({"default": url})[
            "default"
        ]
        del connections["default"]
        try:
            yield
        finally:
            connections.close_all()
            connections.settings["default"] = usual_settings
            connections["default"] = usual


@pytest.fixture(autouse=True)
def desk(server):
    """Leave no row to the next test."""
    yield
    for model in [Message, Route, Subject, Person, Allowance]:
        model.objects.all().delete()


def someone_waits():
    """Return whether a connection waits for a lock of this server."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0


def until(is_true):
    limit = time.monotonic() + LONGEST_WAIT
    while not is_true():
        assert time.monotonic() < limit, "The condition did not become true."
        time.sleep(0.01)


def with_own_connection(do):
    try:
        return do()
    finally:
        connections.close_all()


def at_once(first, second):
    """
    Start the second change while the first one is uncommitted; return the second one's future.

    Both are over by then.
    """
    with ThreadPoolExecutor(1) as pool:
        with atomic():
            first()
            result = pool.submit(with_own_connection, second)
            until(lambda: someone_waits() or result.done())
        result.exception(LONGEST_WAIT)
    return result


# One message


def test_a_message_is_assigned_without_undoing_its_new_state():
    message, colleague, me = make_message(), make_staff(), make_staff()

    at_once(
        lambda: actions.set_state(message, Message.State.OPEN),
        lambda: actions.assign(message, colleague, me),
    ).result()

    message.refresh_from_db()
    assert (message.state, message.assigned_to) == ("open", colleague)


def test_a_message_assigned_twice_at_once_to_one_colleague_writes_to_them_once():
    message, colleague, me = make_message(), make_staff(), make_staff()

    at_once(
        lambda: actions.assign(message, colleague, me),
        lambda: actions.assign(message, colleague, me),
    ).result()

    assert message.mails.filter(kind=Mail.Kind.ASSIGNMENT).count() == 1


def test_a_state_is_changed_without_undoing_an_assignment():
    message, colleague, me = make_message(), make_staff(), make_staff()

    at_once(
        lambda: actions.assign(message, colleague, me),
        lambda: actions.set_state(message, Message.State.DONE),
    ).result()

    message.refresh_from_db()
    assert (message.state, message.assigned_to) == ("done", colleague)


def test_a_suspect_cleared_twice_at_once_gets_one_receipt():
    message = make_message(state="suspect", suspicions="3 liens dans le message")

    at_once(
        lambda: actions.set_state(message, Message.State.NEW),
        lambda: actions.set_state(message, Message.State.OPEN),
    ).result()

    assert message.mails.filter(kind=Mail.Kind.RECEIPT).count() == 1


def test_a_note_is_not_written_on_a_message_that_is_being_anonymised():
    message, me = make_message(), make_staff()

    result = at_once(
        lambda: privacy.anonymise(Message.objects.all()),
        lambda: actions.add_note(message, "Rappeler Jeanne.", me),
    )

    with pytest.raises(actions.ActionRefusedError, match="on n’y écrit plus"):
        result.result()
    message.refresh_from_db()
    assert (message.name, message.email, message.text) == ("", "", "")
    assert not Entry.objects.exists()


def test_two_answers_at_once_are_one_and_the_other_is_held_back():
    message, me, colleague = make_message(), make_staff(), make_staff()

    result = at_once(
        lambda: actions.answer(message, "La première.", me, closes=True, answers_seen=0),
        lambda: actions.answer(message, "La seconde.", colleague, closes=True, answers_seen=0),
    )

    with pytest.raises(actions.ActionRefusedError, match="Quelqu’un a répondu"):
        result.result()
    assert [entry.text for entry in message.entries.all()] == ["La première."]
    assert message.mails.count() == 1


def test_an_answer_is_held_back_while_its_message_is_being_merged():
    head, message, me = make_message(email=EMAIL), make_message(email=EMAIL), make_staff()

    result = at_once(
        lambda: actions.merge([head.pk, message.pk]),
        lambda: actions.answer(message, "Bonjour.", me, closes=True, answers_seen=0),
    )

    with pytest.raises(actions.ActionRefusedError, match="est joint à"):
        result.result()
    message.refresh_from_db()
    assert message.merged_into == head
    assert not Mail.objects.exists()


# Several messages


def test_a_message_that_is_being_anonymised_is_not_merged():
    head, message = make_message(email=EMAIL), make_message(email=EMAIL)

    result = at_once(
        lambda: privacy.anonymise(Message.objects.filter(pk=head.pk)),
        lambda: actions.merge([head.pk, message.pk]),
    )

    with pytest.raises(actions.ActionRefusedError, match="Un message anonymisé"):
        result.result()
    head.refresh_from_db()
    message.refresh_from_db()
    assert head.text == head.email == ""
    assert message.merged_into is None


def test_two_merges_of_one_message_at_once_are_one_and_the_other_is_refused():
    first, second, both = [make_message(email=EMAIL) for _ in range(3)]

    result = at_once(
        lambda: actions.merge([first.pk, both.pk]),
        lambda: actions.merge([second.pk, both.pk]),
    )

    with pytest.raises(actions.ActionRefusedError, match="Déjà joint"):
        result.result()
    assert list(first.merged.all()) == [both]
    assert not second.merged.exists()


def test_a_message_is_split_without_undoing_an_assignment():
    head, colleague, me = make_message(email=EMAIL), make_staff(), make_staff()
    message = make_message(email=EMAIL, merged_into=head)

    at_once(
        lambda: actions.assign(message, colleague, me),
        lambda: actions.split(message, head),
    ).result()

    message.refresh_from_db()
    assert (message.merged_into, message.assigned_to) == (None, colleague)


def test_a_message_that_is_being_merged_elsewhere_is_not_split():
    head, other = make_message(email=EMAIL), make_message(email=EMAIL)
    message = make_message(email=EMAIL, merged_into=head)

    def move():
        actions.split(message, head)
        actions.merge([other.pk, message.pk])

    result = at_once(move, lambda: actions.split(message, head))

    with pytest.raises(actions.ActionRefusedError, match="n’est plus joint"):
        result.result()
    message.refresh_from_db()
    assert message.merged_into == other


def test_two_notes_on_two_merged_messages_do_not_deadlock(monkeypatch):
    head, me, colleague = make_message(email=EMAIL), make_staff(), make_staff()
    merged = make_message(email=EMAIL, merged_into=head)
    inside = []
    name_of = actions.name_of

    def slow_name_of(user):
        """Stay inside the lock until the other note is inside its own, or waits."""
        inside.append(user)
        until(lambda: len(inside) == 2 or someone_waits())
        return name_of(user)

    monkeypatch.setattr(actions, "name_of", slow_name_of)

    notes = [(merged, "D’un côté.", me), (head, "De l’autre.", colleague)]
    with ThreadPoolExecutor(2) as pool:
        for note in notes:
            pool.submit(with_own_connection, partial(actions.add_note, *note))

    assert Entry.objects.count() == 2


# Personal data


def test_a_message_that_is_answered_at_the_last_moment_is_not_anonymised():
    old = timezone.now() - timedelta(days=400)
    message, me = make_message(received_at=old), make_staff()

    result = at_once(
        lambda: actions.answer(message, "Bonjour.", me, closes=True, answers_seen=0),
        lambda: privacy.anonymise(privacy.expired()),
    )

    assert result.result() == 0
    message.refresh_from_db()
    assert message.email
    assert message.entries.get().text == "Bonjour."


# Received messages


def spend():
    with atomic():
        limits.spend(LIMITS)


def test_two_messages_at_once_do_not_pass_the_limit_that_has_room_for_one(monkeypatch):
    spend()
    inside = []
    update = Allowance.objects.bulk_update

    def slow_update(*arguments):
        """Write after the other has read, or while it waits to read."""
        inside.append(arguments)
        until(lambda: len(inside) == 2 or someone_waits())
        update(*arguments)

    monkeypatch.setattr(Allowance.objects, "bulk_update", slow_update)

    with ThreadPoolExecutor(2) as pool:
        results = [pool.submit(with_own_connection, spend) for _ in range(2)]

    refused = [result for result in results if result.exception()]
    assert len(refused) == 1
    assert isinstance(refused[0].exception(), limits.LimitReachedError)


def receive(subject, **fields):
    """Receive the same message of the same page, as a second click sends it."""
    message = Message(email=EMAIL, name="Jeanne", text="Bonjour", subject=subject, **fields)
    return intake.receive(message, day=DAY, client="203.0.113.5", suspicions=[])


@pytest.mark.parametrize("limit", [0, 1])
def test_two_clicks_at_once_are_one_message_with_one_receipt(settings, limit):
    settings.CONTACT_LIMIT_PER_ADDRESS = limit
    subject, stored = make_subject(), []
    make_route(person=make_person(), territory=None, subject=None)

    result = at_once(lambda: stored.append(receive(subject)), lambda: receive(subject))

    assert [result.result()] == stored
    assert Message.objects.get() == stored[0]
    assert sorted(Mail.objects.values_list("kind", flat=True)) == ["notification", "receipt"]


def test_a_reference_that_is_stored_at_the_same_moment_is_made_again():
    subject = make_subject()

    result = at_once(
        lambda: make_message(reference="AAAA-AAAA"),
        lambda: receive(subject, reference="AAAA-AAAA"),
    )

    assert result.result().reference != "AAAA-AAAA"
    assert Message.objects.count() == 2


def test_another_error_of_the_database_is_not_treated_as_a_second_click():
    subject = make_subject()
    key = subject.pk

    result = at_once(subject.delete, lambda: receive(Subject(pk=key, name="Retiré")))

    with pytest.raises(IntegrityError):
        result.result()
    assert not Message.objects.exists()


# What was typed and not saved


def test_two_tabs_of_an_account_keep_no_more_texts_than_one():
    account = make_staff()
    for _ in range(MOST_FORMS):
        make_unsaved_form(account=account)
    keep = partial(UnsavedForm.objects.keep, account, path="/admin/", fields={})

    result = at_once(lambda: keep("one"), lambda: keep("two"))

    assert result.result().key == "two"
    assert UnsavedForm.objects.filter(account=account).count() == MOST_FORMS
