"""What a browser shows when two people changed a field, and does when one saves twice."""

import pytest

from tests.test_browser import (  # noqa: F401
    browser,
    data,
    page,
    pytestmark,
    sign_in,
    signed_in,
    site,
)
from tests.test_unsaved_browser import assert_whole, open_service, save

SCREENS = [(390, "light", False), (1366, "dark", True)]  # pixels, colours, scripts


@pytest.mark.parametrize(("width", "scheme", "with_scripts"), SCREENS)
def test_one_chooses_between_two_texts_with_the_keyboard(
    browser, site, width, scheme, with_scripts
):
    context = browser.new_context(
        locale="fr-FR",
        java_script_enabled=with_scripts,
        color_scheme=scheme,
        viewport={"width": width, "height": 900},
    )
    page = sign_in(context.new_page(), site)
    open_service(page, site)
    before = page.locator("#id_text").input_value()
    other = context.new_page()
    other.goto(page.url)
    other.locator("#id_text").fill(f"D’abord ceci. {before}")
    save(other)
    page.locator("#id_text").fill(f"{before} Et enfin cela.")

    save(page)

    both = page.get_by_label("Garder les deux, ainsi")
    assert both.is_checked()
    assert page.locator("#id_text").input_value() == f"D’abord ceci. {before} Et enfin cela."
    if with_scripts:  # axe needs them
        assert_whole(page, width)
    both.focus()
    page.keyboard.press("ArrowUp")
    assert page.get_by_label("Garder le vôtre").is_checked()
    save(page)
    open_service(page, site)
    assert page.locator("#id_text").input_value() == f"{before} Et enfin cela."
    page.locator("#id_text").fill(before)
    save(page)
    context.close()


def test_a_double_click_and_the_back_button_add_one_row(signed_in, site):
    page = signed_in
    page.goto(f"{site}/admin/policies/term/add/")
    page.locator("#id_name").fill("Retour")
    page.locator("#id_definition").fill("Un mot.")
    page.get_by_role("button", name="Enregistrer", exact=True).dblclick()
    page.wait_for_url(f"{site}/admin/policies/term/")

    page.go_back()
    page.wait_for_url(f"{site}/admin/policies/term/add/")
    page.locator("#id_name").fill("Retour")
    page.locator("#id_definition").fill("Un mot.")
    save(page)
    assert "Déjà enregistré" in page.locator(".messagelist").inner_text()
    page.goto(f"{site}/admin/policies/term/")

    assert page.get_by_role("link", name="Retour", exact=True).count() == 1
