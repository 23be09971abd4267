"""
Accounts that leave while somebody else works, each with a connection of its own, on a PostgreSQL.

As in test_locks: the second change is seen to wait for the first one.
"""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from cress.accounts import leaving
from cress.accounts.models import User
from cress.contact import intake
from cress.contact.desk import actions
from cress.contact.models import Mail, Message, Person, Route, Subject
from tests.contact.test_locks import at_once, pytestmark, server  # noqa: F401
from tests.factories import make_message, make_person, make_route, make_staff, make_subject
from tests.test_leaving import close, demote, leave_without_role, take_out_of_the_staff


@pytest.fixture(autouse=True)
def accounts(server):  # noqa: F811
    """Leave no row to the next test."""
    yield
    for model in [Mail, Message, Route, Subject, Person, LogEntry, User]:
        model.objects.all().delete()


def client_for(account):
    client = Client()
    client.force_login(account)
    return client


@pytest.mark.parametrize("way", [demote, leave_without_role, take_out_of_the_staff, close])
@pytest.mark.parametrize("whom", ["each other", "themselves"])
def test_two_responsables_who_remove_each_other_at_once_leave_one(way, whom):
    one, other = make_staff(group="Responsable"), make_staff(group="Responsable")
    first, second = client_for(one), client_for(other)
    pair = (other, one) if whom == "each other" else (one, other)

    # Both have opened the page before either saves it.
    at_once(lambda: way(first, pair[0]), lambda: way(second, pair[1])).result()

    remaining = User.objects.filter(is_active=True, is_staff=True, groups__name="Responsable")
    assert remaining.count() == 1


def test_a_responsable_who_is_being_closed_is_not_the_one_who_stays():
    one, other, by = make_staff("Responsable"), make_staff("Responsable"), make_staff()

    result = at_once(
        lambda: leaving.deactivate(one, {}, by), lambda: leaving.deactivate(other, {}, by)
    )

    with pytest.raises(leaving.LeavingRefusedError, match="dernier compte"):
        result.result()
    assert User.objects.get(groups__name="Responsable", is_active=True) == other


def test_a_message_is_not_assigned_to_an_account_that_is_being_closed():
    account, message, by = make_staff(), make_message(), make_staff()

    result = at_once(
        lambda: leaving.deactivate(account, {}, by),
        lambda: actions.assign(message, account, by),
    )

    with pytest.raises(actions.ActionRefusedError, match="désactivé"):
        result.result()
    message.refresh_from_db()
    assert message.assigned_to is None


def test_an_account_is_not_closed_over_a_message_that_is_being_assigned_to_it():
    account, message, by = make_staff(), make_message(), make_staff()

    result = at_once(
        lambda: actions.assign(message, account, by),
        lambda: leaving.deactivate(account, {}, by),
    )

    with pytest.raises(leaving.LeavingRefusedError, match="a reçu quelque chose"):
        result.result()
    account.refresh_from_db()
    assert account.is_active


def test_a_message_that_arrives_for_an_account_that_is_being_closed_waits_for_someone():
    account, by, subject = make_staff(), make_staff(), make_subject()
    person = make_person(account=account)
    rule = make_route(person=person, subject=subject)
    new = make_person()
    message = Message(name="J", email="j@b.example", profile="agent", subject=subject, text="Ici.")

    at_once(
        lambda: leaving.deactivate(account, {"rules": new}, by),
        lambda: intake.receive(message, day="", client="192.0.2.1", suspicions=[]),
    ).result()

    rule.refresh_from_db()
    assert rule.person == new
    assert Message.objects.get().assigned_to is None


def test_a_state_changed_while_its_message_is_handed_over_is_kept():
    account, taker, by = make_staff(), make_staff(), make_staff()
    message = make_message(assigned_to=account)

    at_once(
        lambda: leaving.deactivate(account, {"messages": taker}, by),
        lambda: actions.set_state(message, Message.State.OPEN),
    ).result()

    message.refresh_from_db()
    assert (message.state, message.assigned_to) == ("open", taker)
