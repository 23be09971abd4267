"""The history, the undo and the bin in a browser: by keyboard, without a script, on a telephone."""

import pytest

from tests.demo import manage
from tests.test_browser import (  # noqa: F401
    browser,
    data,
    page,
    pytestmark,
    sign_in,
    signed_in,
    site,
)
from tests.test_unsaved_browser import SCREENS, assert_whole, open_service, save

SERVICES, BIN = "/admin/chamber/service/", "/admin/base/operation/corbeille/"
MADE = """
from cress.accounts.models import User
from cress.base.history.operations import Operation, operation
from policies.models import Lever
from tests.admin_pages import address
from tests.factories import make_action, make_lever
person = User.objects.get(username="demo")
with operation(Operation.Kind.ADD, person=person):
    lever = make_lever(title="Chauffer ensemble", slug="chauffer", summary="Agir seule, ici.")
    action = make_action(lever=lever, text="Une action qui sera enlevée")
with operation(Operation.Kind.CHANGE, person=person, title="Levier : Chauffer ensemble") as current:
    lever.summary, lever.trap = "Agir ensemble, ici, et longtemps.", "Un piège qui est nouveau."
    lever.save()
    action.delete()
    make_action(lever=lever, text="Une action nouvelle")
first = Lever.history.filter(id=lever.pk).earliest("history_id").operation_id
for title in ["Prêter des salles", "Prêter des salles et du matériel"]:
    gone = make_lever(title=title, slug="salles")
    with operation(Operation.Kind.DELETE, person=person, title=f"Levier : {title}"):
        gone.delete()
make_lever(title="Autres salles", slug="salles")
print(address(Lever, "history", lever.pk))
print(address(Lever, "compare", lever.pk) + f"?a={first}")
print(f"/admin/base/operation/{current.row.pk}/change/")
"""


class Steps:
    """What a person without a mouse does on a page: keys that open or send something, counted."""

    def __init__(self, page):
        self.page, self.count = page, 0

    def press(self, button):
        with self.page.expect_navigation():
            button.press("Enter")
        self.count += 1

    def done(self):
        """Return how many there were, and count anew."""
        count, self.count = self.count, 0
        return count


def test_all_is_undone_and_restored_by_keyboard_without_a_script(browser, site):  # noqa: F811
    context = browser.new_context(locale="fr-FR", java_script_enabled=False)
    page = sign_in(context.new_page(), site)  # noqa: F811
    steps, text = Steps(page), page.locator("#id_text")
    button, titles = page.get_by_role, page.locator("#result_list tbody th a")

    # A change
    open_service(page, site)
    url, before = page.url, text.input_value()
    text.fill("Une erreur.")
    save(page)
    steps.press(page.locator(".messagelist").get_by_role("button", name="Annuler"))
    assert steps.done() == 1
    page.goto(url)
    assert text.input_value() == before

    # An order
    page.goto(site + SERVICES)
    order = titles.all_inner_texts()
    steps.press(button("button", name=f"Monter\u202f: {order[1]}"))
    assert steps.done() == 1
    assert titles.all_inner_texts()[:2] == [order[1], order[0]]
    steps.press(page.locator(".messagelist").get_by_role("button", name="Annuler"))
    assert steps.done() == 1
    assert titles.all_inner_texts() == order

    # A mistake that others followed
    for wrong in ["Une erreur.", "Une autre."]:
        page.goto(url)
        text.fill(wrong)
        save(page)
    page.goto(url)
    steps.press(button("link", name="Historique"))
    steps.press(button("link", name="Restaurer…").nth(1))
    steps.press(button("button", name="Reprendre ce qui est coché"))
    assert steps.done() == 3
    page.goto(url)
    assert text.input_value() == before

    # A deletion
    page.goto(url.replace("change", "delete"))
    steps.press(button("button", name="Mettre à la corbeille"))
    page.goto(site + BIN)
    steps.press(button("button", name=f"Restaurer\u202f: Service\u202f: {order[0]}"))
    page.goto(url)
    assert text.input_value() == before
    context.close()


@pytest.fixture(scope="module")
def pages(site, data):  # noqa: F811
    """The addresses of a history, a comparison and an operation; the bin has something."""
    return [*manage(data, "shell", "-v0", "-c", MADE).split(), BIN]


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_axe_finds_nothing_in_the_history_and_the_bin(
    signed_in,  # noqa: F811
    site,  # noqa: F811
    pages,
    width,
    scheme,
):
    page = signed_in  # noqa: F811
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)

    def look():
        assert page.complaints == []
        assert_whole(page, width)
        page.complaints.clear()  # the style that axe puts in the page is refused

    for address in pages:
        page.goto(site + address)
        look()
    page.get_by_text("Supprimer pour de bon…").first.click()
    look()
    with page.expect_navigation():
        page.get_by_role("button", name="Restaurer").first.click()
    assert page.get_by_label("Adresse de").input_value() == "salles"
    look()
