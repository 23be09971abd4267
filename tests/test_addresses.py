"""The addresses of pages: an old one leads to the new one, a withdrawn page says so."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from cress.base.history.bin import KEPT, purge
from cress.base.history.operations import Operation
from cress.base.history.undo import undo
from cress.base.old_addresses import OldAddress, reserved_words
from cress.chamber.models import Page
from policies.models import Lever
from tests.admin_pages import address, change_page, save
from tests.factories import make_enterprise, make_lever, make_old_address, make_page
from tests.html import plain


@pytest.fixture
def lever(db):
    """A lever that was at /leviers/ancienne/, and is at /leviers/nouvelle/."""
    lever = make_lever(title="Énergie", slug="ancienne")
    return moved(lever, "nouvelle")


def moved(row, slug):
    row.slug = slug
    row.save()
    return row


def answers(client, *paths):
    """Return the status of each path, or where it leads."""
    got = [client.get(path) for path in paths]
    return [response.headers.get("Location") or response.status_code for response in got]


def undo_last(person):
    return undo(Operation.objects.order_by("pk").last(), person, lambda *_: True)


def refused(client, row, slug):
    """Return what the form says beside a slug that it refuses; what was typed is still there."""
    response = save(client, row, slug=slug, title="Titre gardé")
    form = response.context["adminform"].form
    assert (form["slug"].value(), form["title"].value()) == (slug, "Titre gardé")
    assert type(row).objects.get(pk=row.pk).slug == row.slug
    return plain(" ".join(form.errors["slug"]))


# What visitors find


@pytest.mark.parametrize("make", [make_lever, make_enterprise, make_page])
def test_a_changed_address_leads_to_the_new_one(editor_client, client, make):
    row = make(slug="ancienne", is_published=True)
    before = row.get_absolute_url()

    form = editor_client.get(change_page(row))
    saved = save(editor_client, row, slug="nouvelle")

    assert f"l'adresse actuelle, {before}, mènera à la nouvelle" in plain(form.text)
    assertNotContains(form, "#id_slug")  # no script makes it again from the title
    assert saved.status_code == 302
    row.refresh_from_db()
    assert (row.slug, client.get(row.get_absolute_url()).status_code) == ("nouvelle", 200)
    response = client.get(f"{before}?commune=18033")
    assertRedirects(response, f"{row.get_absolute_url()}?commune=18033", 301)
    assert response["Cache-Control"] == "no-cache"
    assert client.head(before).status_code == 301
    form = plain(editor_client.get(change_page(row)).text)
    assert f"Anciennes adresses, qui mènent ici : {before}." in form
    assertNotContains(client.get("/sitemap-pages.xml"), "ancienne")


def test_the_sheet_of_a_lever_moves_with_it(client, lever):
    assert answers(client, "/leviers/ancienne/fiche.pdf") == ["/leviers/nouvelle/fiche.pdf"]


def test_a_roadmap_that_was_sent_keeps_its_levers(client, lever):
    response = client.get("/feuille-de-route/?levier=ancienne&levier=%00&levier=%C3%A9t%C3%A9")

    assert response.context["choice"].levers == [lever]


def test_old_addresses_lead_straight_to_the_page_and_never_around(client, lever):
    moved(lever, "derniere")
    old = ["/leviers/ancienne/", "/leviers/nouvelle/"]
    assert answers(client, *old) == ["/leviers/derniere/"] * 2

    moved(lever, "ancienne")
    paths = [*old, "/leviers/derniere/"]
    assert answers(client, *paths) == [200, "/leviers/ancienne/", "/leviers/ancienne/"]
    assert not OldAddress.objects.filter(slug="ancienne").exists()


def test_a_withdrawn_page_says_so_with_a_way_on_and_a_draft_says_nothing(client, lever):
    draft = make_lever(slug="brouillon", is_published=False)
    lever.is_published = False
    lever.save()

    for path in ["/leviers/nouvelle/", "/leviers/ancienne/"]:
        response = client.get(path)
        assertContains(response, "Cette page a été retirée", status_code=410)
        assertContains(response, '<meta name="robots" content="noindex">', status_code=410)
        assertContains(response, 'href="/leviers/">Tous les leviers', status_code=410)
        assertContains(response, 'action="/recherche/"', status_code=410)
        assertNotContains(response, "Énergie", status_code=410)
        assert response["Cache-Control"] == "no-cache"
    assert client.get(draft.get_absolute_url()).status_code == 404

    moved(draft, "autre-brouillon")
    assert OldAddress.objects.count() == 1
    assert client.get("/leviers/brouillon/").status_code == 404


def test_to_unpublish_is_no_way_to_change_an_address_unseen(editor_client, client):
    lever = make_lever(slug="ancienne")
    save(editor_client, lever, is_published="")
    save(editor_client, lever, slug="nouvelle")
    assert answers(client, "/leviers/ancienne/", "/leviers/nouvelle/") == [410, 404]

    save(editor_client, lever, is_published="on")
    assert answers(client, "/leviers/ancienne/") == ["/leviers/nouvelle/"]


def test_a_published_page_costs_no_query_more(client, lever):
    with CaptureQueriesContext(connection) as queries:
        client.get("/leviers/nouvelle/")

    assert not [query for query in queries if "oldaddress" in query["sql"]]


# What is undone, deleted, purged


def test_an_undo_makes_both_addresses_right_again(client, editor_client):
    lever = make_lever(slug="ancienne")
    save(editor_client, lever, slug="nouvelle")
    paths = ["/leviers/ancienne/", "/leviers/nouvelle/"]

    for right in [[200, paths[0]], [paths[1], 200], [200, paths[0]]]:
        undo_last(editor_client.user)
        assert answers(client, *paths) == right


def test_old_addresses_come_back_with_their_page_and_are_purged_with_it(
    client, editor_client, lever
):
    editor_client.post(address(Lever, "delete", lever.pk), {"post": "yes"})
    paths = ["/leviers/ancienne/", "/leviers/nouvelle/"]
    assert answers(client, *paths) == [404, 404]
    undo_last(editor_client.user)
    assert answers(client, *paths) == ["/leviers/nouvelle/", 200]

    editor_client.post(address(Lever, "delete", lever.pk), {"post": "yes"})
    Operation.objects.update(started_at=timezone.now() - KEPT)
    list(purge())
    assert not OldAddress.objects.exists()
    assert not OldAddress.history.exists()


def test_an_old_address_that_another_page_took_meanwhile_stays_with_it(
    client, editor_client, lever
):
    editor_client.post(address(Lever, "delete", lever.pk), {"post": "yes"})
    done = Operation.objects.order_by("pk").last()
    moved(make_lever(slug="ancienne"), "troisieme")

    _, report = undo(done, editor_client.user, lambda *_: True)

    assert "mène maintenant à une autre page" in report.notes[0]
    assert answers(client, "/leviers/ancienne/") == ["/leviers/troisieme/"]
    assert Lever.objects.filter(slug="nouvelle").exists()


# What is refused


def test_each_bad_address_is_refused_in_one_sentence_and_nothing_is_lost(editor_client):
    page = make_page(slug="aide")
    other = make_page(title="Une autre page", slug="prise")
    make_old_address(row=other, slug="quittee")

    assert refused(editor_client, page, "a" * 300) == (
        "Une adresse a 80 signes au plus, et celle-ci en a 300 : raccourcissez-la."
    )
    assert "écrivez par exemple « l-ete-des-oeuvres »" in refused(
        editor_client, page, "L’été des œuvres"
    )
    assert "C'est déjà l'adresse de « Une autre page »" in refused(editor_client, page, "prise")
    assert "ancienne adresse de « Une autre page », et elle y mène encore" in refused(
        editor_client, page, "quittee"
    )
    for word in ["recherche", "Leviers", "admin", "static", "media", "partage", "plan-du-site"]:
        assert f"Le site se sert lui-même de « {word} »" in refused(editor_client, page, word)


def test_every_word_of_the_map_of_the_site_is_reserved_and_no_other():
    words = reserved_words("/")

    assert {"territoires", "contact", "donnees", "composants", "plaquette", "admin"} <= words
    assert not [word for word in words if re.search(r"[<(^:]", word)]
    assert not reserved_words("/leviers/")
    assert {"comparer", "recherche"} <= reserved_words("/territoires/")


def test_a_text_that_opens_a_section_keeps_its_address(manager_client):
    page = make_page(slug="leviers", title="Les leviers")

    response = manager_client.get(change_page(page))
    saved = save(manager_client, page, slug="autre", title="Autre titre")

    assertContains(response, '<div class="readonly">leviers</div>')
    assert saved.status_code == 302
    page = Page.objects.get()
    assert (page.slug, page.title) == ("leviers", "Autre titre")
