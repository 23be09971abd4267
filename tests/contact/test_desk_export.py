"""The table of messages for a spreadsheet."""

import csv
from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from pytest_django.asserts import assertRedirects

from cress.base.files.spreadsheets import escape_formula, french_csv
from cress.contact.models import Entry, Message
from tests.contact.desk import (
    PARIS,
    list_of,
    make_busy_message,
    make_one_of_each,
    page,
    queries,
    table,
)
from tests.factories import (
    make_commune,
    make_entry,
    make_message,
    make_staff,
    make_subject,
    make_territory,
)
from tests.html import Document


def test_the_file_opens_right_in_a_french_spreadsheet(editor_client):
    make_message()

    response = editor_client.get(page("export"))

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    name = f"messages-{timezone.localdate():%Y-%m-%d}.csv"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response.content.startswith(b"\xef\xbb\xbfR\xc3\xa9f\xc3\xa9rence;Re\xc3\xa7u le;")
    assert response.content.endswith(b"\r\n")
    assert response.content.count(b"\r\n") == response.content.count(b"\n") == 2


def test_a_row_of_the_file_holds_the_whole_message(editor_client):
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
        "Téléphone": "'02 48 00 00 00",  # a spreadsheet would take it for a number
        "Vous êtes": "Élu ou élue",
        "Organisation": message.organisation,
        "Message": message.text,
        "Attribué à": "chloe",
        "Réponses": "2",
        "Dernière activité": "01/08/2026 12:00",
    }


def test_a_commune_that_was_not_found_is_in_the_file_as_it_was_written(editor_client):
    make_message(typed_commune="=Le Mans")

    header, line = table(editor_client.get(page("export")))

    assert dict(zip(header, line, strict=True))["Commune"] == "'=Le Mans"


def exported(response):
    return [line[0] for line in table(response)[1:]]


def test_the_file_holds_the_messages_of_the_list(editor_client):
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


def test_the_list_links_to_the_file_of_its_own_messages(editor_client):
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


def test_the_file_makes_as_many_queries_for_ten_messages_as_for_one(editor_client):
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


def test_every_cell_is_read_back_as_it_was_written():
    cells = ['"', ";", "a;b", '"a";"b"', "a\r\nb", "a\nb", "a\rb", "", "é 🦊", ",", "\\", "''"]

    content = french_csv(["En-tête", *cells[1:]], [cells, cells[::-1]])

    text = content.decode("utf-8-sig")
    header, *lines_ = csv.reader(StringIO(text, newline=""), delimiter=";")
    assert header == ["En-tête", *cells[1:]]
    assert lines_ == [cells, cells[::-1]]


@pytest.mark.parametrize("text", FORMULAS)
def test_the_words_of_a_visitor_are_not_a_formula_in_the_file(editor_client, text):
    make_message(name=text, organisation=text, about=text, text=text, telephone=text[:30])

    header, line = table(editor_client.get(page("export")))

    cells = dict(zip(header, line, strict=True))
    for column in ["Nom", "Organisation", "À propos de", "Message"]:
        assert cells[column] == f"'{text}"
    assert cells["Téléphone"] == f"'{text[:30]}"
