"""What a browser keeps and asks about a form of the admin whose session ends."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.demo import PASSWORD, manage
from tests.matrix import SCREENS
from tests.test_browser import (  # noqa: F401
    browser,
    data,
    page,
    pytestmark,
    sign_in,
    signed_in,
    site,
)

TYPED = "Un texte tapé pendant une heure."
CAME_BACK = "Voici ce que vous aviez écrit, pas encore enregistré"


def end_sessions(data):
    manage(
        data,
        "shell",
        "--no-imports",
        "-c",
        "from django.contrib.sessions.models import Session; Session.objects.all().delete()",
    )


def sign_in_here(page):
    page.get_by_label("Nom d’utilisateur").fill("demo")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Connexion").click()


def open_service(page, site):
    """Open the form of a service of the chamber, which is short."""
    page.goto(f"{site}/admin/chamber/service/")
    with page.expect_navigation():
        page.locator("#result_list tbody th a").first.click()


def save(page):
    with page.expect_navigation():
        page.get_by_role("button", name="Enregistrer", exact=True).click()


@pytest.fixture
def asked(page):
    """The dialogs that the page opened, each answered by staying."""
    dialogs = []

    def stay(dialog):
        dialogs.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    return dialogs


@pytest.mark.parametrize("with_scripts", [True, False])
def test_a_session_that_ends_while_one_types_loses_nothing(browser, site, data, with_scripts):
    context = browser.new_context(locale="fr-FR", java_script_enabled=with_scripts)
    page = context.new_page()
    sign_in(page, site)
    open_service(page, site)
    text = page.locator("#id_text")
    before = text.input_value()
    text.fill(TYPED)
    end_sessions(data)

    save(page)
    assert "Rien n’est perdu" in page.locator(".messagelist").inner_text()
    sign_in_here(page)

    assert page.get_by_role("heading", name=CAME_BACK).is_visible()
    assert page.locator("#id_text").input_value() == TYPED
    save(page)
    open_service(page, site)
    assert page.locator("#id_text").input_value() == TYPED
    assert not page.get_by_role("heading", name=CAME_BACK).is_visible()
    page.locator("#id_text").fill(before)
    save(page)
    context.close()


def test_a_token_replaced_in_another_tab_brings_the_form_back(signed_in, site, data):
    page = signed_in
    open_service(page, site)
    before = page.locator("#id_text").input_value()
    page.locator("#id_text").fill(TYPED)
    end_sessions(data)
    other = page.context.new_page()
    sign_in(other, site)

    save(page)

    assert page.get_by_role("heading", name=CAME_BACK).is_visible()
    assert page.locator("#id_text").input_value() == TYPED
    page.locator("#id_text").fill(before)
    save(page)
    assert page.url.endswith("/admin/chamber/service/")
    # Django sets the focus on a field twice; a slow Chromium reports it.
    assert [text for text in page.complaints if "Autofocus" not in text] == []


def test_leaving_a_form_with_an_unsaved_text_asks_first(signed_in, site, asked):
    page = signed_in
    open_service(page, site)
    page.locator("#id_text").press_sequentially("x")

    with page.expect_event("dialog"):
        page.get_by_role("link", name="Accueil").first.click()

    assert asked == ["beforeunload"]
    assert "/change/" in page.url


def test_leaving_a_form_as_it_was_opened_asks_nothing(signed_in, site, asked):
    page = signed_in
    open_service(page, site)
    page.locator("#id_text").press_sequentially("x")
    page.locator("#id_text").press("Backspace")

    page.get_by_role("link", name="Accueil").first.click()
    page.wait_for_url(f"{site}/admin/")

    assert asked == []


def test_saving_asks_nothing(signed_in, site, asked):
    page = signed_in
    open_service(page, site)
    before = page.locator("#id_text").input_value()
    page.locator("#id_text").fill(TYPED)

    save(page)
    page.wait_for_url(f"{site}/admin/chamber/service/")
    open_service(page, site)
    page.locator("#id_text").fill(before)
    save(page)
    page.wait_for_url(f"{site}/admin/chamber/service/")

    assert asked == []


def test_a_text_that_came_back_asks_until_it_is_saved_or_given_up(signed_in, site, data, asked):
    page = signed_in
    open_service(page, site)
    page.locator("#id_text").fill(TYPED)
    end_sessions(data)
    save(page)
    sign_in_here(page)
    page.get_by_role("heading", name=CAME_BACK).wait_for()
    page.wait_for_load_state("load")
    page.locator("#id_text").click()

    with page.expect_event("dialog"):
        page.get_by_role("link", name="Accueil").first.click()
    assert asked == ["beforeunload"]

    page.get_by_role("button", name="Oublier ce texte").click()
    page.get_by_text("Le texte non enregistré est oublié.").wait_for()
    assert asked == ["beforeunload"]
    assert page.locator("#id_text").input_value() != TYPED


def test_an_answer_that_one_writes_at_the_desk_asks_when_another_form_is_sent(
    signed_in, site, data, asked
):
    manage(
        data,
        "shell",
        "--no-imports",
        "-c",
        "from tests.factories import make_message; make_message(reference='CRESS-ABANDON')",
    )
    page = signed_in
    page.goto(f"{site}/admin/contact/message/?dossier=tous&q=CRESS-ABANDON")
    with page.expect_navigation():
        page.locator("#result_list tbody th a").first.click()
    page.get_by_label("Votre réponse").fill(TYPED)
    page.get_by_label("Note interne").fill("Une note.")

    with page.expect_event("dialog"):
        page.get_by_role("button", name="Ajouter la note").click()

    assert asked == ["beforeunload"]
    assert page.get_by_label("Votre réponse").input_value() == TYPED


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_axe_finds_nothing_in_a_form_that_came_back(signed_in, site, data, width, scheme):
    page = signed_in
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    open_service(page, site)
    url = page.url
    page.locator("#id_text").fill(TYPED)
    end_sessions(data)
    save(page)
    assert faults(page, ".messagelist") == []
    sign_in_here(page)
    page.get_by_role("heading", name=CAME_BACK).wait_for()
    page.wait_for_load_state("load")
    assert_whole(page, width)

    came_back = page.url
    page.get_by_role("link", name="Lire ce texte à part").evaluate("link => link.target = '_blank'")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Lire ce texte à part").click()
    opened.value.emulate_media(color_scheme=scheme)
    opened.value.set_viewport_size({"width": width, "height": 800})
    opened.value.wait_for_load_state("load")
    assert_whole(opened.value, width)

    opened.value.goto(url)
    assert opened.value.get_by_text("Lire ou reprendre le texte du").is_visible()
    assert_whole(opened.value, width)
    opened.value.goto(came_back)
    opened.value.get_by_role("button", name="Oublier ce texte").click()


def assert_whole(page, width):
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert faults(page) == []


def faults(page, context=None):
    results = Axe().run(page, context=context).response
    assert results["passes"]
    return [(each["id"], each["nodes"][0]["html"][:150]) for each in results["violations"]]
