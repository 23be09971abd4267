"""Helpers of the tests of the desk."""

import csv
from datetime import datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cress.contact.models import Entry
from tests.factories import (
    make_commune,
    make_entry,
    make_mail,
    make_message,
    make_person,
    make_reading,
    make_staff,
    make_territory,
)
from tests.html import Document, plain

GROUPS = ["manager_client", "editor_client"]
PARIS = ZoneInfo("Europe/Paris")
# A Thursday, the day after a holiday.
NOW = datetime(2026, 11, 12, 10, tzinfo=PARIS)


MEANWHILE = "Quelqu’un a répondu depuis que vous avez ouvert cette page."
LONG_AGO = datetime(2025, 3, 3, 9, tzinfo=PARIS)


def stop_clock(monkeypatch, moment, *clients):
    """Stop the clock of the site at that moment. The clients sign in again."""
    monkeypatch.setattr(timezone, "now", lambda: moment)
    for client in clients:
        client.force_login(client.user)


def client_with(*permissions):
    """Return a client signed in as a member of the staff with these rights only."""
    client = Client()
    client.user = make_staff(group=None)
    client.user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(client.user)
    return client


def page(name, *arguments):
    """Return the address of a page of messages in the admin."""
    return reverse(f"admin:contact_message_{name}", args=arguments)


def outbox_page(name, *arguments):
    """Return the address of a page of the outbox in the admin."""
    return reverse(f"admin:contact_mail_{name}", args=arguments)


def list_of(client, folder="", **filters):
    """Open the list of messages on a folder."""
    return client.get(page("changelist"), ({"dossier": folder} if folder else {}) | filters)


def rows(response):
    return list(response.context["cl"].result_list)


def read(response):
    """Return the text on screen."""
    return plain(Document(response.text).text)


def lines(response):
    """Return the text of each row of the list."""
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
    """Select messages in the list and perform an action on them."""
    values = {"action": action, "_selected_action": [message.pk for message in messages]}
    url = f"{page('changelist')}?dossier={folder}"
    return client.post(url, values | answers, follow=True)


def mails_of(message):
    return {(mail.kind, mail.recipient) for mail in message.mails.all()}


def queries(ask):
    """Return the number of queries of a page."""
    with CaptureQueriesContext(connection) as captured:
        response = ask()
    assert response.status_code == 200
    return len(captured)


def make_one_of_each():
    """Make a message for each folder, and a merged one."""
    new = make_message(name="Neuve")
    return {
        "new": new,
        "open": make_message(name="Ouverte", state="open"),
        "done": make_message(name="Traitée", state="done"),
        "suspect": make_message(name="Suspecte", state="suspect", suspicions="Trop de liens"),
        "late": make_message(name="Ancienne", received_at=timezone.now() - timedelta(days=30)),
        "joined": make_message(name="Jointe", merged_into=new),
    }


def make_busy_message(**fields):
    """Make a message with one row of each model that refers to it."""
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


def table(response):
    """Return the rows of the file, as a spreadsheet reads them."""
    text = response.content.decode("utf-8-sig")
    return list(csv.reader(StringIO(text, newline=""), delimiter=";"))


def record_presence(client, message):
    response = client.post(page("presence", message.pk))
    assert response.status_code == 200
    return response.json()["readers"]
