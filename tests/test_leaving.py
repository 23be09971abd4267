"""Accounts that leave: closed and not deleted, what they hold passed on, a last « Responsable »."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from cress.accounts.leaving import CAME_MEANWHILE, HANDOVERS
from cress.accounts.managers import LAST_MANAGER
from cress.accounts.models import User
from cress.contact import intake
from cress.contact.desk import actions
from cress.contact.models import Message
from tests.admin_pages import address, change_page, delete_together, filled_form, save
from tests.factories import make_entry, make_message, make_person, make_route, make_staff
from tests.html import Document, plain


def close_page(account):
    return reverse("admin:accounts_user_close", args=[account.pk])


def close(client, account, **takers):
    return client.post(close_page(account), takers, follow=True)


def read(response):
    return plain(Document(response.text).text)


# An account that has worked is not deleted


def sign_in(account):
    Client().force_login(account)


def write_a_note(account):
    make_entry(author=account)


def hold_a_message(account):
    make_message(assigned_to=account)


def change_something(account):
    LogEntry.objects.log_actions(account.pk, [account], 2, change_message="")


def be_named_on_the_site(account):
    make_person(account=account)


@pytest.mark.parametrize(
    "work", [sign_in, write_a_note, hold_a_message, change_something, be_named_on_the_site]
)
def test_an_account_that_has_worked_is_not_deleted(manager_client, admin_client, work):
    account = make_staff()
    work(account)

    for client in [manager_client, admin_client]:
        opened = client.get(change_page(account))
        listed = client.get(address(User, "changelist"))
        deleted = client.post(address(User, "delete", account.pk), {"post": "yes"})
        delete_together(client, [account], post="yes")

        assertNotContains(opened, "deletelink")
        assertContains(opened, "Désactiver ce compte")
        assertNotContains(listed, "delete_selected")
        assert deleted.status_code == 403
    assert User.objects.filter(pk=account.pk).exists()


def test_an_account_made_by_mistake_is_deleted(manager_client):
    account = make_staff()

    opened = manager_client.get(change_page(account))
    manager_client.post(address(User, "delete", account.pk), {"post": "yes"})

    assertContains(opened, "deletelink")
    assert not User.objects.filter(pk=account.pk).exists()


def test_the_two_roles_are_neither_deleted_nor_renamed(admin_client):
    for group in Group.objects.all():
        opened = admin_client.get(change_page(group))
        deleted = admin_client.post(address(Group, "delete", group.pk), {"post": "yes"})
        together = delete_together(admin_client, [group], post="yes")
        form = filled_form(opened, permissions=[], name="Autre")
        admin_client.post(change_page(group), form)

        assert (deleted.status_code, together.status_code) == (403, 403)
    assert set(Group.objects.values_list("name", flat=True)) == {"Rédaction", "Responsable"}


# To close and to open again


def test_a_closed_account_no_longer_enters_and_keeps_its_name(manager_client):
    account = make_staff(last_name="Roy")
    theirs = Client()
    theirs.force_login(account)
    entry = make_entry(author=account)

    shown = manager_client.get(close_page(account))
    account.refresh_from_db()
    was_active = account.is_active
    done = close(manager_client, account)

    assertContains(shown, "ne tient aucun message")
    assert was_active
    assertContains(done, "Le compte est désactivé.")
    assertContains(done, "Réactiver ce compte")
    assert theirs.get(reverse("admin:index")).status_code == 302
    entry.refresh_from_db()
    assert entry.author == account
    assertContains(manager_client.get(address(User, "history", account.pk)), "désactivé")


def test_a_closed_account_is_opened_again_with_its_role(manager_client):
    account = make_staff(is_active=False)
    page = reverse("admin:accounts_user_reopen", args=[account.pk])

    shown = manager_client.get(page)
    account.refresh_from_db()
    was_active = account.is_active
    done = manager_client.post(page, follow=True)

    account.refresh_from_db()
    assertContains(shown, "Réactiver ce compte")
    assert not was_active
    assertContains(done, "Le compte est réactivé.")
    assert account.is_active
    assert account.groups.get().name == "Rédaction"


def test_the_form_of_an_account_does_not_close_it(manager_client, admin_client):
    account = make_staff()

    for client in [manager_client, admin_client]:
        assertNotContains(client.get(change_page(account)), 'name="is_active"')
        form = filled_form(client.get(change_page(account)))
        form.pop("is_active", None)
        assert client.post(change_page(account), form).status_code == 302
        account.refresh_from_db()
        assert account.is_active


def test_the_list_of_accounts_changes_nothing(admin_client):
    listed = admin_client.get(address(User, "changelist"))

    assertNotContains(listed, 'name="action"')
    assertNotContains(listed, 'name="_save"')


def test_nobody_else_closes_an_account(editor_client, manager_client, admin_user):
    account = make_staff()
    reopen = reverse("admin:accounts_user_reopen", args=[account.pk])

    refused = [
        editor_client.get(close_page(account)),
        editor_client.post(close_page(account)),
        editor_client.post(reopen),
    ]
    of_a_superuser = manager_client.post(close_page(admin_user))

    assert [answer.status_code for answer in refused] == [403] * 3
    assertRedirects(of_a_superuser, address(User, "changelist"))
    admin_user.refresh_from_db()
    account.refresh_from_db()
    assert account.is_active
    assert admin_user.is_active


@pytest.mark.parametrize("key", ["0", "abc", "9" * 30, "_00"])
def test_an_account_that_is_not_there_leads_to_the_list(manager_client, key):
    for name in ["desactiver", "reactiver"]:
        answer = manager_client.post(f"{address(User, 'changelist')}{key}/{name}/")
        assertRedirects(answer, address(User, "changelist"))


# The last « Responsable »


def demote(client, account):
    return save(client, account, groups=[Group.objects.get(name="Rédaction").pk])


def leave_without_role(client, account):
    form = filled_form(client.get(change_page(account)))
    del form["groups"]
    return client.post(change_page(account), form)


def take_out_of_the_staff(client, account):
    form = filled_form(client.get(change_page(account)))
    del form["is_staff"]
    return client.post(change_page(account), form)


WAYS = [demote, leave_without_role, take_out_of_the_staff, close]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("by", ["themselves", "a superuser"])
def test_the_last_responsable_stays(manager_client, admin_client, way, by):
    client = manager_client if by == "themselves" else admin_client
    last = manager_client.user
    make_staff(group="Responsable", is_active=False)
    make_staff(group="Responsable", is_staff=False)

    response = way(client, last)

    last.refresh_from_db()
    assert plain(LAST_MANAGER) in read(response)
    assert last.is_active
    assert last.is_staff
    assert last.groups.get().name == "Responsable"


@pytest.mark.parametrize("way", WAYS)
def test_one_of_two_responsables_may_leave(manager_client, way):
    make_staff(group="Responsable")

    way(manager_client, manager_client.user)

    manager_client.user.refresh_from_db()
    left = manager_client.user
    is_manager = left.groups.filter(name="Responsable").exists()
    assert not (left.is_active and left.is_staff and is_manager)


def test_the_last_responsable_is_not_deleted_before_a_first_sign_in(admin_client):
    last = make_staff(group="Responsable")

    deleted = admin_client.post(address(User, "delete", last.pk), {"post": "yes"})

    assert deleted.status_code == 403
    assert User.objects.filter(pk=last.pk).exists()


def test_an_account_without_the_role_changes_freely_beside_the_last_responsable(manager_client):
    account = make_staff()

    response = save(manager_client, account, last_name="Roy", groups=[])

    assert response.status_code == 302


def test_the_page_of_the_last_responsable_has_no_button(manager_client):
    response = manager_client.get(close_page(manager_client.user))

    assert plain(LAST_MANAGER) in read(response)
    assertNotContains(response, '<form method="post" class="deletion-form">')


# What the account holds


@pytest.fixture
def leaver(manager_client):
    """An account with two messages to treat, a doubtful one, a done one, and two rules."""
    account = make_staff(last_name="Roy")
    account.person = make_person(account=account, name="Chloé Roy")
    for state in ["new", "open", "suspect", "done"]:
        make_message(assigned_to=account, state=state)
    make_route(person=account.person)
    make_route(person=account.person)
    make_message(assigned_to=make_staff())
    return account


def test_the_page_counts_what_an_account_holds(manager_client, leaver):
    taker = make_staff(last_name="Benali")
    person = make_person(name="Samir")

    shown = read(manager_client.get(close_page(leaver)))

    assert "3 messages à traiter" in shown
    assert "2 règles de destination" in shown
    for rule in leaver.person.routes.all():
        assert plain(str(rule)) in shown
    assert "Chloé Roy" in shown
    assert taker.known_as in shown
    assert person.name in shown


def test_messages_and_rules_pass_to_whoever_is_chosen(manager_client, leaver):
    taker, person = make_staff(last_name="Benali"), make_person(name="Samir")
    held = list(actions.unfinished(leaver))
    settled = Message.objects.get(state="done")
    rules = list(leaver.person.routes.all())

    done = close(manager_client, leaver, messages=taker.pk, rules=person.pk)

    assertContains(done, "Messages confiés à Chloé Benali")
    assert set(actions.unfinished(taker)) == set(held)
    assert set(person.routes.all()) == set(rules)
    leaver.refresh_from_db()
    settled.refresh_from_db()
    assert not leaver.is_active
    assert settled.assigned_to == leaver
    assert Message.objects.count() == 5
    for message in held:
        journal = manager_client.get(address(Message, "history", message.pk))
        assert "Attribué à Chloé Benali : le compte de Chloé Roy est désactivé." in read(journal)
    for rule in rules:
        journal = manager_client.get(address(type(rule), "history", rule.pk))
        assertContains(journal, "<ins>Samir</ins>", html=True)
    kinds = [mail.recipient for message in held for mail in message.mails.all()]
    assert kinds == [taker.email] * 2  # nobody is written to about a doubtful message


@pytest.mark.parametrize("missing", ["messages", "rules"])
def test_nothing_is_closed_while_something_has_no_taker(manager_client, leaver, missing):
    takers = {"messages": make_staff().pk, "rules": make_person().pk}
    del takers[missing]

    response = close(manager_client, leaver, **takers)

    assertContains(response, "Choisissez qui les reprend.")
    leaver.refresh_from_db()
    assert leaver.is_active
    assert actions.unfinished(leaver).count() == 3
    assert leaver.person.routes.count() == 2


@pytest.mark.parametrize("taker", ["itself", "a closed account", "abc", "\0", "9" * 30])
def test_messages_pass_to_nobody_who_cannot_treat_them(manager_client, leaver, taker):
    closed = make_staff(is_active=False)
    key = {"itself": leaver.pk, "a closed account": closed.pk}.get(taker, taker)

    response = close(manager_client, leaver, messages=key, rules=make_person().pk)

    assert response.status_code == 200
    leaver.refresh_from_db()
    assert leaver.is_active
    assert actions.unfinished(leaver).count() == 3


def test_a_message_merged_into_that_of_a_colleague_passes_on_too(manager_client):
    leaver, taker, colleague = make_staff(), make_staff(), make_staff()
    head = make_message(assigned_to=colleague, email="a@b.example")
    merged = make_message(assigned_to=leaver, merged_into=head, email="a@b.example")

    close(manager_client, leaver, messages=taker.pk)

    merged.refresh_from_db()
    head.refresh_from_db()
    assert (merged.assigned_to, head.assigned_to) == (taker, colleague)
    assert merged.last_activity_at == head.last_activity_at


def test_what_comes_after_the_page_was_opened_is_not_left_behind(manager_client, monkeypatch):
    account = make_staff()
    room = HANDOVERS[0]
    hand_over = room.hand_over

    def receive_meanwhile(*arguments):
        said = hand_over(*arguments)
        make_message(assigned_to=account)
        return said

    monkeypatch.setattr(room, "hand_over", receive_meanwhile)

    response = close(manager_client, account)

    account.refresh_from_db()
    assert plain(CAME_MEANWHILE) in read(response)
    assert account.is_active


def test_a_member_of_the_staff_who_holds_messages_is_not_put_out_of_it(manager_client, leaver):
    response = take_out_of_the_staff(manager_client, leaver)

    assert "Désactiver ce compte" in read(response)
    leaver.refresh_from_db()
    assert leaver.is_staff


# Nothing is given to a closed account


def test_a_person_keeps_a_closed_account_when_their_page_is_saved(editor_client):
    person = make_person(account=make_staff(is_active=False))

    response = save(editor_client, person, role="Chargée de mission")

    assert response.status_code == 302
    person.refresh_from_db()
    assert person.role == "Chargée de mission"
    assert person.account is not None


def test_a_message_for_a_closed_account_waits_for_someone(manager_client):
    account = make_staff(is_active=False)
    rule = make_route(person=make_person(account=account))

    message = Message(
        name="Jeanne", email="j@b.example", profile="agent", subject=rule.subject, text="Bonjour."
    )
    intake.direct(message)

    assert message.person == rule.person
    assert message.assigned_to is None
    assert message in Message.objects.to_treat()


def test_a_message_is_not_assigned_to_a_closed_account(db):
    message, account = make_message(), make_staff(is_active=False)

    with pytest.raises(actions.ActionRefusedError, match="désactivé"):
        actions.assign(message, account, make_staff())

    message.refresh_from_db()
    assert message.assigned_to is None


def test_a_message_that_is_opened_again_leaves_a_closed_account(db):
    message = make_message(state="done", assigned_to=make_staff(is_active=False))

    actions.set_state(message, Message.State.OPEN)

    message.refresh_from_db()
    assert message.assigned_to is None
