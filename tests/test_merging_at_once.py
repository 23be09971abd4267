"""Sixty saves of one record at once, on a site that is served: none is lost."""

import json
import re
from html.parser import HTMLParser

import pytest

from tests.demo import DATABASES, PASSWORD, manage, running_demo
from tests.test_demo import Visitor as Browser
from tests.visitors import together

SAVED = "saved"
ERRORS = re.compile(r'class="(?:errornote|errorlist|warning)[^>]*>(.+?)</(?:p|ul|li)>', re.DOTALL)
OWN = ["summary", "text", "who_acts", "next_month", "trap", "nearby"]  # a field for each person
STORED = (
    "import json; from policies.models import Lever;"
    f"lever = Lever.objects.get(slug='transports-voirie'); names = {OWN!r};"
    "print(json.dumps([[getattr(lever, name) for name in names],"
    "[sorted({getattr(v, name) for v in Lever.history.filter(id=lever.pk)}) for name in names]]))"
)
KEY = "from policies.models import Lever; print(Lever.objects.get(slug='transports-voirie').pk)"


class Form(HTMLParser):
    """What a browser would send of the main form of a page of the admin."""

    def __init__(self, page):
        super().__init__()
        self.fields, self._select, self._textarea = [], "", ""
        self.feed(page.partition('<div id="content-main">')[2])

    def handle_starttag(self, tag, attributes):
        field = dict(attributes)
        name, kind = field.get("name", ""), field.get("type", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and "selected" in field:
            self.fields.append((self._select, field.get("value", "")))
        elif tag == "textarea":
            self._textarea = name
            self.fields.append((name, ""))
        elif tag == "input" and name and self._is_sent(kind, field):
            self.fields.append((name, field.get("value", "on" if kind == "checkbox" else "")))

    @staticmethod
    def _is_sent(kind, field):
        return kind not in {"submit", "file"} and (
            kind not in {"checkbox", "radio"} or "checked" in field
        )

    def handle_data(self, data):
        if self._textarea:
            self.fields[-1] = (self._textarea, self.fields[-1][1] + data)

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._textarea = ""


def save_on(site, browser, path, name, value):
    """Open a form of a running site, change a field, save it; return the page that follows."""
    _, page = browser.open(f"{site}{path}")
    fields = [(field, text) for field, text in Form(page).fields if field != name]
    return browser.open(f"{site}{path}", [*fields, (name, value)])


@pytest.mark.parametrize("kind", DATABASES)
def test_of_sixty_saves_at_once_on_different_fields_none_is_lost(kind, prepared, data):
    rounds = range(10)
    with prepared.database(kind) as url, running_demo(data, WEB_WORKERS="2", **url) as demo:
        key = manage(data, "shell", "--no-imports", "-c", KEY, **url).strip()
        path = f"admin/policies/lever/{key}/change/"

        def save_often(number):
            browser = Browser()
            browser.sign_in(f"{demo.url}admin/", "demo", PASSWORD)
            pages = [
                save_on(demo.url, browser, path, OWN[number], f"Texte {number}, tour {turn}.")
                for turn in rounds
            ]
            return [
                (status, SAVED if "a été modifié" in page else ERRORS.findall(page))
                for status, page in pages
            ]

        answers = together(save_often, range(len(OWN)), hands=len(OWN))
        values, history = json.loads(manage(data, "shell", "--no-imports", "-c", STORED, **url))

    assert [each for of_one in answers for each in of_one if each != (200, SAVED)] == []
    assert values == [f"Texte {number}, tour {rounds[-1]}." for number in range(len(OWN))]
    for number, texts_of_field in enumerate(history):
        assert {f"Texte {number}, tour {turn}." for turn in rounds} <= set(texts_of_field)
