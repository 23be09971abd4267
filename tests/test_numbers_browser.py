"""Figures typed in the admin in a browser that is set to English, and what is asked about them."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.matrix import SCREENS
from tests.test_browser import browser, data, pytestmark, sign_in, site  # noqa: F401

SAVE = {"name": "Enregistrer", "exact": True}
# What Django's own pages have, that no form of ours brings: links of the breadcrumbs.
STOCK_FAULTS = {"link-in-text-block"}


@pytest.fixture
def english(browser, site):
    """A page of the admin in a browser set to English; `complaints` are those of its console."""
    context = browser.new_context(locale="en-US", viewport={"width": 1366, "height": 900})
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    yield sign_in(page, site)
    context.close()


def open_figures(page, site, place):
    """Open the newest figures of a place."""
    page.goto(f"{site}/admin/territories/statistic/?q={place}")
    with page.expect_navigation():
        page.locator("#result_list tbody th a").first.click()


def save(page):
    with page.expect_navigation():
        page.get_by_role("button", **SAVE).click()


def test_a_decimal_comma_is_kept_in_a_browser_set_to_english(english, site):
    open_figures(english, site, "Loiret")
    share = english.get_by_label("Part des salariés")
    count = english.get_by_label("Nombre de salariés")

    assert english.evaluate("navigator.language") == "en-US"
    assert share.get_attribute("inputmode") == "decimal"
    assert count.get_attribute("inputmode") == "numeric"
    share.press("Control+A")
    share.press_sequentially("9,8")
    count.fill("27 345")
    save(english)
    open_figures(english, site, "Loiret")

    assert english.get_by_label("Part des salariés").input_value() == "9,80"
    assert english.get_by_label("Nombre de salariés").input_value() == "27345"
    assert english.complaints == []


def test_the_wheel_of_the_mouse_changes_no_figure(english, site):
    open_figures(english, site, "Indre-et-Loire")
    share = english.get_by_label("Part des salariés")
    before = share.input_value()

    share.click()
    share.hover()
    for _ in range(5):
        english.mouse.wheel(0, 120)
    share.press("ArrowUp")
    english.evaluate("() => new Promise(done => requestAnimationFrame(() => done()))")

    assert "," in before
    assert share.input_value() == before


def test_a_figure_that_surprises_is_ticked_by_keyboard_and_asked_again_once_changed(english, site):
    open_figures(english, site, "Indre")
    before = english.get_by_label("Part des salariés").input_value()

    english.get_by_label("Part des salariés").fill("55")
    save(english)
    english.get_by_label("Oui, 55\u202f% est dans la source").check()
    english.get_by_label("Part des salariés").fill("98")
    save(english)
    tick = english.get_by_label("Oui, 98\u202f% est dans la source")

    assert not tick.is_checked()
    assert english.get_by_text("Sûr\u202f? Indre").is_visible()
    assert english.get_by_text("Peut-être 9,8\u202f%").count() <= 1
    english.get_by_label("Part des salariés").focus()
    english.keyboard.press("Tab")
    assert tick.evaluate("tick => tick === document.activeElement")
    english.keyboard.press("Space")
    assert tick.is_checked()
    with english.expect_navigation():
        english.keyboard.press("Enter")  # as in any field, it saves
    open_figures(english, site, "Indre")
    assert english.get_by_label("Part des salariés").input_value() == "98,00" != before


def test_a_row_that_was_just_added_is_asked_about(english, site):
    english.goto(f"{site}/admin/territories/territory/")
    english.get_by_role("link", name="Loir-et-Cher", exact=True).click()
    english.get_by_role("button", name="Ajouter un objet").click()
    row = english.locator(".dynamic-statistics").last
    row.locator(".select2-selection").click()
    english.locator(".select2-search__field").last.fill("Atlas commenté")
    english.locator(".select2-results__option", has_text="2020").click()
    row.get_by_label("Part des salariés").fill("55")
    save(english)

    tick = english.get_by_label("Oui, 55\u202f% est dans la source")
    assert english.locator(".doubt").count() == 1
    tick.check()
    save(english)
    assert english.url.endswith("/admin/territories/territory/")


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_the_question_fits_the_screen_and_axe_finds_nothing(english, site, width, scheme):
    english.set_viewport_size({"width": width, "height": 900})
    english.emulate_media(color_scheme=scheme)
    english.goto(f"{site}/admin/territories/territory/")
    english.get_by_role("link", name="Eure-et-Loir", exact=True).click()
    english.get_by_label("Part des salariés").first.fill("98")
    english.get_by_label("Part des salariés").nth(1).fill("abc")
    save(english)

    tick = english.get_by_role("checkbox", name="Oui, 98\u202f% est dans la source")
    box = tick.locator("xpath=..").bounding_box()
    assert box["height"] >= 24
    assert english.evaluate("document.documentElement.scrollWidth") <= width
    assert english.complaints == []
    results = Axe().run(english).response
    faults = [
        (fault["id"], fault["nodes"][0]["html"])
        for fault in results["violations"]
        if fault["id"] not in STOCK_FAULTS
    ]
    assert results["passes"]
    assert faults == []
