"""SIRET numbers, headcounts and activities, as lists write them."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from pytest_django.asserts import assertContains

from enterprises.models import Sector
from enterprises.nomenclatures import HEADCOUNT_BANDS, band_of_code, family_of, sector_of
from enterprises.siret import bare_siret, siret_problem, spaced_siret, validate_siret
from tests.factories import (
    make_enterprise,
)
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
    ("siret", "said"),
    [
        ("", "manque"),
        ("1,23457E+13", "abîmé par un tableur"),
        ("1.23457e13", "abîmé par un tableur"),
        (SIRET[3:], "Un tableur a pu ôter ses premiers zéros."),
        (SIRET[1:], "a 13 chiffres, un SIRET en a quatorze."),
        (SIRET + "0", "a 15 chiffres"),
        ("1234", "a 4 chiffres"),
        ("ABCDEFGHIJKLMN", "quatorze chiffres, et rien d’autre"),
        (f"{SIRET}.0", "quatorze chiffres, et rien d’autre"),
        ("１２３４５６７８９０１２３４", "quatorze chiffres, et rien d’autre"),
        ("73282932000075", "clé de contrôle"),
        ("35600000049838", "clé de contrôle"),
        ("0" * 14, "clé de contrôle"),
    ],
)
def test_what_is_no_siret_is_refused_and_says_what_to_do(siret, said):
    with pytest.raises(ValidationError) as refusal:
        validate_siret(siret)

    assert said in refusal.value.message


def test_spaces_in_a_siret_are_those_of_people():
    assert bare_siret(" 123\u00a0456\u202f789 00012 ") == "12345678900012"
    assert spaced_siret("12345678900012") == "123 456 789 00012"


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
        Sector(slug=slug, name=name).full_clean()
    assert family_of("0000") == ""
