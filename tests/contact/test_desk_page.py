"""The page of a message."""

import re
from datetime import datetime, timedelta
from urllib.parse import parse_qs, unquote

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from cress.contact.desk.forms import QUOTED_IN_AN_ADDRESS, mail_program_address
from cress.contact.models import Entry, Mail, Message, Reading
from tests.contact.desk import (
    LONG_AGO,
    NOW,
    PARIS,
    do,
    do_together,
    list_of,
    make_busy_message,
    page,
    queries,
    read,
)
from tests.factories import (
    make_commune,
    make_entry,
    make_mail,
    make_message,
    make_person,
    make_reading,
    make_staff,
    make_subject,
    make_territory,
)
from tests.html import Document

# The page of a message


def test_the_page_of_a_message_shows_all_of_it(editor_client):
    message = make_message(
        reference="K7QF-2MXD",
        received_at=datetime(2026, 3, 4, 14, 5, tzinfo=PARIS),
        name="Jeanne Roy",
        email="jeanne.roy@mairie.example",
        telephone="02 48 00 00 00",
        profile=Message.Profile.ELECTED,
        organisation="Mairie de Vierzon",
        territory=make_territory(name="Val-de-Test"),
        commune=make_commune(name="Vierzon", department=make_territory(code="18")),
        subject=make_subject(name="Monter un projet"),
        about="Levier 3",
        text="Première ligne.\n\nSeconde ligne.",
        person=make_person(name="Hélène Marchand"),
        assigned_to=make_staff(first_name="Awa", last_name="Diop"),
        state="open",
    )

    response = editor_client.get(message.get_absolute_url())

    text = read(response)
    for words in [
        "K7QF-2MXD, reçu le 4 mars 2026 à 14:05",
        "Jeanne Roy, Élu ou élue, Mairie de Vierzon",
        "jeanne.roy@mairie.example",
        "02 48 00 00 00",
        "Val-de-Test",
        "Commune Vierzon (18)",
        "Levier 3",
        "Première ligne. Seconde ligne.",
        "En cours, attribué à Awa Diop.",
        "Destinataire : Hélène Marchand.",
    ]:
        assert words in text
    assert [1, "Monter un projet"] in Document(response.text).headings


def test_the_page_shows_a_commune_that_was_not_found_as_it_was_written(editor_client):
    message = make_message(typed_commune="Le Mans <b>")

    response = editor_client.get(message.get_absolute_url())

    assert "Commune Le Mans <b> (écrit ainsi, non reconnu)" in read(response)
    assert "<b>" not in response.text


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> \"'><b>gras</b> &amp; {{ 7 }}"


def make_hostile_message(**fields):
    fields |= {"about": HOSTILE, "text": HOSTILE, "suspicions": HOSTILE, "name": HOSTILE}
    fields |= {"organisation": HOSTILE, "telephone": '02"><script>'}
    message = make_message(email='"><script>alert(3)@commune.example', **fields)
    make_entry(message=message, text=HOSTILE, author_name=HOSTILE)
    return message


def test_the_words_of_a_visitor_are_shown_as_text_everywhere(manager_client):
    message = make_hostile_message(state="suspect")
    make_hostile_message(merged_into=message)
    other = make_message()

    pages = [
        manager_client.get(message.get_absolute_url()),
        list_of(manager_client, "indesirables"),
        do(manager_client, message, "answer", text=HOSTILE),
        do_together(manager_client, "merge", [message, other]),
    ]

    for response in pages:
        assert response.status_code == 200
        assert "<script>" not in response.text
        assert "<img src=x" not in response.text
        assert "<b>gras" not in response.text
        assert HOSTILE in Document(response.text).text


def test_the_page_of_a_suspected_message_shows_the_reasons(editor_client):
    suspect = make_message(state="suspect", suspicions="Trop de liens\nÉcrit trop vite")
    cleared = make_message(state="new", suspicions="Trop de liens")

    of_suspect = editor_client.get(suspect.get_absolute_url())
    of_cleared = editor_client.get(cleared.get_absolute_url())

    assert "Rangé dans les indésirables" in read(of_suspect)
    assertContains(of_suspect, "<li>Trop de liens</li><li>Écrit trop vite</li>", html=False)
    assert "Trop de liens" not in read(of_cleared)


def test_the_page_shows_the_outcome_of_each_mail(editor_client):
    message = make_message()
    make_mail(message=message, kind="receipt", next_try_at=None, sent_at=NOW)
    make_mail(message=message, kind="notification")
    make_mail(message=message, kind="assignment", attempts=1, last_error="TimeoutError : …")
    make_mail(message=message, kind="answer", attempts=3, last_error="TimeoutError : …")
    make_mail(message=message, kind="reminder", attempts=20, next_try_at=None, last_error="550")

    text = read(editor_client.get(message.get_absolute_url()))

    assert "Accusé de réception : parti le 12 novembre à 10:00" in text
    assert "Avis à la personne en charge : en attente Attribution" in text
    assert "Attribution : en attente après 1 essai Réponse" in text
    assert "Réponse : en attente après 3 essais" in text
    assert "Relance : abandonné" in text


def test_the_page_of_a_message_without_mails_shows_that_there_is_none(editor_client):
    response = editor_client.get(make_message().get_absolute_url())

    assert "Courriels Aucun." in read(response)


def test_the_page_lists_other_messages_of_the_same_person_however_typed(editor_client):
    message = make_message(email="jeanne@mairie.example", reference="AAAA-2222")
    same = make_message(email="Jeanne@Mairie.example", reference="BBBB-2222", state="done")
    make_message(email="jeanne@mairie.example", reference="CCCC-2222", merged_into=same)
    make_message(email="x.jeanne@mairie.example", reference="DDDD-2222")

    text = read(editor_client.get(message.get_absolute_url()))

    others = text.partition("De la même personne")[2]
    assert "BBBB-2222" in others
    assert "AAAA-2222" not in others
    assert "CCCC-2222" not in others
    assert "DDDD-2222" not in others


def test_anonymised_messages_are_not_listed_as_those_of_one_person(editor_client):
    nobody = {"name": "", "email": "", "text": "", "anonymised_at": timezone.now()}
    message = make_message(**nobody)
    make_message(**nobody)

    response = editor_client.get(message.get_absolute_url())

    assert "Anonymisé le" in read(response)
    assert "De la même personne" not in read(response)
    assertNotContains(response, "mailto:")
    assertNotContains(response, 'id="answer-form"')


def test_the_page_shows_merged_messages_and_their_own_pages_link_to_it(editor_client):
    message = make_message(reference="AAAA-2222", text="La première question.")
    joined = make_message(reference="BBBB-2222", text="La relance.", merged_into=message)

    of_message = editor_client.get(message.get_absolute_url())
    of_joined = editor_client.get(joined.get_absolute_url())

    assert "Joint à ce message : BBBB-2222" in read(of_message)
    assert "La relance." in read(of_message)
    assert "Ce message est joint à AAAA-2222" in read(of_joined)
    assertContains(of_joined, f'href="{message.get_absolute_url()}"')


def test_the_page_shows_notes_and_answers_in_the_order_they_were_written(editor_client):
    message = make_message()
    make_entry(message=message, text="La troisième.", created_at=NOW + timedelta(hours=2))
    make_entry(message=message, text="La première.", created_at=NOW, author_name="Luc Petit")
    make_entry(
        message=message,
        kind=Entry.Kind.ANSWER,
        text="La deuxième.",
        author_name="Awa Diop",
        created_at=NOW + timedelta(hours=1),
    )

    text = read(editor_client.get(message.get_absolute_url()))

    assert (
        "Note interne de Luc Petit, le 12 novembre 2026 à 10:00 La première. "
        "Réponse de Awa Diop, le 12 novembre 2026 à 11:00 La deuxième. "
        "Note interne de Chloé, le 12 novembre 2026 à 12:00 La troisième."
    ) in text


def test_the_page_makes_as_many_queries_for_ten_of_everything_as_for_one(editor_client):
    message = make_busy_message(email="jeanne@mairie.example")
    make_busy_message(email="jeanne@mairie.example")
    editor_client.get(message.get_absolute_url())
    with_one = queries(lambda: editor_client.get(message.get_absolute_url()))
    for _ in range(9):
        make_busy_message(email="jeanne@mairie.example")
        make_entry(message=message, author=make_staff())
        make_mail(message=message)
        make_reading(message=message)

    with_ten = queries(lambda: editor_client.get(message.get_absolute_url()))

    assert with_ten == with_one


def test_the_page_makes_as_many_queries_for_ten_merged_messages_as_for_one(editor_client):
    message = make_message()
    make_busy_message(merged_into=message)
    editor_client.get(message.get_absolute_url())
    with_one = queries(lambda: editor_client.get(message.get_absolute_url()))
    for _ in range(9):
        make_busy_message(merged_into=message)

    with_ten = queries(lambda: editor_client.get(message.get_absolute_url()))

    assert with_ten == with_one


def test_opening_the_desk_changes_nothing(editor_client):
    message = make_message(state="suspect", received_at=LONG_AGO)
    before = Message.objects.values().get()

    for url in [message.get_absolute_url(), page("changelist"), page("statistics")]:
        editor_client.get(url)
    editor_client.get(page("export"))

    assert Message.objects.values().get() == before
    assert not Reading.objects.exists()
    assert not LogEntry.objects.exists()
    assert not Mail.objects.exists()


# The mail program


def mail_program(message):
    """Return what the mail program would open with: recipient, subject and body."""
    link = mail_program_address(message)
    recipient, _, query = link.removeprefix("mailto:").partition("?")
    parts = {name: value for name, (value,) in parse_qs(query, strict_parsing=True).items()}
    assert set(parts) == {"subject", "body"}
    return unquote(recipient), parts["subject"], parts["body"]


def test_the_page_links_to_the_mail_program(editor_client):
    message = make_message()

    response = editor_client.get(message.get_absolute_url())

    assert mail_program_address(message) in Document(response.text).attributes("href")


def test_the_mail_program_opens_with_the_message_quoted(db):
    message = make_message(
        reference="K7QF-2MXD", email="jeanne@mairie.example", text="Bonjour,\r\n\r\nUne question."
    )

    recipient, subject, body = mail_program(message)

    assert recipient == "jeanne@mairie.example"
    assert subject == "Votre message à la CRESS, référence K7QF-2MXD"
    assert body == "\n\n> Bonjour,\n> \n> Une question.\n"


@pytest.mark.parametrize(
    ("length", "is_cut"), [(QUOTED_IN_AN_ADDRESS, False), (QUOTED_IN_AN_ADDRESS + 1, True)]
)
def test_a_long_message_is_cut_for_the_mail_program(db, length, is_cut):
    message = make_message(text="é" * length)

    _, _, body = mail_program(message)

    assert body.count("é") == QUOTED_IN_AN_ADDRESS
    assert ("[…]" in body) == is_cut


def test_odd_characters_reach_the_mail_program_unchanged(db):
    text = "a&b?c=d#e%20+f «é» \"'<script> 🦊 ;/\\ cc=x@y.example"
    message = make_message(email="o'neil+cress&co?cc=x%y@commune.example", text=text)

    recipient, _, body = mail_program(message)

    assert recipient == message.email
    assert body == f"\n\n> {text}\n"
    link = mail_program_address(message)
    assert re.fullmatch(r"mailto:[A-Za-z0-9%@_.~-]+\?subject=[\w%.~/-]+&body=[\w%.~/-]+", link)
    assert link.isascii()


def test_an_address_with_a_question_mark_adds_no_recipient(editor_client):
    message = make_message(email="jeanne?cc=victime%40ailleurs.example&x=@commune.example")

    response = editor_client.get(message.get_absolute_url())

    links = [
        link
        for link in Document(response.text).attributes("href")
        if link and link.startswith("mailto:")
    ]
    assert len(links) == 2
    for link in links:
        assert unquote(link.removeprefix("mailto:").partition("?")[0]) == message.email
