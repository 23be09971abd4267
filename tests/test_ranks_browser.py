"""Putting a list in order in a browser: by keyboard, without a script, on a telephone."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.matrix import one_or_all
from tests.test_browser import browser, data, page, pytestmark, sign_in, site  # noqa: F401
from tests.test_unsaved_browser import faults

LEVERS, ARGUMENTS = "/admin/policies/lever/", "/admin/policies/argument/"
LISTS = [LEVERS, ARGUMENTS, "/admin/policies/rule/", "/admin/chamber/mission/"]
SIZES = one_or_all([(390, 844), (1366, 900)])
LEAST = 34  # pixels of a button
FOCUSED = "document.activeElement.id"


def titles(page):
    return page.locator("#result_list tbody th a").all_inner_texts()


def message(page):
    return page.locator(".messagelist").inner_text()


def assert_on_screen(part, height):
    box = part.bounding_box()
    assert 0 <= box["y"] <= height - box["height"]


def tab_to(page, button):
    """Press Tab until the focus is on a button, as a person without a mouse does."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if button.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError("The button is never reached.")


@pytest.mark.parametrize("has_script", [True, False])
def test_a_row_is_moved_by_keyboard_with_and_without_a_script(browser, site, has_script):
    context = browser.new_context(locale="fr-FR", java_script_enabled=has_script)
    page = sign_in(context.new_page(), site)
    page.goto(site + LEVERS)
    before = titles(page)
    third = before[2]
    up = page.get_by_role("button", name=f"Monter\u202f: {third}")

    tab_to(page, up)
    page.keyboard.press("Enter")
    page.wait_for_url("**#up-*")
    assert titles(page) == [before[0], third, before[1], *before[3:]]
    assert "est maintenant en position 2." in message(page)

    # The focus is still on the button: the row goes on.
    assert page.evaluate(FOCUSED).startswith("up-")
    page.keyboard.press("Enter")
    page.wait_for_url("**#position-*")
    assert titles(page) == [third, before[0], before[1], *before[3:]]

    # It is the first: the focus is in the field, and Enter places the row.
    assert page.evaluate(FOCUSED).startswith("position-")
    page.keyboard.press("Control+A")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    page.get_by_text("est maintenant en position 3.").wait_for()
    assert titles(page) == before
    context.close()


def test_an_impossible_position_is_explained_beside_the_untouched_list(page, site):
    sign_in(page, site)
    page.goto(site + LEVERS)
    before = titles(page)

    page.get_by_label(f"Position de {before[4]}").fill("999")
    page.keyboard.press("Enter")
    page.get_by_text("n’est pas une position de 1 à 13").wait_for()

    assert "reste en position 5" in message(page)
    assert titles(page) == before


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_moved_row_and_the_message_are_on_the_screen(page, site, width, height):
    page.set_viewport_size({"width": width, "height": height})
    sign_in(page, site)
    page.goto(site + LEVERS)
    second = titles(page)[1]

    page.get_by_role("button", name=f"Descendre\u202f: {second}").click()
    page.wait_for_url("**#down-*")
    for part in [page.locator(".messagelist"), page.locator("tr:has(:target) th a")]:
        assert_on_screen(part, height)
    page.get_by_role("button", name=f"Monter\u202f: {second}").click()


@pytest.mark.parametrize("scheme", one_or_all(["dark", "light"]))
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_what_moves_a_row_is_large_reachable_and_without_a_fault(page, site, width, height, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": height})
    sign_in(page, site)

    for path in LISTS:
        page.goto(site + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        buttons = page.locator(".rank button")
        assert buttons.count() > 3, path
        for box in [button.bounding_box() for button in buttons.all()[:12]]:
            assert min(box["width"], box["height"]) >= LEAST, path
            assert box["x"] + box["width"] <= width, path
        for part in [".rank", ".changelist-form-container p.help"]:
            results = Axe().run(page, context=part).response
            assert results["passes"], path  # axe did look at something
            assert not [fault["id"] for fault in results["violations"]], path
    assert page.complaints == []


def actions(page):
    return page.locator("[id^=actions-] textarea[name$=-text]:not([name*=__prefix__])")


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_an_action_is_moved_by_keyboard_without_a_script_and_nothing_typed_is_lost(
    browser, site, width, height
):
    screen = {"width": width, "height": height}
    context = browser.new_context(locale="fr-FR", java_script_enabled=False, viewport=screen)
    page = sign_in(context.new_page(), site)
    page.goto(site + LEVERS)
    page.locator("#result_list tbody th a").first.click()
    before = [text.input_value() for text in actions(page).all()]
    summary = page.locator("#id_summary").input_value()
    page.locator("#id_summary").fill(f"{summary} Et ceci.")
    up = page.locator("#actions-2").get_by_role("button", name="Monter\u202f: ")
    assert min(up.bounding_box()["width"], up.bounding_box()["height"]) >= LEAST

    page.locator("#id_actions-1-follow_up").focus()
    tab_to(page, up)
    page.keyboard.press("Enter")
    page.wait_for_url("**#up-*-actions")

    assert page.evaluate(FOCUSED).startswith("up-")
    for part in [
        page.locator(".messagelist"),
        page.locator(":focus"),
        page.locator("h3:has(+ * :focus)"),
    ]:
        assert_on_screen(part, height)
    assert "est maintenant en position 2. La fiche est enregistrée." in message(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**#id_actions-0-order")

    third, *others = before[2], *before[:2], *before[3:]
    assert [text.input_value() for text in actions(page).all()] == [third, *others]
    assert page.locator("#id_summary").input_value() == f"{summary} Et ceci."
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    # Enter in a field saves, and moves nothing.
    page.locator("#id_actions-0-order").fill("3")
    page.locator("#id_title").press("Enter")
    page.wait_for_url(f"{site}{LEVERS}#*")
    page.locator("#result_list tbody th a").first.click()
    assert [text.input_value() for text in actions(page).all()] == before
    page.locator("#id_summary").fill(summary)
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    page.wait_for_url(site + LEVERS)
    context.close()


@pytest.mark.parametrize("scheme", one_or_all(["light", "dark"]))
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_buttons_of_actions_are_without_a_fault(page, site, width, height, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": height})
    sign_in(page, site)
    page.goto(site + LEVERS)
    page.locator("#result_list tbody th a").first.click()
    row = page.locator("#actions-1")
    row.get_by_role("button", name="Descendre").click()
    page.wait_for_url("**#down-*")
    assert faults(page, "#actions-group") == []

    row = page.locator("#actions-2")
    row.get_by_label("Supprimer").check()
    assert row.get_by_role("button", name="Monter").count() == 0
    row.get_by_label("Supprimer").uncheck()
    row.get_by_role("button", name="Monter").click()
    page.wait_for_url("**#up-*")
