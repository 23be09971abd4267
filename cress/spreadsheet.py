"""Tables that open right in a French Excel, and do nothing there but show their cells."""

import csv
from decimal import Decimal
from io import StringIO

BYTE_ORDER_MARK = "\ufeff"
# What a spreadsheet takes for the start of a formula (source: OWASP, CSV Injection).
_FORMULA_STARTS = set("=+-@\t\r\n＝＋－＠")


def harmless(value):
    """Return the text of a cell; an apostrophe keeps a spreadsheet from reckoning a text."""
    text = "" if value is None else str(value)
    starts = text[:1], text.lstrip()[:1]
    return f"'{text}" if isinstance(value, str) and _FORMULA_STARTS & set(starts) else text


def plain_csv(header, rows):
    """Return a table as the bytes of a CSV file for programs: UTF-8, commas, decimal points."""
    return _csv(header, rows, ",", harmless)


def french_writer(file):
    """Start a table in a text file; return the function that writes a row of it."""
    file.write(BYTE_ORDER_MARK)
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    return lambda row: writer.writerow(map(_french_cell, row))


def french_csv(header, rows):
    """Return a table as the bytes of a CSV file: UTF-8 with its mark, semicolons, CRLF."""
    return BYTE_ORDER_MARK.encode() + _csv(header, rows, ";", _french_cell)


def _french_cell(value):
    text = harmless(value)
    return text.replace(".", ",") if isinstance(value, Decimal | float) else text


def _csv(header, rows, delimiter, cell):
    file = StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([cell(value) for value in row] for row in rows)
    return file.getvalue().encode()
