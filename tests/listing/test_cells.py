"""What the cells of a row become in the fields of an enterprise."""

import re

import pytest

from enterprises.models import Enterprise, Sector
from enterprises.siret import spaced_siret
from tests.listing.rows import OTHER, SIRET, THIRD, line, listed, table
from tests.made_up_enterprises import made_up_rows


def test_a_line_of_sirene_becomes_a_listed_enterprise(bourges, take):
    row = next(made_up_rows(1)) | {
        "codeCommuneEtablissement": "18033",
        "denominationUniteLegale": "L'ENTRAIDE : BOURGES",
        "denominationUsuelleEtablissement": "L'Atelier",
        "activitePrincipaleEtablissement": "88.10A",
        "trancheEffectifsEtablissement": "42",
        "categorieJuridiqueUniteLegale": "9220",
    }

    output = take(table(row, delimiter=","))

    enterprise = listed(row["siret"])
    assert enterprise.name == "L’ENTRAIDE\u202f: BOURGES"
    assert enterprise.usual_name == "L’Atelier"
    assert enterprise.slug == f"l-entraide-bourges-{row['siret']}"
    assert enterprise.commune == bourges
    assert enterprise.department == bourges.department
    assert (enterprise.headcount_min, enterprise.headcount_max) == (1000, 1999)
    assert enterprise.headcount_as_printed == "1\u202f000 à 1\u202f999 salariés"
    assert enterprise.headcount_source == "Insee, Sirene, 2023"
    assert enterprise.activity_code == "88.10A"
    assert enterprise.sector.name == "Santé humaine et action sociale"
    assert enterprise.legal_category == "9220"
    assert enterprise.family.slug == "association"
    assert enterprise.is_published
    assert not enterprise.is_example
    enterprise.full_clean()
    assert "Ajoutées : 1" in output
    assert "Secteur ajouté : Santé humaine et action sociale" in output


def test_four_cells_are_enough_for_a_row(bourges, take):
    take(f"Numéro SIRET;Raison sociale;CP;Ville\n{spaced_siret(SIRET)};La Ruche;18000;BOURGES\n")

    enterprise = listed()
    assert enterprise.name == "La Ruche"
    assert enterprise.commune == bourges
    assert enterprise.sector.name == "Secteur à préciser"
    assert enterprise.family is None
    assert enterprise.headcount_as_printed == ""


def test_columns_about_persons_are_never_read(bourges, take):
    personal = {
        "nomUniteLegale": "DURAND",
        "nomUsageUniteLegale": "DURAND-PETIT",
        "prenom1UniteLegale": "CAMILLE",
        "prenomUsuelUniteLegale": "CAMILLE",
        "pseudonymeUniteLegale": "CAM",
        "sexeUniteLegale": "F",
        "dateNaissanceUniteLegale": "1980-01-01",
    }

    take(table(line() | personal))

    row = str(Enterprise.objects.values().get()).upper()
    assert not [text for text in personal.values() if len(text) > 1 and text in row]
    assert not {"DURAND"} & set(re.findall(r"\w+", row))


@pytest.mark.parametrize(
    ("cells", "fields"),
    [
        ({"tranche_effectifs": "2"}, {"headcount_min": 3, "headcount_max": 5}),
        ({"tranche_effectifs": "00"}, {"headcount_min": 0, "headcount_max": 0}),
        ({"tranche_effectifs": "NN"}, {"headcount_min": None, "headcount_as_printed": ""}),
        ({"effectif": "10 à 19 salariés"}, {"headcount_min": 10, "headcount_max": 19}),
        (
            {"tranche_effectifs": "53"},
            {"headcount_min": None, "headcount_as_printed": "10\u202f000 salariés et plus"},
        ),
        (
            {"tranche_effectifs": "01"},
            {"headcount_source": "Insee, Sirene, année non précisée"},
        ),
        (
            {"effectif": "5", "personnes_associees": "125"},
            {
                "headcount_max": 5,
                "associated_count": 125,
                "headcount_as_printed": "5 salariés et 125 personnes associées",
            },
        ),
        (
            {"effectif": "", "personnes_associees": "1"},
            {"headcount_max": None, "headcount_as_printed": "1 personne associée"},
        ),
        (
            {"effectif": "5", "personnes_associees": "environ 125"},
            {"associated_count": None, "headcount_as_printed": "5 salariés"},
        ),
        ({"ape": "8810a"}, {"activity_code": "88.10A"}),
        ({"ape": "88.10A", "nomenclature_activite": "NAF2025"}, {"activity_code": ""}),
        ({"site_web": "www.ruche.example"}, {"website": "https://www.ruche.example"}),
        ({"nom_usuel": "La Ruche"}, {"usual_name": ""}),
        ({"nom_usuel": "[ND]"}, {"usual_name": ""}),
    ],
)
def test_a_cell_becomes_the_field_that_it_means(bourges, take, cells, fields):
    take(table(line(**cells)))

    enterprise = listed()
    assert {name: getattr(enterprise, name) for name in fields} == fields


@pytest.mark.parametrize(
    ("cells", "sector"),
    [
        ({"ape": "10.71C"}, "Industrie"),
        ({"ape": "55.20Z"}, "Hébergement et restauration"),
        ({"ape": ""}, "Secteur à préciser"),
        ({"secteur": "industrie"}, "Industrie"),
        ({"secteur": "Industrie", "ape": "88.10A"}, "Industrie"),
        ({"secteur": "Jardins", "ape": "10.71C"}, "Industrie"),
    ],
)
def test_a_sector_is_the_one_that_is_named_or_that_of_the_activity(bourges, take, cells, sector):
    output = take(table(line(**cells)))

    assert listed().sector.name == sector
    assert ("Le secteur « Jardins » n’existe pas" in output.replace("'", "’")) == (
        cells.get("secteur") == "Jardins"
    )


def test_a_sector_that_staff_renamed_is_not_made_again(bourges, take):
    take(table(line(ape="88.10A")))
    Sector.objects.filter(slug="naf-q").update(name="Santé et social")

    take(table(line(OTHER, ape="88.10A")))

    assert listed(OTHER).sector.name == "Santé et social"


@pytest.mark.parametrize(
    ("category", "family"),
    [
        ("9220", "association"),
        ("9223", None),  # a group of employers may be of another family
        ("9240", None),
        ("5458", "cooperative"),
        ("6316", "cooperative"),
        ("5710", None),
        ("8210", "mutuelle"),
        ("6411", "mutuelle"),
        ("9300", "fondation"),
        ("", None),
    ],
)
def test_a_legal_category_gives_the_family_only_if_it_is_certain(bourges, take, category, family):
    take(table(line(categorie_juridique=category)))

    found = listed().family
    assert (found.slug if found else None) == family


def test_the_family_that_the_file_gives_comes_before_that_of_the_category(bourges, take):
    output = take(
        table(
            line(famille_ess="mutuelle", categorie_juridique="9220"),
            line(OTHER, famille_ess="Fondation", categorie_juridique="9220"),
            line(THIRD, famille_ess="amicale", categorie_juridique="9220"),
        )
    )

    assert [listed(n).family.slug for n in [SIRET, OTHER, THIRD]] == [
        "mutuelle",
        "fondation",
        "association",
    ]
    assert "Ligne 4 (ajoutée) : La famille « amicale » n'existe pas sur le site." in output


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"site_web": "pas un site"}, "n'est pas l'adresse d'un site"),
        ({"site_web": "javascript://x.example/%0aalert(1)"}, "n'est pas l'adresse d'un site"),
        ({"site_web": f"https://x.example/{'a' * 200}"}, "n'est pas l'adresse d'un site"),
        ({"ape": "88.1"}, "« 88.1 » n'est pas un code de la NAF"),
        ({"tranche_effectifs": "99"}, "« 99 » n'est pas une tranche d'effectif"),
        ({"categorie_juridique": "92"}, "« 92 » n'est pas une catégorie juridique"),
    ],
)
def test_a_doubtful_cell_is_left_out_and_reported(bourges, take, cells, message):
    assert f"Ligne 2 (ajoutée) : {message}" in re.sub(
        r"\) : « [^»]* » n'est pas l", ") : n'est pas l", take(table(line(**cells)))
    )

    enterprise = listed()
    assert enterprise.website == enterprise.activity_code == enterprise.legal_category == ""
    assert enterprise.headcount_as_printed == ""
