"""
CSV tables that a spreadsheet opens as they are meant.

A spreadsheet runs a text that looks like a formula, and converts a text that looks like a number
or a date: « 00000001800017 » becomes 1800017, « 1-9 » becomes 1 September. An apostrophe before
the text prevents both. It is used rather than ="…", because that is a formula too: LibreOffice
shows its source, and no cell of our files starts with « = ». It is used rather than no-break
spaces, because a French Excel reads them as separators of thousands.
"""

import csv
import re
from decimal import Decimal
from io import StringIO
from itertools import chain

BYTE_ORDER_MARK = "\ufeff"
# Signs that start a formula in a spreadsheet (source: OWASP, CSV Injection).
_FORMULA_STARTS = set("=+-@\t\r\n＝＋－＠")
# A number that would lose a digit (it starts with zero, or has more than the eleven digits that
# Excel shows), a range that would become a date, an exponent. A SIRET in groups of 3, 3, 3 and 5
# digits stays a text: the last group of a number has three.
_CONVERTED = re.compile(
    r"(?!\d{3}\s\d{3}\s\d{3}\s\d{5}$)"
    r"\s*(?:0[\d\s.]+|\d[\d\s]{11,}|\d{1,2}[-/]\d{1,4}|\d+[eE]\d+)\s*"
)


def escape_formula(value):
    """Return the text of a cell; an apostrophe keeps a spreadsheet from computing a formula."""
    if not isinstance(value, str):
        return "" if value is None else str(value)
    return f"'{value}" if _is_formula(value) else value


def without_apostrophe(cell):
    """Return the text of a cell as it was before one of these writers put an apostrophe there."""
    text = cell.removeprefix("'")
    return text if _is_formula(text) or _CONVERTED.fullmatch(text) else cell


def _is_formula(text):
    return any(sign in _FORMULA_STARTS for sign in (text[:1], text.lstrip()[:1]))


def plain_writer(file):
    """
    Start a table for programs in a text file: commas, decimal points, CRLF.

    Return the function that writes a row of it.
    """
    return _writer(file, ",", escape_formula)


def french_writer(file):
    """
    Start a table for a French Excel in a text file: UTF-8 with a byte order mark, semicolons, CRLF.

    Return the function that writes a row of it.
    """
    file.write(BYTE_ORDER_MARK)
    return _writer(file, ";", _french_cell)


def french_csv(header, rows):
    """Return a table for a French Excel as the bytes of a file."""
    file = StringIO(newline="")
    write = french_writer(file)
    for row in chain([header], rows):
        write(row)
    return file.getvalue().encode()


def _french_cell(value):
    if isinstance(value, Decimal | float):
        return str(value).replace(".", ",")
    if isinstance(value, str) and _CONVERTED.fullmatch(value):
        return f"'{value}"
    return escape_formula(value)


def _writer(file, delimiter, cell):
    writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
    return lambda row: writer.writerow(map(cell, row))
