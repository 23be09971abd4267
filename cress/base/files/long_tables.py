"""Tables as people have them: CSV files of Excel, of LibreOffice, of public registers."""

import csv
import re
from dataclasses import dataclass

from cress.base.text.folding import fold

LONGEST_FILE = 500_000_000  # bytes
MOST_LINES = 1_000_000
LONGEST_LINE = 1_000_000  # bytes
ENCODINGS = ["utf-8", "cp1252"]  # as tried
DELIMITERS = ";,\t"

# What other kinds of files start with.
_SIGNATURES = {
    b"%PDF": "un PDF",
    b"PK\x03\x04": "un classeur ou une archive",
    b"\xd0\xcf\x11\xe0": "un classeur Excel",
    b"\xff\xfe": "un texte en UTF-16",
    b"\xfe\xff": "un texte en UTF-16",
}
# The mark, accented letters and signs of UTF-8: read as Windows-1252 they make no French word.
_UTF8 = re.compile(rb"\xef\xbb\xbf|\xc3[\x80-\xbf]|\xe2\x80[\x90-\xbf]")
# Signs that no cell holds: NUL and its like, but for tabs and line breaks.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class TableError(ValueError):
    """Why a file cannot be read any further, in French, for whom gives it."""


@dataclass(frozen=True)
class Row:
    """A line of a table: where it starts in the file, its cells by field, or what is wrong."""

    line: int
    cells: dict[str, str]
    problem: str = ""


class Table:
    """
    A CSV file in UTF-8 (with its mark or not) or Windows-1252, cut by « ; », « , » or tabs.

    `columns` says {field: the headings it may have}, the best first, however they are typed.
    Other columns are not read. Raise TableError on what is no such file, and if it has no
    column for one of the fields `required`.
    """

    def __init__(self, path, columns, required):
        self.path = path
        self.encoding, self.line_count = _examine(path)
        self.delimiter, self.width, self.places = self._read_header(columns)
        for field in required:
            if field not in self.places:
                raise TableError(
                    f"Il manque une colonne nommée {' ou '.join(columns[field])}. La première "
                    "ligne donne les noms des colonnes, séparés par des points-virgules, des "
                    "virgules ou des tabulations."
                )

    def rows(self):
        """Yield a Row for each line that is not empty, without keeping any."""
        reader = self._reader(self._text(), self.delimiter)
        next(reader)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise TableError(
                    f"La lecture s’arrête à la ligne {line} : un guillemet y manque ou y est de "
                    "trop. Les lignes qui suivent ne sont pas lues."
                ) from error
            if any(cells):
                yield self._row(line, cells)

    def _row(self, line, cells):
        if len(cells) != self.width and (len(cells) < self.width or any(cells[self.width :])):
            problem = f"{len(cells)} cellules, au lieu de {self.width}."
            return Row(line, {}, problem)
        values = {
            field: next(filter(None, (cells[place].strip() for place in places)), "")
            for field, places in self.places.items()
        }
        if any(map(_CONTROL.search, values.values())):
            return Row(line, values, "Une cellule contient un signe qui n’est pas du texte.")
        return Row(line, values)

    def _text(self):
        for line in _lines(self.path):
            yield line.decode(self.encoding)

    def _read_header(self, columns):
        """Return the delimiter with which the first line names most fields, and what it gives."""
        fields = {
            _bare(heading): (rank, field)
            for field, headings in columns.items()
            for rank, heading in enumerate(headings)
        }
        first = next(self._text(), "")
        readings = []
        for delimiter in DELIMITERS:
            try:
                headings = next(self._reader([first], delimiter), [])
            except csv.Error:
                continue
            found = sorted(
                (fields[_bare(heading)], place)
                for place, heading in enumerate(headings)
                if _bare(heading) in fields
            )
            places = {}
            for (_, field), place in found:
                places.setdefault(field, []).append(place)
            readings.append((delimiter, len(headings), places))
        return max(readings, key=lambda reading: len(reading[2]), default=(";", 0, {}))

    @staticmethod
    def _reader(lines, delimiter):
        return csv.reader(lines, delimiter=delimiter, strict=True)


def _bare(heading):
    """
    Return a heading as it is compared: « Code INSEE » and « code_insee » are the same.

    The mark of UTF-8, which is no letter, goes with the other signs.
    """
    return fold(heading).replace(" ", "")


def _lines(path):
    """Yield the lines of a file as bytes, none longer than memory allows."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE:
                raise TableError(
                    f"La ligne {number} dépasse un million d’octets : ce fichier n’est pas une "
                    "liste au format CSV."
                )
            yield line


def _examine(path):
    """Return the encoding of a file and its number of lines, or raise TableError."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise TableError(f"Le fichier {path} ne se lit pas : {error.strerror}.") from error
    for signature, kind in _SIGNATURES.items():
        if start.startswith(signature):
            raise TableError(f"Ce fichier est {kind}. Enregistrez-le au format CSV.")
    if not size:
        raise TableError("Le fichier est vide.")
    if size > LONGEST_FILE:
        raise TableError("Le fichier dépasse 500 Mo : découpez-le en plusieurs.")
    return _find_encoding(path)


def _find_encoding(path):
    wrong = dict.fromkeys(ENCODINGS, 0)  # the first line that is not so encoded
    speaks_utf8 = False
    number = 0
    for number, line in enumerate(_lines(path), start=1):
        if line.isascii():
            continue
        speaks_utf8 = speaks_utf8 or bool(_UTF8.search(line))
        for encoding in ENCODINGS:
            if not wrong[encoding] and not _decodes(line, encoding):
                wrong[encoding] = number
    if number > MOST_LINES:
        raise TableError("Le fichier dépasse un million de lignes : découpez-le en plusieurs.")
    if not wrong["utf-8"]:
        return "utf-8", number
    if speaks_utf8 or wrong["cp1252"]:
        raise TableError(
            f"La ligne {wrong['utf-8']} n’est pas en UTF-8 comme le reste du fichier. "
            "Enregistrez-le au format « CSV UTF-8 »."
        )
    return "cp1252", number


def _decodes(line, encoding):
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
