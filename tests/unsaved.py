"""A form of the admin as a browser sends it, seal and token included."""

import re
from urllib.parse import parse_qs, urlsplit

from django.test import Client

from tests.admin_pages import filled_form
from tests.html import Document, plain

OPENING = re.compile(r'<input[^>]*name="(_seal|csrfmiddlewaretoken)"[^>]*value="([^"]*)"')
PASSWORD = "d8-Hx2-pQ7"  # noqa: S105


def strict_client(user):
    """Return a client that checks tokens as a browser's requests are checked."""
    user.set_password(PASSWORD)
    user.save()
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    client.user = user
    return client


def opened_form(client, url, **changes):
    """Open a page of the admin; return what its form would send, but for the changes."""
    response = client.get(url)
    main = response.text.partition('id="content-main"')[2]
    return filled_form(response) | dict(OPENING.findall(main)) | changes


def end_session(client):
    """End the session on the server; the browser still has its cookies."""
    client.session.flush()


def sign_in(client, user, address):
    """Sign in by the page to which a refused form leads; return the page that follows."""
    page = client.get(address)
    values = {"username": user.username, "password": PASSWORD}
    [token] = set(re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text))
    target = parse_qs(urlsplit(address).query)["next"][0]
    values |= {"csrfmiddlewaretoken": token, "next": target}
    answer = client.post(address, values)
    assert answer.status_code == 302, answer.text
    return client.get(answer.url)


def shown(response):
    """Return the values that the fields of the page show, by name; numbers are as typed."""
    return {
        name: value if isinstance(value, bool | list) else str(value)
        for name, value in filled_form(response).items()
    }


def text_of(response):
    return plain(Document(response.text).text)
