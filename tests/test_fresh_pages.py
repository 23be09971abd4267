"""Whoever is signed in reads each public page as it is now."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cress.chamber.models import Page
from tests.admin_pages import save
from tests.factories import make_lever, make_page

PATHS = ["/", "/leviers/", "/leviers/energie/", "/donnees/", "/donnees/leviers.csv"]


@pytest.mark.parametrize("path", PATHS)
def test_nothing_keeps_the_page_that_the_staff_read(client, editor_client, content, path):
    make_lever(slug="energie", title="Énergie renouvelable")

    assert editor_client.get(path)["Cache-Control"] == "no-store"
    assert "public" in client.get(path)["Cache-Control"]
    editor_client.logout()
    assert "public" in editor_client.get(path)["Cache-Control"]


def test_no_session_is_looked_up_for_a_visitor(client, content):
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/mentions-legales/")

    assert "public" in response["Cache-Control"]
    assert not [query["sql"] for query in queries if "session" in query["sql"]]


def test_a_session_that_nobody_knows_changes_nothing(client, content):
    client.cookies["sessionid"] = "inconnue"

    assert "public" in client.get("/mentions-legales/")["Cache-Control"]


def test_the_message_of_a_save_leads_to_the_page(editor_client):
    page = make_page(title="Rejoindre la CRESS", is_published=True)

    response = save(editor_client, page, title="Nous rejoindre")
    message = editor_client.get(response.url).text
    assert f'<a href="{page.get_absolute_url()}">Voir la page</a>' in message

    response = save(editor_client, page, is_published="")
    assert Page.objects.filter(is_published=True).count() == 0
    assert "Voir la page" not in editor_client.get(response.url).text
