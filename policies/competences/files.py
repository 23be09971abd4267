"""
The file of Banatic, as a CSV table of two shapes.

One line a competence: a column of SIREN, a column of codes. Or one column a competence, whose
heading starts with the code (« 1510 », « C1510 », « 1510 – Collecte »), and a line a grouping,
perhaps repeated for each of its members.
"""

import re
from dataclasses import dataclass

from cress.base.files.tables import Table, TableError
from cress.base.text.folding import fold
from policies.competences.models import Nomenclature

SIREN = ["N° SIREN", "SIREN", "SIREN EPCI", "SIREN du groupement", "N° SIREN du groupement"]
# By the nomenclature that the heading names; None where it names none.
CODES = {
    None: ["code_competence", "code de la compétence", "code", "compétence", "competence"],
    Nomenclature.N2021: ["code_2021", "codes_2021", "code_competence_2021"],
    Nomenclature.N2025: ["code_2025", "codes_2025", "code_competence_2025"],
}
VALUE = ["exercée", "exercice", "valeur"]

_CODE_HEADING = re.compile(r"\s*C?\s*([0-9]{4})(?![0-9])", re.IGNORECASE)
_CODE_CELL = re.compile(r"C?([0-9]{4})(?:\.0)?(?:\s*[-–:]\s*\D.*)?\Z", re.IGNORECASE)
_SEVERAL = re.compile(r"(?:C?[0-9]{4}[\s,;/+]+)+C?[0-9]{4}\Z", re.IGNORECASE)
_AROUND_NUMBER = re.compile(r'^="?|"$|\.0$|\s')
_YES = {"1", "oui", "o", "x", "vrai", "true", "interet communautaire"}
_NO = {"", "0", "non", "n", "faux", "false"}


@dataclass(frozen=True)
class DeclaredLine:
    """One line: codes by nomenclature (None if the file names none), or what is wrong with it."""

    line: int
    siren: str
    codes: dict[int | None, frozenset[str]]
    problem: str = ""
    is_whole: bool = False  # the line holds all that the grouping declares


def read_lines(path):
    """Yield a DeclaredLine for each line of the file. Raise TableError where reading must stop."""
    headings = _open(path, {}).headings
    by_code = _competence_columns(headings)
    if known := _code_columns(headings):
        yield from _read_long(path, known)
    elif by_code:
        yield from _read_wide(path, by_code)
    else:
        raise TableError(
            "Aucune compétence n’est reconnue. Il faut une colonne « code », ou une colonne par "
            "compétence dont le titre commence par le code : « 1510 », « C1510 », « 1510 – "
            "Collecte des déchets »."
        )


def _open(path, columns):
    return Table(path).select({"siren": SIREN} | columns, ["siren"])


def _competence_columns(headings):
    """Return {code: heading} for the headings that start with a code."""
    columns = {}
    for heading in headings:
        if found := _CODE_HEADING.match(heading):
            if found[1] in columns:
                raise TableError(
                    f"Deux colonnes donnent le code {found[1]} : « {columns[found[1]]} » et "
                    f"« {heading} ». Gardez-en une."
                )
            columns[found[1]] = heading
    return columns


def _code_columns(headings):
    """Return {nomenclature: its names of a column} for the columns of codes that there are."""
    there = {fold(heading) for heading in headings}
    return {
        nomenclature: names
        for nomenclature, names in CODES.items()
        if there & {fold(name) for name in names}
    }


def _read_long(path, known):
    table = _open(path, {str(year): names for year, names in known.items()} | {"value": VALUE})
    has_value = "value" in table.places
    for row in table.rows():
        siren, problem = _read_siren(row)
        value = _read_value(row.cells.get("value", "")) if has_value else True
        codes = {}
        if not problem and value is None:
            problem = f"« {row.cells['value']} » ne veut dire ni oui ni non."
        for year in known if not problem else []:
            codes[year], wrong = _read_codes(row.cells[str(year)] if value else "")
            problem = problem or wrong
        yield DeclaredLine(row.line, siren, codes, problem)


def _read_wide(path, by_code):
    table = _open(path, {code: [heading] for code, heading in by_code.items()})
    for row in table.rows():
        siren, problem = _read_siren(row)
        values = {code: _read_value(row.cells.get(code, "")) for code in by_code}
        unclear = [code for code, value in values.items() if value is None]
        if unclear and not problem:
            code = unclear[0]
            problem = (
                f"colonne {code} : « {row.cells[code]} » ne veut dire ni oui ni non. Écrivez 1 "
                "ou 0, Oui ou Non."
            )
        codes = frozenset(code for code, value in values.items() if value)
        yield DeclaredLine(row.line, siren, {None: codes}, problem, is_whole=True)


def _read_siren(row):
    """Return the SIREN of a row, and what is wrong with the row."""
    text = row.cells.get("siren", "")
    siren = _AROUND_NUMBER.sub("", text)
    if row.problem:
        return siren, row.problem
    if not re.fullmatch(r"[0-9]{9}", siren):
        return siren, f"« {text} » n’est pas un SIREN : il a neuf chiffres."
    return siren, ""


def _read_value(text):
    """Return whether a cell says yes, or None where it is not clear."""
    folded = fold(text)
    return True if folded in _YES else False if folded in _NO else None


def _read_codes(text):
    """Return the codes of a cell, and what is wrong with it."""
    if _SEVERAL.match(text):
        return frozenset(re.findall(r"[0-9]{4}", text)), ""
    if found := _CODE_CELL.match(text):
        return frozenset([found[1]]), ""
    wrong = f"« {text} » n’est pas un code de compétence : il a quatre chiffres." if text else ""
    return frozenset(), wrong
