"""The sheets of an Excel workbook (.xlsx)."""

import re
import warnings
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

from openpyxl import load_workbook

from cress.base.files.tables.errors import TableError

SIGNATURE = b"PK\x03\x04"
MOST_UNPACKED_BYTES = 5_000_000
MOST_SHEETS = 50
MOST_COLUMNS = 100

# The part of a cell format that is only shown: a percent sign there multiplies nothing.
_LITERAL = re.compile(r'"[^"]*"|\\.')
_NO_RESULT = "formule sans résultat enregistré"


def read(data, most_rows):
    """
    Return {title of a visible sheet: its rows as pairs (number, cells as text)}.

    A formula gives the result that Excel stored; a number shown as a percentage comes with its
    sign: 0.1079 gives « 10.79 % ». Raise TableError on a workbook that does not read.
    """
    try:
        with ZipFile(BytesIO(data)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
        if unpacked <= MOST_UNPACKED_BYTES:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # openpyxl warns about what it does not read
                return _visible_sheets(data, most_rows)
    except TableError:
        raise
    except Exception as error:  # openpyxl raises any error on a broken part
        raise TableError(
            "Ce fichier ne se lit pas comme un classeur Excel. Ouvrez-le dans Excel, "
            "enregistrez-le au format .xlsx, puis recommencez."
        ) from error
    raise TableError("Ce classeur est trop gros une fois ouvert : ne gardez que le tableau.")


def _visible_sheets(data, most_rows):
    results, formulas = (
        load_workbook(BytesIO(data), read_only=True, data_only=data_only, keep_links=False)
        for data_only in [True, False]
    )
    if len(results.worksheets) > MOST_SHEETS:
        raise TableError(f"Ce classeur a plus de {MOST_SHEETS} feuilles : ne gardez que la vôtre.")
    sheets = {}
    for sheet in results.worksheets:
        if sheet.sheet_state == "visible":
            both = [
                part.iter_rows(max_row=most_rows, max_col=MOST_COLUMNS)
                for part in [sheet, formulas[sheet.title]]
            ]
            sheets[sheet.title] = [
                (number, [_text(*pair) for pair in zip(*row, strict=True)])
                for number, row in enumerate(zip(*both, strict=True), start=1)
            ]
    return sheets


def _text(cell, formula):
    value = cell.value
    if value is None:
        return _NO_RESULT if formula.data_type == "f" else ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value).strip()
    number, unit = Decimal(f"{value:.15g}"), ""  # the digits that Excel guarantees
    if "%" in _LITERAL.sub("", cell.number_format):
        number, unit = number * 100, " %"
    return f"{number.normalize():f}{unit}"
