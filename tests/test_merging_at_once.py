"""Many saves at once, on a site that is served: none is lost, and none is done twice."""

import json
import re

import pytest

from tests.demo import DATABASES, PASSWORD, manage, running_demo
from tests.page_forms import Form
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
TERMS = "from policies.models import Term; print(Term.objects.filter(slug='double').count())"


def save_on(site, browser, path, name, value):
    """Open a form of a running site, change a field, save it; return the page that follows."""
    _, page = browser.open(f"{site}{path}")
    fields = [(field, text) for field, text in Form(page).fields if field != name]
    return browser.open(f"{site}{path}", [*fields, (name, value)])


@pytest.fixture(scope="module", params=DATABASES)
def served(request, prepared, tmp_path_factory):
    """Return the address of a site that is served, and a function that runs code there."""
    folder = prepared.data(tmp_path_factory.mktemp("served"))
    with (
        prepared.database(request.param) as url,
        running_demo(folder, WEB_WORKERS="2", **url) as demo,
    ):
        yield demo.url, lambda code: manage(folder, "shell", "--no-imports", "-c", code, **url)


def signed_in(site):
    browser = Browser()
    browser.sign_in(f"{site}admin/", "demo", PASSWORD)
    return browser


def test_of_sixty_saves_at_once_on_different_fields_none_is_lost(served):
    site, run = served
    rounds = range(10)
    path = f"admin/policies/lever/{run(KEY).strip()}/change/"

    def save_often(number):
        browser = signed_in(site)
        pages = [
            save_on(site, browser, path, OWN[number], f"Texte {number}, tour {turn}.")
            for turn in rounds
        ]
        return [
            (status, SAVED if "a été modifié" in page else ERRORS.findall(page))
            for status, page in pages
        ]

    answers = together(save_often, range(len(OWN)), hands=len(OWN))
    values, history = json.loads(run(STORED))

    assert [each for of_one in answers for each in of_one if each != (200, SAVED)] == []
    assert values == [f"Texte {number}, tour {rounds[-1]}." for number in range(len(OWN))]
    for number, texts_of_field in enumerate(history):
        assert {f"Texte {number}, tour {turn}." for turn in rounds} <= set(texts_of_field)


def test_a_double_click_adds_one_row(served):
    site, run = served
    browser = signed_in(site)
    path = f"{site}admin/policies/term/add/"
    _, page = browser.open(path)
    typed = {"name": "Double", "slug": "double", "definition": "Un mot."}
    form = list((dict(Form(page).fields) | typed).items())

    answers = together(lambda _: browser.open(path, form), range(6), hands=6)

    assert [status for status, _ in answers] == [200] * 6
    assert run(TERMS).strip() == "1"
