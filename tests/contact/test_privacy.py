"""Personal data: how long it is stored, its export and its deletion."""

import json
from datetime import datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core import mail as post
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.db.transaction import atomic
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from cress.contact import outbox, privacy
from cress.contact.desk import actions, statistics
from cress.contact.models import Entry, Mail, Message, Reading
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
from tests.html import Document, plain

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 25, 12, tzinfo=PARIS)
A_YEAR_AGO = datetime(2025, 11, 25, 12, tzinfo=PARIS)
ONE_SECOND = timedelta(seconds=1)
# A word in every text of a person, to look for it afterwards.
MARKER = "zzmarqueurzz"


def stop_clock(monkeypatch, moment):
    monkeypatch.setattr(timezone, "now", lambda: moment)


def run(*arguments):
    """Run a command and return the lines that it prints."""
    output = StringIO()
    call_command(*arguments, stdout=output)
    return [plain(line) for line in output.getvalue().splitlines()]


def make_still_message(**fields):
    """Make a message without activity for more than twelve months."""
    return make_message(**{"received_at": timezone.now() - timedelta(days=400)} | fields)


def make_marked_message(**fields):
    """Make a message with the marker in every text that can name a person."""
    user = make_staff()
    message = make_still_message(
        **{
            "name": f"Jeanne {MARKER}",
            "email": f"{MARKER}@commune.example",
            "telephone": f"02 {MARKER}",
            "organisation": f"Mairie de {MARKER}",
            "typed_commune": f"Bourg de {MARKER}",
            "about": f"Page de {MARKER}",
            "text": f"Je suis {MARKER}.",
            "suspicions": f"L’adresse {MARKER}",
            "fingerprint": MARKER,
            "state": "open",
            "territory": make_territory(),
            "commune": make_commune(),
            "person": make_person(),
            "assigned_to": user,
        }
        | fields
    )
    make_entry(message=message, text=f"Rappeler {MARKER}.", author=user)
    answer = make_entry(message=message, kind="answer", text=f"Bonjour {MARKER}.", author=user)
    sent = {"next_try_at": None, "sent_at": A_YEAR_AGO}
    make_mail(message=message, **sent)
    make_mail(message=message, entry=answer, kind="answer", last_error=f"421 {MARKER}")
    make_mail(message=message, next_try_at=None, attempts=20, last_error=f"550 {MARKER}")
    make_reading(message=message, user=user)
    LogEntry.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(Message),
        object_id=str(message.pk),
        object_repr=str(message),
        action_flag=CHANGE,
        change_message=f"Écrit à {MARKER}",
    )
    return message


def columns_that_hold(word):
    """Look for a word in every row of every table."""
    found, swept = {}, set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT * FROM {name}")  # the name comes from the database
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                output = {
                    column
                    for column, value in zip(columns, row, strict=True)
                    if word.lower() in str(value).lower()
                }
                found[table] = found.get(table, set()) | output
            swept.add(table)
    assert {"contact_message", "contact_entry", "contact_mail", "django_admin_log"} <= swept
    return {table: columns for table, columns in found.items() if columns}


# Expiry


@pytest.mark.parametrize(
    ("moved_by", "is_expired"), [(ONE_SECOND, False), (timedelta(), False), (-ONE_SECOND, True)]
)
def test_a_message_expires_after_twelve_months_without_activity(
    db, monkeypatch, moved_by, is_expired
):
    stop_clock(monkeypatch, NOW)
    make_message(received_at=A_YEAR_AGO + moved_by)

    assert privacy.expired().exists() == is_expired


def test_a_message_expires_by_its_last_activity_and_not_by_its_arrival(db, monkeypatch):
    stop_clock(monkeypatch, NOW)
    message = make_message(received_at=A_YEAR_AGO - timedelta(days=900))
    Message.objects.update(last_activity_at=A_YEAR_AGO + timedelta(days=1))

    before = list(privacy.expired())
    Message.objects.update(last_activity_at=A_YEAR_AGO - timedelta(days=1))

    assert before == []
    assert list(privacy.expired()) == [message]


@pytest.mark.parametrize("state", Message.State.values)
def test_a_message_expires_whatever_its_state(db, state):
    message = make_still_message(state=state)

    assert list(privacy.expired()) == [message]


def test_a_message_is_anonymised_once(db):
    make_still_message(name="", email="", text="", anonymised_at=timezone.now())

    assert not privacy.expired().exists()


def test_merged_messages_expire_together(db):
    message = make_still_message()
    joined = make_still_message(merged_into=message)

    assert set(privacy.expired()) == {message, joined}


@pytest.mark.parametrize(
    ("now", "limit"),
    [
        (NOW, A_YEAR_AGO),
        (datetime(2028, 2, 29, 12, tzinfo=PARIS), datetime(2027, 2, 28, 12, tzinfo=PARIS)),
        (datetime(2028, 3, 1, 12, tzinfo=PARIS), datetime(2027, 3, 1, 12, tzinfo=PARIS)),
        (datetime(2029, 2, 28, 12, tzinfo=PARIS), datetime(2028, 2, 28, 12, tzinfo=PARIS)),
        (datetime(2029, 3, 1, 0, tzinfo=PARIS), datetime(2028, 3, 1, 0, tzinfo=PARIS)),
        # Summer time did not begin on the same day.
        (datetime(2027, 3, 29, 12, tzinfo=PARIS), datetime(2026, 3, 29, 12, tzinfo=PARIS)),
        # The year begins in Paris an hour before it does elsewhere.
        (
            datetime(2028, 2, 28, 23, 30, tzinfo=ZoneInfo("UTC")),
            datetime(2027, 2, 28, 0, 30, tzinfo=PARIS),
        ),
    ],
)
def test_twelve_months_ago_is_the_same_day_of_the_year_before(monkeypatch, now, limit):
    stop_clock(monkeypatch, now)

    assert privacy.retention_limit() == limit
    assert privacy.retention_limit(now) == limit


def test_a_message_of_a_29_february_expires_on_the_1_march(db, monkeypatch):
    make_message(received_at=datetime(2028, 2, 29, 12, tzinfo=PARIS))

    stop_clock(monkeypatch, datetime(2029, 2, 28, 23, 59, tzinfo=PARIS))
    on_the_day_before = privacy.expired().exists()
    stop_clock(monkeypatch, datetime(2029, 3, 1, 0, 0, tzinfo=PARIS))
    on_the_day = privacy.expired().exists()

    assert (on_the_day_before, on_the_day) == (False, True)


# The purge


def test_the_purge_without_apply_lists_references_and_changes_nothing(db):
    message = make_marked_message(reference="K7QF-2MXD")
    make_message()
    before = [list(model.objects.values()) for model in [Message, Entry, Mail, LogEntry]]

    output = run("purge_messages")

    after = [list(model.objects.values()) for model in [Message, Entry, Mail, LogEntry]]
    assert after == before
    last_day = timezone.localtime(message.last_activity_at)
    assert output == [
        f"K7QF-2MXD, dernière activité le {last_day:%d/%m/%Y}",
        "Messages à anonymiser : 1. Rien n'est changé ; ajoutez --apply pour le faire.",
    ]


def test_the_purge_lists_the_oldest_activity_first(db):
    second = make_still_message(received_at=timezone.now() - timedelta(days=500))
    first = make_still_message(received_at=timezone.now() - timedelta(days=600))

    output = run("purge_messages")

    assert [line[:9] for line in output[:2]] == [first.reference, second.reference]


def test_the_purge_anonymises_expired_messages_and_nothing_else(db):
    old, recent = make_marked_message(), make_message(name="Récente")
    make_entry(message=recent, text="Note récente.")
    make_mail(message=recent)

    output = run("purge_messages", "--apply")

    assert output == ["Messages anonymisés : 1"]
    old.refresh_from_db()
    assert old.anonymised_at
    recent.refresh_from_db()
    assert (recent.name, recent.anonymised_at) == ("Récente", None)
    assert recent.entries.get().text == "Note récente."
    assert list(Mail.objects.waiting()) == [recent.mails.get()]


def test_the_purge_has_nothing_to_do_twice(db):
    make_marked_message()
    run("purge_messages", "--apply")
    before = [list(model.objects.values()) for model in [Message, Entry, Mail, LogEntry]]

    output = run("purge_messages", "--apply")

    assert output == ["Messages anonymisés : 0"]
    after = [list(model.objects.values()) for model in [Message, Entry, Mail, LogEntry]]
    assert after == before
    assert run("purge_messages")[0].startswith("Messages à anonymiser : 0.")


# Anonymised messages


def test_no_table_holds_a_word_of_the_person_after_anonymisation(db):
    make_marked_message()
    make_marked_message(
        fingerprint=f"{MARKER} 2", state="suspect", merged_into=Message.objects.get()
    )
    columns_before = columns_that_hold(MARKER)

    run("purge_messages", "--apply")

    assert columns_before == {
        "contact_message": {
            "name",
            "email",
            "telephone",
            "organisation",
            "typed_commune",
            "about",
            "text",
            "suspicions",
            "fingerprint",
        },
        "contact_entry": {"text"},
        "contact_mail": {"recipient", "last_error"},
        "django_admin_log": {"change_message"},
    }
    assert columns_that_hold(MARKER) == {}


def test_the_values_for_the_statistics_stay(db):
    message = make_marked_message(
        received_at=timezone.now() - timedelta(days=20), profile=Message.Profile.ELECTED
    )
    before = Message.objects.values().get()
    counts = [statistics.by_month(), statistics.by_field("subject")]
    counts.append(statistics.by_field("territory"))

    privacy.anonymise(Message.objects.all())

    after = Message.objects.values().get()
    for kept in ["reference", "received_at", "last_activity_at", "subject_id", "territory_id"]:
        assert after[kept] == before[kept]
    assert after["profile"] == Message.Profile.OTHER
    assert after["commune_id"] is None  # a village may have one elected official who writes
    assert counts == [
        statistics.by_month(),
        statistics.by_field("subject"),
        statistics.by_field("territory"),
    ]
    assert list(message.entries.values_list("kind", "author_name")) == [
        ("note", "Chloé"),
        ("answer", "Chloé"),
    ]
    assert message.mails.filter(sent_at=A_YEAR_AGO).count() == 1
    assert LogEntry.objects.get().object_repr == f"Message {message.reference}"
    assert not Reading.objects.exists()


@pytest.mark.parametrize(
    ("before", "after"),
    [("new", "done"), ("open", "done"), ("done", "done"), ("suspect", "suspect")],
)
def test_an_anonymised_message_is_not_to_answer(db, before, after):
    make_marked_message(state=before)

    privacy.anonymise(Message.objects.all())

    assert Message.objects.get().state == after
    assert not Message.objects.to_treat().exists()
    assert not Message.objects.overdue().exists()


def test_an_anonymised_message_is_valid(db):
    make_marked_message()
    make_marked_message(fingerprint="autre")

    assert privacy.anonymise(Message.objects.all()) == 2
    for message in Message.objects.all():
        message.full_clean()


def test_no_mail_is_sent_for_an_anonymised_message(db):
    message = make_marked_message()
    make_mail(message=message, kind="receipt")
    waiting_before = Mail.objects.waiting().count()

    privacy.anonymise(Message.objects.all())
    report = outbox.send(Mail.objects.waiting())

    assert waiting_before == 2
    assert not Mail.objects.waiting().exists()
    assert report == (0, 0)
    assert post.outbox == []


def test_a_mail_of_an_anonymised_message_is_not_sent_again_from_the_outbox(editor_client):
    make_marked_message()
    privacy.anonymise(Message.objects.all())

    editor_client.post(
        reverse("admin:contact_mail_changelist"),
        {
            "action": "send_again",
            "_selected_action": list(Mail.objects.values_list("pk", flat=True)),
        },
    )

    assert not Mail.objects.waiting().exists()


def test_an_anonymised_suspected_message_that_is_cleared_sends_no_mail(editor_client):
    make_person()
    message = make_still_message(state="suspect")
    privacy.anonymise(Message.objects.all())

    editor_client.post(message.get_absolute_url(), {"do": "state", "state-state": "new"})

    assert not Mail.objects.exists()


def test_a_note_on_an_anonymised_message_is_not_stored(editor_client, monkeypatch):
    message = make_still_message()
    privacy.anonymise(Message.objects.all())
    editor_client.post(message.get_absolute_url(), {"do": "note", "note-text": f"C’était {MARKER}"})

    stop_clock(monkeypatch, timezone.now() + timedelta(days=800))
    run("purge_messages", "--apply")

    assert columns_that_hold(MARKER) == {}


@pytest.mark.parametrize(
    "write",
    [
        lambda message, user: actions.add_note(message, MARKER, user),
        lambda message, user: actions.answer(message, MARKER, user, closes=True, answers_seen=0),
    ],
    ids=["note", "answer"],
)
def test_an_anonymised_message_takes_no_note_and_no_answer(db, write):
    message = make_still_message()
    privacy.anonymise(Message.objects.all())

    with pytest.raises(actions.ActionRefusedError, match="on n’y écrit plus"):
        write(message, make_staff())

    assert not Entry.objects.exists()
    assert not Mail.objects.exists()


def test_the_outbox_shows_that_a_mail_was_erased_with_its_message(editor_client):
    make_mail(message=make_still_message())
    privacy.anonymise(Message.objects.all())

    response = editor_client.get(reverse("admin:contact_mail_changelist"))

    assertContains(response, "effacé avec le message")


def test_the_desk_opens_with_anonymised_messages(editor_client):
    message = make_marked_message(reference="K7QF-2MXD")
    privacy.anonymise(Message.objects.all())

    opened = editor_client.get(message.get_absolute_url())
    listed = editor_client.get(reverse("admin:contact_message_changelist"), {"dossier": "tous"})
    exported = editor_client.get(reverse("admin:contact_message_export"), {"dossier": "tous"})
    history = editor_client.get(reverse("admin:contact_message_history", args=[message.pk]))

    for response in [opened, listed, exported, history]:
        assert response.status_code == 200
        assert MARKER not in response.text
    assert "Anonymisé le" in Document(opened.text).text
    assertContains(listed, "K7QF-2MXD")
    assertContains(exported, "K7QF-2MXD")


def test_a_message_whose_key_begins_alike_keeps_its_history(db):
    message = make_marked_message()
    other = make_message(pk=int(f"{message.pk}0"))
    user = make_staff()
    for content_type, key in [(Message, other.pk), (Entry, message.pk)]:
        LogEntry.objects.create(
            user=user,
            content_type=ContentType.objects.get_for_model(content_type),
            object_id=str(key),
            object_repr="Autre",
            action_flag=CHANGE,
            change_message="À garder",
        )

    privacy.anonymise(Message.objects.filter(pk=message.pk))

    assert LogEntry.objects.filter(change_message="À garder").count() == 2
    assert LogEntry.objects.filter(change_message="").count() == 1


# Export and deletion


@pytest.fixture
def ask(manager_client):
    """Send the form of personal data, as a Responsable."""

    def ask(email, do="look", **fields):
        url = reverse("admin:contact_message_personal_data")
        return manager_client.post(url, {"email": email, "do": do} | fields)

    return ask


def read(response):
    return plain(Document(response.text).text)


def test_the_page_asks_whose_data_it_is_about(manager_client):
    response = manager_client.get(reverse("admin:contact_message_personal_data"))

    assert "Adresse électronique de la personne" in read(response)
    assertNotContains(response, "errornote")
    assertNotContains(response, 'value="export"')
    assertNotContains(response, 'value="erase"')


def test_the_page_shows_the_messages_of_a_person(ask):
    subject = make_subject(name="Un projet")
    make_message(reference="AAAA-2222", email="jeanne@mairie.example", subject=subject)
    make_message(reference="BBBB-2222", email="Jeanne@MAIRIE.example", state="suspect")
    make_message(reference="CCCC-2222")

    response = ask("jeanne@mairie.example")

    text = read(response)
    assert "Ce que le site garde de jeanne@mairie.example" in text
    assert "AAAA-2222, Un projet : Bonjour" in text
    assert "BBBB-2222" in text
    assert "CCCC-2222" not in text
    assertContains(response, 'value="export"')
    assertContains(response, 'value="erase"')


def test_the_page_shows_that_nothing_is_stored_about_an_unknown_person(ask):
    make_message()

    response = ask("personne@mairie.example")

    assert "Ce que le site garde de personne@mairie.example Rien." in read(response)
    assertNotContains(response, 'value="erase"')


@pytest.mark.parametrize("email", ["", "jeanne", "jeanne@", "%@mairie.example x"])
@pytest.mark.parametrize("do", ["look", "export", "erase"])
def test_a_text_that_is_not_an_address_is_refused(ask, email, do):
    make_message(name="", email="", text="", anonymised_at=timezone.now())
    message = make_message(name="Jeanne")

    response = ask(email, do, sure="on")

    assert response.status_code == 200
    assertContains(response, "errornote")
    message.refresh_from_db()
    assert message.name == "Jeanne"


def test_the_export_holds_all_the_data_of_the_person_and_of_nobody_else(ask):
    received = datetime(2026, 3, 4, 14, 5, tzinfo=PARIS)
    message = make_message(
        reference="AAAA-2222",
        received_at=received,
        name="Jeanne Roy",
        email="jeanne.d_roy@mairie.example",
        telephone="02 48 00 00 00",
        organisation="Mairie",
        territory=make_territory(name="Val-de-Test"),
        commune=make_commune(name="Vierzon", department=make_territory(code="18")),
        subject=make_subject(name="Un projet"),
        about="Levier 3",
        text="Bonjour « à tous »",
        suspicions="Trop de liens",
        person=make_person(name="Hélène Marchand"),
        state="open",
    )
    make_entry(message=message, text="Rappeler.", author_name="Awa", created_at=received)
    make_mail(message=message, next_try_at=None, sent_at=received)
    make_message(email="JEANNE.D_ROY@mairie.example", reference="BBBB-2222", merged_into=message)
    make_message(email="jeanne.dxroy@mairie.example", reference="CCCC-2222")
    make_message(email="x.jeanne.d_roy@mairie.example", reference="DDDD-2222")
    make_message(email="jeanne.d_roy@mairie.example.fr", reference="EEEE-2222")
    make_entry(text="Note sur une autre.")

    response = ask("Jeanne.D_Roy@Mairie.Example ", "export")

    known = json.loads(response.content)
    first = next(m for m in known["messages"] if m["référence"] == "AAAA-2222")
    assert response["Content-Type"] == "application/json"
    assert response["Content-Disposition"].startswith('attachment; filename="donnees-jeanne')
    assert {message["référence"] for message in known["messages"]} == {"AAAA-2222", "BBBB-2222"}
    instant = first["reçu le"]
    assert datetime.fromisoformat(instant) == received
    assert datetime.fromisoformat(first["notes et réponses"][0].pop("écrit le")) == received
    assert datetime.fromisoformat(first["courriels"][0].pop("parti le")) == received
    assert first == {
        "référence": "AAAA-2222",
        "reçu le": instant,
        "dernière activité": instant,
        "état": "en cours",
        "nom": "Jeanne Roy",
        "adresse électronique": "jeanne.d_roy@mairie.example",
        "téléphone": "02 48 00 00 00",
        "vous êtes": "Élu ou élue",
        "organisation": "Mairie",
        "territoire": "Val-de-Test",
        "commune": "Vierzon (18)",
        "objet": "Un projet",
        "à propos de": "Levier 3",
        "message": "Bonjour « à tous »",
        "raisons du doute": "Trop de liens",
        "destinataire": "Hélène Marchand",
        "notes et réponses": [{"nature": "note interne", "auteur": "Awa", "texte": "Rappeler."}],
        "courriels": [
            {"nature": "accusé de réception", "destinataire": "jeanne.d_roy@mairie.example"}
        ],
    }
    assert "« à tous »" in response.content.decode()


def test_an_export_holds_a_commune_that_was_not_found_as_it_was_written(ask):
    make_message(email="jeanne@mairie.example", typed_commune="Le Mans")

    known = json.loads(ask("jeanne@mairie.example", "export").content)

    assert known["messages"][0]["commune"] == "Le Mans"


@pytest.mark.parametrize("email", ["jeanne@orange.f", "jeanne@gmial.com"])
def test_the_author_of_a_mistyped_address_is_found_and_erased(ask, email):
    message = make_message(email=email)

    found = ask(email)
    ask(email, "erase", sure="on")

    assert message.reference in read(found)
    message.refresh_from_db()
    assert message.anonymised_at


def test_an_anonymised_message_cannot_keep_a_commune_that_was_written(db):
    message = make_still_message()
    privacy.anonymise(Message.objects.all())

    with pytest.raises(IntegrityError, match="message_anonymised_names_no_one"), atomic():
        Message.objects.filter(pk=message.pk).update(typed_commune="Le Mans")


def test_an_export_holds_every_message_of_the_person(ask):
    for _ in range(25):
        make_message(email="jeanne@mairie.example")

    known = json.loads(ask("jeanne@mairie.example", "export").content)

    assert len(known["messages"]) == 25


def test_looking_and_exporting_change_nothing(ask):
    make_marked_message()
    before = list(Message.objects.values())

    for do in ["look", "export", "inconnu", ""]:
        assert ask(f"{MARKER}@commune.example", do, sure="on").status_code == 200

    assert list(Message.objects.values()) == before
    assert Entry.objects.filter(text__contains=MARKER).count() == 2


def test_erasing_needs_the_checkbox(ask):
    make_marked_message()

    response = ask(f"{MARKER}@commune.example", "erase")

    assert response.status_code == 200
    assert "Cochez cette case pour effacer." in read(response)
    assert Message.objects.get().name == f"Jeanne {MARKER}"
    assert Message.objects.get().anonymised_at is None


def test_erasing_anonymises_the_person_and_nobody_else(ask, manager_client):
    make_marked_message(received_at=timezone.now())
    make_marked_message(
        received_at=timezone.now(), fingerprint="2", email=f"{MARKER.upper()}@commune.example"
    )
    other = make_message(name="Une autre")
    make_entry(message=other, text="Note sur une autre.")

    response = ask(f"{MARKER}@commune.example", "erase", sure="on")
    page = manager_client.get(response.url)

    assertRedirects(
        response,
        reverse("admin:contact_message_personal_data"),
        fetch_redirect_response=False,
    )
    assert "Messages effacés : 2." in read(page)
    assert MARKER not in page.text.lower()
    assert Message.objects.exclude(anonymised_at=None).count() == 2
    assert columns_that_hold(MARKER) == {}
    other.refresh_from_db()
    assert other.name == "Une autre"
    assert other.entries.get().text == "Note sur une autre."


def test_erasing_an_unknown_person_erases_nobody(ask):
    message = make_message(name="Une autre")
    make_message(name="", email="", text="", anonymised_at=timezone.now())

    ask("personne@commune.example", "erase", sure="on")

    message.refresh_from_db()
    assert message.name == "Une autre"


@pytest.mark.parametrize("do", ["export", "erase"])
def test_an_export_and_a_deletion_are_recorded_without_personal_data(ask, manager_client, do):
    message = make_message(email=f"{MARKER}@commune.example")

    ask(f"{MARKER}@commune.example", do, sure="on")

    entry = LogEntry.objects.get(object_id=str(message.pk))
    assert entry.user == manager_client.user
    assert entry.get_change_message()
    assert MARKER not in entry.get_change_message()


# The command that counts


def make_one_of_each():
    message = make_message()
    make_still_message(state="open")
    make_message(state="done")
    make_message(state="suspect")
    make_message(merged_into=message)
    make_mail(message=message)
    make_mail(message=message, next_try_at=timezone.now() + timedelta(hours=4))
    make_mail(message=message, next_try_at=None)
    make_mail(message=message, next_try_at=None, sent_at=NOW)


@pytest.mark.parametrize(("option", "number"), [("--count", "5"), ("--waiting", "2")])
def test_messages_prints_one_number(db, option, number):
    make_one_of_each()

    assert run("messages", option) == [number]


@pytest.mark.parametrize("option", ["--count", "--waiting"])
def test_messages_prints_zero_on_an_empty_desk(db, option):
    assert run("messages", option) == ["0"]


def test_the_messages_command_prints_the_counts_of_the_desk(db):
    make_one_of_each()

    assert run("messages") == [
        "Messages enregistrés : 5",
        "Messages à traiter : 2",
        "Messages à relancer : 1",
        "Courriels en attente : 2",
        "Courriels abandonnés : 1",
    ]


def test_messages_prints_one_number_at_a_time(db):
    with pytest.raises(CommandError):
        run("messages", "--count", "--waiting")
