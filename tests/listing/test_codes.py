"""SIRET numbers, headcounts and activities, as lists write them."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from pytest_django.asserts import assertContains

from enterprises.models import Ground, Sector
from enterprises.nomenclatures import (
    HEADCOUNT_BANDS,
    NAF_2025,
    NAF_REV2,
    band_of_code,
    band_of_count,
    family_of,
    ground_of,
    read_activity,
    sector_of,
)
from enterprises.siret import bare_siret, siret_problem, spaced_siret, validate_siret
from tests.factories import (
    make_enterprise,
)
from tests.html import plain
from tests.listing.rows import SIRET
from tests.made_up_enterprises import made_up_siret


def test_made_up_numbers_are_valid_and_all_different():
    sirets = [made_up_siret(n) for n in range(5000)]

    assert len(set(sirets)) == 5000
    assert not [siret for siret in sirets if siret_problem(siret)]


@pytest.mark.parametrize(
    "siret",
    [
        "35600000000048",  # the seat of La Poste
        "35600000049837",  # one of its offices, which fails the usual key
        "73282932000074",
    ],
)
def test_a_true_number_is_accepted(siret):
    validate_siret(siret)


@pytest.mark.parametrize(
    ("siret", "message"),
    [
        ("", "manque"),
        ("1,23457E+13", "abîmé par un tableur"),
        ("1.23457e13", "abîmé par un tableur"),
        (SIRET[3:], "Un tableur a pu ôter ses premiers zéros."),
        (SIRET[1:], "a 13 chiffres, un SIRET en a quatorze."),
        (SIRET + "0", "a 15 chiffres"),
        ("1234", "a 4 chiffres"),
        ("ABCDEFGHIJKLMN", "quatorze chiffres, et rien d’autre"),
        ("12345678300000", "neuf premiers chiffres"),
        ("00000000000018", "neuf premiers chiffres"),
        ("１２３４５６７８９０１２３４", "quatorze chiffres, et rien d’autre"),
        ("73282932000075", "clé de contrôle"),
        ("35600000049838", "clé de contrôle"),
        ("0" * 14, "clé de contrôle"),
    ],
)
def test_what_is_not_a_siret_is_refused_with_what_to_do(siret, message):
    with pytest.raises(ValidationError) as refusal:
        validate_siret(siret)

    assert message in refusal.value.message


def test_spaces_in_a_siret_are_those_of_people():
    assert bare_siret(" 123\u00a0456\u202f789 00012 ") == "12345678900012"
    assert spaced_siret("12345678900012") == "123 456 789 00012"


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "{}.0",
        "{},00",
        '="{}"',
        "'{}",
        '"{}"',
        "\u200e{}\u200f",
        "\ufeff{}",
        "{}\u200b",
        " {} ",
        "«\u00a0{}\u00a0»",
        "{0[0]}{0[1]}{0[2]} {0[3]}{0[4]}{0[5]} 018 00012",
        "000.000.018.00012",
        "000-000-018-00012",
        "000\u202f000\u202f018\u00a000012",
        "000\u2011000\u2011018\u201100012",
    ],
)
def test_a_siret_is_bare_whatever_is_around_its_digits(text):
    assert bare_siret(text.format("00000001800012")) == "00000001800012"


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("1,23457E+13", "1,23457E+13"),
        ("1800606.0", "1800606"),  # the zeros are lost: the number is refused afterwards
        ("18000.5", "18000.5"),
        ("", ""),
    ],
)
def test_no_digit_of_a_siret_is_guessed(text, bare):
    assert bare_siret(text) == bare
    assert siret_problem(bare_siret(text))


HEADCOUNTS = {
    "": (None, None, ""),
    "NN": (None, None, ""),
    "0": (0, 0, "0 salarié"),
    "1": (1, 1, "1 salarié"),
    "12": (12, 12, "12 salariés"),
    "12.0": (12, 12, "12 salariés"),
    "12,0": (12, 12, "12 salariés"),
    "12 salariés": (12, 12, "12 salariés"),
    "1 200": (1200, 1200, "1 200 salariés"),
    "3 à 5": (3, 5, "3 à 5 salariés"),
    "3-5": (3, 5, "3 à 5 salariés"),
    "3 - 5 salariés": (3, 5, "3 à 5 salariés"),
    "1 ou 2 salariés": (1, 2, "1 ou 2 salariés"),
    "entre 10 et 19 personnes": (10, 19, "10 à 19 salariés"),
    "10 000 salariés et plus": (None, None, "10 000 salariés et plus"),
}


@pytest.mark.parametrize("text", HEADCOUNTS)
def test_a_number_of_employees_is_read_as_people_write_it(text):
    band = band_of_count(text)

    assert (band.least, band.most, plain(band.label)) == HEADCOUNTS[text]


@pytest.mark.parametrize(
    "text",
    [
        "02",
        "00",
        "012",
        "12,5",
        "-3",
        "5-3",
        "oct-19",
        "environ 12",
        "12 ETP",
        "xx",
        "9" * 9,
        "3-500 000 000",
    ],
)
def test_a_headcount_that_is_not_certain_is_not_read(text):
    assert band_of_count(text) is None


@pytest.mark.parametrize(
    ("text", "nomenclature", "read"),
    [
        ("88.10A", "", ("88.10A", NAF_REV2)),
        ("8810a", "NAFRev2", ("88.10A", NAF_REV2)),
        ("88.10A", "NAF rév. 2", ("88.10A", NAF_REV2)),
        ("88.10A", "NAF 2008", ("88.10A", NAF_REV2)),
        ("88.91Y", "NAF2025", ("88.91Y", NAF_2025)),
        ("88.91Y", "", ("88.91Y", NAF_2025)),
        ("4711H", "NAF 2025", ("47.11H", NAF_2025)),
        ("88.91Y", "NAFRev2", None),
        ("88.10A", "NAF2025", None),
        ("85.3J", "NAFRev1", None),
        ("88.10A", "NAF1993", None),
        ("88.1", "", None),
    ],
)
def test_an_activity_is_read_under_its_nomenclature(text, nomenclature, read):
    assert read_activity(text, nomenclature) == read


def test_the_form_refuses_a_false_or_a_taken_siret(admin_client):
    make_enterprise(siret=SIRET)
    enterprise = make_enterprise()
    url = reverse("admin:enterprises_enterprise_add")
    values = {
        "name": "La Ruche",
        "slug": "la-ruche",
        "department": enterprise.department_id,
        "sector": enterprise.sector_id,
        "summary": "Une ruche.",
        "is_example": "on",
    }

    taken = admin_client.post(url, values | {"siret": SIRET})
    false = admin_client.post(url, values | {"siret": "73282932000075"})

    assertContains(taken, "Une autre entreprise a déjà ce SIRET.")
    assertContains(false, "sa clé de contrôle est fausse.")


def test_every_band_of_sirene_is_known():
    assert sorted(HEADCOUNT_BANDS) == sorted(
        [
            "NN",
            "00",
            "01",
            "02",
            "03",
            "11",
            "12",
            "21",
            "22",
            "31",
            "32",
            "41",
            "42",
            "51",
            "52",
            "53",
        ]
    )
    bounds = [(band.least, band.most) for band in HEADCOUNT_BANDS.values() if band.most is not None]
    for (_, most), (least, _) in zip(bounds, bounds[1:], strict=False):
        assert least == most + 1
    assert band_of_code("4") is band_of_code("xx") is None


def test_every_division_but_households_and_embassies_has_its_sector(db):
    divisions = [f"{number:02}" for number in range(100)]
    known = [division for division in divisions if sector_of(division)[0] != "a-preciser"]

    assert len(known) == 85
    names = {sector_of(division) for division in divisions}
    assert len(names) == 20
    for slug, name in names:
        Sector(slug=slug, name=name, ground=ground_of(slug)).full_clean()
    assert {ground_of(slug) for slug, _ in names} == set(Ground.values)
    assert family_of("0000") == ""
