"""The buttons that format a text, in a browser and by keyboard."""

from axe_playwright_python.sync_playwright import Axe

from tests.test_browser import (  # noqa: F401
    browser,
    data,
    page,
    pytestmark,
    sign_in,
    signed_in,
    site,
)


def select(field, words):
    field.evaluate(
        """(field, words) => {
            const start = field.value.indexOf(words);
            field.focus();
            field.setSelectionRange(start, start + words.length);
        }""",
        words,
    )


def test_the_buttons_format_what_is_selected_and_the_result_is_beside(signed_in, site):
    page = signed_in
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(f"{site}/admin/policies/argument/")
    with page.expect_navigation():
        page.locator("#result_list tbody th a").first.click()
    field = page.locator("textarea[data-markdown]").first
    bar = page.get_by_role("group", name="Mise en forme, Texte")
    field.fill("Une scop emploie.\nElle reste.")

    for words, label in [("scop", "Gras"), ("emploie", "Italique")]:
        select(field, words)
        bar.get_by_role("button", name=label).press("Enter")
    assert field.input_value() == "Une **scop** *emploie*.\nElle reste."
    select(field, "Elle reste.")
    bar.get_by_role("button", name="Citation").press("Enter")
    assert field.input_value() == "Une **scop** *emploie*.\n\n> Elle reste."
    select(field, "Une")
    bar.get_by_role("button", name="Lien").press("Enter")
    page.keyboard.insert_text("https://exemple.fr")
    assert field.input_value().startswith("[Une](https://exemple.fr) **scop**")

    bar.get_by_role("button", name="Résultat").press("Enter")
    result = page.locator(".markdown-result:visible")
    result.locator("blockquote").get_by_text("Elle reste.").wait_for()
    assert result.locator("strong").inner_text() == "scop"
    field.press("End")
    page.keyboard.insert_text("\n\n## Suite")
    result.get_by_role("heading", name="Suite").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.complaints == []
    faults = Axe().run(page, context=".markdown-bar").response["violations"]
    assert [fault["id"] for fault in faults] == []
