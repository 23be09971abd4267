"""
The import of a vintage of figures: from a file to rows of statistics.

`read_sheets(file)`, then `plan_import(sheets, source)`, then `plan.write()`: nothing is written
before, and then all or nothing. A plan may have two kinds of remarks. A refusal is about what is
impossible or not understood: somebody must correct the file. A warning is about what is
surprising: somebody must confirm it.
"""

import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from cress.base.files.tables import TableError
from cress.base.imports import Difference, ImportPlan
from cress.base.text.numbers import format_number
from cress.base.text.typography import french
from territories.doubts import POSSIBLE_SHARES, Expected, Known, is_among, surprises, written
from territories.figure_tables import COUNTS, SHARES, Territories, find_table, label, short
from territories.figures import Atlas
from territories.models import GREATEST_COUNT, Source, Statistic, Territory

_NUMBER = re.compile(r"(-?[0-9]{1,12}(?:[.,][0-9]{1,15})?)(%?)\Z")
# What statisticians write for a figure that is not there.
_NO_FIGURE = {"", "-", "–", "—", "/", "//", "///", "…", "...", "nd", "n.d.", "ns", "n.s.", "s"}


@dataclass(frozen=True)
class Change:
    """Figures that a row gets: {name of the field: (what it holds or None, what it gets)}."""

    statistic: Statistic
    values: dict

    def __str__(self):
        """« Cher : part des salariés 10,79 % → 11,30 % », in French."""
        changes = [
            f"{label(name)} "
            + " → ".join(written(v, name in SHARES) for v in [old, new] if v is not None)
            for name, (old, new) in self.values.items()
        ]
        return french(f"{self.statistic.territory.name} : {', '.join(changes)}")


@dataclass
class FigurePlan:
    """What an import would do to the figures of a source, and what stops it."""

    source: Source
    refusals: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    additions: list[Change] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    unchanged: list[Territory] = field(default_factory=list)
    ignored_headings: list[str] = field(default_factory=list)
    summaries: list[str] = field(default_factory=list)

    def __bool__(self):
        return bool(self.additions or self.changes)

    def refuse(self, message):
        self.refusals.append(french(message))

    def warn(self, message):
        self.warnings.append(french(message))

    def write(self, accept_warnings=False):
        """
        Write every difference, or nothing.

        Raise TableError if there is a refusal, a warning that is not accepted, or a row that
        the database refuses.
        """
        if self.refusals:
            raise TableError("Rien n’est écrit : corrigez d’abord ce qui est refusé.")
        if self.warnings and not accept_warnings:
            raise TableError("Rien n’est écrit : acceptez d’abord ce qui est à vérifier.")
        ImportPlan(f"Chiffres : {self.source}", self.differences()).write()

    def differences(self):
        """Return {model: its Difference}."""
        fields = {name: Statistic._meta.get_field(name) for name in SHARES + COUNTS}
        changed = [
            (change.statistic, {fields[name]: new for name, (_, new) in change.values.items()})
            for change in self.changes
        ]
        added = [change.statistic for change in self.additions]
        return {Statistic: Difference(added, changed, removed=[])}


def plan_import(sheets, source):
    """
    Return the FigurePlan of writing the figures of the sheets as those of the source.

    The one sheet that has a line of headings is read below it. A line without a figure is a
    remark, and an empty cell changes nothing. Shares are rounded to the decimals that the
    source publishes. Nothing is written.
    """
    plan = FigurePlan(source)
    try:
        table = find_table(sheets)
    except TableError as refusal:
        plan.refuse(str(refusal))
        return plan
    plan.ignored_headings += table.ignored_headings
    atlas = Atlas()
    lines = _read_lines(table, Territories(atlas), plan)
    compare_lines(lines, atlas, plan)
    if plan and not plan.refusals:
        _warn_of_the_missing(lines, atlas, plan)
    return plan


def _read_lines(table, territories, plan):
    """Return {territory: (line, {field: figure})}, and add what is refused to the plan."""
    lines = {}
    measures = {name: place for name, place in table.columns.items() if name in SHARES + COUNTS}
    for line, cells in table.rows:
        cells = cells + [""] * (table.width - len(cells))
        texts = {name: cells[place] for name, place in measures.items()}
        if not any(texts.values()):  # a remark, a note below the table
            continue
        if any(cells[table.width :]):
            plan.refuse(
                f"Ligne {line} : plus de cellules que de titres. Dans un fichier CSV aux nombres "
                "à virgule, séparez les colonnes par des points-virgules."
            )
            continue
        try:
            territory = territories.find(table.identifiers(cells))
        except TableError as refusal:
            plan.refuse(f"Ligne {line} : {refusal}")
            continue
        if territory in lines:
            plan.refuse(
                f"Ligne {line} : {territory.with_article} est déjà à la ligne "
                f"{lines[territory][0]}. Gardez-en une."
            )
            continue
        figures = {name: read_figure(line, name, text, plan) for name, text in texts.items()}
        figures = {name: figure for name, figure in figures.items() if figure is not None}
        if figures:
            lines[territory] = (line, figures)
    if not lines and not plan.refusals:
        plan.refuse("Aucun chiffre sous la ligne de titres.")
    return lines


def read_figure(line, name, text, plan):
    """Return the figure of a cell, or None if it is not given, or refused."""
    if text.casefold() in _NO_FIGURE:
        return None
    start = f"Ligne {line}, {label(name)} : « {short(text)} »"
    parsed = _NUMBER.match("".join(text.split()))
    if not parsed:
        plan.refuse(f"{start} n’est pas un nombre. Corrigez-le, ou videz la cellule.")
        return None
    number = Decimal(parsed[1].replace(",", "."))
    if name in SHARES:
        return _share(start, number, plan)
    if parsed[2] or number != number.to_integral_value() or not 0 <= number <= GREATEST_COUNT:
        plan.refuse(
            f"{start} n’est pas un nombre entier possible. Donnez un nombre de personnes ou "
            "d’établissements, sans décimale ni pourcentage."
        )
        return None
    return int(number)


def _share(start, number, plan):
    if not is_among(number, POSSIBLE_SHARES):
        least, greatest = POSSIBLE_SHARES
        plan.refuse(
            f"{start} n’est pas une part possible : elle va de {least} à {greatest} %, et une part "
            "de 0,1079 s’écrit 10,79. Corrigez-la ou, si elle est juste, saisissez-la dans la "
            "gestion."
        )
        return None
    return number


def compare_lines(lines, atlas, plan):
    """Put each territory of the lines among the plan's additions, changes or unchanged."""
    for territory, (line, figures) in lines.items():
        stored = atlas.statistic(territory, plan.source)
        decimals = (stored or Statistic(source=plan.source)).decimals
        values = {}
        for name, figure in figures.items():
            before = _shown(stored, name)
            published = _as_published(name, figure, decimals)
            if published != before:
                values[name] = (before, published)
                _warn_of_a_surprise(line, territory, name, figure, published, atlas, plan)
        if not values:
            plan.unchanged.append(territory)
        elif stored:
            plan.changes.append(Change(stored, values))
        else:
            new = {name: published for name, (_, published) in values.items()}
            row = Statistic(territory=territory, source=plan.source, **new)
            plan.additions.append(Change(row, values))
    if plan.changes:
        plan.warn(
            "Des chiffres déjà enregistrés dans cette source seraient remplacés. Pour un nouveau "
            "millésime, créez d’abord une nouvelle source."
        )


def _shown(statistic, name):
    """Return a figure of a row, or of no row, as the site shows it: a number or None."""
    return statistic and getattr(statistic, f"published_{name}" if name in SHARES else name)


def _as_published(name, figure, decimals):
    if name in COUNTS:
        return figure
    return figure.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _warn_of_a_surprise(line, territory, name, figure, published, atlas, plan):
    is_share = name in SHARES
    start = f"Ligne {line}, {territory.name}, {label(name)} : {written(published, is_share)}"
    if published != figure:
        plan.warn(
            f"{start}, arrondi de {format_number(figure)} aux décimales que la source publie "
            f"({-published.as_tuple().exponent})."
        )
    last = _last_vintage(territory, name, atlas, plan.source)
    known = last and Known(_shown(last, name), last.source.vintage)
    for surprise in surprises(published, Expected(is_share, known)):
        plan.warn(f"{start}, {surprise}.")


def _last_vintage(territory, name, atlas, source):
    """Return the territory's newest row of another source that has the figure, or None."""
    others = (row for row in atlas.history(territory) if row.source != source)
    return next((row for row in others if getattr(row, name) is not None), None)


def _warn_of_the_missing(lines, atlas, plan):
    missing = [
        place.name
        for place in atlas.places
        if place not in lines and not atlas.statistic(place, plan.source)
    ]
    if missing:
        plan.warn(
            f"Il manque : {', '.join(missing)}. Le site montre un millésime quand il décrit autant "
            "de départements que le précédent, et les écarts quand il décrit la région."
        )
