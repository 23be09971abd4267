"""The text of a CSV file: its encoding, its lines, the sign between its cells."""

import re
from collections import Counter
from io import TextIOWrapper
from itertools import islice

from cress.base.files.tables.encodings import EncodingVotes
from cress.base.files.tables.errors import TableError
from cress.base.files.tables.records import read_records

MOST_LINES = 1_000_000
LONGEST_LINE = 1_000_000  # bytes
DELIMITERS = ";\t,"  # as tried: in French, a comma is also a decimal sign
SAMPLE = 50  # records that are read to find the delimiter

# Some spreadsheets write their delimiter alone on the first line: « sep=; ».
_SEP_LINE = re.compile(r'"?sep=(?P<delimiter>[;,\t|])"?\s*\Z', re.IGNORECASE)

# What other kinds of files start with.
_SIGNATURES = {
    b"%PDF": "un PDF",
    b"{\\rtf": "un document de traitement de texte",
    b"\x89PNG": "une image",
    b"\xff\xd8\xff": "une image",
    b"PK\x03\x04": "un classeur ou une archive",
    b"\xff\xfe": "un texte en UTF-16",
    b"\xfe\xff": "un texte en UTF-16",
}
OLD_OFFICE = b"\xd0\xcf\x11\xe0"


class Text:
    """
    A text file that holds a table.

    `open_file` opens the file in binary mode: the file is read once to find its encoding, and
    again at each use. Lines end with LF, CRLF, or CR alone. Raise TableError if the file is no
    text.
    """

    def __init__(self, open_file):
        self._open = open_file
        with open_file() as file:
            _refuse_other_kinds(file.read(8))
        self.encoding, self.line_count = self._examine()
        first = next(self._lines(), "")
        self._sep_line = _SEP_LINE.match(first)
        self.delimiter = self._sep_line["delimiter"] if self._sep_line else self._find_delimiter()

    def records(self, width=None):
        """Yield a Record for each record that is not empty; `width` is its number of cells."""
        return self._records(self.delimiter, width)

    def _records(self, delimiter, width=None):
        numbered = enumerate(self._lines(), start=1)
        if self._sep_line:
            next(numbered)
        return read_records(numbered, delimiter, width)

    def _lines(self, encoding=None):
        with TextIOWrapper(self._open(), encoding or self.encoding, newline="") as text:
            number = 0
            while line := text.readline(LONGEST_LINE + 1):
                number += 1
                if len(line) > LONGEST_LINE:
                    raise TableError(
                        f"La ligne {number} dépasse un million d’octets : ce fichier n’est pas "
                        "un tableau au format CSV."
                    )
                yield line

    def _examine(self):
        """Return the encoding and the number of lines."""
        votes = EncodingVotes()
        number = 0
        for number, line in enumerate(self._lines("latin-1"), start=1):
            if not line.isascii():
                votes.add(number, line.encode("latin-1"))
        if not number:
            raise TableError("Le fichier est vide.")
        if number > MOST_LINES:
            raise TableError("Le fichier dépasse un million de lignes : découpez-le en plusieurs.")
        return votes.winner(), number

    def _find_delimiter(self):
        """Return the delimiter that cuts most records into the same number of cells."""
        return max(DELIMITERS, key=self._regular_records)

    def _regular_records(self, delimiter):
        widths = Counter(
            len(record.cells)
            for record in islice(self._records(delimiter), SAMPLE)
            if len(record.cells) > 1
        )
        return max(widths.values(), default=0)


def _refuse_other_kinds(start):
    if start.startswith(OLD_OFFICE):
        raise TableError(
            "Ce classeur est à l’ancien format .xls, ou protégé par un mot de passe. "
            "Enregistrez-le au format CSV, ou au format .xlsx sans mot de passe."
        )
    for signature, kind in _SIGNATURES.items():
        if start.startswith(signature):
            raise TableError(f"Ce fichier est {kind}. Enregistrez-le au format CSV.")
