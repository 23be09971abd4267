"""Which establishments are published, and which are not."""

import pytest
from django.core.management import CommandError

from enterprises.models import Enterprise
from tests.listing.rows import OTHER, SIRET, line, listed, table
from tests.made_up_enterprises import made_up_siret


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
def test_what_must_not_be_listed_is_skipped_or_withdrawn(bourges, take, client, cells, reason):
    row = line(OTHER, **cells)
    take(table(line(**dict.fromkeys(cells, ""))))
    address = listed().get_absolute_url()
    assert client.get(address).status_code == 200

    output = take(table(line(**cells), row))

    assert f"Ligne 2 (retirée) : {reason}" in output
    assert f"Ligne 3 (ignorée) : {reason}" in output
    gone = client.get(address)
    assert gone.status_code == 410
    assert "La Ruche" not in gone.text
    assert Enterprise.objects.count() == 1
    assert "Inchangées : 1" in take(table(line(**cells)))


def test_a_secret_row_is_reported_by_its_number_alone(bourges, take):
    output = take(table(line(name="MADAME DURAND", statutDiffusionEtablissement="P")))

    assert "DURAND" not in output
    assert not Enterprise.objects.exists()


def test_an_enterprise_that_opens_again_is_published_again(bourges, take):
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

    output = take(table(line(etatAdministratifEtablissement="F")))
    assert "L'établissement est fermé. Gardé : publié." in output
    assert listed().is_published

    take(table(line(statutDiffusionEtablissement="P")))
    assert not listed().is_published


def test_an_example_that_closed_is_reported_and_left_to_the_chamber(bourges, take):
    take(table(line(etatAdministratifEtablissement="A")))
    Enterprise.objects.update(is_example=True, summary="Une ruche.")

    for cells in [{"etatAdministratifEtablissement": "F"}, {"statutDiffusionEtablissement": "P"}]:
        assert "Gardé : publié." in take(table(line(**cells)))
        assert listed().is_published


# Words


KNOWN = {
    "etatAdministratifEtablissement": (
        ["A", "a", "Actif", "ACTIVE", "Ouvert", "en activité", ""],
        ["F", "Fermé", "FERMÉE", "ferme", "Fermé le 12/03/2024", "Cessée", "Cessation", "Radiée"],
        ["?", "En sommeil", "2", "Oui", "[ND]", "—"],
    ),
    "etatAdministratifUniteLegale": (
        ["A", "Active", ""],
        ["C", "Cessé", "cessée", "Fermée", "Dissoute"],
        ["?", "X", "En liquidation"],
    ),
    "economieSocialeSolidaireUniteLegale": (
        ["O", "oui", "OUI", "true", "Vrai", "1", "1.0", ""],
        ["N", "Non", "NON", "false", "FAUX", "0", "0.0"],
        ["?", "peut-être", "X", "2", "[ND]"],
    ),
    "statutDiffusionEtablissement": (["O", "Oui", "Diffusible", ""], ["P", "N", "Non"], ["?", "-"]),
    "Fermée": (["Non", "false", "0", ""], ["Oui", "1", "12/03/2024"], ["?"]),
    "Date de fermeture": ([""], ["2024-03-12"], []),
    "categorie_juridique": (["9220"], ["1000", "1000.0", "Personne physique", "1300"], []),
}


@pytest.mark.parametrize("column", KNOWN)
def test_only_a_known_permission_publishes(bourges, take, column):
    permissions, refusals, unknown = KNOWN[column]
    values = [*permissions, *refusals, *unknown]
    rows = [line(made_up_siret(n), f"Ruche {n}", **{column: v}) for n, v in enumerate(values)]

    output = take(table(*rows))

    published = {enterprise.name for enterprise in Enterprise.objects.all()}
    assert {v for n, v in enumerate(values) if f"Ruche {n}" in published} == set(permissions)
    assert f"Ignorées : {len(refusals + unknown)}" in output


def test_an_unknown_value_is_reported_with_the_words_to_write(bourges, take):
    output = take(table(line(etatAdministratifEtablissement="En sommeil")))

    assert "Ligne 2 (ignorée) : Son état (« En sommeil ») n'est pas un mot" in output
    assert "écrivez « Actif » ou « Fermé »" in output


def test_a_listed_enterprise_whose_state_is_not_known_any_more_is_withdrawn(bourges, take):
    take(table(line(etatAdministratifEtablissement="Actif")))

    assert "Retirées : 1" in take(table(line(etatAdministratifEtablissement="En sommeil")))
    assert not listed().is_published

    take(table(line(etatAdministratifEtablissement="Actif")))
    assert listed().is_published


# Persons


PERSONS = [
    "Prénom",
    "PRENOM",
    "Prénom du contact",
    "prenomUsuelUniteLegale",
    "Civilité",
    "Sexe",
    "Nom d’usage",
    "Nom de famille",
    "Nom de naissance",
    "Date de naissance",
    "Fonction",
    "M./Mme",
    "First name",
]


@pytest.mark.parametrize("person", PERSONS)
@pytest.mark.parametrize("order", [1, -1])
def test_a_list_of_people_is_refused_and_says_how_to_name_the_column(bourges, take, person, order):
    columns = ["siret", "Nom", person, "code_insee"][::order]
    row = {"siret": SIRET, "Nom": "DURAND", person: "Camille", "code_insee": "18033"}

    with pytest.raises(CommandError, match="Nommez «\u202fRaison sociale\u202f» la colonne"):
        take(table({column: row[column] for column in columns}))

    assert not Enterprise.objects.exists()


@pytest.mark.parametrize("person", [*PERSONS, "nomUniteLegale", "Contact", "Courriel"])
@pytest.mark.parametrize("heading", ["Raison sociale", "Dénomination", "denominationUniteLegale"])
@pytest.mark.parametrize("order", [1, -1])
def test_the_name_of_a_person_never_stands_for_that_of_the_enterprise(
    bourges, take, person, heading, order
):
    columns = ["siret", "Nom", person, "nom_usuel", heading, "code_insee"][::order]
    row = {"Nom": "DURAND", person: "Camille", "nom_usuel": "Durand", "code_insee": "18033"}
    row |= {heading: "", "siret": SIRET}
    other = row | {heading: "La Ruche", "siret": OTHER}

    output = take(table(*({column: r[column] for column in columns} for r in [row, other])))

    assert "(refusée) : Le nom (dénomination) manque." in output
    assert [enterprise.name for enterprise in Enterprise.objects.all()] == ["La Ruche"]
    if person in PERSONS:
        assert "Durand" not in str(Enterprise.objects.values().get()).title()
