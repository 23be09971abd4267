"""What only a browser can tell, on the site that `manage.py demo` serves."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from tests.demo import PASSWORD, running_demo

CHROMIUM = shutil.which("chromium")
# No sandbox as root in a container; nothing asked of the network but our own server.
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = [320, 768, 1280]
KINDS_OF_PAGE = [
    "/",
    "/pourquoi/",
    "/territoires/",
    "/territoires/18-cher/",
    "/territoires/24-centre-val-de-loire/",
    "/leviers/",
    "/leviers/politique-du-logement-et-du-cadre-de-vie/",
    "/entreprises/",
    "/entreprises/isa-groupe/",
    "/la-cress/",
    "/contact/",
    "/glossaire/",
    "/mentions-legales/",
    "/donnees-personnelles/",
    "/accessibilite/",
    "/plan-du-site/",
    "/aide/",
    "/une-page-inconnue/",
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None, reason="Chromium n’est pas installé : apt install chromium"
    ),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The address of a site served with its content."""
    with running_demo(tmp_path_factory.mktemp("demo")) as demo:
        yield demo.url.rstrip("/")


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    """A page, and as `page.complaints` all that its console says."""
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    context.close()


@pytest.fixture
def signed_in(page, site):
    page.goto(f"{site}/admin/")
    page.get_by_label("Nom d’utilisateur").fill("demo")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Connexion").click()
    return page


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways(page, site, width):
    page.set_viewport_size({"width": width, "height": 900})

    for path in KINDS_OF_PAGE:
        page.goto(site + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_on_any_kind_of_page(page, site, width):
    page.set_viewport_size({"width": width, "height": 900})

    for path in KINDS_OF_PAGE:
        page.goto(site + path)
        results = Axe().run(page).response
        faults = [(v["id"], v["nodes"][0]["html"]) for v in results["violations"]]
        assert results["passes"], path  # axe did look at something
        assert not faults, (path, faults)


def test_pages_read_without_javascript_cookies_or_third_parties(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    for path in KINDS_OF_PAGE:
        page.goto(site + path)
        assert page.get_by_role("heading", level=1).is_visible(), path

    assert len(asked) > len(KINDS_OF_PAGE)
    assert all(url.startswith(site) for url in asked)
    assert context.cookies() == []
    context.close()


def test_no_page_is_held_back_by_the_content_security_policy(page, site):
    for path in KINDS_OF_PAGE[:-1]:
        page.goto(site + path)

    assert page.complaints == []


def test_a_reader_without_a_mouse_reaches_the_content_first(page, site):
    page.goto(site)

    page.keyboard.press("Tab")
    skip_link = page.get_by_role("link", name="Aller au contenu")
    assert skip_link.is_visible()
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "contenu"


def test_titles_are_set_in_the_site_s_own_face(page, site):
    page.goto(site)

    assert page.evaluate(
        "document.fonts.ready.then(() => document.fonts.check('600 1em Fraunces'))"
    )
    assert "Fraunces" in page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily")


def test_every_page_of_the_admin_opens_without_a_complaint(signed_in, site):
    page = signed_in
    addresses = page.locator("#content-main a").evaluate_all("links => links.map(a => a.href)")
    assert len(set(addresses)) > 30

    for address in sorted(set(addresses)):
        page.goto(address)
        assert page.locator("#content").is_visible(), address
    page.goto(f"{site}/admin/enterprises/enterprise/")
    page.locator("#result_list tbody th a").first.click()
    page.locator(".select2-container").first.wait_for()  # the scripts do run

    # Django gives the focus to a field twice; Chromium says so when it is slow.
    assert [text for text in page.complaints if "Autofocus" not in text] == []


def test_a_figure_changed_in_the_admin_is_on_the_page(signed_in, site):
    page = signed_in
    page.goto(f"{site}/admin/territories/statistic/?q=Indre-et-Loire")
    page.locator("#result_list tbody th a").first.click()

    page.get_by_label("Part des salariés").fill("12.05")
    page.get_by_role("button", name="Enregistrer", exact=True).click()

    page.goto(f"{site}/territoires/37-indre-et-loire/")
    assert "12,05\u202f%" in page.locator(".figure__number").first.inner_text()
    assert "près d’un salarié sur huit" in page.locator("main").inner_text()
