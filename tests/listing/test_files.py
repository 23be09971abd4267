"""Files as people have them, and the report of an import."""

import csv
import re

import pytest
from django.core.management import CommandError, call_command

from cress.base.files.spreadsheets import escape_formula
from cress.base.files.tables import Table
from enterprises.listing.columns import COLUMNS
from enterprises.models import Enterprise
from enterprises.siret import spaced_siret
from tests.html import Document, plain
from tests.listing.rows import OTHER, SIRET, THIRD, line, listed, table
from tests.made_up_enterprises import HEADER, made_up_siret

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


PEOPLE_WRITE = "Régie de l’Évêché — à « l’Île », cœur"
ENCODINGS = ["utf-8", "utf-8-sig", "cp1252", "mac_roman"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("first", ["", "sep=;\n", '"sep=;"\n'])
def test_a_list_is_read_in_the_encodings_of_spreadsheets(bourges, take, encoding, end, first):
    text = f"{first}{HEADINGS}\n{SIRET};{PEOPLE_WRITE};18033\n".replace("\n", end)

    assert "Ajoutées : 1" in take(text.encode(encoding))
    assert plain(listed().name) == plain(PEOPLE_WRITE)


@pytest.mark.parametrize(
    "name",
    ["Épicerie", "Régie", "Hôtel", "CRÈCHE", "ÉCOLE", "Île", "Cœur", "L’Atelier", "à Bourges"],
)
@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
def test_one_accent_is_enough_to_know_the_encoding(bourges, take, encoding, name):
    take(f"{HEADINGS}\n{SIRET};{name};18033\n".encode(encoding))

    assert listed().name == name


def test_an_accent_whose_encoding_is_not_certain_is_refused(bourges, take):
    with pytest.raises(CommandError, match="Enregistrez-le au format «\u202fCSV UTF-8\u202f»"):
        take(f"{HEADINGS}\n{SIRET};Emmaüs;18033\n".encode("mac_roman"))


@pytest.mark.parametrize("name", ["Régie", "Crèche à l'école", "Hôtel des Métiers"])
def test_a_list_of_ms_dos_is_read(bourges, take, name):
    take(f"{HEADINGS}\n{SIRET};{name};18033\n".encode("cp850"))

    assert plain(listed().name) == name


@pytest.mark.parametrize("name", ["RÃ©gie", "Lâ€™atelier", "R\ufffdgie"])
def test_accents_that_another_program_has_damaged_are_refused_at_their_line(bourges, take, name):
    output = take(f"{HEADINGS}\n{GOOD}\n{OTHER};{name};18033\n")

    assert "Ligne 3 (refusée) : Ses accents sont abîmés" in output
    assert "Ajoutées : 1" in output


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_first_line_may_say_the_delimiter(bourges, take, delimiter):
    rows = f"{HEADINGS}\n{GOOD}\n1234;La Graine;18033\n".replace(";", delimiter)

    output = take(f"sep={delimiter}\n{rows}")

    assert "Ajoutées : 1" in output
    assert "Ligne 4 (refusée)" in output


def test_the_delimiter_is_not_a_sign_that_names_have(bourges, take):
    rows = "".join(f'{made_up_siret(n)},"Ruche ; atelier ; {n}",18033\n' for n in range(9))

    assert "Ajoutées : 9" in take("siret,nom,code_insee\n" + rows)


@pytest.mark.parametrize(
    ("content", "message"),
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
def test_a_file_that_is_no_list_is_refused_whole(bourges, take, content, message):
    with pytest.raises(CommandError) as refusal:
        take(content)

    assert message in plain(str(refusal.value))
    assert not Enterprise.objects.exists()


def test_a_missing_file_is_reported(db, tmp_path):
    for path in [tmp_path / "absent.csv", tmp_path]:
        with pytest.raises(CommandError, match="ne se lit pas"):
            call_command("import_enterprises", str(path))


@pytest.mark.parametrize(("name", "limit"), [("named.LONGEST_FILE", 20), ("text.MOST_LINES", 1)])
def test_a_file_that_is_too_long_must_be_cut(bourges, take, monkeypatch, name, limit):
    monkeypatch.setattr(f"cress.base.files.tables.{name}", limit)

    with pytest.raises(CommandError, match="découpez-le en plusieurs"):
        take(f"{HEADINGS}\n{GOOD}\n")


def test_headings_alone_import_nothing(bourges, take):
    for content in [HEADINGS, f"{HEADINGS}\n"]:
        output = take(content)
        assert "Ajoutées : 0" in output
        assert "Refusées : 0" in output


@pytest.mark.parametrize(
    ("bad", "message"),
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
def test_a_bad_row_is_refused_with_its_number_and_the_others_are_taken(bourges, take, bad, message):
    output = take(f"{HEADINGS}\n{GOOD}\n{bad}\n{THIRD};La Graine;18033\n")

    assert re.search(rf"Ligne 3 \(refusée\) : .*{re.escape(message)}", output), output
    assert "Ajoutées : 2" in output
    assert {enterprise.siret for enterprise in Enterprise.objects.all()} == {SIRET, THIRD}


def test_a_row_has_the_line_number_of_the_file(bourges, take):
    output = take(f'{HEADINGS}\n{SIRET};"Épicerie\ndu Cher";18033\n\n1234;La Graine;18033\n')

    assert "Ligne 5 (refusée)" in output
    assert listed().name == "Épicerie du Cher"


@pytest.mark.parametrize(
    "bad",
    [
        f"{OTHER};\"L'entraide;18033",
        f'{OTHER};"LES AMIS" DU CHER;18033',
        f"{OTHER};L'entraide;\"18033",
        f"\"{OTHER};L'entraide;18033",
    ],
)
@pytest.mark.parametrize(
    "after",
    ["", f'{made_up_siret(9)};"La Graine, ""bis""";18033\n', f'{made_up_siret(9)};Graine";18033\n'],
)
def test_a_stray_quote_is_reported_at_its_line_and_the_rest_is_read(bourges, take, bad, after):
    output = take(f"{HEADINGS}\n{GOOD}\n{bad}\n{THIRD};La Graine;18033\n{after}")

    assert "Ligne 3 (refusée) : Un guillemet y manque ou y est de trop." in output
    assert "Refusées : 1" in output
    assert {SIRET, THIRD} <= {enterprise.siret for enterprise in Enterprise.objects.all()}
    assert Enterprise.objects.count() == 2 + bool(after)


def test_a_quote_left_open_in_a_long_file_hides_no_row(bourges, take):
    rows = "".join(f"{made_up_siret(n)};Ruche {n};18033\n" for n in range(300))

    output = take(f'{HEADINGS}\n{made_up_siret(999)};"Ouvert;18033\n{rows}')

    assert "Ajoutées : 300" in output
    assert "Refusées : 1" in output


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


def test_a_report_never_replaces_a_file(bourges, take, tmp_path):
    report = tmp_path / "rapport.csv"
    report.write_text("à garder")

    with pytest.raises(CommandError, match="ne se crée pas"):
        take(table(line()), "--report", str(report))

    assert report.read_text() == "à garder"
    assert not Enterprise.objects.exists()


def test_the_screen_shows_the_first_lines_and_where_the_others_are(bourges, take):
    output = take(table(line(), *(line(f"{n}") for n in range(60))))

    assert output.count("(refusée)") == 40
    assert "--report FICHIER.csv les donne toutes" in output
    assert "Refusées : 60" in output


def test_a_column_has_the_first_of_its_headings_that_is_filled(tmp_path):
    path = tmp_path / "liste.csv"
    path.write_text("enseigne1Etablissement,siret,denominationUsuelleEtablissement\nA,1,\nA,2,B\n")

    rows = list(Table(path).select(COLUMNS, ["siret"]).rows())

    assert [row.cells["usual_name"] for row in rows] == ["A", "B"]


def test_no_two_fields_read_the_same_heading(tmp_path):
    headings = [heading for names in COLUMNS.values() for heading in names]

    assert len(headings) == len(set(headings))
    assert set(HEADER) & set(headings)
