"""The outbox in the admin."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertNotContains

from cress.contact.models import Mail
from tests.contact.desk import GROUPS, NOW, client_with, outbox_page, read, rows, stop_clock
from tests.factories import make_mail


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
def test_the_outbox_has_a_folder_for_each_outcome(editor_client, folder, names):
    mails = make_one_mail_of_each()

    response = editor_client.get(outbox_page("changelist"), {"depart": folder} if folder else {})

    assert set(rows(response)) == {mails[name] for name in names}
    text = read(response)
    for words in ["Tous (3)", "En attente (1)", "Abandonnés (1)", "Partis (1)"]:
        assert words in text


def test_the_outbox_shows_the_outcome_of_each_mail_and_the_error(editor_client):
    mails = make_one_mail_of_each()

    text = read(editor_client.get(outbox_page("changelist")))

    for mail in mails.values():
        assert mail.message.reference in text
        assert mail.recipient in text
    for words in ["parti le", "en attente", "421 plus tard", "abandonné", "550 inconnu"]:
        assert words in text


def test_a_mail_is_found_by_the_reference_of_its_message(editor_client):
    mail = make_mail()
    make_mail()

    response = editor_client.get(outbox_page("changelist"), {"q": mail.message.reference})

    assert rows(response) == [mail]


@pytest.mark.parametrize("client_name", [*GROUPS, "admin_client"])
def test_the_outbox_is_read_only(client_name, request):
    client = request.getfixturevalue(client_name)
    mail = make_mail(last_error="421 plus tard")
    before = Mail.objects.values().get()

    opened = client.get(outbox_page("change", mail.pk))
    answers = [
        client.post(outbox_page("change", mail.pk), {"recipient": "x@y.example"}),
        client.get(outbox_page("add")),
        client.post(outbox_page("add"), {"recipient": "x@y.example"}),
        client.post(outbox_page("delete", mail.pk), {"post": "yes"}),
    ]
    client.post(
        outbox_page("changelist"), {"action": "delete_selected", "_selected_action": [mail.pk]}
    )

    assert "421 plus tard" in read(opened)
    assertNotContains(opened, 'name="_save"')
    assertNotContains(opened, 'name="recipient"')
    assert [answer.status_code for answer in answers] == [403] * 4
    assert Mail.objects.values().get() == before


def send_again(client, mails):
    values = {"action": "send_again", "_selected_action": [mail.pk for mail in mails]}
    return client.post(outbox_page("changelist"), values, follow=True)


def test_unsent_mails_are_sent_again_without_waiting(editor_client, monkeypatch):
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


def test_a_reader_of_the_outbox_cannot_send_a_mail_again(db):
    client = client_with("view_mail")
    mail = make_mail(next_try_at=None, attempts=20)

    listed = client.get(outbox_page("changelist"))
    send_again(client, [mail])

    assertNotContains(listed, "send_again")
    mail.refresh_from_db()
    assert (mail.next_try_at, mail.attempts) == (None, 20)
