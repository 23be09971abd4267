"""The table of a file of figures: the meaning of its headings, and the territory of each row."""

import re
from collections import Counter
from dataclasses import dataclass

from cress.base.files.tables import TableError
from cress.base.text.codes import bare_code
from cress.base.text.folding import fold
from territories.models import Statistic, Territory

SHARES = ["employee_share", "establishment_share"]
COUNTS = ["employee_count", "establishment_count"]

# Words that a heading may have, whatever it measures.
_EMPTY_WORDS = {"a", "d", "dans", "de", "des", "du", "en", "et", "l", "la", "le", "les"}
_EMPTY_WORDS |= {"economie", "ess", "nombre", "sociale", "solidaire"}
_SHARE_WORDS = {"part", "pourcentage", "poids", "taux"}
_EMPLOYEES = ["salaries", "salarie", "emplois", "emploi", "effectifs", "effectif"]
_EMPLOYEES += ["emplois salaries", "emploi salarie", "effectifs salaries", "effectif salarie"]
_EMPLOYEES += ["emplois salaries territoire"]
_ESTABLISHMENTS = ["etablissements", "etablissements employeurs"]

# What identifies a territory. A code means nothing without its kind: 24 is a region, and it is
# also a department, Dordogne. It counts where the heading or the row gives its kind.
_IDENTIFIERS = {
    "name": ["territoire", "territoires", "nom", "libelle", "libgeo", "nom departement"]
    + ["libelle departement", "nom territoire", "libelle geographique"],
    "department": ["departement", "departements"],  # a name, or a code
    "department_code": ["code departement", "codes departement", "code dep", "dep"]
    + ["numero departement", "no departement", "n departement", "num departement"],
    "code": ["code", "codes", "code territoire", "code insee", "codgeo", "code geographique"],
    "kind": ["nature", "type", "niveau", "niveau geographique", "type territoire"],
}
_COLUMN_OF = {words: column for column, several in _IDENTIFIERS.items() for words in several}
_TITLES = {
    "name": "le territoire",
    "department": "le département",
    "department_code": "le code du département",
    "code": "le code",
    "kind": "la nature du territoire",
}
KINDS = {
    "departement": Territory.Kind.DEPARTMENT,
    "departements": Territory.Kind.DEPARTMENT,
    "dep": Territory.Kind.DEPARTMENT,
    "region": Territory.Kind.REGION,
    "regions": Territory.Kind.REGION,
    "reg": Territory.Kind.REGION,
    "pays": Territory.Kind.COUNTRY,
    "france": Territory.Kind.COUNTRY,
}
CODE = re.compile(r"[0-9]{1,3}|2[AB]|FR")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


def label(name):
    """Return the name of a field on screen: « part des salariés »."""
    return Statistic._meta.get_field(name).verbose_name


@dataclass(frozen=True)
class FigureTable:
    """The table of figures of a file: the place of each column, the rows below the headings."""

    columns: dict[str, int]  # field or identifier: its place in a row
    width: int
    rows: list[tuple[int, list[str]]]  # (line, cells)
    ignored_headings: list[str]

    def identifiers(self, cells):
        """Return {identifier: its text} of a row, without empty ones."""
        return {
            column: cells[place]
            for column, place in self.columns.items()
            if column in _IDENTIFIERS and cells[place]
        }


def find_table(sheets, meaning=None):
    """
    Return the one FigureTable of the sheets. Raise TableError if there is none, or several.

    `meaning` returns what a heading means; by default, by its words alone.
    """
    meaning = meaning or _column
    found = [
        (sheet, place)
        for sheet in sheets
        for place in [_heading_place(sheet, meaning)]
        if place is not None
    ]
    if not found:
        raise TableError(
            "Aucune ligne de titres. Il faut une colonne « Territoire » ou « Code département », "
            "et au moins une de celles-ci : « Part des salariés », « Part des établissements », "
            "« Salariés », « Établissements ». Dans un fichier CSV, séparez-les par des "
            "points-virgules."
        )
    if len(found) > 1:
        titles = ", ".join(f"« {sheet.title} »" for sheet, _ in found)
        raise TableError(
            f"Plusieurs feuilles ont un tableau de chiffres : {titles}. Ne laissez visible que "
            "celle à importer."
        )
    [(sheet, place)] = found
    line, headings = sheet.rows[place]
    known = [meaning(heading) for heading in headings]
    for column, times in Counter(filter(None, known)).items():
        if times > 1:
            title = _TITLES.get(column) or label(column)
            raise TableError(f"Ligne {line} : {times} colonnes donnent {title}. Gardez-en une.")
    columns = {column: known.index(column) for column in filter(None, known)}
    if _IDENTIFIERS.keys() & columns.keys() == {"code"}:
        raise TableError(
            f"Ligne {line} : la colonne « {headings[columns['code']]} » ne dit pas de quoi elle "
            "donne les codes, et un même code peut être celui d’une région et d’un département. "
            "Nommez-la « Code département », ou ajoutez une colonne « Territoire »."
        )
    ignored = [h for h, column in zip(headings, known, strict=True) if h and not column]
    return FigureTable(columns, len(headings), sheet.rows[place + 1 :], ignored)


def _heading_place(sheet, meaning):
    """Return the place of the first row that names a territory and a measure, or None."""
    for place, (_, cells) in enumerate(sheet.rows):
        columns = {meaning(cell) for cell in cells}
        if columns & (_IDENTIFIERS.keys() - {"kind"}) and columns & {*SHARES, *COUNTS}:
            return place
    return None


def _column(heading):
    """Return what a heading means, by its words: a field, an identifier or None."""
    words = [
        word for word in fold(heading.replace("%", " part ")).split() if word not in _EMPTY_WORDS
    ]
    is_share = bool(_SHARE_WORDS & set(words))
    words = " ".join(word for word in words if word not in _SHARE_WORDS)
    if words in _EMPLOYEES:
        return "employee_share" if is_share else "employee_count"
    if words in _ESTABLISHMENTS:
        return "establishment_share" if is_share else "establishment_count"
    return None if is_share else _COLUMN_OF.get(words)


def meaning_in(vintage, other_years):
    """
    Return a function that gives what a heading means in a file of several years.

    A share of another year than the vintage means nothing here; its year is added to
    `other_years`. A heading that only says « part » is a share of employees: « part_2015 ».
    """
    wanted = _YEAR.search(vintage)

    def meaning(heading):
        year = _YEAR.search(heading)
        words = fold(_YEAR.sub("", heading).replace("%", " part ")).split()
        column = (
            "employee_share" if words and {*words} <= _SHARE_WORDS else _column(" ".join(words))
        )
        if column in SHARES and year and wanted and year[0] != wanted[0]:
            other_years.add(year[0])
            return None
        return column

    return meaning


class Territories:
    """The territories of the site, by all the names and codes that a file may give them."""

    def __init__(self, atlas):
        self._by_name, self._by_code = {}, {}
        for territory in atlas.territories:
            self._by_code[territory.kind, territory.code] = territory
            kind = territory.get_kind_display()
            for name in [
                territory.name,
                territory.with_article,
                f"{territory.code} {territory.name}",
                f"{territory.name} {territory.code}",
                f"{kind} {territory.of}",
                f"{kind} {territory.name}",
            ]:
                self._by_name[fold(name)] = territory
        if atlas.region:
            self._by_name[fold(atlas.region.get_kind_display())] = atlas.region

    def find(self, identifiers):
        """
        Return the Territory that the identifiers of a row name.

        A name decides, and the codes beside it must be those of the territory. Without a name, a
        code decides if its kind is given. Raise TableError on anything else.
        """
        texts = {column: text for column, text in identifiers.items() if column != "kind"}
        if not texts:
            raise TableError("des chiffres sans territoire. Nommez-le, ou retirez la ligne.")
        kind = KINDS.get(fold(identifiers.get("kind", "")))
        names = {c: t for c, t in texts.items() if not CODE.fullmatch(full_code(t))}
        codes = {c: full_code(t) for c, t in texts.items() if c not in names}
        found = {self._by_name.get(fold(name)) for name in names.values()}
        if names:
            territory = found.pop() if len(found) == 1 else None
            if territory is None or {*codes.values()} - {territory.code}:
                self._refuse(texts, found | {territory}, codes)
        else:
            territory = self._by_kind_and_code(codes, kind)
        if kind not in (None, territory.kind):
            raise TableError(
                f"« {identifiers['kind']} » n’est pas la nature du territoire : "
                f"{territory.with_article} est {_with_article(territory)}. Corrigez l’un des deux."
            )
        return territory

    def _by_kind_and_code(self, codes, kind):
        """Return the territory of codes without a name, each of a kind that the file gives."""
        found = set()
        for column, code in codes.items():
            is_department = column in ("department", "department_code")
            kind_of_code = Territory.Kind.DEPARTMENT if is_department else kind
            if kind_of_code is None:
                raise TableError(
                    f"le code « {code} » seul ne dit pas s’il est celui d’un département ou d’une "
                    "région. Donnez aussi le nom du territoire, ou retirez la ligne."
                )
            if (kind_of_code, code) not in self._by_code:
                known = ", ".join(c for k, c in self._by_code if k == kind_of_code)
                raise TableError(
                    f"« {code} » n’est pas le code d’un territoire du site de cette nature "
                    f"({kind_of_code.label} : {known}). Retirez la ligne ; si c’est la région, "
                    "donnez son nom."
                )
            found.add(self._by_code[kind_of_code, code])
        if len(found) > 1:
            self._refuse(codes, found, codes)
        return found.pop()

    def _refuse(self, texts, found, codes):
        is_known = any(found) or any(code in codes.values() for _, code in self._by_code)
        if len(texts) > 1 and is_known:
            given = " et ".join(f"« {short(text)} »" for text in texts.values())
            raise TableError(
                f"{given} ne désignent pas le même territoire. Corrigez l’un des deux."
            )
        known = ", ".join(dict.fromkeys(territory.name for territory in self._by_code.values()))
        raise TableError(
            f"« {short(' '.join(texts.values()))} » n’est pas un territoire du site ({known}). "
            "Donnez son nom, ou retirez la ligne."
        )


def short(text):
    """Return a text of forty characters at most, for a message."""
    return text if len(text) <= 40 else text[:39] + "…"


def full_code(text):
    """Return a code as the site has it: « 1 » of a spreadsheet is « 01 »."""
    code = bare_code(text).upper()
    return code.zfill(2) if code.isdecimal() else code


def _with_article(territory):
    return {"country": "un pays", "region": "une région"}.get(territory.kind, "un département")
