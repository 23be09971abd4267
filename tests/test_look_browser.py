"""The look, as a browser shows it: focus, forced colours, faces, lengths, weights."""

from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from PIL import ImageFont

from cress.chamber.home import GROUNDS, SECTIONS, Section, compose
from tests.demo import manage
from tests.test_browser import KINDS_OF_PAGE, browser, data, page, pytestmark, site  # noqa: F401

STATIC = settings.BASE_DIR / "static"
MOST_STYLE = 9_000  # bytes of a page's style sheets, compressed with brotli
MOST_FONTS = 45_000
SCREEN = {"width": 390, "height": 844}  # of a telephone
# What takes the focus and is shown, and does not show that it has it.
WITHOUT_FOCUS = """() => {
  const outlined = (element, part) => {
    const style = getComputedStyle(element, part);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  };
  const found = [];
  const all = 'a[href], button, input, select, textarea, summary';
  for (const element of document.querySelectorAll(all)) {
    if (!element.checkVisibility() || element.type === 'hidden') continue;
    element.focus({focusVisible: true});
    if (document.activeElement !== element) continue;
    const frame = element.closest('.joined, label');
    if (!outlined(element) && !outlined(element, '::after') && !(frame && outlined(frame)))
      found.push(element.outerHTML.slice(0, 120));
  }
  return found;
}"""
WITHOUT_BORDER = """() => [...document.querySelectorAll(
    '.button, .chip, .joined, select, textarea, ' +
    'input:not([type=hidden], [type=checkbox], [type=radio])'
  )].filter(element => {
    if (!element.checkVisibility() || element.closest('.joined > *')) return false;
    const style = getComputedStyle(element);
    return ['Top', 'Right', 'Bottom', 'Left'].every(side =>
      style[`border${side}Style`] === 'none' || parseFloat(style[`border${side}Width`]) === 0);
  }).map(element => element.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("path", KINDS_OF_PAGE)
def test_the_focus_is_seen_wherever_it_goes(page, site, path):
    page.goto(site + path)
    page.keyboard.press("Tab")

    assert page.evaluate(WITHOUT_FOCUS) == []


def test_buttons_fields_and_chips_keep_a_border_when_colours_are_forced(page, site):
    page.emulate_media(forced_colors="active")
    for path in KINDS_OF_PAGE:
        page.goto(site + path)
        assert page.evaluate(WITHOUT_BORDER) == [], path


@pytest.mark.parametrize(("path", "most"), [("/", 7), ("/territoires/18-cher/bourges/", 6)])
def test_a_telephone_scrolls_few_screens(page, site, path, most):
    page.set_viewport_size(SCREEN)
    page.goto(site + path)

    height = page.evaluate("document.documentElement.scrollHeight")
    assert height <= most * SCREEN["height"], f"{height / SCREEN['height']:.1f} screens"


def test_the_menu_opens_and_closes_without_a_script(browser, site):
    context = browser.new_context(java_script_enabled=False, viewport=SCREEN)
    page = context.new_page()
    page.goto(site)
    link = page.get_by_role("navigation", name="Menu principal").get_by_role("link").first

    assert link.is_hidden()
    page.get_by_role("button", name="Menu").click()
    assert link.is_visible()
    page.get_by_role("button", name="Fermer").click()
    assert link.is_hidden()
    context.close()


@pytest.mark.parametrize(("face", "space"), [("Fraunces", 0.15), ("CRESS Text", 0.16)])
def test_each_face_draws_the_narrow_space_of_french(page, site, face, space):
    page.goto(site)
    width = page.evaluate(
        """async (face) => {
          await document.fonts.load(`100px "${face}"`, 'a\\u202f');
          const pen = document.createElement('canvas').getContext('2d');
          pen.font = `100px "${face}"`;
          return pen.measureText('\\u202f').width;
        }""",
        face,
    )

    assert width == pytest.approx(100 * space, abs=1)


def test_the_faces_are_light_and_keep_their_licences():
    fonts = sorted((STATIC / "fonts").glob("*.woff2"))

    assert len(fonts) == 2
    assert sum(font.stat().st_size for font in fonts) <= MOST_FONTS
    assert "Reserved Font Name" in (STATIC / "fonts" / "OFL-source-sans-3.txt").read_text()
    assert "Fraunces Project Authors" in (STATIC / "fonts" / "OFL-fraunces.txt").read_text()
    # A modified font may not carry the reserved name « Source ».
    assert {ImageFont.truetype(font, 20).getname()[0] for font in fonts} == {
        "Fraunces",
        "CRESS Text ExtraLight",
    }


@pytest.mark.parametrize("path", KINDS_OF_PAGE)
def test_the_style_of_a_page_is_light(page, site, path):
    """The bytes of its style sheets, as a browser that has none of them receives them."""
    responses = []
    page.on("response", lambda response: responses.append(response))
    page.goto(site + path)
    sheets = {
        response.url: response.request.sizes()["responseBodySize"]
        for response in responses
        if response.request.resource_type == "stylesheet"
    }

    assert sheets
    assert 0 not in sheets.values()
    assert sum(sheets.values()) <= MOST_STYLE, sheets


def test_neighbours_on_the_home_page_have_two_grounds_in_any_order():
    context = {section.shows: True for section in SECTIONS}

    for sections in [SECTIONS, SECTIONS[::-1], SECTIONS[1:], SECTIONS[::2]]:
        grounds = ["paper", *(ground for _, ground in compose(context, sections)), "ochre"]
        assert all(one != other for one, other in zip(grounds, grounds[1:], strict=False))
        assert grounds.count("teal") <= 2


def test_an_empty_section_leaves_its_ground_to_the_next():
    sections = [Section("a", shows="a"), Section("b", shows="b"), Section("c", shows="c")]

    composed = compose({"a": [1], "b": [], "c": [1]}, sections)

    assert [(section.name, ground) for section, ground in composed] == list(
        zip("ac", GROUNDS, strict=False)
    )


@pytest.fixture(scope="module")
def components(site, data):
    """The page of components, which visitors do not have."""
    ask = "from django.test import Client; print(Client().get('/composants/').text)"
    return manage(
        data, "shell", "--no-imports", "-c", ask, DEBUG="true", ALLOWED_HOSTS="testserver"
    )


def source_of(url):
    return STATIC / urlsplit(url).path.removeprefix("/static/")


@pytest.mark.parametrize("width", [320, 1280])  # 1280 px at 400 % are 320
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_component_fits_and_axe_finds_nothing(page, site, components, width, scheme):
    url = f"{site}/composants/"
    page.route(url, lambda route: route.fulfill(body=components, content_type="text/html"))
    # Its files have no print of their content in their name: the site does not serve them.
    page.route("**/static/**", lambda route: route.fulfill(path=source_of(route.request.url)))
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)

    page.goto(url)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    results = Axe().run(page).response
    assert results["passes"]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in results["violations"]] == []
