"""The levers of a place in columns that face each other: the commune, both, the EPCI."""

from datetime import date

import pytest
from django.template.loader import render_to_string

from cress.places.answers import first_answer, of_place
from policies.competences.facing import facing
from policies.competences.who_acts import Declaration, Situation, WhoActs, lists_of, who_acts
from policies.models import Competence, Lever
from territories.homes import home_of
from territories.models import Commune, Intercommunality
from tests.html import Document, plain

VAL = Intercommunality(siren="200000000", name="CC du Val", kind="CC", population=15_000)
VILLAGE = Situation(VAL, Commune(name="Bourg", population=400), largest_population=9_000)
ALONE = Situation(None, Commune(name="Île-Seule", population=400))


def competences(*holders, number=1, **fields):
    """Return the competences of a lever, one for each holder."""
    lever = Lever(pk=number, slug=f"levier-{number:02}", order=number, title=f"Levier {number}")
    defaults = {"certainty": "sûre"}
    return [
        Competence(lever=lever, title=f"Compétence {n}", holder=holder, **defaults | fields)
        for n, holder in enumerate(holders, start=1)
    ]


def facing_of(*competences, situation=VILLAGE):
    rows = [row for rows in competences for row in rows]
    return facing(WhoActs(situation, lists_of(rows, situation)))


def columns(found):
    return {
        column.heading: [held.lever.order for held in column.levers] for column in found.columns
    }


@pytest.mark.parametrize(
    ("holders", "heading"),
    [
        (["commune"], "Votre commune"),
        (["commune", "partage"], "Votre commune"),
        (["commune", "epci-selon-nature"], "Votre commune"),  # the statutes decide
        (["epci"], "Votre intercommunalité"),
        (["epci", "partage", "autre"], "Votre intercommunalité"),
        (["commune", "epci"], "L’une et l’autre"),
        (["partage"], "L’une et l’autre"),
        (["epci-selon-nature"], "L’une et l’autre"),
    ],
)
def test_a_lever_is_on_the_side_that_has_a_competence_of_its_own(holders, heading):
    if "epci" in holders:
        fields = dict.fromkeys(["in_cc", "in_ca", "in_cu", "in_metropolis"], "plein-droit")
        rows = [
            *competences(*[each for each in holders if each != "epci"]),
            *competences("epci-selon-nature", **fields),
        ]
    else:
        rows = competences(*holders)

    assert columns(facing_of(rows)) == {heading: [1]}


def test_each_lever_has_one_line_that_names_all_its_competences():
    found = facing_of(competences("commune", "partage", "epci-selon-nature"))

    [[held]] = [column.levers for column in found.columns]
    assert plain(held.line) == (
        "Compétence 1 ; chacune : compétence 2 ; selon les statuts : compétence 3"
    )


def test_a_lever_without_object_and_that_of_another_actor_are_apart():
    found = facing_of(
        competences("commune", number=1),
        competences("commune", number=2, moot_below=2_000, needs="un quartier prioritaire"),
        competences("autre", number=3, other_holder="la région"),
    )

    assert columns(found) == {"Votre commune": [1]}
    assert [held.lever.order for held in found.moot] == [2]
    assert [held.lever.order for held in found.others] == [3]


@pytest.mark.parametrize(
    ("sides", "finding", "answer"),
    [
        ([4, 4, 0], "Quatre leviers à la commune, quatre aux deux",
         "quatre des huit leviers relèvent de la commune, quatre se partagent"),
        ([1, 1, 0], "Un levier à la commune, un aux deux",
         "un des deux leviers relève de la commune, un se partage"),
        ([0, 2, 0], "Deux leviers aux deux", "deux des deux leviers se partagent"),
        ([17, 0, 0], "17 leviers à la commune", "17 des 17 leviers relèvent de la commune"),
        ([1, 0, 0], "Un levier à la commune", ""),
    ],
)  # fmt: skip
def test_the_title_and_the_answer_agree_with_the_counts(sides, finding, answer):
    holders = [["commune"]] * sides[0] + [["partage"]] * sides[1]
    found = facing_of(*[competences(*each, number=n) for n, each in enumerate(holders, start=1)])

    assert (found.finding, found.answer) == (finding, answer)


def test_a_commune_without_epci_reads_what_others_exercise():
    found = facing_of(competences("partage"), situation=ALONE)

    assert [column.heading for column in found.columns] == ["Votre commune et d’autres acteurs"]
    assert found.finding == "Un levier à plusieurs"


def test_what_the_epci_declares_is_said():
    declared = Declaration(date(2026, 7, 1), {2021: {"1510"}})
    situation = Situation(VAL, Commune(population=400), declaration=declared)

    found = facing_of(competences("commune", codes_2021="1510"), situation=situation)

    assert columns(found) == {"Votre intercommunalité": [1]}
    assert found.basis == "d’après la loi et Banatic"


def test_there_are_no_columns_without_competences():
    assert facing(None) is None


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("Bourges", "de Bourges"),
        ("Orléans", "d’Orléans"),
        ("Écueillé", "d’Écueillé"),
        ("Yèvres", "d’Yèvres"),
        ("Le Blanc", "du Blanc"),
        ("Les Aix-d’Angillon", "des Aix-d’Angillon"),
        ("La Châtre", "de La Châtre"),
        ("L’Île-Bouchard", "de L’Île-Bouchard"),
        ("Herry", "de Herry"),
        ("Le", "de Le"),
    ],
)
def test_a_name_is_preceded_by_the_right_de(name, of):
    assert of_place(name) == of


@pytest.fixture
def bourges(content):
    return home_of(Commune.objects.get(insee_code="18033"))


def test_bourges_reads_its_thirteen_levers_once_each(bourges):
    acting = who_acts(bourges)
    found = facing(acting)

    document = Document(
        render_to_string("policies/_facing.html", {"acting": acting, "facing": found})
    )
    links = [href for href in document.attributes("href") if href.startswith("/leviers/")]
    assert len(links) == len(set(links)) == Lever.objects.published().count() == 13
    assert [title for level, title in document.headings if level == 3] == [
        "Votre commune",
        "L’une et l’autre",
        "Votre intercommunalité",
    ]
    assert "à vérifier dans les statuts de CA Bourges Plus" in plain(document.text)


def test_the_answer_says_what_it_rests_on(bourges):
    text = plain(first_answer(bourges, [], facing(who_acts(bourges))))

    assert text.startswith("Ici, d'après la loi, ")
    assert text.endswith("(à vérifier dans les statuts).")
    for claim in [" tient ", "ne peut pas"]:  # no legal text proves them
        assert claim not in text


def test_a_place_without_figures_and_without_levers_has_no_answer(bourges):
    assert first_answer(bourges, [], None) == ""
