"""The actions of the staff on one message."""

from html import escape

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, InterfaceError, OperationalError
from django.utils import timezone
from pytest_django.asserts import assertContains

from cress.contact.desk import actions
from cress.contact.models import Entry, Mail, Message
from tests.contact.desk import LONG_AGO, MEANWHILE, answer, do, mails_of, page, read
from tests.contact.form import fail_with
from tests.factories import (
    make_entry,
    make_message,
    make_person,
    make_route,
    make_staff,
    make_subject,
)
from tests.html import Document, plain

# Assignment


def test_assigning_a_message_to_a_colleague_sends_them_a_mail(editor_client):
    message, colleague = make_message(), make_staff(first_name="Awa", last_name="Diop")

    response = do(editor_client, message, "assign", user=colleague.pk, follow=True)

    message.refresh_from_db()
    assert message.assigned_to == colleague
    assert mails_of(message) == {("assignment", colleague.email)}
    assert Mail.objects.waiting().count() == 1
    assert "Le message est attribué à Awa Diop." in read(response)


def test_assigning_a_message_to_oneself_sends_no_mail(editor_client):
    message = make_message()

    do(editor_client, message, "assign", user=editor_client.user.pk)

    message.refresh_from_db()
    assert message.assigned_to == editor_client.user
    assert not Mail.objects.exists()


def test_assigning_a_message_to_nobody_sends_no_mail(editor_client):
    message = make_message(assigned_to=make_staff())

    response = do(editor_client, message, "assign", user="", follow=True)

    message.refresh_from_db()
    assert message.assigned_to is None
    assert not Mail.objects.exists()
    assert "Le message n'est attribué à personne." in read(response)


def test_assigning_a_message_twice_to_one_colleague_sends_one_mail(editor_client):
    message, colleague = make_message(), make_staff()

    do(editor_client, message, "assign", user=colleague.pk)
    do(editor_client, message, "assign", user=colleague.pk)

    assert Mail.objects.count() == 1


def test_a_message_can_be_assigned_to_a_colleague_without_an_address(editor_client):
    message, colleague = make_message(), make_staff(email="")

    do(editor_client, message, "assign", user=colleague.pk)

    message.refresh_from_db()
    assert message.assigned_to == colleague
    assert not Mail.objects.exists()


@pytest.mark.parametrize("fields", [{"is_active": False}, {"is_staff": False}, {"group": None}])
def test_a_message_is_not_assigned_to_an_account_that_cannot_open_it(editor_client, fields):
    message, account = make_message(), make_staff(first_name="Gaspard", **fields)

    opened = editor_client.get(message.get_absolute_url())
    response = do(editor_client, message, "assign", user=account.pk)

    assert "Gaspard" not in read(opened)
    assert response.status_code == 200
    assert "Sélectionnez un choix valide" in read(response)
    message.refresh_from_db()
    assert message.assigned_to is None
    assert not Mail.objects.exists()


def test_a_message_stays_assigned_to_a_colleague_who_left_until_it_is_reassigned(editor_client):
    account = make_staff(first_name="Gaspard", last_name="Parti", is_active=False)
    message = make_message(assigned_to=account)

    response = do(editor_client, message, "assign", user=account.pk, follow=True)

    assert "Le message est attribué à Gaspard Parti." in read(response)
    message.refresh_from_db()
    assert message.assigned_to == account


# State


@pytest.mark.parametrize("before", Message.State.values)
@pytest.mark.parametrize("state", Message.State)
def test_a_message_moves_from_any_state_to_any_other(editor_client, before, state):
    message = make_message(state=before)

    response = do(editor_client, message, "state", state=state, follow=True)

    message.refresh_from_db()
    assert message.state == state
    assert f"Le message est maintenant « {state.label} »." in read(response)


def test_a_suspected_message_closed_before_it_is_cleared_gets_its_receipt(editor_client):
    message = make_message(state="suspect", suspicions="3 liens dans le message")

    for state in ["done", "new"]:
        do(editor_client, message, "state", state=state)

    assert mails_of(message) == {(Mail.Kind.RECEIPT, message.email)}


@pytest.mark.parametrize("before", ["new", "open", "done"])
def test_a_change_of_state_sends_no_mail(editor_client, before):
    make_person()
    message = make_message(state=before)

    for state in Message.State:
        if state != Message.State.SUSPECT:
            do(editor_client, message, "state", state=state)

    assert not Mail.objects.exists()


def test_a_state_that_does_not_exist_is_refused(editor_client):
    message = make_message()

    response = do(editor_client, message, "state", state="perdu")

    assert response.status_code == 200
    assert "Sélectionnez un choix valide" in read(response)
    message.refresh_from_db()
    assert message.state == Message.State.NEW


def test_a_suspected_message_that_is_cleared_goes_to_the_person_in_charge(editor_client):
    account = make_staff()
    person = make_person(account=account)
    subject = make_subject()
    make_person(order=0)
    make_route(subject=subject, person=person)
    message = make_message(state="suspect", suspicions="Trop de liens", subject=subject)

    do(editor_client, message, "state", state="new")

    message.refresh_from_db()
    assert (message.state, message.person, message.assigned_to) == ("new", person, account)
    assert mails_of(message) == {("receipt", message.email), ("notification", person.email)}
    assert Mail.objects.waiting().count() == 2


def test_a_suspected_message_that_is_cleared_gets_a_receipt_without_a_person_in_charge(
    editor_client,
):
    message = make_message(state="suspect")

    do(editor_client, message, "state", state="new")

    assert mails_of(message) == {("receipt", message.email)}


def test_a_message_marked_as_spam_and_back_sends_its_first_mails_once(editor_client):
    make_route(person=make_person(), territory=None, subject=None)
    message = make_message(state="suspect")

    for state in ["new", "suspect", "open", "suspect", "suspect", "done"]:
        do(editor_client, message, "state", state=state)

    assert sorted(mail.kind for mail in Mail.objects.all()) == ["notification", "receipt"]


def test_a_suspected_message_that_was_assigned_still_gets_its_receipt(editor_client):
    make_person()
    message = make_message(state="suspect")
    do(editor_client, message, "assign", user=make_staff().pk)

    do(editor_client, message, "state", state="new")

    assert Mail.objects.filter(kind=Mail.Kind.RECEIPT).count() == 1


def test_a_suspected_message_that_is_cleared_stays_assigned(editor_client):
    message = make_message(state="suspect")
    do(editor_client, message, "assign", user=editor_client.user.pk)

    do(editor_client, message, "state", state="new")

    message.refresh_from_db()
    assert message.assigned_to == editor_client.user


# Notes and answers


def test_a_note_is_stored_with_its_author_and_sends_no_mail(editor_client):
    message = make_message()

    response = do(editor_client, message, "note", text="Rappeler jeudi.", follow=True)

    entry = Entry.objects.get()
    assert (entry.kind, entry.text) == (Entry.Kind.NOTE, "Rappeler jeudi.")
    assert (entry.author, entry.author_name) == (editor_client.user, "Rédaction")
    assert not Mail.objects.exists()
    message.refresh_from_db()
    assert message.state == Message.State.NEW
    assert "La note est ajoutée." in read(response)


def test_an_empty_note_is_asked_for_again(editor_client):
    message = make_message()

    response = do(editor_client, message, "note", text=" \r\n ")

    assert "Écrivez votre note." in read(response)
    assert "Écrivez votre réponse." not in read(response)
    assert not Entry.objects.exists()


def test_an_answer_is_kept_and_goes_to_the_visitor(editor_client):
    editor_client.user.first_name, editor_client.user.last_name = "Awa", "Diop"
    editor_client.user.save()
    message = make_message()

    response = answer(editor_client, message, "Voici notre réponse.", follow=True)

    entry, mail = Entry.objects.get(), Mail.objects.get()
    assert (entry.kind, entry.text) == (Entry.Kind.ANSWER, "Voici notre réponse.")
    assert (entry.author, entry.author_name) == (editor_client.user, "Awa Diop")
    assert (mail.kind, mail.recipient) == (Mail.Kind.ANSWER, message.email)
    assert mail.entry == entry
    assert mail in Mail.objects.due()
    assert "La réponse est enregistrée" in read(response)
    assert "Voici notre réponse." in read(response)


@pytest.mark.parametrize(("closes", "state"), [("on", "done"), ("", "open")])
@pytest.mark.parametrize("before", Message.State.values)
def test_the_checkbox_decides_whether_an_answer_closes_the_message(
    editor_client, before, closes, state
):
    message = make_message(state=before)

    answer(editor_client, message, closes=closes)

    message.refresh_from_db()
    assert message.state == state


def test_the_checkbox_that_closes_the_message_is_checked_at_first(editor_client):
    response = editor_client.get(make_message().get_absolute_url())

    tick = next(a for _, a in Document(response.text).tags if a.get("name") == "answer-closes")
    assert "checked" in tick


def test_an_answer_assigns_an_unassigned_message_to_its_author(editor_client):
    colleague = make_staff()
    of_no_one, of_colleague = make_message(), make_message(assigned_to=colleague)

    answer(editor_client, of_no_one)
    answer(editor_client, of_colleague)

    of_no_one.refresh_from_db()
    of_colleague.refresh_from_db()
    assert of_no_one.assigned_to == editor_client.user
    assert of_colleague.assigned_to == colleague
    assert set(Mail.objects.values_list("kind", flat=True)) == {"answer"}


@pytest.mark.parametrize("text", ["", "   \r\n "])
def test_an_empty_answer_is_refused_with_a_sentence(editor_client, text):
    message = make_message()

    response = answer(editor_client, message, text)

    assert response.status_code == 200
    assert "Écrivez votre réponse." in read(response)
    assert not Entry.objects.exists()
    assert not Mail.objects.exists()
    message.refresh_from_db()
    assert message.state == Message.State.NEW


def test_a_refused_answer_stays_in_the_form(editor_client):
    message = make_message()
    too_long = "Très long <b>propos</b>. " * 500

    response = answer(editor_client, message, too_long, closes="")

    assertContains(response, escape(too_long.rstrip(), quote=False))
    tick = next(a for _, a in Document(response.text).tags if a.get("name") == "answer-closes")
    assert "checked" not in tick
    assert not Entry.objects.exists()


def test_an_answer_is_refused_when_a_colleague_has_answered_since_the_page_was_opened(
    manager_client, editor_client
):
    message = make_message(name="Jeanne")
    answer(editor_client, message, "La réponse de la collègue.")

    held_back = answer(manager_client, message, "Ma réponse, tout autre.")
    form = held_back.context["forms"]["answer"]
    again = answer(
        manager_client,
        message,
        form["text"].value(),
        answers_seen=form["answers_seen"].value(),
        follow=True,
    )

    assert held_back.status_code == 200
    assert plain(MEANWHILE) in read(held_back)
    assert "Quelqu'un a répondu depuis que vous avez ouvert cette page." in read(held_back)
    assert "La réponse de la collègue." in read(held_back)
    assertContains(held_back, "Ma réponse, tout autre.</textarea>")
    assertContains(held_back, 'name="answer-answers_seen" value="1"')
    assert "La réponse est enregistrée" in read(again)
    assert [entry.text for entry in Entry.objects.all()] == [
        "La réponse de la collègue.",
        "Ma réponse, tout autre.",
    ]
    assert Mail.objects.filter(kind=Mail.Kind.ANSWER).count() == 2


def test_a_page_opened_after_an_answer_sends_another(editor_client):
    message = make_message()
    make_entry(message=message, kind=Entry.Kind.ANSWER)
    opened = editor_client.get(message.get_absolute_url())
    seen = next(a for _, a in Document(opened.text).tags if a.get("name") == "answer-answers_seen")

    response = answer(editor_client, message, answers_seen=seen["value"])

    assert response.status_code == 302
    assert Entry.objects.filter(kind=Entry.Kind.ANSWER).count() == 2


def test_a_note_added_since_the_page_was_opened_does_not_block_an_answer(
    manager_client, editor_client
):
    message = make_message()
    do(editor_client, message, "note", text="Je m’en occupe.")

    response = answer(manager_client, message)

    assert response.status_code == 302
    assert Entry.objects.filter(kind=Entry.Kind.ANSWER).count() == 1


def test_a_second_click_makes_no_second_answer(editor_client):
    message = make_message()

    answers = [answer(editor_client, message) for _ in range(3)]

    assert [response.status_code for response in answers] == [302, 200, 200]
    assert Entry.objects.count() == Mail.objects.count() == LogEntry.objects.count() == 1


@pytest.mark.parametrize("answers_seen", ["", "beaucoup", "-1", "1"])
def test_an_answer_without_the_number_of_answers_on_its_page_is_refused(
    editor_client, answers_seen
):
    message = make_message()

    response = answer(editor_client, message, answers_seen=answers_seen)

    assert response.status_code == 200
    assertContains(response, "Voici notre réponse.</textarea>")
    assert not Entry.objects.exists()
    assert not Mail.objects.exists()


def test_an_answer_to_an_anonymised_message_is_not_stored(editor_client):
    message = make_message(email="", name="", text="", anonymised_at=timezone.now(), state="done")

    answer(editor_client, message)

    assert not Entry.objects.exists()
    assert not Mail.objects.exists()


def test_an_answer_to_an_anonymised_message_is_refused_with_the_reason_and_its_text(editor_client):
    message = make_message(email="", name="", text="", anonymised_at=timezone.now(), state="done")

    response = answer(editor_client, message)

    assert "Ce message est anonymisé : on n'y écrit plus." in read(response)
    assert "Voici notre réponse." in read(response)


# History and activity


ACTIONS = [
    ("assign", {"user": ""}, "Le message n'est attribué à personne."),
    ("state", {"state": "done"}, "Le message est maintenant « traité »."),
    ("note", {"text": "Vu avec Marqueur."}, "La note est ajoutée."),
    ("answer", {"text": "Bonjour Marqueur.", "answers_seen": 0}, "La réponse est enregistrée"),
]


@pytest.mark.parametrize(("name", "fields", "sentence"), ACTIONS)
def test_every_action_is_in_the_history_without_the_visitors_words(
    editor_client, name, fields, sentence
):
    message = make_message(
        name="Marqueur", email="marqueur@commune.example", text="Marqueur", organisation="Marqueur"
    )

    do(editor_client, message, name, **fields)
    history = editor_client.get(page("history", message.pk))

    entry = LogEntry.objects.get()
    assert entry.user == editor_client.user
    assert entry.object_repr == f"Message {message.reference}"
    assert plain(entry.get_change_message()).startswith(sentence)
    assert sentence in read(history)
    assert "marqueur" not in read(history).lower()


@pytest.mark.parametrize(("name", "fields", "sentence"), ACTIONS)
def test_every_action_dates_the_activity_of_the_message_and_of_those_merged_into_it(
    editor_client, name, fields, sentence
):
    message = make_message(received_at=LONG_AGO, assigned_to=make_staff())
    joined = make_message(received_at=LONG_AGO, merged_into=message)
    other = make_message(received_at=LONG_AGO)
    start = timezone.now()

    do(editor_client, message, name, **fields)

    message.refresh_from_db()
    joined.refresh_from_db()
    other.refresh_from_db()
    assert start <= message.last_activity_at <= timezone.now()
    assert joined.last_activity_at == message.last_activity_at
    assert other.last_activity_at == LONG_AGO
    assert message.received_at == LONG_AGO


def test_a_refused_action_changes_nothing(editor_client):
    message = make_message(received_at=LONG_AGO)

    do(editor_client, message, "note", text="")
    answer(editor_client, message, answers_seen=4)

    message.refresh_from_db()
    assert message.last_activity_at == LONG_AGO
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("failure", [OperationalError, IntegrityError, InterfaceError])
@pytest.mark.parametrize(("name", "action"), [("note", "add_note"), ("answer", "answer")])
def test_a_text_that_the_database_cannot_store_stays_in_its_form(
    editor_client, monkeypatch, name, action, failure
):
    message = make_message()
    sent = {"text": "Mon long <b>texte.", "answers_seen": 0}
    with monkeypatch.context() as broken:
        fail_with(broken, f"cress.contact.desk.actions.{action}", failure("disk is full"))
        response = do(editor_client, message, name, **sent)
    again = do(editor_client, message, name, **sent)

    assert "Le site n'a pas pu enregistrer votre texte. Il est toujours là" in read(response)
    assertContains(response, "Mon long &lt;b&gt;texte.</textarea>")
    assert again.status_code == 302
    assert message.entries.get().text == "Mon long <b>texte."


def test_an_action_does_not_undo_one_done_since_its_page_was_opened(manager_client, editor_client):
    message, colleague = make_message(), make_staff()
    stale = Message.objects.get()

    actions.assign(stale, colleague, editor_client.user)
    actions.set_state(stale, Message.State.OPEN)
    actions.add_note(stale, "Lu.", manager_client.user)

    message.refresh_from_db()
    assert (message.assigned_to, message.state) == (colleague, "open")
