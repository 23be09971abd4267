"""A small table, whole in memory: a CSV file, or the sheets of an Excel workbook."""

from dataclasses import dataclass
from io import BytesIO

from cress.base.files.tables import workbooks
from cress.base.files.tables.errors import TableError
from cress.base.files.tables.text import Text

# A table of the territories is some kilobytes: a larger file is a mistake, or an attack.
MOST_BYTES = 1_000_000
MOST_ROWS = 1_000


@dataclass(frozen=True)
class Sheet:
    """A table as text: its rows that hold something, each with its line number in the file."""

    title: str
    rows: list[tuple[int, list[str]]]


def read_sheets(file):
    """
    Return the sheets of a binary file: one for CSV, the visible ones for a workbook.

    The bytes show what the file is, whatever its name. Raise TableError on anything else, on
    an empty file, on one that is too large, and on a record that does not read, with its line.
    """
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise TableError("Ce fichier dépasse un mégaoctet : ne gardez que le tableau.")
    if data.startswith(workbooks.SIGNATURE):
        found = workbooks.read(data, MOST_ROWS + 1)
    else:
        found = {"": _csv_rows(data)}
    sheets = [Sheet(title, _bounded(rows)) for title, rows in found.items()]
    if not any(sheet.rows for sheet in sheets):
        raise TableError("Le fichier est vide.")
    return sheets


def _csv_rows(data):
    for record in Text(lambda: BytesIO(data)).records():
        if record.problem:
            raise TableError(f"Ligne {record.line} : {record.problem}")
        yield record.line, record.cells


def _bounded(rows):
    """Return the rows that hold something; refuse a table that is too long."""
    kept = []
    for number, cells in rows:
        if any(cells):
            if number > MOST_ROWS:
                raise TableError(
                    f"Ce tableau dépasse {MOST_ROWS} lignes : ne gardez que les vôtres."
                )
            kept.append((number, cells))
    return kept
