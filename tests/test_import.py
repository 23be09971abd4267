"""A list of enterprises is taken as people have it, line by line, never over anyone's work."""

import csv
import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.conf import settings as project
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from cress.base.files.long_tables import Table
from cress.base.files.spreadsheets import escape_formula
from enterprises.listing import imports
from enterprises.listing.columns import COLUMNS
from enterprises.models import Enterprise, Sector
from enterprises.nomenclatures import BANDS, family_of, headcount_band, sector_of
from enterprises.siret import bare_siret, siret_problem, spaced_siret, validate_siret
from tests.factories import (
    make_commune,
    make_enterprise,
    make_family,
    make_former_commune,
    make_lever,
    make_sector,
    make_territory,
)
from tests.html import Document, plain
from tests.made_up_enterprises import HEADER, made_up_rows, made_up_siret, write_list
from tests.test_site import public_paths

SIRET, OTHER, THIRD = made_up_siret(1), made_up_siret(2), made_up_siret(3)


@pytest.fixture
def bourges(db):
    """A region of one department and one commune, and the sector that all sites have."""
    cher = make_territory(code="18", name="Cher", inside="dans le Cher")
    make_sector(slug="industrie", name="Industrie")
    for slug in ["association", "cooperative", "mutuelle", "fondation"]:
        make_family(slug=slug, name=slug.capitalize())
    return make_commune(
        insee_code="18033", name="Bourges", postcodes="18000 18230", department=cher
    )


@pytest.fixture
def take(tmp_path, capsys):
    """Import a text or bytes as a file; return what the command says, in plain spaces."""

    def take_list(content, *options, apply=True):
        path = tmp_path / "liste.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        capsys.readouterr()
        call_command("import_enterprises", str(path), *options, *["--apply"] * apply)
        return plain(capsys.readouterr().out)

    return take_list


def line(siret=SIRET, name="La Ruche", **cells):
    return {"siret": siret, "nom": name, "code_insee": "18033"} | cells


def table(*rows, delimiter=";"):
    """Write dictionaries as a CSV file whose columns are those of the first."""
    header = list(rows[0])
    lines = [header, *([row.get(column, "") for column in header] for row in rows)]
    return "\r\n".join(delimiter.join(cells) for cells in lines) + "\r\n"


def listed(siret=SIRET):
    return Enterprise.objects.get(siret=siret)


# A line


def test_a_line_of_sirene_becomes_a_listed_enterprise(bourges, take):
    row = next(made_up_rows(1)) | {
        "codeCommuneEtablissement": "18033",
        "denominationUniteLegale": "L'ENTRAIDE : BOURGES",
        "denominationUsuelleEtablissement": "L'Atelier",
        "activitePrincipaleEtablissement": "88.10A",
        "trancheEffectifsEtablissement": "42",
        "categorieJuridiqueUniteLegale": "9220",
    }

    said = take(table(row, delimiter=","))

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
    assert "Ajoutées : 1" in said
    assert "Secteur ajouté : Santé humaine et action sociale" in said


def test_a_line_of_the_chamber_is_enough_with_four_cells(bourges, take):
    take(f"Numéro SIRET;Raison sociale;CP;Ville\n{spaced_siret(SIRET)};La Ruche;18000;BOURGES\n")

    enterprise = listed()
    assert enterprise.name == "La Ruche"
    assert enterprise.commune == bourges
    assert enterprise.sector.name == "Secteur à préciser"
    assert enterprise.family is None
    assert enterprise.headcount_as_printed == ""


def test_personal_columns_are_read_nowhere(bourges, take):
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
        ({"ape": "8810a"}, {"activity_code": "88.10A"}),
        ({"ape": "88.10A", "nomenclature_activite": "NAF2025"}, {"activity_code": ""}),
        ({"site_web": "www.ruche.example"}, {"website": "https://www.ruche.example"}),
        ({"nom_usuel": "La Ruche"}, {"usual_name": ""}),
        ({"nom_usuel": "[ND]"}, {"usual_name": ""}),
    ],
)
def test_a_cell_is_read_as_it_is_meant(bourges, take, cells, fields):
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
    said = take(table(line(**cells)))

    assert listed().sector.name == sector
    assert ("Le secteur « Jardins » n’existe pas" in said.replace("'", "’")) == (
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


def test_the_family_that_the_file_says_counts_most(bourges, take):
    said = take(
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
    assert "Ligne 4 (ajoutée) : La famille « amicale » n'existe pas sur le site." in said


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"site_web": "pas un site"}, "n'est pas l'adresse d'un site"),
        ({"site_web": "javascript://x.example/%0aalert(1)"}, "n'est pas l'adresse d'un site"),
        ({"site_web": f"https://x.example/{'a' * 200}"}, "n'est pas l'adresse d'un site"),
        ({"ape": "88.1"}, "« 88.1 » n'est pas un code de la NAF"),
        ({"tranche_effectifs": "99"}, "« 99 » n'est pas une tranche d'effectif"),
        ({"categorie_juridique": "92"}, "« 92 » n'est pas une catégorie juridique"),
    ],
)
def test_a_doubtful_cell_is_left_out_and_told(bourges, take, cells, said):
    assert f"Ligne 2 (ajoutée) : {said}" in re.sub(
        r"\) : « [^»]* » n'est pas l", ") : n'est pas l", take(table(line(**cells)))
    )

    enterprise = listed()
    assert enterprise.website == enterprise.activity_code == enterprise.legal_category == ""
    assert enterprise.headcount_as_printed == ""


# Numbers


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
    assert sorted(BANDS) == sorted(
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
    bounds = [(band.least, band.most) for band in BANDS.values() if band.most is not None]
    for (_, most), (least, _) in zip(bounds, bounds[1:], strict=False):
        assert least == most + 1
    assert headcount_band("4") is headcount_band("xx") is None


def test_every_division_but_households_and_embassies_has_its_sector(db):
    divisions = [f"{number:02}" for number in range(100)]
    known = [division for division in divisions if sector_of(division)[0] != "a-preciser"]

    assert len(known) == 85
    names = {sector_of(division) for division in divisions}
    assert len(names) == 20
    for slug, name in names:
        Sector(slug=slug, name=name).full_clean()
    assert family_of("0000") == ""


# Places


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


# What is not shown


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


# Over time


def test_nothing_is_written_unless_asked_for(bourges, take):
    said = take(table(line(ape="88.10A"), line("1234")), apply=False)

    assert "Ajoutées : 1" in said
    assert "Refusées : 1" in said
    assert "Secteur à ajouter : Santé humaine et action sociale" in said
    assert "Rien n'est écrit ; ajoutez --apply pour le faire." in said
    assert not Enterprise.objects.exists()
    assert Sector.objects.count() == 1


def test_a_dry_run_only_reads(bourges, take):
    take(table(line()))

    with CaptureQueriesContext(connection) as queries:
        take(table(line(name="La Ruche neuve"), line(OTHER)), apply=False)

    assert not [q["sql"] for q in queries if not q["sql"].startswith("SELECT")]


def test_the_same_list_twice_changes_nothing(bourges, take):
    rows = table(
        line(ape="88.10A", tranche_effectifs="01"), line(OTHER, ape="", tranche_effectifs="")
    )
    take(rows)
    before = list(Enterprise.objects.values())

    said = take(rows)

    assert "Inchangées : 2" in said
    assert "Ajoutées : 0" in said
    assert list(Enterprise.objects.values()) == before


def test_a_newer_list_changes_what_no_one_has_edited(bourges, take):
    take(table(line(tranche_effectifs="01")))
    pk, slug = listed().pk, listed().slug

    said = take(table(line(name="La Grande Ruche", tranche_effectifs="11")))

    enterprise = listed()
    assert (enterprise.pk, enterprise.slug) == (pk, slug)
    assert enterprise.name == "La Grande Ruche"
    assert enterprise.headcount_min == 10
    assert "Changées : 1" in said
    assert "Ligne 2 (changée) : Change : nom, effectif, en toutes lettres." in said


def test_what_staff_edited_is_kept_and_told(bourges, take):
    take(table(line(tranche_effectifs="01", ape="10.71C")))
    enterprise = listed()
    enterprise.name = "La Ruche de l’équipe"
    enterprise.headcount_min = enterprise.headcount_max = 2
    enterprise.sector = make_sector(name="Miel")
    enterprise.save()

    newer = table(line(name="La Grande Ruche", tranche_effectifs="11", ape="10.71C"))
    for _ in range(2):  # told each time, kept each time
        said = take(newer)

        enterprise.refresh_from_db()
        assert enterprise.name == "La Ruche de l’équipe"
        assert enterprise.sector.name == "Miel"
        assert enterprise.headcount_as_printed == "1 ou 2 salariés"
        assert "Gardé : nom (le fichier dit « La Grande Ruche »)" in said
        assert "Gardé : secteur (le fichier dit « Industrie »)" in said
        assert "effectif, en toutes lettres (le fichier dit « 10 à 19 salariés »)" in said
        assert "Lignes où le travail de l'équipe est gardé : 1" in said
        assert "Inchangées : 1" in said


def test_what_staff_edited_does_not_keep_the_rest_from_changing(bourges, take):
    take(table(line(ape="10.71C")))
    Enterprise.objects.update(name="À nous")

    take(table(line(name="La Grande Ruche", ape="88.10A")))

    assert listed().name == "À nous"
    assert listed().activity_code == "88.10A"


def test_a_cell_that_staff_emptied_is_filled_again(bourges, take):
    take(table(line(ape="10.71C")))
    Enterprise.objects.update(activity_code="")

    take(table(line(ape="88.10A")))

    assert listed().activity_code == "88.10A"


def test_an_enterprise_that_staff_unpublished_stays_so(bourges, take):
    take(table(line()))
    Enterprise.objects.update(is_published=False)

    said = take(table(line()))

    assert not listed().is_published
    assert "Gardé : publié (le fichier dit « oui »)" in said


def test_an_enterprise_of_the_staff_is_completed_by_its_siret(bourges, take):
    example = make_enterprise(
        name="La Ruche", siret=SIRET, commune=bourges, summary="Une ruche.", website=""
    )
    example.levers.add(make_lever())

    said = take(table(line(name="RUCHE", site_web="ruche.example", tranche_effectifs="01")))

    example.refresh_from_db()
    assert example.name == "La Ruche"
    assert example.is_example
    assert example.summary == "Une ruche."
    assert example.levers.count() == 1
    assert example.website == "https://ruche.example"
    assert example.headcount_max == 2
    assert "Gardé : nom (le fichier dit « RUCHE »)" in said


def test_a_column_that_the_file_lacks_changes_nothing(bourges, take):
    take(table(line(ape="10.71C", site_web="ruche.example", famille_ess="mutuelle")))
    before = Enterprise.objects.values().get()

    take(table(line()))

    assert Enterprise.objects.values().get() == before


def test_the_address_of_another_enterprise_is_not_taken(bourges, take):
    take(table(line()))
    Enterprise.objects.update(siret=OTHER)  # as staff corrected it

    said = take(table(line()))

    assert "Son adresse est celle d'une autre entreprise du site : La Ruche." in said
    assert Enterprise.objects.count() == 1


def test_a_siret_given_twice_is_taken_once_wherever_it_stands(bourges, take, monkeypatch):
    monkeypatch.setattr(imports, "BATCH", 2)
    said = take(table(line(), line(name="Bis"), line(OTHER), line(name="Ter")))

    assert "Ligne 3 (refusée) : Ce SIRET est déjà à la ligne 2." in said
    assert "Ligne 5 (refusée) : Ce SIRET est déjà à la ligne 2." in said
    assert listed().name == "La Ruche"


def test_each_batch_asks_as_much_of_the_database_however_long_it_is(bourges, take):
    def queries(count):
        rows = [line(made_up_siret(n), f"Ruche {n}", ape="10.71C") for n in range(count)]
        with CaptureQueriesContext(connection) as caught:
            take(table(*rows))
        return len([q for q in caught if q["sql"].startswith("SELECT")])

    queries(1)

    assert queries(10) == queries(200) <= 12


def test_a_list_longer_than_a_batch_is_taken_whole(bourges, take, monkeypatch):
    monkeypatch.setattr(imports, "BATCH", 7)

    said = take(table(*(line(made_up_siret(n), f"Ruche {n}") for n in range(50))))

    assert "Ajoutées : 50" in said
    assert Enterprise.objects.count() == 50
    assert len(set(Enterprise.objects.values_list("slug", flat=True))) == 50


def test_what_the_database_refuses_is_told_with_its_lines(bourges, take, monkeypatch):
    monkeypatch.setattr(imports, "slug_of", lambda entry: "la-meme-adresse")

    with pytest.raises(CommandError) as refusal:
        take(table(line(ape="88.10A"), line(OTHER)))

    assert "La base refuse les lignes 2 à 3" in plain(str(refusal.value))
    assert not Enterprise.objects.exists()
    assert Sector.objects.count() == 1  # what the batch made before is undone with it


# An import that is killed


# Runs manage.py, and gets a signal in its fourth batch: all of it is written, nothing committed.
DIE = """
import os, sys
from django.core.management import execute_from_command_line
from enterprises.listing import imports

merge, batches = imports._merge, iter(range(100))

def merge_and_die(entries, reader):
    outcomes = merge(entries, reader)
    if next(batches) == 3:
        os.kill(os.getpid(), signum)
    return outcomes

imports._merge = merge_and_die
signum = int(sys.argv.pop())
execute_from_command_line(["manage.py", *sys.argv[1:]])
"""


@pytest.fixture
def site(tmp_path):
    """A site of its own with the shipped content: run Python there, look at its list."""

    def run(*arguments):
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=project.BASE_DIR,
            env={
                "SECRET_KEY": "only-for-tests",
                "DATA_DIR": str(tmp_path / "data"),
                "DJANGO_SETTINGS_MODULE": "cress.settings",
            },
            capture_output=True,
            text=True,
            timeout=120,
        )

    def rows():
        with closing(sqlite3.connect(tmp_path / "data" / "cress.sqlite3")) as database:
            return database.execute(
                "SELECT siret, slug, name, commune_id, sector_id, imported "
                "FROM enterprises_enterprise WHERE siret <> '' ORDER BY siret"
            ).fetchall()

    run("manage.py", "migrate", "-v0")
    run("manage.py", "load_content", "-v0")
    run.rows = rows
    return run


@pytest.mark.parametrize(
    ("signum", "code", "last_words"),
    [(signal.SIGKILL, -signal.SIGKILL, ""), (signal.SIGINT, 1, "relancez la même commande")],
)
def test_an_import_that_is_killed_is_finished_by_the_same_command(
    site, tmp_path, signum, code, last_words
):
    path = tmp_path / "liste.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        write_list(file, made_up_rows(5000))
    command = ["import_enterprises", str(path), "--apply"]
    script = "import django; django.setup()" + DIE

    killed = site("-c", script, *command, str(int(signum)))

    before = site.rows()
    assert killed.returncode == code
    assert last_words in killed.stderr
    assert len(before) == 3 * imports.BATCH
    finished, again = [site("manage.py", *command) for _ in range(2)]
    after = site.rows()
    assert "Inchangées : 3 000" in plain(finished.stdout)
    assert "Ajoutées : 2 000" in plain(finished.stdout)
    assert "Inchangées : 5 000" in plain(again.stdout)
    assert len(after) == len({siret for siret, *_ in after}) == 5000
    assert set(before) < set(after)


# Files as people have them


HEADINGS = "siret;nom;code_insee"
GOOD = f"{SIRET};Épicerie;18033"


@pytest.mark.parametrize(
    "content",
    [
        f"{HEADINGS}\n{GOOD}\n".encode(),
        f"\ufeff{HEADINGS}\n{GOOD}\n".encode(),
        f"{HEADINGS}\n{GOOD}\n".encode("cp1252"),
        f"{HEADINGS}\r\n{GOOD}".encode("cp1252"),
        f"{HEADINGS}\n{GOOD}\n".replace(";", ",").encode(),
        f"{HEADINGS}\n{GOOD}\n".replace(";", "\t").encode(),
        f'"SIRET";"Dénomination";"Code INSEE"\n"{SIRET}";"Épicerie";"18033"\n'.encode(),
        f"{HEADINGS};;\n{GOOD};;\n;;;;\n\n".encode(),
        f"{HEADINGS}\n{GOOD};;\n".encode(),
    ],
    ids=["utf-8", "mark", "cp1252", "no end", "commas", "tabs", "quotes", "empty", "more empty"],
)
def test_a_file_is_read_as_spreadsheets_write_it(bourges, take, content):
    assert "Ajoutées : 1" in take(content)
    assert listed().name == "Épicerie"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Le fichier est vide."),
        (b"\n\n", "Il manque une colonne nommée siret ou numéro siret"),
        (b"nom;commune\nLa Ruche;Bourges\n", "Il manque une colonne nommée siret"),
        (f"{HEADINGS}\n{GOOD}\n".replace(";", "|").encode(), "Il manque une colonne nommée siret"),
        (b"siret;code_insee\n", "Il manque une colonne nommée denominationUniteLegale"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "Ce fichier est un PDF. Enregistrez-le au format CSV."),
        (b"PK\x03\x04rest", "Ce fichier est un classeur ou une archive."),
        ("siret;nom\n".encode("utf-16"), "Ce fichier est un texte en UTF-16."),
        (
            f"{HEADINGS}\n{GOOD}\n".encode() + b"12;\xe9picerie;18033\n",
            "La ligne 3 n'est pas en UTF-8 comme le reste du fichier.",
        ),
        (b"siret;nom\n1;\x81\xe9\n", "La ligne 2 n'est pas en UTF-8"),
        (b"siret;nom" + b"x" * 1_000_001, "La ligne 1 dépasse un million d'octets"),
    ],
)
def test_a_file_that_is_no_list_is_refused_whole(bourges, take, content, said):
    with pytest.raises(CommandError) as refusal:
        take(content)

    assert said in plain(str(refusal.value))
    assert not Enterprise.objects.exists()


def test_a_file_that_is_not_there_is_told(db, tmp_path):
    for path in [tmp_path / "absent.csv", tmp_path]:
        with pytest.raises(CommandError, match="ne se lit pas"):
            call_command("import_enterprises", str(path))


@pytest.mark.parametrize(("name", "limit"), [("LONGEST_FILE", 20), ("MOST_LINES", 1)])
def test_a_file_that_is_too_long_is_told_to_be_cut(bourges, take, monkeypatch, name, limit):
    monkeypatch.setattr(f"cress.base.files.long_tables.{name}", limit)

    with pytest.raises(CommandError, match="découpez-le en plusieurs"):
        take(f"{HEADINGS}\n{GOOD}\n")


def test_headings_alone_import_nothing(bourges, take):
    for content in [HEADINGS, f"{HEADINGS}\n"]:
        said = take(content)
        assert "Ajoutées : 0" in said
        assert "Refusées : 0" in said


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (f"{OTHER};L'entraide", "2 cellules, au lieu de 3."),
        (f"{OTHER};L'entraide;18033;de trop", "4 cellules, au lieu de 3."),
        (f"{OTHER};Nul\x00;18033", "Une cellule contient un signe qui n'est pas du texte."),
        (f"{OTHER};\x1b[31mRouge;18033", "Une cellule contient un signe qui n'est pas du texte."),
        (f"{OTHER};{'a' * 10_000};18033", "Le nom a 10000 signes, 150 au plus."),
        (f"{OTHER};;18033", "Le nom (dénomination) manque."),
        (f"{OTHER};[ND];18033", "Le nom (dénomination) manque."),
        (";L'entraide;18033", "Le SIRET manque."),
        ("1,23457E+13;L'entraide;18033", "abîmé par un tableur"),
        ("ABCDEFGHIJKLMN;L'entraide;18033", "n'est pas un SIRET"),
        ("73282932000075;L'entraide;18033", "sa clé de contrôle est fausse"),
    ],
)
def test_a_bad_line_is_refused_with_its_number_and_the_others_are_taken(bourges, take, bad, said):
    told = take(f"{HEADINGS}\n{GOOD}\n{bad}\n{THIRD};La Graine;18033\n")

    assert re.search(rf"Ligne 3 \(refusée\) : .*{re.escape(said)}", told), told
    assert "Ajoutées : 2" in told
    assert {enterprise.siret for enterprise in Enterprise.objects.all()} == {SIRET, THIRD}


def test_a_line_is_counted_as_the_file_counts_it(bourges, take):
    said = take(f'{HEADINGS}\n{SIRET};"Épicerie\ndu Cher";18033\n\n1234;La Graine;18033\n')

    assert "Ligne 5 (refusée)" in said
    assert listed().name == "Épicerie du Cher"


def test_a_quote_that_is_not_closed_stops_the_import_at_its_line(bourges, take):
    with pytest.raises(CommandError) as refusal:
        take(f"{HEADINGS}\n{GOOD}\n{OTHER};\"L'entraide;18033\n{THIRD};La Graine;18033\n")

    assert "La lecture s'arrête à la ligne 3 : un guillemet y manque" in plain(str(refusal.value))


def test_a_formula_is_text_on_the_site_and_in_the_report(bourges, take, client, tmp_path):
    formula = '=cmd|" /C calc"!A0'
    content = f'{HEADINGS}\n{SIRET};"{formula.replace(chr(34), chr(34) * 2)}";18033\n=1+1;x;18033\n'

    take(content, "--report", str(tmp_path / "rapport.csv"))

    assert listed().name == formula
    assert escape_formula(listed().name).startswith("'=")
    text = Document(client.get(listed().get_absolute_url()).text).text
    assert "=cmd|" in text
    with (tmp_path / "rapport.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file, delimiter=";") for cell in row]
    assert "'=1+ 1" in [cell.replace("  ", " ") for cell in cells]
    assert not [cell for cell in cells if cell.startswith("=")]


def test_the_report_has_the_fate_of_every_line_that_changes_something(bourges, take, tmp_path):
    take(table(line(THIRD)))
    report = tmp_path / "rapport.csv"

    take(table(line(), line(OTHER), line("1234"), line(THIRD)), "--report", str(report))

    assert report.read_bytes().startswith("\ufeffLigne;SIRET;".encode())
    with report.open(encoding="utf-8-sig", newline="") as file:
        _, *rows = csv.reader(file, delimiter=";")
    assert [row[:3] for row in rows] == [
        ["2", spaced_siret(SIRET), "ajoutée"],
        ["3", spaced_siret(OTHER), "ajoutée"],
        ["4", "123 4", "refusée"],
    ]


def test_a_report_is_written_over_nothing(bourges, take, tmp_path):
    report = tmp_path / "rapport.csv"
    report.write_text("à garder")

    with pytest.raises(CommandError, match="ne se crée pas"):
        take(table(line()), "--report", str(report))

    assert report.read_text() == "à garder"
    assert not Enterprise.objects.exists()


def test_the_screen_shows_the_first_lines_and_where_the_others_are(bourges, take):
    said = take(table(line(), *(line(f"{n}") for n in range(60))))

    assert said.count("(refusée)") == 40
    assert "--report FICHIER.csv les donne toutes" in said
    assert "Refusées : 60" in said


def test_a_column_has_the_first_of_its_headings_that_is_filled(tmp_path):
    path = tmp_path / "liste.csv"
    path.write_text("enseigne1Etablissement,siret,denominationUsuelleEtablissement\nA,1,\nA,2,B\n")

    rows = list(Table(path, COLUMNS, ["siret"]).rows())

    assert [row.cells["usual_name"] for row in rows] == ["A", "B"]


def test_no_two_fields_read_the_same_heading(tmp_path):
    headings = [heading for names in COLUMNS.values() for heading in names]

    assert len(headings) == len(set(headings))
    assert set(HEADER) & set(headings)


# On the site


@pytest.fixture
def listed_page(bourges, take, client):
    """Pages of a site that has one example and one listed enterprise in its commune."""
    make_enterprise(name="L’Exemple", commune=bourges, siret=OTHER).levers.add(make_lever())
    take(table(line(name="La Ruche", tranche_effectifs="11", famille_ess="association")))
    return client


def test_a_listed_enterprise_has_its_page(listed_page):
    text = plain(Document(listed_page.get(listed().get_absolute_url()).text).text)

    for said in ["La Ruche", "Bourges", "10 à 19 salariés", spaced_siret(SIRET), "Association"]:
        assert said in text
    assert "None" not in text


def test_the_page_of_a_listed_enterprise_describes_itself(listed_page):
    document = Document(listed_page.get(listed().get_absolute_url()).text)

    assert plain(document.meta("description")) == (
        "La Ruche (Bourges), un établissement de l'économie sociale et solidaire."
    )


def test_examples_alone_are_told_as_stories(listed_page, bourges):
    lever = Enterprise.objects.get(name="L’Exemple").levers.get()
    listed().levers.add(lever)
    example = Enterprise.objects.get(name="L’Exemple").get_absolute_url()
    pages = ["/", bourges.department.get_absolute_url(), lever.get_absolute_url()]

    for path in [*pages, "/plan-du-site/", "/entreprises/?exemples=oui"]:
        response = listed_page.get(path)
        assertContains(response, example)
        assertNotContains(response, listed().get_absolute_url())
    neighbours = listed_page.get(listed().get_absolute_url()).text.split("neighbours-title")[-1]
    assert "L’Exemple" in neighbours
    assert "La Ruche" not in neighbours
    for path in ["/entreprises/", "/recherche/?q=ruche", "/sitemap.xml"]:
        assertContains(listed_page.get(path), listed().get_absolute_url())
    assert example in public_paths(listed_page)


def test_the_staff_tell_listed_enterprises_from_examples(listed_page, editor_client):
    url = reverse("admin:enterprises_enterprise_changelist")

    assertNotContains(editor_client.get(f"{url}?is_example__exact=1"), "La Ruche")
    assertContains(editor_client.get(f"{url}?q={SIRET}"), "La Ruche")
    change = reverse("admin:enterprises_enterprise_change", args=[listed().pk])
    assertNotContains(editor_client.get(change), 'name="imported"')


def test_a_listed_enterprise_becomes_an_example_once_it_is_summed_up(listed_page):
    enterprise = listed()
    enterprise.is_example = True

    with pytest.raises(ValidationError, match="Un exemple a un résumé"):
        enterprise.full_clean()

    enterprise.summary = "Une ruche."
    enterprise.save()
    assertContains(listed_page.get("/entreprises/"), enterprise.get_absolute_url())
