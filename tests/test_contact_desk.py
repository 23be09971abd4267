"""The contact desk: how the staff find a message, read it, treat it and count what came."""

import csv
import re
from datetime import date, datetime, timedelta
from html import escape
from io import StringIO
from urllib.parse import parse_qs, unquote
from zoneinfo import ZoneInfo

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from cress.base.files.spreadsheets import escape_formula, french_csv
from cress.contact import outbox, working_days
from cress.contact.desk import statistics, work
from cress.contact.desk.forms import QUOTED_IN_AN_ADDRESS, mail_program_address
from cress.contact.models import Entry, Mail, Message, Reading
from tests.factories import (
    make_commune,
    make_entry,
    make_mail,
    make_message,
    make_person,
    make_reading,
    make_route,
    make_staff,
    make_subject,
    make_territory,
)
from tests.html import Document, plain
from tests.test_admin import ENGLISH, address

GROUPS = ["manager_client", "editor_client"]
PARIS = ZoneInfo("Europe/Paris")
# A Thursday, the day after a holiday.
NOW = datetime(2026, 11, 12, 10, tzinfo=PARIS)
MEANWHILE = "Quelqu’un a répondu depuis que vous avez ouvert cette page."
LONG_AGO = datetime(2025, 3, 3, 9, tzinfo=PARIS)


def stop_clock(monkeypatch, moment, *clients):
    """Make it that moment for the site, and for the clients, who sign in again."""
    monkeypatch.setattr(timezone, "now", lambda: moment)
    for client in clients:
        client.force_login(client.user)


def client_with(*permissions):
    """Return a client signed in as someone of the staff who has these rights alone."""
    client = Client()
    client.user = make_staff(group=None)
    client.user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(client.user)
    return client


@pytest.fixture
def viewer_client(db):
    """Someone who may read messages and do nothing with them."""
    return client_with("view_message")


@pytest.fixture
def outsider_client(db):
    """Someone of the staff who has no business with messages."""
    return client_with()


def page(name, *arguments):
    return address(Message, name, *arguments)


def list_of(client, folder="", **filters):
    """Open the list of messages on a folder."""
    return client.get(page("changelist"), ({"dossier": folder} if folder else {}) | filters)


def rows(response):
    return list(response.context["cl"].result_list)


def read(response):
    """Return what is read on screen."""
    return plain(Document(response.text).text)


def lines(response):
    """Return the lines of the list, as they are read."""
    table = response.text.partition("<tbody>")[2].partition("</tbody>")[0]
    return [plain(Document(line).text) for line in table.split("<tr>")[1:]]


def do(client, message, name, follow=False, **fields):
    """Send one of the forms of the page of a message."""
    values = {f"{name}-{field}": value for field, value in fields.items()}
    return client.post(message.get_absolute_url(), {"do": name} | values, follow=follow)


def answer(client, message, text="Voici notre réponse.", answers_seen=0, closes="on", **options):
    ticked = {"closes": closes} if closes else {}
    return do(client, message, "answer", text=text, answers_seen=answers_seen, **ticked, **options)


def do_together(client, action, messages, folder="tous", **answers):
    """Choose messages in the list and do something with them together."""
    values = {"action": action, "_selected_action": [message.pk for message in messages]}
    url = f"{page('changelist')}?dossier={folder}"
    return client.post(url, values | answers, follow=True)


def mails_of(message):
    return {(mail.kind, mail.recipient) for mail in message.mails.all()}


def queries(ask):
    """Return how many queries a page asks for."""
    with CaptureQueriesContext(connection) as captured:
        response = ask()
    assert response.status_code == 200
    return len(captured)


# Lists


def make_one_of_each():
    """Make a message for each folder, and what must not be in the first."""
    new = make_message(name="Neuve")
    return {
        "new": new,
        "open": make_message(name="Ouverte", state="open"),
        "done": make_message(name="Traitée", state="done"),
        "suspect": make_message(name="Suspecte", state="suspect", suspicions="Trop de liens"),
        "late": make_message(name="Ancienne", received_at=timezone.now() - timedelta(days=30)),
        "joined": make_message(name="Jointe", merged_into=new),
    }


@pytest.mark.parametrize("client_name", GROUPS)
def test_the_list_opens_on_what_is_to_treat_oldest_first(client_name, request):
    client = request.getfixturevalue(client_name)
    each = make_one_of_each()

    response = list_of(client)

    assert rows(response) == [each["late"], each["new"], each["open"]]


@pytest.mark.parametrize(
    ("folder", "names"),
    [
        ("relancer", {"late"}),
        ("traites", {"done"}),
        ("indesirables", {"suspect"}),
        ("tous", {"new", "open", "done", "suspect", "late"}),
    ],
)
def test_a_folder_holds_what_its_name_says(editor_client, folder, names):
    each = make_one_of_each()

    response = list_of(editor_client, folder)

    assert set(rows(response)) == {each[name] for name in names}


def test_every_folder_says_how_many_messages_it_holds(editor_client):
    make_one_of_each()

    for folder in ["", "relancer", "tous"]:
        text = read(list_of(editor_client, folder))

        assert "À traiter (3)" in text
        assert "À relancer (1)" in text
        assert "Traités (1)" in text
        assert "Indésirables (1)" in text
        assert "Tous (5)" in text


def test_the_counts_of_folders_follow_the_search(editor_client):
    make_message(organisation="Mairie de Bourges")
    make_message(organisation="Mairie de Bourges", state="done")
    make_message()

    text = read(list_of(editor_client, q="Bourges"))

    assert "À traiter (1)" in text
    assert "Traités (1)" in text
    assert "Tous (2)" in text


@pytest.mark.parametrize("folder", ["inconnu", "traites'", "\0", "🦊"])
def test_an_unknown_folder_shows_what_is_to_treat(editor_client, folder):
    each = make_one_of_each()

    response = list_of(editor_client, folder)

    assert response.status_code == 200
    assert set(rows(response)) == {each["late"], each["new"], each["open"]}


def test_a_message_without_a_subject_is_found_read_exported_and_counted(editor_client):
    message = make_message(subject=None, reference="K7QF-2MXD")

    listed = list_of(editor_client)
    opened = editor_client.get(message.get_absolute_url())
    line = table(editor_client.get(page("export")))[1]
    counted = read(editor_client.get(page("statistics")))

    assert rows(listed) == [message]
    assert f'href="{message.get_absolute_url()}' in listed.text
    assert [1, "Sans objet"] in Document(opened.text).headings
    assert line[3] == "Sans objet"
    assert "Par objet Objet Messages Sans objet 1" in counted


def test_what_is_settled_is_read_newest_first(editor_client):
    first = make_message(state="done", received_at=LONG_AGO)
    second = make_message(state="done", received_at=LONG_AGO + timedelta(days=1))

    response = list_of(editor_client, "traites")

    assert rows(response) == [second, first]


def test_what_is_to_be_reminded_is_treated_oldest_first(editor_client):
    second = make_message(received_at=LONG_AGO + timedelta(days=1))
    first = make_message(received_at=LONG_AGO)

    response = list_of(editor_client, "relancer")

    assert rows(response) == [first, second]


def test_a_folder_that_does_not_exist_is_the_first_one(editor_client):
    second = make_message(received_at=LONG_AGO + timedelta(days=1))
    first = make_message(received_at=LONG_AGO)

    response = list_of(editor_client, "inconnu")

    assert rows(response) == [first, second]
    [chosen] = re.findall(r'<li class="selected">\s*<a [^>]*>(À [^<]*)<', response.text)
    assert chosen == "À traiter (2)"


@pytest.mark.parametrize(
    ("received_on", "age", "is_late"),
    [
        (date(2026, 11, 12), "aujourd'hui", False),
        (date(2026, 11, 10), "1 jour ouvré", False),
        (date(2026, 11, 9), "2 jours ouvrés", False),
        (date(2026, 11, 5), "4 jours ouvrés", False),
        (date(2026, 11, 4), "5 jours ouvrés", True),
    ],
)
def test_a_line_says_for_how_many_working_days_the_message_waits(
    editor_client, monkeypatch, received_on, age, is_late
):
    stop_clock(monkeypatch, NOW, editor_client)
    moment = datetime(received_on.year, received_on.month, received_on.day, 9, tzinfo=PARIS)
    make_message(name="Jeanne", received_at=moment)

    line = lines(list_of(editor_client))[0]

    assert re.search(rf"(?<!\d){age}(?!s)", line)
    assert ("à relancer" in line) == is_late


def test_a_settled_message_says_when_it_came_and_not_how_long_it_waited(editor_client, monkeypatch):
    stop_clock(monkeypatch, NOW, editor_client)
    make_message(state="done", received_at=datetime(2026, 10, 1, 9, tzinfo=PARIS))

    line = lines(list_of(editor_client, "traites"))[0]

    assert "reçu le 01/10/2026" in line
    assert "ouvré" not in line
    assert "à relancer" not in line


def test_a_message_that_has_an_answer_is_not_to_be_reminded(editor_client, monkeypatch):
    stop_clock(monkeypatch, NOW, editor_client)
    message = make_message(state="open", received_at=datetime(2026, 10, 1, 9, tzinfo=PARIS))
    make_entry(message=message, kind=Entry.Kind.ANSWER)

    line = lines(list_of(editor_client))[0]

    assert "jours ouvrés" in line
    assert "à relancer" not in line


def test_a_line_says_the_subject_the_territory_and_who_has_the_message(editor_client):
    make_message(
        reference="K7QF-2MXD",
        name="Jeanne Roy",
        state="open",
        subject=make_subject(name="Un projet"),
        territory=make_territory(name="Val-de-Test"),
        assigned_to=make_staff(username="Awa Diop", first_name="Awa", last_name="Diop"),
    )

    line = lines(list_of(editor_client))[0]

    for words in ["K7QF-2MXD", "Un projet", "Val-de-Test", "Jeanne Roy", "Awa Diop", "en cours"]:
        assert words in line


def test_a_line_says_who_has_the_message_on_screen(editor_client):
    message = make_message()
    make_reading(message=message, user=make_staff(first_name="Awa", last_name="Diop"))
    gone = timezone.now() - Reading.LASTS - timedelta(seconds=1)
    make_reading(
        message=message, user=make_staff(first_name="Luc", last_name="Petit"), seen_at=gone
    )

    line = lines(list_of(editor_client))[0]

    assert "Awa Diop" in line
    assert "Luc Petit" not in line


@pytest.mark.parametrize(
    "words", ["K7QF-2MXD", "k7qf", "Jeanne Roy", "roy@mairie", "Mairie de Vierzon", "recyclerie"]
)
def test_a_message_is_found_by_its_words(editor_client, words):
    message = make_message(
        reference="K7QF-2MXD",
        name="Jeanne Roy",
        email="jeanne.roy@mairie.example",
        organisation="Mairie de Vierzon",
        text="Nous ouvrons une recyclerie.",
    )
    make_message()

    response = list_of(editor_client, q=words)

    assert rows(response) == [message]


def test_a_message_is_found_by_the_page_it_is_about(editor_client):
    message = make_message(about="Levier 3 : les marchés réservés")
    make_message()

    response = list_of(editor_client, q="marchés réservés")

    assert rows(response) == [message]


def test_the_list_is_filtered_by_subject_territory_and_who_has_it(editor_client):
    subject, territory, colleague = make_subject(), make_territory(), make_staff()
    of_subject = make_message(subject=subject)
    of_territory = make_message(territory=territory)
    of_colleague = make_message(assigned_to=colleague)

    by_subject = list_of(editor_client, subject__id__exact=subject.pk)
    by_territory = list_of(editor_client, territory__id__exact=territory.pk)
    by_colleague = list_of(editor_client, assigned_to__id__exact=colleague.pk)
    of_no_one = list_of(editor_client, assigned_to__isnull="True")

    assert rows(by_subject) == [of_subject]
    assert rows(by_territory) == [of_territory]
    assert rows(by_colleague) == [of_colleague]
    assert set(rows(of_no_one)) == {of_subject, of_territory}


def test_a_folder_keeps_the_filters_of_the_list(editor_client):
    subject = make_subject()
    make_message(subject=subject)
    settled = make_message(subject=subject, state="done")
    make_message(state="done")
    response = list_of(editor_client, subject__id__exact=subject.pk)
    link = next(
        link for link in Document(response.text).attributes("href") if "dossier=traites" in link
    )

    followed = editor_client.get(page("changelist") + link)

    assert rows(followed) == [settled]


def make_busy_message(**fields):
    """Make a message with everything that can hang on it."""
    message = make_message(
        territory=make_territory(),
        commune=make_commune(),
        assigned_to=make_staff(),
        person=make_person(),
        **fields,
    )
    make_entry(message=message, author=make_staff())
    make_entry(message=message, author=make_staff(), kind=Entry.Kind.ANSWER)
    make_mail(message=message)
    make_reading(message=message)
    return message


@pytest.mark.parametrize("folder", ["", "tous", "relancer"])
def test_the_list_asks_no_more_for_ten_busy_messages_than_for_one(editor_client, folder):
    def make():
        message = make_busy_message(received_at=LONG_AGO)
        if folder == "relancer":
            message.entries.filter(kind=Entry.Kind.ANSWER).delete()

    make()
    list_of(editor_client, folder)
    with_one = queries(lambda: list_of(editor_client, folder))
    for _ in range(9):
        make()

    with_ten = queries(lambda: list_of(editor_client, folder))

    assert len(rows(list_of(editor_client, folder))) == 10
    assert with_ten == with_one


def test_an_empty_desk_opens(editor_client):
    for folder in ["", "relancer", "traites", "indesirables", "tous"]:
        response = list_of(editor_client, folder)

        assert response.status_code == 200
        assert "À traiter (0)" in read(response)


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


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> \"'><b>gras</b> &amp; {{ 7 }}"


def make_hostile_message(**fields):
    fields |= {"about": HOSTILE, "text": HOSTILE, "suspicions": HOSTILE, "name": HOSTILE}
    fields |= {"organisation": HOSTILE, "telephone": '02"><script>'}
    message = make_message(email='"><script>alert(3)@commune.example', **fields)
    make_entry(message=message, text=HOSTILE, author_name=HOSTILE)
    return message


def test_what_a_visitor_wrote_is_shown_as_text_everywhere(manager_client):
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


def test_the_page_of_a_suspect_says_why_it_is_one(editor_client):
    suspect = make_message(state="suspect", suspicions="Trop de liens\nÉcrit trop vite")
    cleared = make_message(state="new", suspicions="Trop de liens")

    of_suspect = editor_client.get(suspect.get_absolute_url())
    of_cleared = editor_client.get(cleared.get_absolute_url())

    assert "Rangé dans les indésirables" in read(of_suspect)
    assertContains(of_suspect, "<li>Trop de liens</li><li>Écrit trop vite</li>", html=False)
    assert "Trop de liens" not in read(of_cleared)


def test_the_page_says_what_became_of_each_mail(editor_client):
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


def test_the_page_says_that_no_mail_was_written(editor_client):
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


def test_anonymised_messages_are_not_taken_for_those_of_one_person(editor_client):
    nobody = {"name": "", "email": "", "text": "", "anonymised_at": timezone.now()}
    message = make_message(**nobody)
    make_message(**nobody)

    response = editor_client.get(message.get_absolute_url())

    assert "Anonymisé le" in read(response)
    assert "De la même personne" not in read(response)
    assertNotContains(response, "mailto:")
    assertNotContains(response, 'id="answer-form"')


def test_the_page_shows_joined_messages_and_theirs_says_where_to_answer(editor_client):
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


def test_the_page_asks_no_more_for_ten_of_everything_than_for_one(editor_client):
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


def test_the_page_asks_no_more_for_ten_joined_messages_than_for_one(editor_client):
    message = make_message()
    make_busy_message(merged_into=message)
    editor_client.get(message.get_absolute_url())
    with_one = queries(lambda: editor_client.get(message.get_absolute_url()))
    for _ in range(9):
        make_busy_message(merged_into=message)

    with_ten = queries(lambda: editor_client.get(message.get_absolute_url()))

    assert with_ten == with_one


def test_opening_the_desk_writes_nothing(editor_client):
    message = make_message(state="suspect", received_at=LONG_AGO)
    before = Message.objects.values().get()

    for url in [message.get_absolute_url(), page("changelist"), page("statistics")]:
        editor_client.get(url)
    editor_client.get(page("export"))

    assert Message.objects.values().get() == before
    assert not Reading.objects.exists()
    assert not LogEntry.objects.exists()
    assert not Mail.objects.exists()


# Who may do what


def test_who_may_only_look_sees_no_form(viewer_client):
    message = make_message(text="Ma question.")
    make_message(merged_into=message)

    listed = list_of(viewer_client)
    opened = viewer_client.get(message.get_absolute_url())

    assert rows(listed) == [message]
    assertNotContains(listed, 'name="action"')
    assert "Ma question." in read(opened)
    assertNotContains(opened, 'name="do"')
    assertNotContains(opened, "<textarea")
    assert "Séparer de nouveau" not in read(opened)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("answer", {"text": "Réponse.", "answers_seen": 0}),
        ("note", {"text": "Note."}),
        ("state", {"state": "done"}),
        ("assign", {"user": ""}),
        ("split", {}),
        ("inconnu", {}),
    ],
)
def test_who_may_only_look_changes_nothing(viewer_client, name, fields):
    message = make_message(assigned_to=make_staff())
    make_message(merged_into=message)
    before = list(Message.objects.values())

    response = do(viewer_client, message, name, **fields)

    assert response.status_code == 403
    assert list(Message.objects.values()) == before
    assert not Entry.objects.exists()
    assert not Mail.objects.exists()
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("action", ["take", "close", "put_aside", "merge"])
def test_who_may_only_look_changes_nothing_in_the_list(viewer_client, action):
    messages = [make_message(), make_message()]
    before = list(Message.objects.values())

    do_together(viewer_client, action, messages, sure="oui")

    assert list(Message.objects.values()) == before


def doors(message):
    """Return every address of the desk as (method, address) pairs."""
    return [
        ("get", page("changelist")),
        ("post", page("changelist")),
        ("get", message.get_absolute_url()),
        ("post", message.get_absolute_url()),
        ("get", page("history", message.pk)),
        ("get", page("export")),
        ("get", page("statistics")),
        ("get", page("personal_data")),
        ("post", page("personal_data")),
        ("post", page("presence", message.pk)),
        ("get", address(Mail, "changelist")),
    ]


def test_staff_without_rights_are_refused_everywhere(outsider_client):
    message = make_message()

    for method, url in doors(message):
        response = getattr(outsider_client, method)(url, {"do": "note", "note-text": "Lu."})

        assert response.status_code == 403, url
    assert not Entry.objects.exists()
    assert not Reading.objects.exists()


def test_a_visitor_is_sent_to_the_sign_in_page_from_everywhere(client, db):
    message = make_message()

    for method, url in doors(message):
        response = getattr(client, method)(url)

        assertRedirects(response, f"/admin/login/?next={url}", fetch_redirect_response=False)


def test_a_message_that_is_not_there_sends_back_with_a_word(editor_client):
    response = editor_client.get(page("change", 987654), follow=True)

    assert response.redirect_chain
    assert "n'existe pas" in read(response)


@pytest.mark.parametrize("key", ["inconnu", "9" * 30, "1_2F"])
def test_an_address_that_is_no_key_sends_back_with_a_word(editor_client, key):
    response = editor_client.get(page("change", key), follow=True)

    assert response.status_code == 200
    assert "n'existe pas" in read(response)


@pytest.mark.parametrize("name", ["", "inconnu", "delete", "__class__", "answer\0"])
def test_an_unknown_deed_is_refused(editor_client, name):
    message = make_message()
    before = Message.objects.values().get()

    response = do(editor_client, message, name)

    assert response.status_code == 403
    assert Message.objects.values().get() == before


@pytest.mark.parametrize("client_name", [*GROUPS, "admin_client"])
def test_no_one_adds_or_deletes_a_message(client_name, request):
    client = request.getfixturevalue(client_name)
    message = make_message()

    answers = [
        client.get(page("add")),
        client.post(page("add"), {"name": "Jeanne"}),
        client.get(page("delete", message.pk)),
        client.post(page("delete", message.pk), {"post": "yes"}),
    ]
    do_together(client, "delete_selected", [message], post="yes")

    assert [answer.status_code for answer in answers] == [403] * 4
    assert Message.objects.get() == message
    assertNotContains(list_of(client), "delete_selected")
    assertNotContains(list_of(client), page("add"))


@pytest.mark.parametrize("url_name", ["change", "presence"])
def test_a_form_from_elsewhere_is_refused(manager_client, url_name):
    message = make_message()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(manager_client.user)

    response = strict.post(page(url_name, message.pk), {"do": "note", "note-text": "Lu."})

    assert response.status_code == 403
    assert not Entry.objects.exists()
    assert not Reading.objects.exists()


def test_the_tokens_of_the_page_open_its_forms_and_the_note_of_presence(manager_client):
    message = make_message()
    make_message(merged_into=message)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(manager_client.user)
    opened = strict.get(message.get_absolute_url())
    main = opened.text.partition('id="content-main"')[2]
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', opened.text)[1]
    values = {"do": "note", "note-text": "Lu.", "csrfmiddlewaretoken": token}

    noted = strict.post(message.get_absolute_url(), values)
    present = strict.post(page("presence", message.pk), headers={"X-CSRFToken": token})

    assert main.count('<form method="post"') == main.count('name="csrfmiddlewaretoken"') == 5
    assert noted.status_code == 302
    assert present.status_code == 200


# Who has it


def test_a_message_given_to_a_colleague_writes_to_them(editor_client):
    message, colleague = make_message(), make_staff(first_name="Awa", last_name="Diop")

    response = do(editor_client, message, "assign", user=colleague.pk, follow=True)

    message.refresh_from_db()
    assert message.assigned_to == colleague
    assert mails_of(message) == {("assignment", colleague.email)}
    assert Mail.objects.waiting().count() == 1
    assert "Le message est attribué à Awa Diop." in read(response)


def test_a_message_that_one_takes_oneself_writes_to_no_one(editor_client):
    message = make_message()

    do(editor_client, message, "assign", user=editor_client.user.pk)

    message.refresh_from_db()
    assert message.assigned_to == editor_client.user
    assert not Mail.objects.exists()


def test_a_message_taken_from_everyone_writes_to_no_one(editor_client):
    message = make_message(assigned_to=make_staff())

    response = do(editor_client, message, "assign", user="", follow=True)

    message.refresh_from_db()
    assert message.assigned_to is None
    assert not Mail.objects.exists()
    assert "Le message n'est attribué à personne." in read(response)


def test_a_message_given_again_to_the_same_colleague_writes_once(editor_client):
    message, colleague = make_message(), make_staff()

    do(editor_client, message, "assign", user=colleague.pk)
    do(editor_client, message, "assign", user=colleague.pk)

    assert Mail.objects.count() == 1


def test_a_colleague_without_an_address_gets_the_message_and_no_mail(editor_client):
    message, colleague = make_message(), make_staff(email="")

    do(editor_client, message, "assign", user=colleague.pk)

    message.refresh_from_db()
    assert message.assigned_to == colleague
    assert not Mail.objects.exists()


@pytest.mark.parametrize("fields", [{"is_active": False}, {"is_staff": False}, {"group": None}])
def test_a_message_is_given_to_no_one_who_cannot_open_it(editor_client, fields):
    message, account = make_message(), make_staff(first_name="Gaspard", **fields)

    opened = editor_client.get(message.get_absolute_url())
    response = do(editor_client, message, "assign", user=account.pk)

    assert "Gaspard" not in read(opened)
    assert response.status_code == 200
    assert "Sélectionnez un choix valide" in read(response)
    message.refresh_from_db()
    assert message.assigned_to is None
    assert not Mail.objects.exists()


def test_a_colleague_who_left_keeps_the_message_until_it_is_given_to_another(editor_client):
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


def test_a_suspect_that_was_closed_before_it_was_cleared_gets_its_receipt(editor_client):
    message = make_message(state="suspect", suspicions="3 liens dans le message")

    for state in ["done", "new"]:
        do(editor_client, message, "state", state=state)

    assert mails_of(message) == {(Mail.Kind.RECEIPT, message.email)}


@pytest.mark.parametrize("before", ["new", "open", "done"])
def test_a_change_of_state_writes_to_no_one(editor_client, before):
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


def test_a_suspect_that_is_cleared_arrives_where_it_should_have(editor_client):
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


def test_a_suspect_that_is_cleared_where_no_one_is_in_charge_still_gets_its_receipt(editor_client):
    message = make_message(state="suspect")

    do(editor_client, message, "state", state="new")

    assert mails_of(message) == {("receipt", message.email)}


def test_a_message_put_aside_and_back_does_not_write_twice(editor_client):
    make_person()
    message = make_message(state="suspect")

    for state in ["new", "suspect", "open", "suspect", "suspect", "done"]:
        do(editor_client, message, "state", state=state)

    assert sorted(mail.kind for mail in Mail.objects.all()) == ["notification", "receipt"]


def test_a_suspect_that_was_given_to_a_colleague_still_gets_its_receipt(editor_client):
    make_person()
    message = make_message(state="suspect")
    do(editor_client, message, "assign", user=make_staff().pk)

    do(editor_client, message, "state", state="new")

    assert Mail.objects.filter(kind=Mail.Kind.RECEIPT).count() == 1


def test_a_suspect_that_is_cleared_stays_with_who_took_it(editor_client):
    message = make_message(state="suspect")
    do(editor_client, message, "assign", user=editor_client.user.pk)

    do(editor_client, message, "state", state="new")

    message.refresh_from_db()
    assert message.assigned_to == editor_client.user


# Notes and answers


def test_a_note_is_kept_with_its_author_and_goes_to_no_one(editor_client):
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
def test_the_tick_says_whether_an_answer_settles_the_message(editor_client, before, closes, state):
    message = make_message(state=before)

    answer(editor_client, message, closes=closes)

    message.refresh_from_db()
    assert message.state == state


def test_an_answer_settles_the_message_unless_the_tick_is_taken_away(editor_client):
    response = editor_client.get(make_message().get_absolute_url())

    tick = next(a for _, a in Document(response.text).tags if a.get("name") == "answer-closes")
    assert "checked" in tick


def test_who_answers_has_the_message_if_no_one_had_it(editor_client):
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
def test_an_empty_answer_keeps_the_page_and_says_so(editor_client, text):
    message = make_message()

    response = answer(editor_client, message, text)

    assert response.status_code == 200
    assert "Écrivez votre réponse." in read(response)
    assert not Entry.objects.exists()
    assert not Mail.objects.exists()
    message.refresh_from_db()
    assert message.state == Message.State.NEW


def test_what_was_typed_is_kept_when_an_answer_is_refused(editor_client):
    message = make_message()
    too_long = "Très long <b>propos</b>. " * 500

    response = answer(editor_client, message, too_long, closes="")

    assertContains(response, escape(too_long.rstrip(), quote=False))
    tick = next(a for _, a in Document(response.text).tags if a.get("name") == "answer-closes")
    assert "checked" not in tick
    assert not Entry.objects.exists()


def test_an_answer_is_held_back_when_a_colleague_answered_meanwhile(manager_client, editor_client):
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


def test_a_note_written_meanwhile_does_not_hold_an_answer_back(manager_client, editor_client):
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
def test_an_answer_that_does_not_say_what_was_seen_is_held_back(editor_client, answers_seen):
    message = make_message()

    response = answer(editor_client, message, answers_seen=answers_seen)

    assert response.status_code == 200
    assertContains(response, "Voici notre réponse.</textarea>")
    assert not Entry.objects.exists()
    assert not Mail.objects.exists()


def test_an_answer_to_no_address_is_not_kept(editor_client):
    message = make_message(email="", name="", text="", anonymised_at=timezone.now(), state="done")

    answer(editor_client, message)

    assert not Entry.objects.exists()
    assert not Mail.objects.exists()


def test_an_answer_to_no_address_says_why_and_keeps_the_text(editor_client):
    message = make_message(email="", name="", text="", anonymised_at=timezone.now(), state="done")

    response = answer(editor_client, message)

    assert "Ce message est anonymisé : on n'y écrit plus." in read(response)
    assert "Voici notre réponse." in read(response)


# What every deed leaves behind


DEEDS = [
    ("assign", {"user": ""}, "Le message n'est attribué à personne."),
    ("state", {"state": "done"}, "Le message est maintenant « traité »."),
    ("note", {"text": "Vu avec Marqueur."}, "La note est ajoutée."),
    ("answer", {"text": "Bonjour Marqueur.", "answers_seen": 0}, "La réponse est enregistrée"),
]


@pytest.mark.parametrize(("name", "fields", "said"), DEEDS)
def test_every_deed_is_in_the_history_without_a_word_of_the_visitor(
    editor_client, name, fields, said
):
    message = make_message(
        name="Marqueur", email="marqueur@commune.example", text="Marqueur", organisation="Marqueur"
    )

    do(editor_client, message, name, **fields)
    history = editor_client.get(page("history", message.pk))

    entry = LogEntry.objects.get()
    assert entry.user == editor_client.user
    assert entry.object_repr == f"Message {message.reference}"
    assert plain(entry.get_change_message()).startswith(said)
    assert said in read(history)
    assert "marqueur" not in read(history).lower()


@pytest.mark.parametrize(("name", "fields", "said"), DEEDS)
def test_every_deed_dates_the_activity_of_the_message_and_of_those_joined_to_it(
    editor_client, name, fields, said
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


def test_a_refused_deed_leaves_nothing_behind(editor_client):
    message = make_message(received_at=LONG_AGO)

    do(editor_client, message, "note", text="")
    answer(editor_client, message, answers_seen=4)

    message.refresh_from_db()
    assert message.last_activity_at == LONG_AGO
    assert not LogEntry.objects.exists()


def test_two_deeds_from_pages_opened_at_once_do_not_undo_each_other(manager_client, editor_client):
    message, colleague = make_message(), make_staff()
    stale = Message.objects.get()

    work.assign(stale, colleague, editor_client.user)
    work.set_state(stale, Message.State.OPEN)
    work.add_note(stale, "Lu.", manager_client.user)

    message.refresh_from_db()
    assert (message.assigned_to, message.state) == (colleague, "open")


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


def test_the_mail_program_opens_on_the_words_quoted(db):
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


def test_odd_characters_reach_the_mail_program_whole(db):
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


# Several messages together


def test_messages_are_taken_together(editor_client):
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
    ("action", "state", "said"),
    [
        ("close", "done", "Marqué « traité ». Messages : 2."),
        ("put_aside", "suspect", "Rangé dans les indésirables. Messages : 2."),
    ],
)
def test_messages_change_state_together(editor_client, action, state, said):
    messages = [make_message(), make_message(state="open")]
    other = make_message()

    response = do_together(editor_client, action, messages)

    assert set(Message.objects.filter(state=state)) == set(messages)
    other.refresh_from_db()
    assert other.state == Message.State.NEW
    assert said in read(response)


@pytest.mark.parametrize("action", ["take", "close", "put_aside"])
def test_what_is_done_together_is_in_the_history_of_each(editor_client, action):
    messages = [make_message(received_at=LONG_AGO), make_message(received_at=LONG_AGO)]

    do_together(editor_client, action, messages)

    assert {entry.object_id for entry in LogEntry.objects.all()} == {
        str(message.pk) for message in messages
    }
    assert not Message.objects.filter(last_activity_at=LONG_AGO).exists()


def test_a_suspect_that_is_closed_writes_to_no_one(editor_client):
    make_person()
    message = make_message(state="suspect")

    do_together(editor_client, "close", [message], folder="indesirables")

    assert not Mail.objects.exists()


def test_a_suspect_that_a_true_message_is_joined_to_goes_to_who_has_that_one(editor_client):
    person, colleague = make_person(), make_staff()
    suspect = make_message(state="suspect", received_at=LONG_AGO)
    message = make_message(person=person, assigned_to=colleague)

    do_together(editor_client, "merge", [suspect, message], sure="oui")

    suspect.refresh_from_db()
    assert suspect.state == Message.State.OPEN
    assert (suspect.person, suspect.assigned_to) == (person, colleague)


def test_what_is_done_with_a_joined_message_keeps_the_whole_from_oblivion(editor_client):
    message = make_message(received_at=LONG_AGO)
    joined = make_message(received_at=LONG_AGO, merged_into=message)

    do(editor_client, joined, "note", text="Rappeler jeudi.")

    message.refresh_from_db()
    assert message.last_activity_at > LONG_AGO


def test_one_message_alone_is_not_joined(editor_client):
    message = make_message()

    response = do_together(editor_client, "merge", [message], sure="oui")

    assert "Choisissez au moins deux messages à réunir." in read(response)
    message.refresh_from_db()
    assert message.merged_into is None
    assert not LogEntry.objects.exists()


def test_messages_are_joined_once_it_is_confirmed(editor_client):
    newest = make_message(reference="CCCC-2222", text="La troisième.")
    oldest = make_message(reference="AAAA-2222", text="La première.", received_at=LONG_AGO)
    middle = make_message(
        reference="BBBB-2222", text="La deuxième.", received_at=LONG_AGO + timedelta(days=1)
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


def test_joined_messages_date_their_activity_and_say_so_in_the_history(editor_client):
    oldest = make_message(received_at=LONG_AGO)
    other = make_message(received_at=LONG_AGO + timedelta(days=1))
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
def test_a_settled_message_is_open_again_when_one_that_waits_is_joined(
    editor_client, states, state
):
    oldest = make_message(state=states[0], received_at=LONG_AGO)
    other = make_message(state=states[1])

    do_together(editor_client, "merge", [other, oldest], sure="oui")

    oldest.refresh_from_db()
    other.refresh_from_db()
    assert oldest.state == state
    assert other.merged_into == oldest


def test_a_message_takes_along_those_joined_to_it(editor_client):
    oldest = make_message(received_at=LONG_AGO)
    middle = make_message(received_at=LONG_AGO + timedelta(days=1))
    below = make_message(merged_into=middle)
    stranger = make_message(merged_into=make_message())

    do_together(editor_client, "merge", [oldest, middle], sure="oui")

    below.refresh_from_db()
    stranger.refresh_from_db()
    assert set(oldest.merged.all()) == {middle, below}
    assert stranger.merged_into != oldest


def test_a_joined_message_is_not_in_the_lists(editor_client):
    message = make_message()
    make_message(merged_into=message, received_at=LONG_AGO)

    for folder in ["", "tous"]:
        assert rows(list_of(editor_client, folder)) == [message]
    assert rows(list_of(editor_client, "relancer")) == []


def test_a_joined_message_is_taken_out_again(editor_client):
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
def test_only_what_is_joined_to_a_message_is_taken_out_of_it(editor_client, which):
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


# The table for a spreadsheet


def table(response):
    """Return the rows of the file, as a spreadsheet reads them."""
    text = response.content.decode("utf-8-sig")
    return list(csv.reader(StringIO(text, newline=""), delimiter=";"))


def test_the_file_opens_right_in_a_french_spreadsheet(editor_client):
    make_message()

    response = editor_client.get(page("export"))

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    name = f"messages-{timezone.localdate():%Y-%m-%d}.csv"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response.content.startswith(b"\xef\xbb\xbfR\xc3\xa9f\xc3\xa9rence;Re\xc3\xa7u le;")
    assert response.content.endswith(b"\r\n")
    assert response.content.count(b"\r\n") == response.content.count(b"\n") == 2


def test_a_line_of_the_file_says_all_of_a_message(editor_client):
    message = make_message(
        reference="K7QF-2MXD",
        received_at=datetime(2026, 7, 14, 23, 30, tzinfo=ZoneInfo("UTC")),
        name="Jeanne Roy",
        email="jeanne@mairie.example",
        telephone="02 48 00 00 00",
        organisation="Mairie ; « Vierzon »",
        territory=make_territory(name="Val-de-Test"),
        commune=make_commune(name="Vierzon", department=make_territory(code="18")),
        subject=make_subject(name="Un projet"),
        about="Levier 3",
        text='Bonjour ; "cité"\r\nseconde ligne\nfin',
        assigned_to=make_staff(username="chloe"),
        state="open",
    )
    make_entry(message=message, kind=Entry.Kind.ANSWER)
    make_entry(message=message, kind=Entry.Kind.ANSWER)
    make_entry(message=message)
    moment = datetime(2026, 8, 1, 12, tzinfo=PARIS)
    Message.objects.update(last_activity_at=moment)

    header, line = table(editor_client.get(page("export")))

    assert dict(zip(header, line, strict=True)) == {
        "Référence": "K7QF-2MXD",
        "Reçu le": "15/07/2026 01:30",
        "État": "en cours",
        "Objet": "Un projet",
        "Territoire": "Val-de-Test",
        "Commune": "Vierzon (18)",
        "À propos de": "Levier 3",
        "Nom": "Jeanne Roy",
        "Adresse électronique": "jeanne@mairie.example",
        "Téléphone": "02 48 00 00 00",
        "Vous êtes": "Élu ou élue",
        "Organisation": message.organisation,
        "Message": message.text,
        "Attribué à": "chloe",
        "Réponses": "2",
        "Dernière activité": "01/08/2026 12:00",
    }


def exported(response):
    return [line[0] for line in table(response)[1:]]


def test_the_file_holds_what_the_list_shows(editor_client):
    each = make_one_of_each()
    subject = each["done"].subject

    def references(*names):
        return {each[name].reference for name in names}

    everything = editor_client.get(page("export"), {"dossier": "tous"})
    first = editor_client.get(page("export"))
    suspects = editor_client.get(page("export"), {"dossier": "indesirables"})
    searched = editor_client.get(page("export"), {"q": "Ouverte"})
    of_subject = editor_client.get(
        page("export"), {"dossier": "tous", "subject__id__exact": subject.pk}
    )

    assert set(exported(everything)) == references("new", "open", "done", "suspect", "late")
    assert set(exported(first)) == references("late", "new", "open")
    assert exported(first)[0] == each["late"].reference
    assert set(exported(suspects)) == references("suspect")
    assert set(exported(searched)) == references("open")
    assert set(exported(of_subject)) == references("done")


def test_the_list_links_to_the_file_of_what_it_shows(editor_client):
    subject = make_subject(name="Recyclerie")
    settled = make_message(state="done", subject=subject)
    make_message(state="done")
    make_message(subject=subject)
    response = list_of(editor_client, "traites", subject__id__exact=subject.pk)
    link = next(
        link for link in Document(response.text).attributes("href") if page("export") in link
    )

    assert exported(editor_client.get(link)) == [settled.reference]


def test_the_file_holds_more_than_a_page_of_the_list(editor_client):
    for _ in range(53):
        make_message()

    response = editor_client.get(page("export"))

    assert len(exported(response)) == 53


def test_the_file_of_nothing_has_its_header(editor_client):
    response = editor_client.get(page("export"))

    assert len(table(response)) == 1


def test_the_file_asks_no_more_for_ten_messages_than_for_one(editor_client):
    make_busy_message()
    editor_client.get(page("export"))
    with_one = queries(lambda: editor_client.get(page("export")))
    for _ in range(9):
        make_busy_message()

    with_ten = queries(lambda: editor_client.get(page("export")))

    assert with_ten == with_one


@pytest.mark.parametrize(
    "filters",
    [{"subject__id__exact": "rien"}, {"received_at__gte": "hier"}],
)
def test_a_wrong_filter_leads_back_to_the_list(editor_client, filters):
    make_busy_message()
    make_busy_message()

    response = editor_client.get(page("export"), filters)

    assertRedirects(response, page("changelist"), fetch_redirect_response=False)


FORMULAS = [
    "=1+1",
    "+33 2 38 00 00 00",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\tmot",
    "\rmot",
    "＝1",
    "＋1",
    "－1",
    "＠1",
    "  =1",
    "\u00a0=1",
    "\u202f+1",
    '=HYPERLINK("https://x.example";"clic")',
]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_cell_that_reads_as_a_formula_is_made_harmless(text):
    assert escape_formula(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", "Bonjour", "1+1=2", "a=b", "02 38", " bonjour", "'=1", "é", "«-»", "–1"]
)
def test_a_cell_that_is_no_formula_is_left_alone(text):
    assert escape_formula(text) == text


@pytest.mark.parametrize(("value", "text"), [(None, ""), (0, "0"), (12, "12"), (-3, "-3")])
def test_a_cell_of_another_kind_becomes_its_text(value, text):
    assert escape_formula(value) == text


def test_every_cell_survives_the_way_through_the_file():
    cells = ['"', ";", "a;b", '"a";"b"', "a\r\nb", "a\nb", "a\rb", "", "é 🦊", ",", "\\", "''"]

    content = french_csv(["En-tête", *cells[1:]], [cells, cells[::-1]])

    text = content.decode("utf-8-sig")
    header, *lines_ = csv.reader(StringIO(text, newline=""), delimiter=";")
    assert header == ["En-tête", *cells[1:]]
    assert lines_ == [cells, cells[::-1]]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_visitor_writes_is_no_formula_in_the_file(editor_client, text):
    make_message(name=text, organisation=text, about=text, text=text, telephone=text[:30])

    header, line = table(editor_client.get(page("export")))

    cells = dict(zip(header, line, strict=True))
    for column in ["Nom", "Organisation", "À propos de", "Message"]:
        assert cells[column] == f"'{text}"
    assert cells["Téléphone"] == f"'{text[:30]}"


# Who else is reading


def tell_presence(client, message):
    response = client.post(page("presence", message.pk))
    assert response.status_code == 200
    return response.json()["readers"]


def test_presence_is_told_and_never_fetched(editor_client):
    message = make_message()

    response = editor_client.get(page("presence", message.pk))

    assert response.status_code == 405
    assert not Reading.objects.exists()


def test_who_reads_alone_sees_no_one(editor_client):
    message = make_message()
    make_reading()

    told = [tell_presence(editor_client, message), tell_presence(editor_client, message)]

    assert told == [[], []]
    assert message.readings.count() == 1


def test_two_readers_see_each_other_by_name(manager_client, editor_client):
    editor_client.user.first_name, editor_client.user.last_name = "Awa", "Diop"
    editor_client.user.save()
    message = make_message()

    first = tell_presence(editor_client, message)
    second = tell_presence(manager_client, message)
    third = tell_presence(editor_client, message)

    assert (first, second, third) == ([], ["Awa Diop"], ["Responsable"])


def test_a_reader_is_forgotten_after_a_while(manager_client, editor_client, monkeypatch):
    message = make_message()
    stop_clock(monkeypatch, NOW, manager_client, editor_client)
    tell_presence(editor_client, message)

    stop_clock(monkeypatch, NOW + Reading.LASTS)
    still_there = tell_presence(manager_client, message)
    stop_clock(monkeypatch, NOW + Reading.LASTS + timedelta(seconds=1))
    gone = tell_presence(manager_client, message)
    tell_presence(editor_client, message)
    back = tell_presence(manager_client, message)

    assert (still_there, gone, back) == (["Rédaction"], [], ["Rédaction"])


def test_presence_on_a_message_that_is_not_there_is_not_found(editor_client):
    for key in [987654, 10**30]:
        assert editor_client.post(page("presence", key)).status_code == 404


def test_the_page_says_where_to_tell_ones_presence(editor_client):
    message = make_message()

    response = editor_client.get(message.get_absolute_url())

    assert page("presence", message.pk) in Document(response.text).attributes("data-presence")


# Statistics


def test_messages_are_counted_by_month_across_the_end_of_a_year(db, monkeypatch):
    stop_clock(monkeypatch, datetime(2026, 2, 10, 12, tzinfo=PARIS))
    utc = ZoneInfo("UTC")
    for moment in [
        datetime(2025, 2, 28, 22, 59, tzinfo=utc),  # a minute before March in Paris
        datetime(2025, 2, 28, 23, 0, tzinfo=utc),
        datetime(2025, 12, 31, 22, 59, tzinfo=utc),
        datetime(2025, 12, 31, 23, 0, tzinfo=utc),
        datetime(2026, 2, 10, 10, 0, tzinfo=utc),
    ]:
        make_message(received_at=moment)

    months = [(f"{month:%Y-%m}", number) for month, number in statistics.by_month()]

    assert months == [
        ("2025-03", 1),
        ("2025-04", 0),
        ("2025-05", 0),
        ("2025-06", 0),
        ("2025-07", 0),
        ("2025-08", 0),
        ("2025-09", 0),
        ("2025-10", 0),
        ("2025-11", 0),
        ("2025-12", 1),
        ("2026-01", 1),
        ("2026-02", 1),
    ]


@pytest.mark.parametrize(
    ("now", "first"),
    [
        (datetime(2026, 12, 31, 23, 59, tzinfo=PARIS), date(2026, 1, 1)),
        (datetime(2027, 1, 1, 0, 0, tzinfo=PARIS), date(2026, 2, 1)),
        (datetime(2026, 11, 30, 12, tzinfo=PARIS), date(2025, 12, 1)),
        (datetime(2026, 3, 31, 12, tzinfo=PARIS), date(2025, 4, 1)),
        # The year has begun in Paris.
        (datetime(2026, 12, 31, 23, 30, tzinfo=ZoneInfo("UTC")), date(2026, 2, 1)),
    ],
)
def test_the_count_begins_twelve_months_ago_this_one_included(db, monkeypatch, now, first):
    stop_clock(monkeypatch, now)

    months = [month for month, _ in statistics.by_month()]

    assert statistics.first_month().isoformat()[:19] == f"{first}T00:00:00"
    assert len(months) == 12
    assert months[0].date() == first
    last = now.astimezone(PARIS)
    assert (months[-1].year, months[-1].month) == (last.year, last.month)


def test_the_page_of_statistics_says_when_what_and_where(editor_client, monkeypatch):
    stop_clock(monkeypatch, NOW, editor_client)
    project, other = make_subject(name="Un projet"), make_subject(name="Autre chose")
    cher = make_territory(name="Val-de-Test")
    recently = {"received_at": datetime(2026, 10, 3, 9, tzinfo=PARIS)}
    first = make_message(subject=project, territory=cher, **recently)
    make_message(subject=project, state="done", **recently)
    make_message(subject=other, received_at=NOW)
    make_message(subject=other, state="suspect", **recently)
    make_message(subject=other, merged_into=first, **recently)
    make_message(subject=other, received_at=datetime(2025, 11, 30, 9, tzinfo=PARIS))

    text = read(editor_client.get(page("statistics")))

    assert "Messages reçus depuis décembre 2025" in text
    assert "Septembre 2026 0 Octobre 2026 2 Novembre 2026 1" in text
    assert "Par objet Objet Messages Un projet 2 Autre chose 1" in text
    assert "Par territoire Territoire Messages Non précisé 2 Val-de-Test 1" in text


def test_the_statistics_of_an_empty_desk_read_well(editor_client, monkeypatch):
    stop_clock(monkeypatch, NOW, editor_client)

    text = read(editor_client.get(page("statistics")))

    assert "Décembre 2025 0" in text
    assert "Novembre 2026 0" in text
    assert text.count("Aucun message.") == 2


# The outbox


def make_one_mail_of_each():
    return {
        "sent": make_mail(sent_at=NOW, next_try_at=None, attempts=2),
        "waiting": make_mail(
            next_try_at=timezone.now() + timedelta(hours=4), attempts=7, last_error="421 plus tard"
        ),
        "given up": make_mail(next_try_at=None, attempts=20, last_error="550 inconnu"),
    }


@pytest.mark.parametrize(
    ("folder", "names"),
    [
        ("", {"sent", "waiting", "given up"}),
        ("attente", {"waiting"}),
        ("abandonnes", {"given up"}),
        ("partis", {"sent"}),
        ("inconnu", {"sent", "waiting", "given up"}),
    ],
)
def test_the_outbox_has_a_folder_for_each_fate(editor_client, folder, names):
    mails = make_one_mail_of_each()

    response = editor_client.get(address(Mail, "changelist"), {"depart": folder} if folder else {})

    assert set(rows(response)) == {mails[name] for name in names}
    text = read(response)
    for words in ["Tous (3)", "En attente (1)", "Abandonnés (1)", "Partis (1)"]:
        assert words in text


def test_the_outbox_says_what_became_of_each_mail_and_why(editor_client):
    mails = make_one_mail_of_each()

    text = read(editor_client.get(address(Mail, "changelist")))

    for mail in mails.values():
        assert mail.message.reference in text
        assert mail.recipient in text
    for words in ["parti le", "en attente", "421 plus tard", "abandonné", "550 inconnu"]:
        assert words in text


def test_a_mail_is_found_by_the_reference_of_its_message(editor_client):
    mail = make_mail()
    make_mail()

    response = editor_client.get(address(Mail, "changelist"), {"q": mail.message.reference})

    assert rows(response) == [mail]


@pytest.mark.parametrize("client_name", [*GROUPS, "admin_client"])
def test_the_outbox_is_read_and_not_written(client_name, request):
    client = request.getfixturevalue(client_name)
    mail = make_mail(last_error="421 plus tard")
    before = Mail.objects.values().get()

    opened = client.get(address(Mail, "change", mail.pk))
    answers = [
        client.post(address(Mail, "change", mail.pk), {"recipient": "x@y.example"}),
        client.get(address(Mail, "add")),
        client.post(address(Mail, "add"), {"recipient": "x@y.example"}),
        client.post(address(Mail, "delete", mail.pk), {"post": "yes"}),
    ]
    client.post(
        address(Mail, "changelist"), {"action": "delete_selected", "_selected_action": [mail.pk]}
    )

    assert "421 plus tard" in read(opened)
    assertNotContains(opened, 'name="_save"')
    assertNotContains(opened, 'name="recipient"')
    assert [answer.status_code for answer in answers] == [403] * 4
    assert Mail.objects.values().get() == before


def send_again(client, mails):
    values = {"action": "send_again", "_selected_action": [mail.pk for mail in mails]}
    return client.post(address(Mail, "changelist"), values, follow=True)


def test_mails_that_did_not_go_out_are_sent_again_without_waiting(editor_client, monkeypatch):
    mails = make_one_mail_of_each()
    other = make_mail(next_try_at=None, attempts=20)
    stop_clock(monkeypatch, timezone.now(), editor_client)

    response = send_again(editor_client, mails.values())

    assert set(Mail.objects.due()) == {mails["waiting"], mails["given up"]}
    assert set(Mail.objects.due().values_list("attempts", flat=True)) == {0}
    sent = Mail.objects.get(pk=mails["sent"].pk)
    assert (sent.sent_at, sent.next_try_at, sent.attempts) == (NOW, None, 2)
    other.refresh_from_db()
    assert (other.next_try_at, other.attempts) == (None, 20)
    assert "Courriels à renvoyer dans un instant : 2." in read(response)


def test_who_may_only_look_at_the_outbox_sends_nothing_again(db):
    client = client_with("view_mail")
    mail = make_mail(next_try_at=None, attempts=20)

    listed = client.get(address(Mail, "changelist"))
    send_again(client, [mail])

    assertNotContains(listed, "send_again")
    mail.refresh_from_db()
    assert (mail.next_try_at, mail.attempts) == (None, 20)


# Reminders


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


def test_what_is_overdue_is_what_its_own_line_says(db, monkeypatch):
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


def test_only_what_waits_without_an_answer_is_overdue(db):
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


def test_a_reminder_is_written_once_to_who_has_the_message(db):
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


def test_a_message_of_no_one_causes_no_reminder_and_is_not_looked_at_again(db):
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


# Every page


@pytest.fixture
def busy_desk(db):
    """One of each state of a message, with all that can hang on it."""
    parent = make_busy_message(email="jeanne@commune.example")
    make_busy_message(email="jeanne@commune.example", state="done")
    return {
        "parent": parent,
        "joined": make_busy_message(merged_into=parent),
        "suspect": make_busy_message(state="suspect", suspicions="Trop de liens"),
        "anonymised": make_message(
            name="", email="", text="", state="done", anonymised_at=timezone.now()
        ),
    }


def every_page(client, desk):
    """Return every page of the desk that both groups open, by name."""
    message = desk["parent"]
    pages = {name: client.get(row.get_absolute_url()) for name, row in desk.items()}
    pages |= {f"list {f}": list_of(client, f) for f in ["", "relancer", "traites", "indesirables"]}
    do(client, message, "note", text="Lu.")
    return pages | {
        "list without any": list_of(client, q="introuvable"),
        "empty answer": do(client, message, "answer", text=""),
        "empty note": do(client, message, "note", text=""),
        "wrong state": do(client, message, "state", state="perdu"),
        "wrong colleague": do(client, message, "assign", user="0"),
        "history": client.get(page("history", message.pk)),
        "statistics": client.get(page("statistics")),
        "merge": do_together(client, "merge", [message, desk["suspect"]]),
        "outbox": client.get(address(Mail, "changelist")),
        "mail": client.get(address(Mail, "change", Mail.objects.first().pk)),
    }


def personal_data_pages(client):
    url = page("personal_data")
    someone = {"email": "jeanne@commune.example"}
    return {
        "personal data": client.get(url),
        "no address": client.post(url, {"email": "", "do": "look"}),
        "known": client.post(url, someone | {"do": "look"}),
        "unknown": client.post(url, {"email": "personne@commune.example", "do": "look"}),
        "erase without tick": client.post(url, someone | {"do": "erase"}),
    }


def check_page(name, response):
    document = Document(response.text)
    assert response.status_code == 200, name
    assert '<html lang="fr"' in response.text, name
    english = ENGLISH.search(document.text)
    assert not english, f"{name}: {english and english[0]}"
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy, name
    assert "unsafe-" not in policy, name
    for tag, attributes in document.tags:
        assert tag != "style", name
        assert tag != "script" or attributes.get("src"), name
        assert "style" not in attributes, f"{name}: {attributes}"
        assert not [key for key in attributes if key.startswith("on")], f"{name}: {attributes}"
    ids = document.attributes("id")
    assert len(ids) == len(set(ids)), f"{name}: {[i for i in ids if ids.count(i) > 1]}"
    for reference in ["for", "aria-describedby", "aria-labelledby", "aria-controls"]:
        for value in document.attributes(reference):
            assert value, f"{name}: {reference} is empty"
            assert set(value.split()) <= set(ids), f"{name}: {reference} {value}"
    assert [level for level, _ in document.headings].count(1) == 1 + ("admin" in name), name


@pytest.mark.parametrize("client_name", GROUPS)
def test_every_page_of_the_desk_is_french_sound_and_runs_nothing_from_elsewhere(
    client_name, request, busy_desk
):
    client = request.getfixturevalue(client_name)

    pages = every_page(client, busy_desk)

    for name, response in pages.items():
        check_page(name, response)
    assert len(pages) == 18


def test_the_page_of_personal_data_is_french_and_sound(manager_client, busy_desk):
    pages = personal_data_pages(manager_client)

    for name, response in pages.items():
        check_page(name, response)
    assert len(pages) == 5


def test_the_redaction_does_not_answer_for_personal_data(editor_client, busy_desk):
    before = list(Message.objects.values())

    listed = list_of(editor_client)
    pages = personal_data_pages(editor_client)
    erased = editor_client.post(
        page("personal_data"), {"email": "jeanne@commune.example", "do": "erase", "sure": "on"}
    )

    assertNotContains(listed, page("personal_data"))
    assert {response.status_code for response in [*pages.values(), erased]} == {403}
    assert list(Message.objects.values()) == before


def test_the_list_leads_a_responsable_to_every_page_of_the_desk(manager_client):
    links = Document(list_of(manager_client).text).attributes("href")

    assert page("personal_data") in links
    assert page("statistics") in links
    assert reverse("admin:contact_message_export") in {link.partition("?")[0] for link in links}


@pytest.mark.parametrize("client_name", GROUPS)
def test_both_groups_treat_messages(client_name, request):
    client = request.getfixturevalue(client_name)
    message = make_message()

    done = [
        do(client, message, "assign", user=client.user.pk),
        do(client, message, "note", text="Lu."),
        answer(client, message),
        do(client, message, "state", state="open"),
    ]

    assert [response.status_code for response in done] == [302] * 4
    assert tell_presence(client, message) == []
