"""What leaves, as a browser shows it: deletions and accounts, narrow, wide, light, dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.demo import PASSWORD, manage
from tests.matrix import SCREENS
from tests.test_browser import browser, data, page, pytestmark, sign_in, site  # noqa: F401

MADE = """
from django.contrib.auth.models import Group
from cress.accounts.models import User
from tests.factories import make_message, make_person, make_route
boss = User(username="cheffe", email="cheffe@cress.example", is_staff=True)
gone = User(username="partante", email="partante@cress.example", is_staff=True)
taker = User(username="reprenante", email="reprenante@cress.example", is_staff=True)
for user, role in [(boss, "Responsable"), (gone, "Rédaction"), (taker, "Rédaction")]:
    user.set_password("{password}")
    user.save()
    user.groups.add(Group.objects.get(name=role))
make_route(person=make_person(account=gone, name="Partante"))
make_message(assigned_to=gone)
"""
FINDS = """
from cress.accounts.models import User
from cress.chamber.models import Page
from policies.models import Lever
from territories.models import Territory
from tests.admin_pages import address, change_page
print(address(Territory, "delete", Territory.objects.get(code="18").pk))
print(address(Lever, "delete", Lever.objects.first().pk))
print(address(Page, "delete", Page.objects.get(slug="leviers").pk))
print(change_page(Page.objects.get(slug="leviers")))
for name in ["partante", "cheffe"]:
    print(change_page(User.objects.get(username=name)).replace("change", "desactiver"))
"""


@pytest.fixture(scope="module")
def pages(site, data):  # noqa: F811
    """The addresses of pages of each kind, beside accounts of each role."""
    manage(data, "shell", "-v0", "-c", MADE.format(password=PASSWORD))
    return manage(data, "shell", "-v0", "-c", FINDS).split()


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_axe_finds_nothing_where_something_leaves(page, site, pages, width, scheme):  # noqa: F811
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, site, "cheffe")

    for address in pages:
        page.goto(site + address)
        assert page.locator(".deletion").is_visible(), address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        assert page.complaints == [], address
        faults = [(v["id"], v["nodes"][0]["html"]) for v in Axe().run(page).response["violations"]]
        assert not faults, (address, faults)
        page.complaints.clear()  # the style that axe puts in the page is refused
    small = page.evaluate(
        """[...document.querySelectorAll(".deletion :is(a, button, select)")].filter(element =>
            element.getBoundingClientRect().height < 24).map(element => element.outerHTML)"""
    )
    assert small == []


def test_an_account_leaves_by_keyboard_and_without_a_script(browser, site, pages):  # noqa: F811
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    page = sign_in(context.new_page(), site, "cheffe")  # noqa: F811
    page.goto(site + pages[4].replace("desactiver", "change"))

    page.get_by_role("link", name="Désactiver ce compte").press("Enter")
    page.get_by_label("Qui reprend ses messages").select_option("reprenante")
    page.get_by_label("Qui reçoit désormais").select_option(index=1)
    page.get_by_role("button", name="Désactiver ce compte").press("Enter")

    assert page.get_by_text("Messages confiés à reprenante").is_visible()
    assert page.get_by_role("link", name="Réactiver ce compte").is_visible()
    context.close()
