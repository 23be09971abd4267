"""CSV tables that open correctly in a French Excel, and cannot run a formula there."""

import csv
from decimal import Decimal
from io import StringIO
from itertools import chain

BYTE_ORDER_MARK = "\ufeff"
# Signs that start a formula in a spreadsheet (source: OWASP, CSV Injection).
_FORMULA_STARTS = set("=+-@\t\r\n＝＋－＠")


def escape_formula(value):
    """Return the text of a cell; an apostrophe keeps a spreadsheet from computing a formula."""
    if not isinstance(value, str):
        return "" if value is None else str(value)
    starts = value[:1] in _FORMULA_STARTS or value.lstrip()[:1] in _FORMULA_STARTS
    return f"'{value}" if starts else value


def plain_writer(file):
    """
    Start a table for programs in a text file: commas, decimal points, CRLF.

    Return the function that writes a row of it.
    """
    return _writer(file, ",", escape_formula)


def french_writer(file):
    """
    Start a table for a French Excel in a text file: UTF-8 with its mark, semicolons, CRLF.

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
    text = escape_formula(value)
    return text.replace(".", ",") if isinstance(value, Decimal | float) else text


def _writer(file, delimiter, cell):
    writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
    return lambda row: writer.writerow(map(cell, row))
