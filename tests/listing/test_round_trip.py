"""A file of the open data can be imported again: nothing changes."""

import pytest

from enterprises.models import Enterprise
from tests.listing.rows import OTHER, SIRET, table


def values():
    return list(Enterprise.objects.order_by("pk").values())


@pytest.mark.parametrize("name", ["entreprises.csv", "entreprises-excel.csv"])
def test_a_file_of_the_site_is_imported_again_without_a_change(bourges, take, client, name):
    shown = {"commune": "Bourges", "code_insee": "18033"}
    take(
        table(
            {"siret": SIRET, "denomination": "+ de soins", "effectif": "1-9", **shown},
            {"siret": OTHER, "denomination": "=SOMME", "effectif": "4", **shown},
        )
    )
    before = values()
    assert [row["name"] for row in before] == ["+ de soins", "=SOMME"]

    output = take(client.get(f"/donnees/{name}").content)

    assert values() == before
    assert "Refusées : 0" in output
