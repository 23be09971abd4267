"""The list of suggestions of the finder: by keyboard, by pointer, and without a script."""

import json
import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.demo import ROOT
from tests.test_browser import (  # noqa: F401
    browser,
    data,
    page,
    page_without_javascript,
    pytestmark,
    site,
)

LABEL = "Votre commune, votre intercommunalité ou un code postal"
BOURGES = "/territoires/18-cher/bourges/"
PAGES = ["/", "/territoires/", "/territoires/recherche/"]
WIDTHS = [320, 1280]


@pytest.fixture
def finder(page, site):
    """The field of the finder, on the home page."""
    page.goto(site)
    return page.get_by_role("combobox", name=LABEL)


def options(page):
    return page.get_by_role("option")


def type_and_wait(field, text):
    """Type a text key by key, and wait for the answers to all that the field then holds."""
    whole = re.compile(rf"/suggestions/.*[?&]q={re.escape(field.input_value() + text)}$")
    with field.page.expect_response(whole) as answer:
        field.press_sequentially(text)
    names = [place["name"] for place in answer.value.json()["places"]]
    expect(field.page.locator("[role=option]")).to_contain_text(names)


def active(field):
    """Return the text of the option that a screen reader announces, or nothing."""
    return field.evaluate(
        "field => document.getElementById(field.getAttribute('aria-activedescendant'))?.textContent"
    )


def path_of(page):
    address = urlsplit(page.url)
    return f"{address.path}?{address.query}" if address.query else address.path


def test_suggestions_come_while_typing_and_the_keyboard_chooses_one(page, site, finder):
    type_and_wait(finder, "vineuil")

    assert finder.get_attribute("aria-expanded") == "true"
    assert finder.get_attribute("aria-controls") == page.get_by_role("listbox").get_attribute("id")
    assert active(finder) is None
    assert "2 réponses, à parcourir avec les flèches" in page.get_by_role("status").inner_text()
    finder.press("ArrowDown")
    assert active(finder).startswith("Vineuil Loir-et-Cher")
    assert page.locator("[role=option][aria-selected=true]").count() == 1
    finder.press("ArrowDown")
    assert active(finder).startswith("Vineuil Indre")
    finder.press("Enter")

    page.wait_for_url("**/36-indre/**")
    assert path_of(page) == "/territoires/36-indre/vineuil/"
    assert page.get_by_role("heading", name="Vineuil", exact=True).is_visible()
    assert page.complaints == []


def test_arrows_wrap_around_and_home_and_end_go_to_both_ends(page, site, finder):
    type_and_wait(finder, "saint")
    texts = options(page).all_text_contents()
    assert len(texts) == 8

    finder.press("ArrowUp")
    assert active(finder) == texts[-1]
    finder.press("ArrowDown")
    assert active(finder) == texts[0]
    finder.press("End")
    assert active(finder) == texts[-1]
    finder.press("Home")
    assert active(finder) == texts[0]
    finder.press("ArrowUp")
    assert active(finder) == texts[-1]


def test_escape_closes_the_list_and_keeps_the_text(page, site, finder):
    type_and_wait(finder, "vineuil")
    finder.press("ArrowDown")

    finder.press("Escape")

    assert not page.get_by_role("listbox").is_visible()
    assert finder.get_attribute("aria-expanded") == "false"
    assert active(finder) is None
    assert finder.input_value() == "vineuil"
    finder.press("ArrowDown")
    assert page.get_by_role("listbox").is_visible()


def test_the_list_closes_when_the_field_loses_the_focus(page, site, finder):
    type_and_wait(finder, "vineuil")

    finder.press("Tab")

    assert not page.get_by_role("listbox").is_visible()
    assert page.get_by_role("button", name="Voir chez moi").evaluate(
        "button => button === document.activeElement"
    )


def test_a_click_chooses_a_suggestion(page, site, finder):
    type_and_wait(finder, "bourg")

    options(page).first.click()

    page.wait_for_url(f"**{BOURGES}")


def test_enter_without_a_choice_submits_the_query(page, site, finder):
    type_and_wait(finder, "vineuil")

    finder.press("Enter")

    page.wait_for_url("**/recherche/?q=vineuil")
    assert page.get_by_role("combobox", name=LABEL).input_value() == "vineuil"


def test_there_is_no_request_for_one_letter_and_one_request_for_quick_typing(
    page,
    site,
    finder,
):
    requests = []
    page.on("request", lambda request: requests.append(request.url))

    def suggestions():
        return [url for url in requests if "suggestions" in url]

    finder.press_sequentially("b ")
    page.wait_for_timeout(400)
    assert suggestions() == []
    finder.fill("")
    type_and_wait(finder, "bourges")
    assert len(suggestions()) == 1
    finder.press("Control+a")
    finder.press("Delete")
    assert not page.get_by_role("listbox").is_visible()
    finder.press("ArrowDown")
    assert not page.get_by_role("listbox").is_visible()


def test_only_the_last_answer_is_shown(page, site, finder):
    """The answer to « tou » comes after that to « tours »: it is not waited for any more."""
    late = []
    page.route("**/suggestions/?q=tou", lambda route: late.append(route))

    finder.press_sequentially("tou")
    page.wait_for_timeout(400)
    type_and_wait(finder, "rs")
    first = options(page).first.text_content()
    late[0].fulfill(
        content_type="application/json",
        body=json.dumps(
            {"places": [{"name": "Tard", "detail": "", "value": "Tard", "address": "/"}]}
        ),
    )
    page.wait_for_timeout(200)

    assert len(late) == 1
    assert options(page).first.text_content() == first
    assert first.startswith("Tours Indre-et-Loire")


def test_an_empty_answer_is_announced_without_a_list(page, site, finder):
    with page.expect_response("**/suggestions/**"):
        finder.press_sequentially("zzzzzz")

    page.get_by_role("status").get_by_text("Aucune réponse").wait_for()
    assert not page.get_by_role("listbox").is_visible()
    assert finder.get_attribute("aria-expanded") == "false"


def test_a_failed_request_leaves_the_form_unchanged(page, site, finder):
    page.route("**/suggestions/**", lambda route: route.fulfill(status=500, body="{"))

    with page.expect_response("**/suggestions/**"):
        finder.press_sequentially("bourges")
    page.unroute("**/suggestions/**")
    finder.press("Enter")

    page.wait_for_url(f"**{BOURGES}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_and_the_list_fits(page, site, width, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})

    for address in PAGES:
        page.goto(site + address)
        field = page.get_by_role("combobox", name=LABEL)
        type_and_wait(field, "saint")
        field.press("ArrowDown")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        box = options(page).first.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["height"] >= 24
        results = Axe().run(page).response
        assert results["passes"], address
        assert [(v["id"], v["nodes"][0]["html"]) for v in results["violations"]] == [], address
    assert page.complaints == []


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_on_the_page_of_a_commune_and_on_a_list_of_places(page, site, width):
    page.set_viewport_size({"width": width, "height": 900})

    for address in [
        BOURGES,
        "/territoires/intercommunalites/cc-du-pays-d-issoudun/",
        f"{PAGES[2]}?q=vineuil",
    ]:
        page.goto(site + address)
        for summary in page.locator("main summary").all():
            summary.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        violations = Axe().run(page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"]) for v in violations] == [], address


def test_without_javascript_the_form_redirects_or_lists_places(
    page_without_javascript,
    site,
):
    page = page_without_javascript
    page.goto(site)
    field = page.get_by_label(LABEL)
    assert field.get_attribute("role") is None

    field.fill("bourges")
    field.press("Enter")
    assert path_of(page) == BOURGES
    page.goto(site)
    page.get_by_label(LABEL).fill("Contres")
    page.get_by_role("button", name="Voir chez moi").click()
    page.get_by_role("link", name="Contres, aujourd’hui Le Controis-en-Sologne").click()

    assert path_of(page) == "/territoires/41-loir-et-cher/le-controis-en-sologne/"
    assert page.context.cookies() == []


def test_the_contact_form_has_the_same_list(page, site):
    page.goto(f"{site}/contact/")
    field = page.get_by_role("combobox", name="Votre commune (facultatif)")
    assert field.get_attribute("aria-describedby") == "id_commune_helptext"

    type_and_wait(field, "vineuil")
    field.press("ArrowDown")
    field.press("ArrowDown")
    field.press("Enter")

    assert field.input_value() == "Vineuil (36)"
    assert not page.get_by_role("listbox").is_visible()
    assert urlsplit(page.url).path == "/contact/"
    violations = Axe().run(page).response["violations"]
    assert [violation["id"] for violation in violations] == []
    page.get_by_label("Votre nom", exact=True).fill("Jeanne Martin")
    page.get_by_label("Votre adresse électronique").fill("jeanne@commune.example")
    page.get_by_label("Vous êtes").select_option("Élu ou élue")
    page.get_by_label("Objet de votre message").select_option("Autre question")
    page.get_by_label("Votre message", exact=True).fill("Bonjour, je prépare une délibération.")
    page.get_by_role("button", name="Envoyer le message").click()
    page.wait_for_url("**/contact/merci/**")
    assert page.complaints == []


def test_the_script_is_small():
    assert (ROOT / "static" / "js" / "finder.js").stat().st_size < 5_000
