"""The rights on the desk, and the HTML of each of its pages."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertNotContains, assertRedirects

from cress.contact.models import Entry, Mail, Message, Reading
from tests.contact.desk import (
    GROUPS,
    answer,
    do,
    do_together,
    list_of,
    make_busy_message,
    outbox_page,
    page,
    read,
    record_presence,
    rows,
)
from tests.factories import make_message, make_staff
from tests.html import Document
from tests.test_admin import ENGLISH

# Rights


def test_a_reader_of_the_desk_sees_no_form(viewer_client):
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
def test_a_reader_of_the_desk_changes_nothing(viewer_client, name, fields):
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
def test_a_reader_of_the_desk_changes_nothing_in_the_list(viewer_client, action):
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
        ("get", outbox_page("changelist")),
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


def test_an_unknown_message_redirects_with_a_sentence(editor_client):
    response = editor_client.get(page("change", 987654), follow=True)

    assert response.redirect_chain
    assert "n'existe pas" in read(response)


@pytest.mark.parametrize("key", ["inconnu", "9" * 30, "1_2F"])
def test_an_address_that_is_not_a_key_redirects_with_a_sentence(editor_client, key):
    response = editor_client.get(page("change", key), follow=True)

    assert response.status_code == 200
    assert "n'existe pas" in read(response)


@pytest.mark.parametrize("name", ["", "inconnu", "delete", "__class__", "answer\0"])
def test_an_unknown_action_is_refused(editor_client, name):
    message = make_message()
    before = Message.objects.values().get()

    response = do(editor_client, message, name)

    assert response.status_code == 403
    assert Message.objects.values().get() == before


@pytest.mark.parametrize("client_name", [*GROUPS, "admin_client"])
def test_nobody_adds_or_deletes_a_message(client_name, request):
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
def test_a_form_without_the_csrf_token_is_refused(manager_client, url_name):
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
        "outbox": client.get(outbox_page("changelist")),
        "mail": client.get(outbox_page("change", Mail.objects.first().pk)),
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
def test_every_page_of_the_desk_is_french_and_valid_and_loads_nothing_from_elsewhere(
    client_name, request, busy_desk
):
    client = request.getfixturevalue(client_name)

    pages = every_page(client, busy_desk)

    for name, response in pages.items():
        check_page(name, response)
    assert len(pages) == 18


def test_the_page_of_personal_data_is_french_and_valid(manager_client, busy_desk):
    pages = personal_data_pages(manager_client)

    for name, response in pages.items():
        check_page(name, response)
    assert len(pages) == 5


def test_the_redaction_cannot_open_personal_data(editor_client, busy_desk):
    before = list(Message.objects.values())

    listed = list_of(editor_client)
    pages = personal_data_pages(editor_client)
    erased = editor_client.post(
        page("personal_data"), {"email": "jeanne@commune.example", "do": "erase", "sure": "on"}
    )

    assertNotContains(listed, page("personal_data"))
    assert {response.status_code for response in [*pages.values(), erased]} == {403}
    assert list(Message.objects.values()) == before


def test_the_list_links_a_responsable_to_every_page_of_the_desk(manager_client):
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
    assert record_presence(client, message) == []
