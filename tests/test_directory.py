"""The directory of enterprises: choices, counts, pages, its map, from six to a great many."""

import pytest
from pytest_django.asserts import assertContains

from tests.factories import make_commune, make_enterprise, make_lever, make_territory
from tests.html import Document, plain


def names(response):
    return [plain(text) for level, text in Document(response.text).headings if level == 3]


@pytest.fixture
def directory(db):
    val, mont = make_territory(name="Val"), make_territory(name="Mont")
    lever = make_lever(title="Un levier", slug="un-levier")
    make_enterprise(name="Au val", department=val).levers.add(lever)
    make_enterprise(name="Au val, sans levier", department=val)
    make_enterprise(name="Au mont", department=mont).levers.add(lever)
    return val, mont


def test_the_directory_narrows_by_department_and_lever(client, directory):
    val, mont = directory

    assert len(names(client.get("/entreprises/"))) == 3
    by_department = client.get("/entreprises/", {"departement": val.code})
    assert names(by_department) == ["Au val", "Au val, sans levier"]
    assertContains(by_department, f'<option value="{val.code}" selected>')
    both = client.get("/entreprises/", {"departement": mont.code, "levier": "un-levier"})
    assert names(both) == ["Au mont"]


def test_each_choice_can_be_taken_back_alone(client, directory):
    val, _ = directory
    response = client.get("/entreprises/", {"departement": val.code, "levier": "un-levier"})

    chips = [a["href"] for _, a in Document(response.text).tags if a.get("class") == "chip"]

    assert chips == ["/entreprises/?levier=un-levier", f"/entreprises/?departement={val.code}"]
    assert [names(client.get(chip)) for chip in chips] == [
        ["Au mont", "Au val"],
        ["Au val", "Au val, sans levier"],
    ]


def test_a_directory_narrowed_to_nothing_says_how_to_widen_it(client, directory):
    make_lever(slug="sans-exemple")

    response = client.get("/entreprises/?levier=sans-exemple")

    assertContains(response, "Aucune entreprise")
    assertContains(response, 'href="/entreprises/"')


@pytest.mark.parametrize("value", ["zz", "\x00", "x" * 10_000, "😀", "' OR 1=1"])
def test_a_choice_that_does_not_exist_is_told_and_narrows_nothing(client, directory, value):
    response = client.get("/entreprises/", {"departement": value, "levier": ""})

    assertContains(response, "Ce choix n’existe pas.")
    assert len(names(response)) == 3


def test_a_long_directory_is_read_page_by_page_with_its_filters(client, db):
    department = make_territory()
    for n in range(45):
        make_enterprise(name=f"Atelier {n:02}", slug=f"a-{n:02}", department=department)

    second = client.get(f"/entreprises/?departement={department.code}&page=2")

    assert names(second) == [f"Atelier {n:02}" for n in range(20, 40)]
    assertContains(second, "45 exemples")
    assertContains(second, f'href="?departement={department.code}&amp;page=3"')
    for page, shown in {"0": 5, "9": 5, "abc": 20, "-1": 5, "9" * 400: 5}.items():
        assert len(names(client.get("/entreprises/", {"page": page}))) == shown, page


def test_a_town_on_the_map_holds_the_numbers_of_its_examples(client, db):
    town = make_commune(name="Bourg", longitude=2.5651, latitude=47.1965)
    make_territory(kind="region", code="R1")
    for n in range(2):
        make_enterprise(slug=f"a-{n}", commune=town, department=town.department)
    make_enterprise(slug="b", department=town.department)

    response = client.get("/entreprises/")

    assertContains(response, '<circle cx="1931" cy="1976" r="64"/>')
    assertContains(response, ">1·2</text>")
    assertContains(response, "1, 2\u202f: Bourg.")
    assert response.text.count('r="64"') == 1
    assertContains(response, '<span class="marker" aria-hidden="true">3</span>')
