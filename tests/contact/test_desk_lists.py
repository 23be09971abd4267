"""The lists of the desk."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from cress.contact.models import Entry, Reading
from tests.contact.desk import (
    GROUPS,
    LONG_AGO,
    NOW,
    PARIS,
    lines,
    list_of,
    make_busy_message,
    make_one_of_each,
    page,
    queries,
    read,
    rows,
    stop_clock,
    table,
)
from tests.factories import (
    make_entry,
    make_message,
    make_reading,
    make_staff,
    make_subject,
    make_territory,
)
from tests.html import Document


@pytest.mark.parametrize("client_name", GROUPS)
def test_the_list_opens_on_the_messages_to_answer_oldest_first(client_name, request):
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
def test_a_folder_holds_the_messages_of_its_name(editor_client, folder, names):
    each = make_one_of_each()

    response = list_of(editor_client, folder)

    assert set(rows(response)) == {each[name] for name in names}


def test_every_folder_shows_its_number_of_messages(editor_client):
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
def test_an_unknown_folder_shows_the_messages_to_answer(editor_client, folder):
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


def test_messages_that_are_done_are_listed_newest_first(editor_client):
    first = make_message(state="done", received_at=LONG_AGO)
    second = make_message(state="done", received_at=LONG_AGO + timedelta(days=1))

    response = list_of(editor_client, "traites")

    assert rows(response) == [second, first]


def test_overdue_messages_are_listed_oldest_first(editor_client):
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
def test_a_row_shows_for_how_many_working_days_the_message_has_waited(
    editor_client, monkeypatch, received_on, age, is_late
):
    stop_clock(monkeypatch, NOW, editor_client)
    moment = datetime(received_on.year, received_on.month, received_on.day, 9, tzinfo=PARIS)
    make_message(name="Jeanne", received_at=moment)

    line = lines(list_of(editor_client))[0]

    assert re.search(rf"(?<!\d){age}(?!s)", line)
    assert ("à relancer" in line) == is_late


def test_a_message_that_is_done_shows_its_date_and_not_its_waiting_time(editor_client, monkeypatch):
    stop_clock(monkeypatch, NOW, editor_client)
    make_message(state="done", received_at=datetime(2026, 10, 1, 9, tzinfo=PARIS))

    line = lines(list_of(editor_client, "traites"))[0]

    assert "reçu le 01/10/2026" in line
    assert "ouvré" not in line
    assert "à relancer" not in line


def test_a_message_with_an_answer_is_not_overdue(editor_client, monkeypatch):
    stop_clock(monkeypatch, NOW, editor_client)
    message = make_message(state="open", received_at=datetime(2026, 10, 1, 9, tzinfo=PARIS))
    make_entry(message=message, kind=Entry.Kind.ANSWER)

    line = lines(list_of(editor_client))[0]

    assert "jours ouvrés" in line
    assert "à relancer" not in line


def test_a_row_shows_the_subject_the_territory_and_the_holder_of_the_message(editor_client):
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


def test_a_row_shows_who_has_the_message_on_screen(editor_client):
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


def test_a_message_is_found_by_a_commune_that_the_site_does_not_know(editor_client):
    message = make_message(typed_commune="Le Mans")
    make_message()

    response = list_of(editor_client, q="le mans")

    assert rows(response) == [message]


def test_a_message_is_found_by_the_page_it_is_about(editor_client):
    message = make_message(about="Levier 3 : les marchés réservés")
    make_message()

    response = list_of(editor_client, q="marchés réservés")

    assert rows(response) == [message]


def test_the_list_is_filtered_by_subject_territory_and_holder(editor_client):
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


@pytest.mark.parametrize("folder", ["", "tous", "relancer"])
def test_the_list_makes_as_many_queries_for_ten_full_messages_as_for_one(editor_client, folder):
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
