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
    ("cells", "said"),
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
def test_a_commune_that_is_not_certain_is_never_guessed(bourges, take, cells, said):
    for _ in range(2):
        make_commune(name="Saint-Doux", postcodes="18000", department=bourges.department)

    assert f"Ligne 2 (refusée) : {said}" in take(table(line(**cells)))
    assert not Enterprise.objects.exists()
