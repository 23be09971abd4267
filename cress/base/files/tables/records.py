"""The records of a CSV text, read one by one: a broken one does not hide those after it."""

import csv
import re
from collections import deque
from dataclasses import dataclass, field

LONGEST_CELL = 100_000  # characters
MOST_LINES_OF_A_RECORD = 100

_BAD_QUOTE = (
    "un guillemet y manque ou y est de trop. Retirez-le, ou enregistrez de nouveau le fichier "
    "depuis votre tableur."
)
_TOO_LONG = "une cellule y dépasse cent mille signes."
_NOT_TEXT = "une cellule contient un signe qui n’est pas du texte."
_GARBLED = "ses accents sont abîmés (« {} »). Repartez du fichier d’origine."

# Signs that no cell holds: NUL and its like, except tabs and line breaks.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# UTF-8 that a program has read as cp1252 and saved again (« RÃ©gie »), or a lost letter.
_MISREAD = re.compile(r"\S*(?:Ã[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€|\ufffd)\S*")


@dataclass(frozen=True)
class Record:
    """A record: the line where it starts, its cells without spaces around, or its problem."""

    line: int
    cells: list[str] = field(default_factory=list)
    problem: str = ""


def read_records(numbered_lines, delimiter, width=None):
    """
    Yield a Record for each record that holds something.

    `numbered_lines` are pairs (number, line with its end). A quoted cell may run over several
    lines; `width` is then the number of cells that is expected. Where the quotes do not hold
    together, the first line alone is a problem and the reading goes on at the next one.
    """
    source, waiting = iter(numbered_lines), deque()
    while True:
        try:
            number, line = waiting.popleft() if waiting else next(source)
        except StopIteration:
            return
        cells, problem = _parse(line, delimiter)
        if cells is None and not problem:
            cells, problem = _parse_over_lines(line, source, waiting, delimiter, width)
        if problem:
            yield Record(number, problem=problem)
        elif any(cells):
            yield Record(number, cells, _content_problem(cells))


def _parse(text, delimiter):
    """Return (cells, problem); (None, "") if a quoted cell is not closed yet."""
    try:
        cells = next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            return None, ""
        return None, _TOO_LONG if "field limit" in str(error) else _BAD_QUOTE
    if any(len(cell) > LONGEST_CELL for cell in cells):
        return None, _TOO_LONG
    return [cell.strip() for cell in cells], ""


def _parse_over_lines(first, source, waiting, delimiter, width):
    """Close the quoted cell that the first line leaves open; put the lines back if none does."""
    taken, text = [], first
    while len(taken) < MOST_LINES_OF_A_RECORD:
        numbered = waiting.popleft() if waiting else next(source, None)
        if numbered is None:
            break
        taken.append(numbered)
        text += numbered[1]
        if numbered[1].count('"') % 2:  # only such a line can close the cell
            cells, problem = _parse(text, delimiter)
            if cells is not None and _is_one_record(cells, delimiter, width):
                return cells, ""
            if cells is not None or problem:
                break
    waiting.extendleft(reversed(taken))
    return None, _TOO_LONG if len(text) > LONGEST_CELL else _BAD_QUOTE


def _is_one_record(cells, delimiter, width):
    """Whether a cell over several lines is one cell: a stray quote makes one of two records."""
    swallows = any(
        ("\n" in cell or "\r" in cell) and cell.count(delimiter) >= max(len(cells) - 1, 1)
        for cell in cells
    )
    return not swallows and width in (None, len(cells))


def _content_problem(cells):
    if any(map(_CONTROL.search, cells)):
        return _NOT_TEXT
    garbled = next(filter(None, map(_MISREAD.search, cells)), None)
    return _GARBLED.format(garbled[0][:40]) if garbled else ""
