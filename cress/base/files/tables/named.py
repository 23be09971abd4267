"""A CSV file of any length whose columns are found by their headings."""

from dataclasses import dataclass

from cress.base.files.spreadsheets import without_apostrophe
from cress.base.files.tables.errors import TableError
from cress.base.files.tables.text import Text
from cress.base.text.folding import fold

LONGEST_FILE = 500_000_000  # bytes


@dataclass(frozen=True)
class Row:
    """A row of a table: the line where it starts, its cells by field, or what is wrong with it."""

    line: int
    cells: dict[str, str]
    problem: str = ""


class Table:
    """
    A CSV file, read row by row without being kept in memory.

    `headings` are those of the file; `select` says which columns are read. Raise TableError on
    a file that is not CSV.
    """

    def __init__(self, path):
        self.path = path
        try:
            if path.stat().st_size > LONGEST_FILE:
                raise TableError("Le fichier dépasse 500 Mo : découpez-le en plusieurs.")
            self._text = Text(lambda: path.open("rb"))
        except OSError as error:
            raise TableError(f"Le fichier {path} ne se lit pas : {error.strerror}.") from error
        header = next(self._text.records(), None)
        self.headings = header.cells if header else []
        self.width, self.places = len(self.headings), {}

    def select(self, columns, required):
        """
        Read these columns and no other; return the table.

        `columns` is {field: its possible headings, the best first}; case, accents and spaces of
        a heading do not count. Raise TableError if one of the fields `required` has none.
        """
        self.places = _find(columns, self.headings)
        for field in required:
            if field not in self.places:
                raise TableError(
                    f"Il manque une colonne nommée {' ou '.join(columns[field])}. La première "
                    "ligne donne les noms des colonnes, séparés par des points-virgules, des "
                    "virgules ou des tabulations."
                )
        return self

    @property
    def line_count(self):
        return self._text.line_count

    def rows(self):
        """Yield a Row for each record below the headings."""
        records = self._text.records(self.width)
        next(records)
        for record in records:
            yield self._row(record)

    def _row(self, record):
        cells = record.cells
        if not cells:
            return Row(record.line, {}, _sentence(record.problem))
        if len(cells) < self.width or any(cells[self.width :]):
            return Row(record.line, {}, f"{len(cells)} cellules, au lieu de {self.width}.")
        values = {
            field: without_apostrophe(next(filter(None, (cells[place] for place in places)), ""))
            for field, places in self.places.items()
        }
        return Row(record.line, values, _sentence(record.problem))


def _sentence(problem):
    return problem[:1].upper() + problem[1:]


def bare(heading):
    """Return a heading as it is compared: « Code INSEE » and « code_insee » are the same."""
    return fold(heading).replace(" ", "")


def _find(columns, headings):
    """Return {field: the places of its columns, those of its best headings first}."""
    place_of = {}
    for place, heading in enumerate(headings):
        place_of.setdefault(bare(heading), []).append(place)
    found = {
        field: [place for heading in wanted for place in place_of.get(bare(heading), [])]
        for field, wanted in columns.items()
    }
    return {field: places for field, places in found.items() if places}
