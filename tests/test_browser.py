"""What only a browser can show, on the site that `manage.py demo` serves."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from tests.demo import PASSWORD, manage, running_demo

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
    "/territoires/18-cher/bourges/",
    "/territoires/24-centre-val-de-loire/",
    "/territoires/comparer/?t=18",
    "/territoires/comparer/?t=18&t=28&t=37&t=24",
    "/territoires/recherche/?q=vineuil",
    "/leviers/",
    "/leviers/politique-du-logement-et-du-cadre-de-vie/",
    "/comment-agir/",
    "/entreprises/",
    "/entreprises/isa-groupe/",
    "/la-cress/",
    "/recherche/?q=insertion",
    "/recherche/?q=bourjes",
    "/recherche/?q=l",
    "/recherche/?q=ess&type=mot",
    "/entreprises/?departement=18&levier=transports-voirie",
    "/entreprises/?commune=18033&effectif=10-49",
    "/entreprises/?pres_de=vineuil",
    "/contact/?territoire=18&levier=transports-voirie",
    "/contact/merci/",
    "/plaquette/",
    "/plaquette/leviers/",
    "/territoires/18-cher/plaquette/",
    "/territoires/18-cher/plaquette/leviers/",
    "/feuille-de-route/",
    "/feuille-de-route/?territoire=18&levier=transports-voirie&levier=politique-de-la-ville",
    "/feuille-de-route/?territoire=99&levier=emploi-et-insertion-professionnelle&levier=x",
    "/glossaire/",
    "/mentions-legales/",
    "/donnees-personnelles/",
    "/accessibilite/",
    "/donnees/",
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
def data(prepared, tmp_path_factory):
    return prepared.data(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def site(data):
    """The address of a site served with its content."""
    with running_demo(data, CONTACT_FORM_LEAST_AGE="0", CONTACT_LIMIT_PER_ADDRESS="0") as demo:
        yield demo.url.rstrip("/")


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    """A page; `page.complaints` lists the messages of its console."""
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    context.close()


@pytest.fixture
def signed_in(page, site):
    return sign_in(page, site)


def sign_in(page, site, account="demo"):
    page.goto(f"{site}/admin/")
    page.get_by_label("Nom d’utilisateur").fill(account)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Connexion").click()
    page.wait_for_url(f"{site}/admin/")  # and until it is whole
    return page


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways(page, site, width):
    page.set_viewport_size({"width": width, "height": 900})

    for path in KINDS_OF_PAGE:
        page.goto(site + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_the_number_to_call_is_on_the_first_screen_of_a_telephone(page, site):
    page.set_viewport_size({"width": 390, "height": 844})

    for path in KINDS_OF_PAGE:
        page.goto(site + path)
        number = page.get_by_role("banner").get_by_role("link", name="Appeler la CRESS").first
        box = number.bounding_box()
        assert box["y"] + box["height"] <= 844, path
        assert box["height"] >= 24, path  # WCAG 2.2, 2.5.8


# WCAG 2.2, 1.4.12 and 1.4.4: what a reader may ask of any text.
ROOMIER_TEXT = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; }
* { word-spacing: 0.16em !important; }
p { margin-block-end: 2em !important; }
"""
LARGER_TEXT = "html { font-size: 200% !important; }"
# What hides a part of its text: of those with text of their own, but for what is only spoken.
CUT = """[...document.querySelectorAll("main *, header *, footer *")].filter(element =>
    [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim())
    && getComputedStyle(element).overflow !== "visible"
    && !element.closest(".visually-hidden, .table-scroll")
    && (element.scrollWidth > element.clientWidth + 1
        || element.scrollHeight > element.clientHeight + 1)
).map(element => element.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize(
    ("style", "width"), [(ROOMIER_TEXT, 320), (ROOMIER_TEXT, 1280), (LARGER_TEXT, 640)]
)
def test_text_that_is_roomier_or_larger_is_neither_cut_nor_scrolled_sideways(
    browser, site, style, width
):
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale="fr-FR", bypass_csp=True
    )
    page = context.new_page()

    for path in KINDS_OF_PAGE:
        page.goto(site + path)
        page.add_style_tag(content=style)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.evaluate(CUT) == [], path
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_on_any_kind_of_page(page, site, width, scheme):
    page.emulate_media(color_scheme=scheme)
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


UNDER_POINTER = """link => {
  link.scrollIntoView({block: "center"});
  const {x, y, height} = link.getClientRects()[0];
  return link.contains(document.elementFromPoint(x + 2, y + height / 2));
}"""


@pytest.mark.parametrize("path", ["entreprises/", "entreprises/isa-groupe/", ""])
def test_every_link_of_a_card_is_under_the_pointer(page, site, path):
    page.goto(f"{site}/{path}" if path else site)
    links = page.locator("main .plate-card a").all()

    assert links
    for link in links:
        assert link.evaluate(UNDER_POINTER), link.text_content()


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

    # Django sets the focus on a field twice; a slow Chromium reports it.
    assert [text for text in page.complaints if "Autofocus" not in text] == []


def test_a_figure_changed_in_the_admin_is_on_the_page(signed_in, site):
    page = signed_in
    page.goto(f"{site}/admin/territories/statistic/?q=Indre-et-Loire")
    row = page.locator("#result_list tbody tr").filter(has_text="Insee – Clap 2015")
    row.locator("th a").first.click()

    page.get_by_label("Part des salariés").fill("12.05")
    page.get_by_role("button", name="Enregistrer", exact=True).click()

    page.goto(f"{site}/territoires/37-indre-et-loire/")
    assert "12,05\u202f%" in page.locator(".figure__number").first.inner_text()
    assert "près d’un salarié sur huit" in page.locator("main").inner_text()


# The contact desk


def fill_form(page, site, **changes):
    """Open the contact page from the Cher's and fill it in, but for the changes."""
    page.goto(f"{site}/territoires/18-cher/")
    page.locator("main").get_by_role("link", name="Écrire à la CRESS").click()
    values = {
        "Votre nom": "Jeanne Martin",
        "Votre adresse électronique": "jeanne@commune.example",
        "Votre message": "Bonjour, je prépare une délibération.",
    } | changes
    for label, value in values.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_label("Vous êtes").select_option("Élu ou élue")
    page.get_by_label("Objet de votre message").select_option("Autre question")
    return page.get_by_role("button", name="Envoyer le message")


@pytest.fixture
def page_without_javascript(browser):
    context = browser.new_context(locale="fr-FR", java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_a_visitor_writes_and_reads_what_happens_next(page_without_javascript, site):
    page = page_without_javascript

    button = fill_form(page, site)
    assert page.get_by_label("Territoire concerné").input_value() != ""
    button.click()

    assert page.get_by_role("heading", level=1).inner_text() == "Votre message est arrivé"
    # No rule of the shipped content says who receives it.
    assert "s’en occupe" not in page.locator("main").inner_text()
    assert page.context.cookies() == []


def test_an_error_takes_the_focus_and_loses_nothing(page_without_javascript, site):
    page = page_without_javascript

    fill_form(page, site, **{"Votre adresse électronique": "jeanne@"}).click()

    summary = page.get_by_role("group", name="Votre message n’est pas encore parti")
    assert summary.evaluate("element => element === document.activeElement")
    assert page.title().startswith("Erreur")
    assert page.get_by_label("Votre message", exact=True).input_value().startswith("Bonjour")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    field = page.get_by_label("Votre adresse électronique")
    assert field.evaluate("element => element === document.activeElement")
    assert field.get_attribute("aria-invalid") == "true"


@pytest.mark.parametrize("width", WIDTHS)
def test_a_refused_form_fits_and_axe_finds_nothing(page, site, width):
    page.set_viewport_size({"width": width, "height": 900})

    send = fill_form(page, site, **{"Votre nom": "", "Votre message": ""})
    with page.expect_navigation():
        send.click()

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []


def test_the_staff_answer_from_a_telephone_and_see_who_else_reads(browser, page, site, data):
    fill_form(page, site, **{"Votre nom": "Jeanne à deux"}).click()
    page.wait_for_url("**/merci/**")
    page.set_viewport_size({"width": 390, "height": 800})
    sign_in(page, site)
    page.goto(f"{site}/admin/contact/message/?q=deux")
    with page.expect_navigation():
        page.locator("#result_list tbody th a").first.click()
    address = page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    page.get_by_label("Votre réponse").fill("Bonjour, voici notre réponse.")
    page.get_by_role("button", name="Envoyer la réponse").click()

    assert "Bonjour, voici notre réponse." in page.locator(".desk-entry--answer").inner_text()
    assert "Traité" in page.locator(".desk-side").inner_text()
    manage(data, "shell", "--no-imports", "-c", COLLEAGUE)
    colleague = browser.new_context(locale="fr-FR").new_page()
    sign_in(colleague, site, account="chloe")
    with colleague.expect_response("**/presence/"):
        colleague.goto(address)
    page.goto(address)
    page.get_by_text("En ce moment à l’écran de Chloé Martin.").wait_for()
    colleague.context.close()
    assert page.complaints == []


COLLEAGUE = f"""
from django.contrib.auth.models import Group
from cress.accounts.models import User
chloe = User.objects.create_user(
    "chloe", "chloe@cress.example", password="{PASSWORD}", is_staff=True
)
chloe.groups.add(Group.objects.get(name="Rédaction"))
User.objects.filter(pk=chloe.pk).update(first_name="Chloé", last_name="Martin")
"""


DESK_PAGES = ["statistiques/", "donnees-personnelles/"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1366])
def test_axe_finds_nothing_in_our_own_pages_of_the_desk(signed_in, site, width, scheme):
    page = signed_in
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    fill_form(page, site, **{"Votre nom": f"Jeanne {width}"}).click()
    page.goto(f"{site}/admin/contact/message/?q={width}")
    message = page.locator("#result_list tbody th a").first.get_attribute("href")

    for address in [message, *(f"/admin/contact/message/{name}" for name in DESK_PAGES)]:
        page.goto(site + address)
        page.locator("#content-main").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        results = Axe().run(page, context="#content-main").response
        faults = [(v["id"], v["nodes"][0]["html"]) for v in results["violations"]]
        assert results["passes"], address
        assert not faults, (address, faults)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1366])
def test_staff_search_all_the_content_from_any_page_of_the_admin(signed_in, site, width, scheme):
    page = signed_in
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{site}/admin/territories/commune/")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    form = page.get_by_role("banner").get_by_role("search")
    faults = Axe().run(page, context="#header .content-search").response["violations"]
    assert [fault["id"] for fault in faults] == []

    form.get_by_role("searchbox").fill("energies")
    form.get_by_role("button", name="Chercher").click()

    assert page.locator(".content-results mark").first.inner_text().lower().startswith("énergie")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    results = Axe().run(page, context="#content-main").response
    faults = [(v["id"], v["nodes"][0]["html"]) for v in results["violations"]]
    assert results["passes"]
    assert not faults, faults
    page.get_by_role("link", name="Modifier").first.click()
    assert page.locator("#content-main form").is_visible()


def test_a_word_is_explained_at_its_first_use_without_javascript(browser, site):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 700})
    page = context.new_page()
    page.goto(f"{site}/leviers/commande-publique-et-achats-responsables/")
    definition = page.locator("#mot-siae")
    assert not definition.is_visible()

    page.locator("[popovertarget=mot-siae]").press("Enter")
    assert definition.is_visible()
    box = definition.bounding_box()
    assert box["y"] + box["height"] == pytest.approx(700, abs=1)  # at the foot of the screen
    assert box["width"] <= 320

    page.keyboard.press("Escape")
    assert not definition.is_visible()
    context.close()


def test_an_open_definition_has_no_accessibility_fault(page, site):
    page.goto(f"{site}/leviers/commande-publique-et-achats-responsables/")
    page.locator("[popovertarget=mot-siae]").click()

    assert page.locator("#mot-siae").is_visible()
    assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize("path", ["/", "/leviers/", "/contact/", "/une-page-inconnue/"])
def test_the_search_is_in_the_menu_and_at_the_foot_on_a_phone(page, site, path):
    page.set_viewport_size({"width": 320, "height": 700})
    lever = "Collecte, gestion et valorisation des déchets"

    for place in ["#menu", "footer"]:
        page.goto(site + path)
        if place == "#menu":
            page.get_by_role("button", name="Menu").click()
            assert Axe().run(page).response["violations"] == []
        field = page.locator(place).get_by_role("searchbox")
        assert field.bounding_box()["width"] >= 120
        field.fill("dechets")
        page.keyboard.press("Enter")
        page.locator("main").get_by_role("link", name=lever, exact=True).click()
        page.wait_for_url("**/leviers/collecte-gestion-et-valorisation-des-dechets/")


def test_a_visitor_narrows_the_directory_without_javascript(page_without_javascript, site):
    page = page_without_javascript
    page.goto(f"{site}/entreprises/")

    page.get_by_text("plus de critères").click()
    page.get_by_label("Près de la commune").fill("vierzon")
    page.get_by_label("Effectif").select_option("10-49")
    page.locator(".filters").get_by_role("button", name="Chercher").click()

    assert page.url == f"{site}/entreprises/?effectif=10-49&commune=18279"
    assert page.get_by_label("Effectif").is_visible()
    found = page.locator("main .plate-card h3").all_inner_texts()
    assert len(found) == 3
    page.get_by_role("link", name="Retirer le filtre : 10 à 49 salariés").click()
    assert page.url == f"{site}/entreprises/?commune=18279"
    assert page.locator("main .plate-card h3").count() == 6
    assert page.locator("main .plate-card h3").first.inner_text() == "Odyssée Création"
