"""Tables as people send them: a CSV file of a French Excel, or an Excel workbook."""

import csv
import re
import warnings
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import islice
from zipfile import ZipFile

from openpyxl import load_workbook

from cress.base.text.typography import french

# A table of the territories is some kilobytes: what is larger is another thing, or an attack.
MOST_BYTES = 1_000_000
MOST_UNPACKED_BYTES = 5_000_000
MOST_SHEETS = 50
MOST_ROWS = 1_000
MOST_COLUMNS = 100
LONGEST_CELL = 100_000  # signs

_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_NOT_TEXT = (b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff")
_SEPARATORS = ";\t,"
# What a cell format only shows, such as a percent sign that multiplies nothing.
_LITERAL = re.compile(r'"[^"]*"|\\.')
_NO_RESULT = "formule sans résultat enregistré"


class FileError(ValueError):
    """Why a file cannot be taken, in French, for whom gives it."""

    def __init__(self, message):
        super().__init__(french(message))


@dataclass(frozen=True)
class Sheet:
    """A table as text: its rows that hold something, each with its number in Excel."""

    title: str
    rows: list[tuple[int, list[str]]]


def read_sheets(file):
    """
    Return the sheets of a binary file: one for CSV, those that are not hidden for a workbook.

    What the file is shows in its bytes, whatever its name. CSV is UTF-8 or cp1252, and
    separated by semicolons, tabs or commas. Of a formula, the result that Excel stored is
    taken; a number shown as a percentage comes with its sign: 0.1079 gives « 10.79 % ».
    Raise FileError on anything else, on an empty file, and on one that is too large.
    """
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise FileError("Ce fichier dépasse un mégaoctet : ne gardez que le tableau.")
    if data.startswith(_OLD_OFFICE):
        raise FileError(
            "Ce classeur est à l’ancien format .xls, ou protégé par un mot de passe. "
            "Enregistrez-le au format .xlsx, sans mot de passe."
        )
    sheets = _read_workbook(data) if data.startswith(_ZIP) else [Sheet("", _read_csv(data))]
    if not any(sheet.rows for sheet in sheets):
        raise FileError("Ce fichier est vide.")
    return sheets


def _read_csv(data):
    text = _decode(data)
    lines = [line for line in text.splitlines() if line.strip()]
    separator = next(
        (s for s in _SEPARATORS if 2 * sum(s in line for line in lines) >= len(lines)), ","
    )
    try:
        rows = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
        return _kept_rows(map(_bounded_cells, rows))
    except csv.Error as error:
        raise FileError(
            "Ce fichier CSV est mal formé : un guillemet est ouvert et n’est pas refermé, ou une "
            "cellule n’en finit pas. Enregistrez-le de nouveau depuis Excel."
        ) from error


def _bounded_cells(row):
    """Return the cells without spaces around; csv's own bound is anyone's to move."""
    if any(len(cell) > LONGEST_CELL for cell in row):
        raise csv.Error("field larger than field limit")
    return [cell.strip() for cell in row]


def _decode(data):
    if not data.startswith(_NOT_TEXT) and b"\0" not in data:
        for encoding in ["utf-8-sig", "cp1252"]:
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise FileError(
        "Ce fichier n’est pas un tableau. Donnez un classeur Excel (.xlsx) ou un fichier CSV."
    )


def _read_workbook(data):
    try:
        with ZipFile(BytesIO(data)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
        if unpacked <= MOST_UNPACKED_BYTES:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # openpyxl tells of what it leaves out
                return _visible_sheets(data)
    except FileError:
        raise
    except Exception as error:  # openpyxl raises whatever the broken part makes it stumble on
        raise FileError(
            "Ce fichier ne se lit pas comme un classeur Excel. Ouvrez-le dans Excel, "
            "enregistrez-le au format .xlsx, puis recommencez."
        ) from error
    raise FileError("Ce classeur est trop gros une fois ouvert : ne gardez que le tableau.")


def _visible_sheets(data):
    results, formulas = (
        load_workbook(BytesIO(data), read_only=True, data_only=data_only, keep_links=False)
        for data_only in [True, False]
    )
    if len(results.worksheets) > MOST_SHEETS:
        raise FileError(f"Ce classeur a plus de {MOST_SHEETS} feuilles : ne gardez que la vôtre.")
    sheets = []
    for sheet in results.worksheets:
        if sheet.sheet_state == "visible":
            rows = zip(_cells(sheet), _cells(formulas[sheet.title]), strict=True)
            texts = ([_text(*pair) for pair in zip(*row, strict=True)] for row in rows)
            sheets.append(Sheet(sheet.title, _kept_rows(texts)))
    return sheets


def _cells(sheet):
    # One row more than is taken, to know that there are more.
    return sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS)


def _text(cell, formula):
    value = cell.value
    if value is None:
        return _NO_RESULT if formula.data_type == "f" else ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value).strip()
    number, unit = Decimal(f"{value:.15g}"), ""  # the digits that Excel holds for true
    if "%" in _LITERAL.sub("", cell.number_format):
        number, unit = number * 100, " %"
    return f"{number.normalize():f}{unit}"


def _kept_rows(rows):
    """Number the rows from one, and leave out those that hold nothing."""
    kept = []
    for number, cells in enumerate(islice(rows, MOST_ROWS + 1), 1):
        if number > MOST_ROWS and any(cells):
            raise FileError(f"Ce tableau dépasse {MOST_ROWS} lignes : ne gardez que les vôtres.")
        if any(cells):
            kept.append((number, cells))
    return kept
