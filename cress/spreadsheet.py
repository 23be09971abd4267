"""Tables that open right in a French Excel, and do nothing there but show their cells."""

import csv
from io import StringIO

BYTE_ORDER_MARK = "\ufeff"
# What a spreadsheet takes for the start of a formula (source: OWASP, CSV Injection).
_FORMULA_STARTS = set("=+-@\t\r\n＝＋－＠")


def harmless(value):
    """Return the text of a cell; an apostrophe keeps a spreadsheet from reckoning it."""
    text = "" if value is None else str(value)
    starts = text[:1], text.lstrip()[:1]
    return f"'{text}" if _FORMULA_STARTS & set(starts) else text


def french_writer(file):
    """Start a table in a text file; return the function that writes a row of it."""
    file.write(BYTE_ORDER_MARK)
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    return lambda row: writer.writerow(map(harmless, row))


def french_csv(header, rows):
    """Return a table as the bytes of a CSV file: UTF-8 with its mark, semicolons, CRLF."""
    file = StringIO(newline="")
    write = french_writer(file)
    for row in [header, *rows]:
        write(row)
    return file.getvalue().encode()
