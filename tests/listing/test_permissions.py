"""Which establishments are published, and which are not."""

import pytest

from enterprises.models import Enterprise
from tests.listing.rows import OTHER, line, listed, table


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"statutDiffusionEtablissement": "P"}, "Sa diffusion est restreinte dans Sirene."),
        ({"statutDiffusionEtablissement": "N"}, "Sa diffusion est restreinte dans Sirene."),
        ({"statutDiffusionUniteLegale": "P"}, "Sa diffusion est restreinte dans Sirene."),
        ({"statutDiffusionEtablissement": "?"}, "Sa diffusion est restreinte dans Sirene."),
        ({"categorie_juridique": "1000"}, "C'est une personne physique."),
        ({"economieSocialeSolidaireUniteLegale": "N"}, "Elle n'est pas de l'ESS selon Sirene."),
        ({"etatAdministratifEtablissement": "F"}, "L'établissement est fermé."),
        ({"etatAdministratifUniteLegale": "C"}, "L'entreprise a cessé."),
    ],
)
def test_what_must_not_be_listed_is_passed_over_or_withdrawn(bourges, take, client, cells, reason):
    row = line(OTHER, **cells)
    take(table(line(**dict.fromkeys(cells, ""))))
    address = listed().get_absolute_url()
    assert client.get(address).status_code == 200

    said = take(table(line(**cells), row))

    assert f"Ligne 2 (retirée) : {reason}" in said
    assert f"Ligne 3 (ignorée) : {reason}" in said
    assert client.get(address).status_code == 404
    assert Enterprise.objects.count() == 1
    assert "Inchangées : 1" in take(table(line(**cells)))


def test_a_secret_line_is_told_by_its_number_alone(bourges, take):
    said = take(table(line(name="MADAME DURAND", statutDiffusionEtablissement="P")))

    assert "DURAND" not in said
    assert not Enterprise.objects.exists()


def test_what_opens_again_is_shown_again(bourges, take):
    take(table(line(etatAdministratifEtablissement="A")))
    take(table(line(etatAdministratifEtablissement="F")))

    take(table(line(etatAdministratifEtablissement="A")))

    assert listed().is_published


def test_a_closed_enterprise_that_staff_published_again_stays_unless_the_law_hides_it(
    bourges, take
):
    take(table(line(etatAdministratifEtablissement="A")))
    take(table(line(etatAdministratifEtablissement="F")))
    Enterprise.objects.update(is_published=True)

    said = take(table(line(etatAdministratifEtablissement="F")))
    assert "L'établissement est fermé. Gardé : publié." in said
    assert listed().is_published

    take(table(line(statutDiffusionEtablissement="P")))
    assert not listed().is_published


def test_an_example_is_told_as_closed_and_left_to_the_chamber(bourges, take):
    take(table(line(etatAdministratifEtablissement="A")))
    Enterprise.objects.update(is_example=True, summary="Une ruche.")

    for cells in [{"etatAdministratifEtablissement": "F"}, {"statutDiffusionEtablissement": "P"}]:
        assert "Gardé : publié." in take(table(line(**cells)))
        assert listed().is_published
