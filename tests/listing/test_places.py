"""Which commune a row is in."""

import pytest

from enterprises.models import Enterprise
from tests.factories import (
    make_commune,
    make_former_commune,
)
from tests.listing.rows import line, listed, table


@pytest.mark.parametrize(
    "cells",
    [
        {"code_insee": "18033", "code_postal": "99999", "commune": "Ailleurs"},
        {"code_insee": "", "code_postal": "18230", "commune": "bourges"},
        {"code_insee": "18999", "code_postal": "18000", "commune": "BOURGES"},
        {"code_insee": "18111", "code_postal": "", "commune": ""},
        {"code_insee": "", "code_postal": "18000", "commune": "STE THORETTE"},
    ],
)
def test_a_commune_is_found_by_its_code_or_by_its_postcode_and_name(bourges, take, cells):
    make_former_commune(insee_code="18111", name="Sainte-Thorette", commune=bourges)

    take(table(line(**cells)))

    assert listed().commune == bourges


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            {"code_insee": "18999", "code_postal": "18000", "commune": "Nulle-Part"},
            "Commune inconnue : « 18999 18000 Nulle-Part ». Donnez son code Insee",
        ),
        (
            {"code_insee": "", "code_postal": "", "commune": "Bourges"},
            "Commune inconnue : « Bourges ».",
        ),
        (
            {"code_insee": "75056", "code_postal": "18000", "commune": "Bourges"},
            "La commune n'est pas dans la région (code Insee 75056).",
        ),
        (
            {"code_insee": "", "code_postal": "75001", "commune": "Paris"},
            "La commune n'est pas dans la région (code postal 75001).",
        ),
        ({"code_insee": "", "code_postal": "", "commune": ""}, "La commune manque"),
        (
            {"code_insee": "", "code_postal": "18000", "commune": "Saint-Doux"},
            "Plusieurs communes répondent à « 18000 Saint-Doux » : donnez le code Insee.",
        ),
    ],
)
def test_a_commune_that_is_not_certain_is_never_guessed(bourges, take, cells, message):
    for _ in range(2):
        make_commune(name="Saint-Doux", postcodes="18000", department=bourges.department)

    assert f"Ligne 2 (refusée) : {message}" in take(table(line(**cells)))
    assert not Enterprise.objects.exists()


@pytest.mark.parametrize(
    ("cells", "doubt"),
    [
        ({"commune": "Vierzon"}, "est celui de Bourges, le nom donné est « Vierzon »"),
        ({"commune": "BOURG"}, "le nom donné est « BOURG »"),
        ({"commune": "Bourges-le-Haut"}, ""),
        ({"commune": "BOURGES CEDEX 9"}, ""),
        ({"commune": "Bourges (18)"}, ""),
        ({"commune": "BOURGES"}, ""),
        ({"commune": ""}, ""),
        ({"commune": "Ste-Thorette"}, ""),
        ({"code_postal": "18100"}, "est celui de Bourges, qui n'a pas le code postal 18100"),
        ({"code_postal": "18999"}, ""),  # perhaps that of a CEDEX
        ({"code_postal": "18230"}, ""),
        ({"code_insee": "18033.0", "commune": "Vierzon"}, "le nom donné est « Vierzon »"),
        ({"code_insee": "18111", "commune": "Vierzon"}, "Le code Insee 18111 est celui de Bourges"),
        ({"code_insee": "18111", "commune": "Sainte-Thorette"}, ""),
        ({"code_insee": "18111", "commune": "Bourges"}, ""),
    ],
)
def test_a_code_that_contradicts_the_town_is_reported(bourges, take, cells, doubt):
    make_former_commune(insee_code="18111", name="Sainte-Thorette", commune=bourges)
    make_commune(
        insee_code="18279", name="Vierzon", postcodes="18100", department=bourges.department
    )

    output = take(table(line(**cells)))

    assert listed().commune == bourges
    assert doubt in output
    assert ("Ligne 2 (ajoutée)" in output) == bool(doubt)


@pytest.mark.parametrize(
    "cells",
    [
        {"code_postal": "18020", "commune": "BOURGES CEDEX"},
        {"code_postal": "18020", "commune": "Bourges"},
        {"code_postal": "18000", "commune": "Bourges Cedex 9"},
        {"code_postal": "F-18000", "commune": "Bourges"},
        {"code_postal": "18 000", "commune": "Bourges"},
        {"code_postal": "18000.0", "commune": "Bourges"},
        {"code_postal": "18000", "commune": "Bourges Asnières"},
        {"code_postal": "18110", "commune": "CHAISE (LA)"},
        {"code_postal": "18110", "commune": "la chaise"},
    ],
)
def test_a_town_is_found_as_its_mail_is_addressed(bourges, take, cells):
    make_commune(
        insee_code="18999", name="La Chaise", postcodes="18110", department=bourges.department
    )

    take(table(line(code_insee="", **cells)))

    assert listed().commune.name in {"Bourges", "La Chaise"}


@pytest.mark.parametrize(
    "cells",
    [
        {"code_postal": "18020", "commune": "Vierzon Cedex"},
        {"code_postal": "18020", "commune": ""},
        {"code_postal": "18000", "commune": "Bourg"},
        {"code_postal": "75020", "commune": "Bourges Cedex"},
        {"code_postal": "18100", "commune": "Bourges"},
    ],
)
def test_a_town_that_its_mail_does_not_name_is_refused(bourges, take, cells):
    make_commune(
        insee_code="18999", name="La Chaise", postcodes="18100", department=bourges.department
    )

    assert "Ligne 2 (refusée)" in take(table(line(code_insee="", **cells)))
