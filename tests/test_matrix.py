"""Who holds each lever, as dots: by law, and in a commune and its EPCI."""

import pytest

from policies.matrix import Hold, matrix_of, row_of
from policies.models import Competence, Lever
from territories.homes import home_of
from tests.factories import (
    make_commune,
    make_competence,
    make_declared_competence,
    make_intercommunality,
    make_lever,
)
from tests.html import Document, plain

LIST = "/leviers/"


def row(**fields):
    competence = make_competence(**fields)
    return row_of(competence.lever, [competence])


@pytest.mark.parametrize(
    ("holder", "commune", "grouping"),
    [
        ("commune", (1, 0), (0, 0)),
        ("epci-si-transfert", (1, 0), (0, 1)),
        ("partage", (0, 1), (0, 1)),
        ("epci-sauf-opposition", (0, 1), (0, 1)),
        ("epci-selon-nature", (0, 1), (0, 1)),
        ("acheteur", (1, 0), (1, 0)),
        ("chacun", (1, 0), (1, 0)),
    ],
)
def test_the_law_gives_a_full_dot_to_who_exercises_and_a_ring_to_who_may(
    db, holder, commune, grouping
):
    found = row(holder=holder)

    assert (found.commune, found.grouping) == (Hold(*commune), Hold(*grouping))


def test_what_the_law_gives_to_every_epci_is_not_of_the_commune(content):
    [found] = [
        row
        for _, rows in matrix_of().themes
        for row in rows
        if row.lever.slug == "accueil-des-gens-du-voyage"
    ]

    assert (found.commune, found.grouping) == (Hold(0, 0), Hold(1, 0))


def test_every_holder_that_staff_may_choose_has_its_dots(db):
    for holder in Competence.Holder.values:
        competence = Competence(lever=make_lever(), title="x", holder=holder)
        assert row_of(competence.lever, [competence]).commune is not None


def test_a_lever_without_any_competence_has_no_dot(client, db):
    lever = make_lever(title="Un levier neuf")

    assert row_of(lever, []).commune is None
    assert "sans objet en règle générale" not in client.get(LIST).text


def test_at_home_what_the_epci_declares_is_a_full_dot_and_leaves_a_part_to_the_commune(db):
    grouping = make_intercommunality()
    commune = make_commune(intercommunality=grouping)
    competence = make_competence(holder="epci-si-transfert", codes_2021="1510")
    assert _local(competence.lever, commune) == (Hold(1, 0), Hold(0, 1))

    make_declared_competence(intercommunality=grouping, nomenclature=2021, code="1510")

    assert _local(competence.lever, commune) == (Hold(0, 1), Hold(1, 0))


def test_a_place_that_is_too_small_has_a_dash(db):
    grouping = make_intercommunality(population=900)
    commune = make_commune(intercommunality=grouping, population=300)
    competence = make_competence(holder="partage", moot_below=1000, needs="un quartier prioritaire")

    assert _local(competence.lever, commune) == (Hold(0, 0), Hold(0, 0))


def _local(lever, commune):
    [(_, [found])] = matrix_of(home_of(commune), [lever]).themes
    return found.commune, found.grouping


@pytest.mark.parametrize(
    ("hold", "words"),
    [
        (Hold(1, 0), "1 compétence exercée"),
        (Hold(2, 0), "2 compétences exercées"),
        (Hold(0, 3), "3 à plusieurs ou selon les statuts"),
        (Hold(2, 1), "2 compétences exercées et 1 à plusieurs ou selon les statuts"),
        (Hold(0, 0), "sans objet en règle générale"),
    ],
)
def test_the_dots_are_also_said_and_as_many_are_drawn_inside_the_drawing(hold, words):
    assert hold.words == words
    assert len(hold.dots) == hold.holds + hold.shares
    assert all(0 < x < hold.width for _, x in hold.dots)


def test_the_list_draws_a_dot_for_each_competence_and_its_caption_says_what_it_is(client, content):
    page = client.get(LIST).text

    drawn = sum(
        hold.holds + hold.shares
        for _, rows in matrix_of().themes
        for row in rows
        for hold in [row.commune, row.grouping]
    )
    assert page.count("<circle") == drawn > 60
    text = plain(Document(page).text)
    assert "Un point, une compétence : plein, la collectivité l'exerce en règle générale" in text
    assert "à vérifier dans les statuts" in text
    for lever in Lever.objects.published():
        assert plain(lever.title) in text
        assert plain(lever.summary) in text


def test_in_one_drawing_the_dots_of_the_epci_stand_clear_of_those_of_the_commune(db):
    lever = make_lever()
    for _ in range(9):
        make_competence(lever=lever, holder="partage")
    matrix = matrix_of()

    [(_, [found])] = matrix.themes
    assert max(x for _, x in found.commune.dots) < matrix.column
    assert matrix.column + max(x for _, x in found.grouping.dots) < matrix.width


def test_the_home_page_says_who_holds_each_lever_beside_its_name(client, content):
    document = Document(client.get("/").text)

    labels = [plain(label) for label in document.attributes("aria-label")]
    beside = [label for label in labels if label.startswith("commune :")]
    assert len(beside) == Lever.objects.published().count()
    assert "commune : sans objet en règle générale ; interco : 1 compétence exercée" in beside
    assert "/leviers/accueil-des-gens-du-voyage/" in document.attributes("href")


def test_with_a_home_the_columns_have_its_names(client, content):
    document = Document(client.get(f"{LIST}?commune=18033").text)

    assert [2, "Qui tient quoi\u202f: Bourges et CA Bourges Plus"] in document.headings
    assert "CA Bourges Plus" in plain(document.text).partition("Économie et emploi")[2][:60]
    assert "pas du tout" not in document.text


def test_the_finder_of_the_list_leads_back_to_it(client, content):
    found = client.get("/territoires/recherche/", {"q": "bourges", "vers": "leviers"})

    assert found["Location"] == f"{LIST}?commune=18033"


def test_more_competences_take_no_more_queries(client, db, django_assert_num_queries):
    def queries():
        with django_assert_num_queries(2):
            return len(matrix_of())

    make_competence()
    assert queries() == 1
    for _ in range(9):
        make_competence()
    assert queries() == 10
