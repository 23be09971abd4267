"""Working days, and reminders of messages that wait too long."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from cress.contact import outbox, working_days
from cress.contact.models import Entry, Mail, Message
from tests.contact.desk import LONG_AGO, NOW, PARIS, stop_clock
from tests.factories import make_entry, make_message, make_person, make_staff


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (date(2026, 11, 12), date(2026, 11, 12), 0),
        (date(2026, 11, 13), date(2026, 11, 12), 0),
        (date(2026, 11, 5), date(2026, 11, 6), 1),
        (date(2026, 11, 6), date(2026, 11, 7), 0),  # Friday to Saturday
        (date(2026, 11, 6), date(2026, 11, 8), 0),
        (date(2026, 11, 6), date(2026, 11, 9), 1),
        (date(2026, 11, 7), date(2026, 11, 9), 1),  # Saturday to Monday
        (date(2026, 11, 10), date(2026, 11, 11), 0),  # Armistice
        (date(2026, 11, 10), date(2026, 11, 12), 1),
        (date(2026, 11, 11), date(2026, 11, 12), 1),
        (date(2026, 4, 30), date(2026, 5, 1), 0),
        (date(2026, 4, 30), date(2026, 5, 4), 1),
        (date(2026, 4, 2), date(2026, 4, 6), 1),  # Good Friday is worked, Easter Monday not
        (date(2026, 4, 3), date(2026, 4, 6), 0),
        (date(2026, 4, 3), date(2026, 4, 7), 1),
        (date(2026, 12, 23), date(2027, 1, 4), 6),
    ],
)
def test_working_days_leave_out_weekends_and_holidays(start, end, days):
    assert working_days.between(start, end) == days


@pytest.mark.parametrize(
    ("today", "limit"),
    [
        (date(2026, 11, 20), date(2026, 11, 16)),  # Friday: since Monday
        (date(2026, 11, 21), date(2026, 11, 16)),
        (date(2026, 11, 23), date(2026, 11, 17)),
        (date(2026, 11, 13), date(2026, 11, 6)),  # over the Armistice
        (date(2026, 5, 4), date(2026, 4, 27)),  # over 1 May
        (date(2026, 4, 7), date(2026, 3, 31)),  # over Easter Monday
    ],
)
def test_five_working_days_ago_is_found_in_the_calendar(today, limit):
    start = datetime(limit.year, limit.month, limit.day, tzinfo=PARIS)

    assert working_days.overdue_before(today, 5) == start


def test_a_message_is_overdue_from_its_fifth_working_day_whatever_the_days(db):
    moments = [
        datetime.combine(date(2026, 3, 27) + timedelta(days=n), datetime.min.time(), PARIS)
        + timedelta(seconds=seconds)
        for n in range(55)
        for seconds in [0, 12 * 3600, 86_399]
    ]
    for moment in moments:
        make_message(received_at=moment)
    swept = overdue = 0

    for n in range(60):
        today = date(2026, 3, 27) + timedelta(days=n)
        late = set(Message.objects.overdue(today).values_list("received_at", flat=True))

        for moment in moments:
            waited = working_days.between(timezone.localdate(moment), today)
            assert (moment in late) == (waited >= Message.ANSWERED_WITHIN), (moment, today)
            swept += 1
        overdue += len(late)

    assert swept == 60 * 165
    assert 0 < overdue < swept


def test_overdue_agrees_with_is_overdue(db, monkeypatch):
    stop_clock(monkeypatch, NOW)
    for n in range(15):
        noted = make_message(received_at=NOW - timedelta(days=n))
        make_entry(message=noted)
        answered = make_message(received_at=NOW - timedelta(days=n))
        make_entry(message=answered, kind=Entry.Kind.ANSWER)
        make_message(received_at=NOW - timedelta(days=n), state="done")

    overdue = set(Message.objects.overdue())

    assert overdue == {message for message in Message.objects.for_desk() if message.is_overdue}
    assert len(overdue) == 15 - 8


def make_late_message(**fields):
    return make_message(**{"received_at": LONG_AGO} | fields)


def test_only_a_waiting_message_without_an_answer_is_overdue(db):
    late = make_late_message()
    noted = make_late_message(state="open")
    make_entry(message=noted)
    answered = make_late_message(state="open")
    make_entry(message=answered, kind=Entry.Kind.ANSWER)
    make_late_message(state="done")
    make_late_message(state="suspect")
    make_late_message(merged_into=late)
    make_message()

    assert set(Message.objects.overdue()) == {late, noted}


def test_a_reminder_is_written_once_to_the_holder_of_the_message(db):
    account, person = make_staff(), make_person()
    message = make_late_message(assigned_to=account, person=person)
    make_message(assigned_to=account)

    outbox.remind()
    outbox.remind()

    mail = Mail.objects.get()
    assert (mail.message, mail.kind, mail.recipient) == (message, "reminder", account.email)
    assert mail in Mail.objects.due()
    message.refresh_from_db()
    assert message.reminded_at


@pytest.mark.parametrize("account", [None, {"email": ""}])
def test_a_reminder_goes_to_the_person_where_no_account_has_an_address(db, account):
    person = make_person()
    make_late_message(person=person, assigned_to=account and make_staff(**account))

    outbox.remind()

    assert Mail.objects.get().recipient == person.email


def test_a_message_without_a_recipient_gets_no_reminder_and_is_checked_once(db):
    message = make_late_message(assigned_to=make_staff(email=""))

    outbox.remind()
    message.refresh_from_db()
    first = message.reminded_at
    outbox.remind()

    assert first
    message.refresh_from_db()
    assert message.reminded_at == first
    assert not Mail.objects.exists()


def test_a_reminder_is_written_for_each_late_message(db):
    account = make_staff()
    late = [make_late_message(assigned_to=account) for _ in range(3)]
    make_late_message(assigned_to=account, reminded_at=timezone.now())
    make_late_message(assigned_to=account, state="done")

    outbox.remind()

    assert {mail.message for mail in Mail.objects.all()} == set(late)
    assert Mail.objects.count() == 3
