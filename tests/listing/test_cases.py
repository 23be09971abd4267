"""Lists that were once misread, and Sirene's own format, imported into the shipped content."""

import csv
import random
from io import StringIO
from pathlib import Path
from shutil import copytree

import pytest
from django.core.management import call_command

from enterprises.models import Enterprise
from tests.html import plain
from tests.listing.rows import listed
from tests.test_content import FIXTURES
from tests.test_geography import absorb

TESTS = Path(__file__).parent.parent
CASES, SIRENE = TESTS / "cases", TESTS / "sirene"


@pytest.fixture
def take_case(content, take):
    return lambda name, **options: take((CASES / name).read_bytes(), **options)


def names():
    """Return {last five digits of the SIRET: name} of what was imported."""
    return {e.siret[-5:]: e.name for e in Enterprise.objects.exclude(siret="")}


def read(path, **options):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, **options))


# Sirene


def join(dialect="excel", shuffled=False, encoding="utf-8"):
    """Return the join of Sirene's two files, as another program may have written it."""
    rows = read(SIRENE / "jointure_exemple.csv")
    columns = list(rows[0])
    if shuffled:
        random.Random(13).shuffle(columns)  # noqa: S311
    file = StringIO(newline="")
    writer = csv.DictWriter(file, columns, dialect=dialect)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode(encoding)


class FrenchExcel(csv.excel):
    delimiter = ";"


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(join(), id="as published"),
        pytest.param(join(FrenchExcel, encoding="cp1252"), id="French Excel"),
        pytest.param(join(shuffled=True), id="shuffled columns"),
        pytest.param(join(csv.excel_tab, encoding="mac_roman"), id="Mac"),
    ],
)
def test_each_establishment_of_sirene_becomes_what_is_expected(content, take, tmp_path, file):
    report = tmp_path / "rapport.csv"
    expected = {row["siret"]: row["attendu"] for row in read(SIRENE / "attendu.csv")}

    take(file, "--report", str(report))

    fates = {
        row["SIRET"].replace(" ", ""): row["Ce qui en est fait"]
        for row in read(report, delimiter=";")
    }
    published = set(Enterprise.objects.published().values_list("siret", flat=True))
    became = {
        siret: "publiée" if siret in published else fates.get(siret, "absente")
        for siret in expected
    }
    assert len(expected) == 60
    assert became == expected
    assert not Enterprise.objects.filter(name__icontains="[ND]").exists()
    for enterprise in Enterprise.objects.filter(is_example=False):
        enterprise.full_clean()


# NAF 2025


def test_a_code_of_the_naf_2025_erases_nothing_and_is_reported(take_case, tmp_path):
    take_case("01a_naf_2026.csv")
    before = Enterprise.objects.filter(siret="00000001800101").values().get()
    assert before["activity_code"] == "88.91A"

    output = take_case("01b_naf_2027.csv")

    assert Enterprise.objects.filter(siret="00000001800101").values().get() == before
    assert "Lignes dont l'activité est un code de la NAF 2025 : 1." in output


def test_a_new_enterprise_with_a_code_of_the_naf_2025_has_the_sector_of_its_division(take_case):
    take_case("01b_naf_2027.csv")

    assert listed("00000001800101").sector.name == "Santé humaine et action sociale"
    assert listed("00000001800101").activity_code == ""

    take_case("01a_naf_2026.csv")
    assert listed("00000001800101").activity_code == "88.91A"


# Permissions


def test_states_in_words_are_understood(take_case):
    output = take_case("02_etat_en_clair.csv")

    assert names() == {"00218": "ASSOCIATION ACTIVE"}
    assert "Ignorées : 2" in output


def test_answers_in_words_on_the_ess_are_understood(take_case):
    take_case("02b_ess_non.csv")

    assert names() == {"00275": "ASSO OUI"}


# Cells


def test_an_electronic_address_is_never_a_website(take_case):
    output = take_case("03_site_courriel.csv")

    assert {e.siret[-5:]: e.website for e in Enterprise.objects.exclude(siret="")} == {
        "00309": "",
        "00317": "",
        "00325": "http://asso-c.example",
        "00333": "http://asso-d.example",
        "00341": "http://www.asso-e.example",
        "00358": "",
        "00366": "https://www.crèche-des-lilas.example",
    }
    assert "Ligne 2 (ajoutée) : Une adresse électronique est à la place" in output
    assert "contact@" not in output


def test_a_siret_is_read_whatever_a_spreadsheet_put_around_it(take_case):
    take_case("06_siret_float.csv")

    assert sorted(names()) == ["00606", "00614", "00622", "00630", "00648", "00655"]


def test_towns_with_a_cedex_are_read_where_they_are_certain(take_case):
    take_case("07_cedex.csv")

    found = Enterprise.objects.exclude(siret="").order_by("siret")
    assert [enterprise.commune.name for enterprise in found] == [
        "Orléans",
        "Tours",
        "Orléans",
        "Bourges",
        "Orléans",
        "Châteauneuf-sur-Loire",
        "Sully-sur-Loire",
    ]


def test_a_headcount_in_plain_numbers_is_not_a_code_of_sirene(take_case):
    take_case("30_effectif.csv")

    found = Enterprise.objects.exclude(siret="").order_by("siret")
    counts = [1, 2, 3, 5, 8, 11, 12, 21, 22, 31, 41, 51, 53, 120]
    assert [(e.headcount_min, e.headcount_max) for e in found] == [(n, n) for n in counts]
    assert [e.headcount_as_printed for e in found][:2] == ["1 salarié", "2 salariés"]
    assert {e.headcount_source for e in found} == {"Liste importée, année non précisée"}


def test_the_surname_of_a_contact_is_never_published(take_case, client):
    take_case("29_adherents.csv")

    assert names() == {"05001": "Régie de quartier des Pins", "05019": "Ressourcerie du Val"}
    rows = str(list(Enterprise.objects.exclude(siret="").values()))
    assert "DUPONT" not in rows
    assert "Marie" not in rows


# Files


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("04_sep.csv", {"00408": "Avec sep"}),
        ("05b_mac_roman_lf.csv", {"00515": "Régie de quartier associée"}),
        (
            "27_guillemets.csv",
            {"04202": "ASSOCIATION LES AMIS DU CHER", "04228": "APRES"},
        ),
    ],
)
def test_files_of_other_programs_are_read(take_case, name, expected):
    output = take_case(name)

    assert {key: name.replace('"', "") for key, name in names().items()} == expected
    assert ("Ligne 3 (refusée) : Un guillemet" in output) == (name == "27_guillemets.csv")


def test_a_file_whose_lines_end_as_on_an_old_mac_is_read(take_case, take):
    assert "Ligne 2 (refusée) : 2 cellules, au lieu de 3." in take_case("05a_mac_cr.csv")

    take("siret;nom;code_insee\r00000001800507;L'atelier;18033\r")

    assert names() == {"00507": "L’atelier"}


# Communes that merge


def listed_in(code):
    found = Enterprise.objects.published().filter(is_example=False, commune__insee_code=code)
    return found.count()


def test_a_list_is_imported_again_after_its_commune_has_merged(content, take, tmp_path, capsys):
    before, after = (
        (CASES / f"24_{when}_fusion.csv").read_text(encoding="utf-8") for when in ["avant", "apres"]
    )
    take(before)
    vintage = copytree(FIXTURES, tmp_path / "vintage")
    absorb(vintage, "18015", "18097", name="Aubigny-sur-Nère")
    call_command("load_geography", str(vintage), "--apply")
    assert "entreprises : 31" in plain(capsys.readouterr().out)  # with a shipped example

    output = take(after)

    assert "Retirées : 5" in output
    assert "Inchangées : 25" in output
    assert "Gardé" not in output
    assert listed_in("18097") == 25

    moved = take(after.replace("18097;A", "18033;A"))  # the merger is not an edit of staff
    assert "Changées : 25" in moved
    assert listed_in("18033") == 25
