"""Visitors of a running site who write to it, many at once."""

import http.client
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.waits import LIMIT


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def reference(self):
        """The reference that acknowledges a message, or nothing."""
        return parse_qs(urlsplit(self.headers.get("Location", "")).query).get("reference", [""])[0]


def ask(site, method, path, body=None, **headers):
    """Return the Answer of the site; raise OSError or HTTPException where there is none."""
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=LIMIT)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read().decode())
    finally:
        connection.close()


class Visitor:
    """A person who has opened the contact page, once, and sends messages from it."""

    def __init__(self, site):
        self.site = site
        page = ask(site, "GET", "/contact/").text
        self.stamp = re.search(r'name="stamp" value="([^"]+)"', page)[1]
        self.subject = re.search(r'<select name="subject".*?value="(\d+)"', page, re.DOTALL)[1]

    def fields(self, number=0, **changes):
        return {
            "stamp": self.stamp,
            "name": f"Jeanne {number}",
            "email": f"jeanne.{number}@commune.example",
            "profile": "elected",
            "subject": self.subject,
            "text": f"Bonjour, voici mon message {number}.",
        } | changes

    def write(self, number=0, **changes):
        body = urlencode(self.fields(number, **changes))
        kind = "application/x-www-form-urlencoded"
        return ask(self.site, "POST", "/contact/", body, **{"Content-Type": kind})


def together(do, items, hands=6):
    """Call a function with each item, several at a time; return the results in order."""
    with ThreadPoolExecutor(hands) as pool:
        return list(pool.map(do, items))


def until_answered(do, must_stop=None):
    """Call a function until it returns something true; errors of a stopped server are ignored."""
    wait, end = must_stop or threading.Event(), time.monotonic() + LIMIT
    while time.monotonic() < end:
        try:
            if result := do():
                return result
        except (OSError, http.client.HTTPException):
            pass
        wait.wait(0.2)  # seconds
    raise AssertionError("The site did not come back.")
