"""The page of an enterprise and its plate in lists: known, range, unknown, photo; its story."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from enterprises.stories import story_of
from tests.factories import make_commune, make_enterprise, make_map_grid, make_photo, make_sector
from tests.html import Document, plain

VEGETABLES = (
    "Un maraîchage remet en culture des légumes oubliés :\n\n"
    "- le haricot barangeonnier ;\n"
    "- la courgine (la courge « sucrine du Berry ») ;\n"
    "- le chou-navet d’Aubigny.\n\n"
    "On les mange."
)


def headcount(least, most=None, printed=None):
    return {
        "headcount_min": least,
        "headcount_max": least if most is None else most,
        "headcount_as_printed": printed or f"{least} salariés",
        "headcount_source": "exemple d’essai, 2023",
    }


def page_of(client, **fields):
    return client.get(make_enterprise(**fields).get_absolute_url())


@pytest.mark.parametrize(("people", "dot"), [(1, "une personne"), (5000, "dix personnes")])
def test_the_dots_of_its_headcount_open_the_page(client, db, people, dot):
    page = page_of(client, sector=make_sector(ground="leaf"), **headcount(people))

    assertContains(page, '<section class="enterprise-opening ground ground--leaf plate--leaf"')
    assertContains(page, f"<figcaption>Un point, {dot}\u202f: effectif, 2023. Exemple d’essai.")


def test_a_headcount_of_nobody_has_no_dots_and_keeps_its_source(client, db):
    page = page_of(client, **headcount(0, printed="0 salarié"))

    assertNotContains(page, "plate__dots")
    assert "Aucune personne salariée" in plain(Document(page.text).text)
    assertContains(page, "Source\u202f: exemple d’essai, 2023.")


def test_the_surroundings_open_the_page_where_the_headcount_is_not_known(client, db):
    make_map_grid()
    town = {"longitude": 2.39896, "latitude": 47.08333}

    unknown = page_of(client, commune=make_commune(**town))
    known = page_of(client, commune=make_commune(**town), **headcount(3))

    assertContains(unknown, '<div class="enterprise-opening__window">')
    assertNotContains(known, '<div class="enterprise-opening__window">')
    assert unknown.text.count('id="window-title"') == known.text.count('id="window-title"') == 1


def test_without_a_commune_or_a_headcount_the_name_stands_alone(client, db):
    page = page_of(client, is_example=False, summary="", text="")

    assertContains(page, "enterprise-opening--plain")
    assertNotContains(page, 'id="window-title"')


def test_a_photo_opens_the_page_and_is_loaded_first(client, db):
    photo = make_photo(enterprise=make_enterprise(**headcount(15)))

    page = client.get(photo.enterprise.get_absolute_url())

    assertContains(page, "enterprise-opening--photo")
    assertContains(page, 'fetchpriority="high"')
    assertContains(page, '<svg class="disc ')


def test_a_long_name_is_set_smaller(client, db):
    assertContains(page_of(client, name="Groupement d’essai"), '<h1 id="title" class="is-long">')
    assertContains(page_of(client, name="A" * 90), '<h1 id="title" class="is-very-long">')


def test_the_short_list_of_a_text_is_set_large_with_its_remarks_apart(client, db):
    page = page_of(client, text=VEGETABLES)

    story = page.text[page.text.index('<ul class="story__list">') :].split("</ul>")[0]
    assert story.count("<li>") == 3
    assert "<li>le haricot barangeonnier</li>" in story
    assert "<li>la courgine <small>la courge «\u202fsucrine du Berry\u202f»</small></li>" in story
    assertContains(page, "<p>On les mange.</p>")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Sans liste.",
        "- seule",
        "- court\n- " + "long " * 20,
        "- a\n" * 9,
        "- [un lien](https://a.example/)\n- deux",
        "- *un*\n- deux",
    ],
)
def test_other_texts_are_left_as_they_are(text):
    assert story_of(text) == (text, [], "")


# In the directory


@pytest.mark.parametrize(("count", "is_paced"), [(1, True), (12, True), (13, False)])
def test_at_most_twelve_results_have_plates_of_two_widths(client, db, count, is_paced):
    for n in range(count):
        make_enterprise(name=f"A {n:02}", **headcount(n + 1))

    page = client.get("/entreprises/")

    assert ("plates--paced" in page.text) == is_paced
    assert page.text.count('<svg class="plate ') == count
    assertContains(page, "2023. Exemple d’essai.")


def test_many_results_have_their_largest_towns_beside_the_map(client, db):
    town = make_commune(name="Bourg")
    for n in range(13):
        make_enterprise(name=f"A {n:02}", commune=town)
    make_enterprise(name="B", commune=make_commune(name="Ailleurs"))

    page = plain(Document(client.get("/entreprises/").text).text)

    assert "Dans 2 communes" in page
    assert f"Bourg ({town.department.code}) 13 entreprises" in page
    assert "Ailleurs (" not in page


def test_the_choices_read_as_a_sentence(client, content):
    page = client.get("/entreprises/?departement=18&secteur=insertion-et-emploi")

    form = Document(page.text[page.text.index('<form class="filters"') :].split("</form>")[0])
    words = plain(form.text)
    assert words.index("Montrez-moi") < words.index("du secteur") < words.index("dans le Cher (1)")
    assert "pour Levier illustré tous les leviers" in words
    assertContains(client.get("/entreprises/"), "de tous les secteurs")


def test_the_form_suggests_communes(client, db):
    page = client.get("/entreprises/")

    assertContains(page, 'data-suggestions="/territoires/suggestions/?communes=oui"')
    assertContains(page, "js/finder.")
