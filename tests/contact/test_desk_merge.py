"""The actions of the staff on several messages, and merged messages."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from cress.contact.desk import actions
from cress.contact.models import Entry, Mail, Message
from tests.contact.desk import LONG_AGO, answer, do, do_together, list_of, page, read, rows
from tests.factories import make_entry, make_message, make_person, make_staff
from tests.html import Document

EMAIL = "jeanne@commune.example"


def test_several_messages_are_assigned_together(editor_client):
    colleague = make_staff()
    messages = [make_message(), make_message(assigned_to=colleague)]
    other = make_message()

    response = do_together(editor_client, "take", messages)

    assert set(editor_client.user.assigned_messages.all()) == set(messages)
    other.refresh_from_db()
    assert other.assigned_to is None
    assert not Mail.objects.exists()
    assert "Attribué à Rédaction. Messages : 2." in read(response)


@pytest.mark.parametrize(
    ("action", "state", "sentence"),
    [
        ("close", "done", "Marqué « traité ». Messages : 2."),
        ("put_aside", "suspect", "Rangé dans les indésirables. Messages : 2."),
    ],
)
def test_messages_change_state_together(editor_client, action, state, sentence):
    messages = [make_message(), make_message(state="open")]
    other = make_message()

    response = do_together(editor_client, action, messages)

    assert set(Message.objects.filter(state=state)) == set(messages)
    other.refresh_from_db()
    assert other.state == Message.State.NEW
    assert sentence in read(response)


@pytest.mark.parametrize("action", ["take", "close", "put_aside"])
def test_an_action_on_several_messages_is_in_the_history_of_each(editor_client, action):
    messages = [make_message(received_at=LONG_AGO), make_message(received_at=LONG_AGO)]

    do_together(editor_client, action, messages)

    assert {entry.object_id for entry in LogEntry.objects.all()} == {
        str(message.pk) for message in messages
    }
    assert not Message.objects.filter(last_activity_at=LONG_AGO).exists()


def test_a_suspected_message_that_is_closed_sends_no_mail(editor_client):
    make_person()
    message = make_message(state="suspect")

    do_together(editor_client, "close", [message], folder="indesirables")

    assert not Mail.objects.exists()


def test_a_suspected_message_that_a_true_one_is_merged_into_takes_its_holder(editor_client):
    person, colleague = make_person(), make_staff()
    suspect = make_message(state="suspect", received_at=LONG_AGO, email=EMAIL)
    message = make_message(person=person, assigned_to=colleague, email=EMAIL)

    do_together(editor_client, "merge", [suspect, message], sure="oui")

    suspect.refresh_from_db()
    assert suspect.state == Message.State.OPEN
    assert (suspect.person, suspect.assigned_to) == (person, colleague)


def test_an_action_on_a_merged_message_dates_the_one_it_is_merged_into(editor_client):
    message = make_message(received_at=LONG_AGO)
    joined = make_message(received_at=LONG_AGO, merged_into=message)

    do(editor_client, joined, "note", text="Rappeler jeudi.")

    message.refresh_from_db()
    assert message.last_activity_at > LONG_AGO


def test_one_message_alone_is_not_merged(editor_client):
    message = make_message()

    response = do_together(editor_client, "merge", [message], sure="oui")

    assert "Choisissez au moins deux messages à réunir." in read(response)
    message.refresh_from_db()
    assert message.merged_into is None
    assert not LogEntry.objects.exists()


def test_messages_are_merged_after_a_confirmation(editor_client):
    newest = make_message(reference="CCCC-2222", text="La troisième.", email=EMAIL)
    oldest = make_message(
        reference="AAAA-2222", text="La première.", received_at=LONG_AGO, email=EMAIL
    )
    middle = make_message(
        reference="BBBB-2222",
        text="La deuxième.",
        received_at=LONG_AGO + timedelta(days=1),
        email=EMAIL.upper(),
    )

    asked = do_together(editor_client, "merge", [newest, oldest, middle])
    untouched = not Message.objects.exclude(merged_into=None).exists()
    form = [
        attributes
        for name, attributes in Document(asked.text).tags
        if name == "input" and attributes.get("name") in {"action", "sure", "_selected_action"}
    ]
    values = {}
    for field in form:
        values.setdefault(field["name"], []).append(field["value"])
    joined = editor_client.post(f"{page('changelist')}?dossier=tous", values)

    assert untouched
    assert re.search("La première.*La deuxième.*La troisième", read(asked))
    assertContains(asked, "Réunir ces messages")
    assertContains(asked, f'action="{page("changelist")}?dossier=tous"')
    assertRedirects(joined, oldest.get_absolute_url(), fetch_redirect_response=False)
    assert set(oldest.merged.all()) == {newest, middle}
    assert list(Message.objects.whole()) == [oldest]
    text = read(editor_client.get(oldest.get_absolute_url()))
    assert "Messages réunis : 3. Répondez à AAAA-2222." in text
    assert re.search("La première.*La deuxième.*La troisième", text)


def test_a_merge_dates_the_activity_and_is_in_the_history(editor_client):
    oldest = make_message(received_at=LONG_AGO, email=EMAIL)
    other = make_message(received_at=LONG_AGO + timedelta(days=1), email=EMAIL)
    below = make_message(received_at=LONG_AGO + timedelta(days=2), merged_into=other)

    do_together(editor_client, "merge", [oldest, other], sure="oui")

    dates = {message.last_activity_at for message in [oldest, other, below] if not reload(message)}
    assert len(dates) == 1
    assert dates.pop() > LONG_AGO + timedelta(days=3)
    history = read(editor_client.get(page("history", oldest.pk)))
    assert "Messages réunis : 2." in history


def reload(message):
    return message.refresh_from_db()


@pytest.mark.parametrize(
    ("states", "state"),
    [
        (["done", "new"], "open"),
        (["done", "open"], "open"),
        (["done", "done"], "done"),
        (["new", "done"], "new"),
        (["done", "suspect"], "done"),
    ],
)
def test_a_message_that_is_done_opens_again_when_a_waiting_one_is_merged_into_it(
    editor_client, states, state
):
    oldest = make_message(state=states[0], received_at=LONG_AGO, email=EMAIL)
    other = make_message(state=states[1], email=EMAIL)

    do_together(editor_client, "merge", [other, oldest], sure="oui")

    oldest.refresh_from_db()
    other.refresh_from_db()
    assert oldest.state == state
    assert other.merged_into == oldest


def test_a_merged_message_brings_those_merged_into_it(editor_client):
    oldest = make_message(received_at=LONG_AGO, email=EMAIL)
    middle = make_message(received_at=LONG_AGO + timedelta(days=1), email=EMAIL)
    below = make_message(merged_into=middle)
    stranger = make_message(merged_into=make_message())

    do_together(editor_client, "merge", [oldest, middle], sure="oui")

    below.refresh_from_db()
    stranger.refresh_from_db()
    assert set(oldest.merged.all()) == {middle, below}
    assert stranger.merged_into != oldest


def test_a_merged_message_is_not_in_the_lists(editor_client):
    message = make_message()
    make_message(merged_into=message, received_at=LONG_AGO)

    for folder in ["", "tous"]:
        assert rows(list_of(editor_client, folder)) == [message]
    assert rows(list_of(editor_client, "relancer")) == []


def test_a_merged_message_can_be_split_again(editor_client):
    message = make_message()
    joined, other = make_message(merged_into=message), make_message(merged_into=message)
    values = {"do": "split", "message": joined.reference}

    response = editor_client.post(message.get_absolute_url(), values, follow=True)

    joined.refresh_from_db()
    other.refresh_from_db()
    assert joined.merged_into is None
    assert other.merged_into == message
    assert f"Le message {joined.reference} est de nouveau à part." in read(response)
    assert LogEntry.objects.get().object_id == str(joined.pk)


@pytest.mark.parametrize("which", ["stranger", "itself", "unknown", "none"])
def test_only_a_message_that_is_merged_can_be_split(editor_client, which):
    message = make_message()
    make_message(merged_into=message)
    stranger = make_message(merged_into=make_message())
    reference = {
        "stranger": stranger.reference,
        "itself": message.reference,
        "unknown": "\0' OR 1",
        "none": "",
    }[which]
    before = list(Message.objects.values())

    response = editor_client.post(message.get_absolute_url(), {"do": "split", "message": reference})

    assert response.status_code == 403
    assert list(Message.objects.values()) == before


# Refused merges


def refused_merge(client, messages):
    """Try to merge messages, before and after the confirmation; return what the staff read."""
    before = list(Message.objects.order_by("pk").values())

    answers = [do_together(client, "merge", messages, **sure) for sure in [{}, {"sure": "oui"}]]

    assert list(Message.objects.order_by("pk").values()) == before
    assert not LogEntry.objects.exists()
    first, second = [read(response) for response in answers]
    assert "Réunir ces messages" not in first
    return first + second


def test_messages_of_two_addresses_are_not_merged(editor_client):
    messages = [make_message(email=EMAIL), make_message(email=f"x{EMAIL}")]

    text = refused_merge(editor_client, messages)

    assert text.count("Ces messages viennent d'adresses différentes") == 2


def test_one_stranger_among_the_messages_of_a_person_is_enough_to_refuse(editor_client):
    messages = [make_message(email=EMAIL), make_message(email=EMAIL), make_message()]

    assert "adresses différentes" in refused_merge(editor_client, messages)


@pytest.mark.parametrize("anonymised_first", [True, False])
def test_an_anonymised_message_is_not_merged_with_a_live_one(editor_client, anonymised_first):
    nobody = {"name": "", "email": "", "text": "", "anonymised_at": timezone.now()}
    age = {"received_at": LONG_AGO} if anonymised_first else {}
    anonymised = make_message(state="done", reference="AAAA-2222", **nobody, **age)

    text = refused_merge(editor_client, [anonymised, make_message(email=EMAIL)])

    assert text.count("Un message anonymisé ne se réunit à aucun autre") == 2
    assert "AAAA-2222" in text


def test_two_anonymised_messages_are_not_merged(editor_client):
    nobody = {"name": "", "email": "", "text": "", "anonymised_at": timezone.now()}

    text = refused_merge(editor_client, [make_message(**nobody), make_message(**nobody)])

    assert "Un message anonymisé ne se réunit à aucun autre" in text


def test_a_message_that_is_already_merged_is_not_merged_again(editor_client):
    merged = make_message(email=EMAIL, reference="BBBB-2222", merged_into=make_message(email=EMAIL))

    text = refused_merge(editor_client, [make_message(email=EMAIL), merged])

    assert text.count("Déjà joint à un autre message : BBBB-2222.") == 2


def test_a_second_confirmation_of_a_merge_is_refused_with_the_reason(editor_client):
    messages = [make_message(email=EMAIL, received_at=LONG_AGO), make_message(email=EMAIL)]
    do_together(editor_client, "merge", messages, sure="oui")

    again = do_together(editor_client, "merge", messages, sure="oui")

    assert "Déjà joint à un autre message" in read(again)
    assert LogEntry.objects.count() == 1


# After a merge


def test_a_merged_message_is_answered_on_the_page_of_the_other(editor_client):
    head = make_message(reference="AAAA-2222", email=EMAIL)
    merged = make_message(email=EMAIL, merged_into=head)

    opened = editor_client.get(merged.get_absolute_url())
    response = answer(editor_client, merged)

    assertNotContains(opened, 'id="answer-form"')
    assert "Ce message est joint à AAAA-2222 : répondez sur la page de celui-ci." in read(response)
    assertContains(response, "Voici notre réponse.</textarea>")
    assert not Entry.objects.exists()
    assert not Mail.objects.exists()


def test_the_answers_to_a_merged_message_are_shown_on_the_page_of_the_other(editor_client):
    head = make_message(email=EMAIL)
    merged = make_message(email=EMAIL, merged_into=head)
    make_entry(message=merged, kind=Entry.Kind.ANSWER, text="La réponse d’avant.")
    make_entry(message=merged, text="La note d’avant.")

    opened = editor_client.get(head.get_absolute_url())
    held_back = answer(editor_client, head, answers_seen=0)
    sent = answer(editor_client, head, answers_seen=1)

    assert "La réponse d'avant." in read(opened)
    assert "La note d'avant." in read(opened)
    assert "Quelqu'un a répondu depuis" in read(held_back)
    assert sent.status_code == 302


def test_a_message_that_has_been_merged_elsewhere_is_not_split(db):
    before, after = make_message(email=EMAIL), make_message(email=EMAIL)
    message = make_message(email=EMAIL, merged_into=after)

    with pytest.raises(actions.ActionRefusedError, match="n’est plus joint à celui-ci"):
        actions.split(message, before)

    message.refresh_from_db()
    assert message.merged_into == after


def test_all_the_messages_of_a_merge_have_the_same_date_of_activity(editor_client):
    head = make_message(received_at=LONG_AGO)
    one = make_message(received_at=LONG_AGO, merged_into=head)
    make_message(received_at=LONG_AGO, merged_into=head)

    do(editor_client, one, "note", text="Rappeler jeudi.")

    dates = set(Message.objects.values_list("last_activity_at", flat=True))
    assert len(dates) == 1
    assert dates.pop() > LONG_AGO
