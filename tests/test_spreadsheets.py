"""What a spreadsheet makes of the CSV files: no formula, no digit lost."""

import csv
import datetime
import re
from decimal import Decimal
from io import StringIO

import pytest

from cress.base.files.spreadsheets import french_csv
from enterprises.models import Enterprise
from tests.data_files import french_rows_of, json_of, rows_of
from tests.factories import (
    make_commune,
    make_enterprise,
)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "  =", "＝"])
def test_no_cell_is_a_formula(client, db, start):
    formula = f"{start}1+1|cmd"
    enterprise = make_enterprise(name=formula)

    for row in [
        *rows_of(client, "entreprises.csv"),
        *french_rows_of(client, "entreprises-excel.csv"),
    ]:
        assert row["nom_usuel"] == f"'{formula}"
    [record] = json_of(client, "entreprises.json")["donnees"]
    assert record["nom_usuel"] == Enterprise.objects.get(pk=enterprise.pk).name


def test_a_negative_number_stays_a_number(client, db):
    make_enterprise(commune=make_commune(longitude=-0.05, latitude=47.5))

    assert rows_of(client, "entreprises.csv")[0]["longitude"] == "-0.05"
    assert french_rows_of(client, "entreprises-excel.csv")[0]["longitude"] == "-0,05"


# Codes and numbers


def as_a_spreadsheet_reads(cell):
    """Return what a French spreadsheet makes of a cell: a number, a date, or the text itself."""
    text = re.sub(r"\s", "", cell)
    if re.fullmatch(r"-?\d+(,\d+)?(e\d+)?", text, re.IGNORECASE):
        return float(text.replace(",", "."))
    if re.fullmatch(r"\d{1,2}[-/]\d{1,4}", text):
        return datetime.date(2026, 1, 1)
    return cell


CODES = [
    "00000001800017",
    "81234567800012",
    "000000018",
    "02 38 68 18 90",
    "0238681890",
    "02.38.68.18.90",
    "02\u202f38\u202f68\u202f18\u202f90",
    "33238681890012",
    "01001",
    "1-9",
    "10-49",
    "1/5",
    "12E5",
]


@pytest.mark.parametrize("code", CODES)
def test_a_code_keeps_its_digits_in_a_french_spreadsheet(code):
    content = french_csv(["code", "2"], [[code, 2]]).decode("utf-8-sig")
    [_, [cell, _]] = csv.reader(StringIO(content, newline=""), delimiter=";")

    assert not isinstance(as_a_spreadsheet_reads(code), str) or code.startswith("02.")
    assert as_a_spreadsheet_reads(cell) == cell == f"'{code}"


@pytest.mark.parametrize("code", ["+33 2 38 68 18 90", "=2+3", "@x"])
def test_a_formula_has_one_apostrophe_only(code):
    assert f"'{code};" in french_csv(["code", "2"], [[code, 2]]).decode("utf-8-sig")


@pytest.mark.parametrize(
    "value",
    [
        "18",
        "18033",
        "812\u202f345\u202f678\u202f00012",
        "000 000 018 00017",
        "9\u202f000",
        "2,15",
        "88.10A",
        "2026-11-23",
        "L’Atelier",
        "0",
        "",
    ],
)
def test_other_texts_are_written_as_they_are(value):
    assert french_csv(["a", "b"], [[value, 2]]).decode("utf-8-sig") == f"a;b\r\n{value};2\r\n"


def test_numbers_and_dates_have_no_apostrophe():
    row = [Decimal("10.50"), 0.5, 12345678901234, datetime.date(2026, 11, 23), None, 0]

    assert french_csv("abcdef", [row]).endswith(b"\r\n10,50;0,5;12345678901234;2026-11-23;;0\r\n")


def test_the_plain_file_has_the_exact_code_and_the_french_one_keeps_its_digits(client, db):
    make_enterprise(siret="00000001800017", is_example=False, summary="")
    [row], [french] = (
        rows_of(client, "entreprises.csv"),
        french_rows_of(client, "entreprises-excel.csv"),
    )

    assert [row["siret"], row["siren"]] == ["00000001800017", "000000018"]
    assert [french["siret"], french["siren"]] == ["'00000001800017", "'000000018"]
