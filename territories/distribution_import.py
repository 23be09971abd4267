"""
The import of the shares of every department of the country, as a distribution.

The rows of the home region’s territories and of the country become statistics, as in an import of
figures. The others are counted and forgotten: no department of another region becomes a territory.
"""

import statistics
from collections import Counter
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from django.utils.text import get_text_list

from cress.base.files.tables import TableError
from cress.base.imports import Difference
from cress.base.text.folding import fold
from cress.base.text.numbers import format_figure
from cress.base.text.typography import french
from cress.charts.scale import HALF, floor_to
from territories.figure_import import FigurePlan, compare_lines, read_figure
from territories.figure_tables import (
    CODE,
    KINDS,
    SHARES,
    find_table,
    full_code,
    meaning_in,
    short,
)
from territories.figures import Atlas
from territories.models import Bin, DepartmentRank, Distribution, Territory

# The departments of the official geographic code since 2011.
CODES = [f"{n:02}" for n in range(1, 96) if n != 20]
CODES += ["2A", "2B", "971", "972", "973", "974", "976"]
LEAST_DEPARTMENTS = 50  # a file with fewer is not of the whole country
MOST_NAMED = 3  # departments without a figure
_CENT = Decimal("0.01")


@dataclass
class DistributionPlan(FigurePlan):
    """What an import would do to the figures of a source, and to its distributions."""

    parts: dict[type, Difference] = field(default_factory=dict)

    def __bool__(self):
        return super().__bool__() or any(self.parts.values())

    def differences(self):
        return super().differences() | self.parts


@dataclass(frozen=True)
class Department:
    """A department of the file: its code, its name, and its shares, {field: share or None}."""

    line: int
    code: str
    name: str
    shares: dict[str, Decimal | None]


def plan_distribution(sheets, source):
    """
    Return the DistributionPlan of writing the shares of every department as those of the source.

    Of a file with the shares of several years, the year of the source’s vintage is read. Nothing is
    written.
    """
    plan = DistributionPlan(source)
    other_years = set()
    try:
        table = find_table(sheets, meaning_in(source.vintage, other_years))
    except TableError as refusal:
        plan.refuse(_no_year(source, other_years) or str(refusal))
        return plan
    plan.ignored_headings += table.ignored_headings
    measures = [name for name in SHARES if name in table.columns]
    if not measures:
        plan.refuse(
            _no_year(source, other_years) or "Aucune colonne ne donne de part, en pourcentage."
        )
        return plan
    if not {"kind", "department", "department_code"} & set(table.columns):
        plan.refuse(
            "Aucune colonne ne dit quelles lignes sont des départements, et un même code peut être "
            "celui d’une région et d’un département. Ajoutez une colonne « Nature », ou nommez "
            "celle des codes « Code département »."
        )
        return plan
    atlas = Atlas()
    departments, lines = _read(table, measures, atlas, plan)
    _check_the_country(departments, plan)
    if plan.refusals:
        return plan
    compare_lines(lines, atlas, plan)
    plan.parts = {model: Difference([], [], []) for model in [Distribution, Bin, DepartmentRank]}
    for measure in measures:
        _distribute(departments, measure, atlas, plan)
    plan.summaries += [_count(model, parts) for model, parts in plan.parts.items() if parts]
    return plan


def _no_year(source, other_years):
    """Return why a file of other years than the vintage of the source is refused, or nothing."""
    if not other_years:
        return ""
    years = get_text_list(sorted(other_years), "et")
    return (
        f"Aucune part n’est de l’année de la source ({source.vintage or 'sans millésime'}) : le "
        f"fichier donne {years}. Choisissez une source qui a l’un de ces millésimes, ou "
        "créez-la dans la gestion."
    )


# Reading


def _read(table, measures, atlas, plan):
    """Return the Departments, and the lines of the site’s territories, {territory: (line, …)}."""
    departments, lines, seen = [], {}, {}
    ours = {(place.kind, place.code): place for place in atlas.territories}
    for line, cells in table.rows:
        cells = cells + [""] * (table.width - len(cells))
        identifiers = table.identifiers(cells)
        texts = {name: cells[table.columns[name]] for name in measures}
        kind = _kind(identifiers, table)
        if not identifiers or kind is None:  # a remark, or a group of regions
            continue
        code, name = _code_and_name(identifiers)
        if kind == Territory.Kind.DEPARTMENT:
            place = ours.get((kind, code))
            key = (kind, code)
            if refusal := _refused(code, name, place, atlas):
                plan.refuse(f"Ligne {line} : {refusal}")
                continue
        else:
            place = _only_one(kind, code, name, atlas)
            key = (kind, place)
            if place is None:
                continue
        if key in seen:
            plan.refuse(
                f"Ligne {line} : « {name} » est déjà à la ligne {seen[key]}. Gardez-en une."
            )
            continue
        seen[key] = line
        shares = {field: read_figure(line, field, text, plan) for field, text in texts.items()}
        if kind == Territory.Kind.DEPARTMENT:
            departments.append(Department(line, code, name, shares))
        known = {field: share for field, share in shares.items() if share is not None}
        if place and known:
            lines[place] = (line, known)
    return departments, lines


def _kind(identifiers, table):
    """Return the kind of a row, or None for another whole: « France de province »."""
    if "kind" in table.columns:
        return KINDS.get(fold(identifiers.get("kind", "")))
    return Territory.Kind.DEPARTMENT


def _code_and_name(identifiers):
    """Return the code and the name that a row gives, each empty if it does not."""
    texts = [text for column, text in identifiers.items() if column != "kind"]
    codes = [full_code(text) for text in texts if CODE.fullmatch(full_code(text))]
    names = [text for text in texts if not CODE.fullmatch(full_code(text))]
    return (codes or [""])[0], (names or [""])[0]


def _refused(code, name, place, atlas):
    """Return why a department of the file is not one, or is not the home one of its code."""
    if code not in CODES:
        return f"« {short(code or name)} » n’est pas le code d’un département. Corrigez-le."
    if not name:
        return f"le département « {code} » n’a pas de nom. Ajoutez une colonne « Nom »."
    namesake = next((d for d in atlas.departments if fold(d.name) == fold(name)), None)
    if namesake != place:
        return (
            f"« {code} » et « {short(name)} » ne désignent pas le même département. Corrigez l’un "
            "des deux."
        )
    return ""


def _only_one(kind, code, name, atlas):
    """Return the home region of a row that has its name, the country of a row of that kind."""
    if kind == Territory.Kind.COUNTRY:
        return atlas.country
    is_home = atlas.region and fold(name or atlas.region.name) == fold(atlas.region.name)
    return atlas.region if is_home and code in ("", atlas.region.code) else None


def _check_the_country(departments, plan):
    """Refuse a file of a part of the country, and warn of departments that are not in it."""
    if plan.refusals:
        return
    if len(departments) < LEAST_DEPARTMENTS:
        plan.refuse(
            f"Le fichier n’a que {len(departments)} départements : il en faut tous ceux de France. "
            "Pour les seuls départements de la région, importez sans « --every-department »."
        )
    elif absent := [code for code in CODES if code not in {d.code for d in departments}]:
        plan.warn(f"Il manque des départements : {', '.join(absent)}. Rien ne les compte.")


# Summing up


def _distribute(departments, measure, atlas, plan):
    """Add the distribution of a measure, its bins and its ranks to the parts of the plan."""
    decimals = Decimal(1).scaleb(-plan.source.decimals)
    known = {
        department.code: (department.shares[measure].quantize(decimals, ROUND_HALF_UP), department)
        for department in sorted(departments, key=lambda department: department.code)
        if department.shares[measure] is not None
    }
    if len(known) < LEAST_DEPARTMENTS:
        plan.refuse(
            f"Seuls {len(known)} départements ont une part : il en faut tous ceux de France."
        )
        return
    shares = [share for share, _ in known.values()]
    (lowest, first), (highest, last) = (
        choose(known.values(), key=lambda pair: pair[0]) for choose in (min, max)
    )
    quartiles = [
        quartile.quantize(_CENT, ROUND_HALF_EVEN)
        for quartile in statistics.quantiles(shares, n=4, method="inclusive")
    ]
    stored = next(
        (d for d in atlas.distributions if d.source == plan.source and d.measure == measure), None
    )
    values = {
        "size": len(shares),
        "missing": _missing([d.name for d in departments if d.shares[measure] is None]),
        "lowest": lowest,
        "lowest_name": french(first.name),
        **dict(zip(["quartile_1", "median", "quartile_3"], quartiles, strict=True)),
        "highest": highest,
        "highest_name": french(last.name),
    }
    distribution = stored or Distribution(source=plan.source, measure=measure, **values)
    _compare(plan.parts[Distribution], distribution, values, is_new=stored is None)
    bins = Counter(floor_to(share, HALF) for share in shares)
    _compare_parts(
        plan.parts[Bin],
        {bin.start: bin for bin in stored.bins.all()} if stored else {},
        {start: {"departments": count} for start, count in bins.items()},
        lambda start, values: Bin(distribution=distribution, start=start, **values),
    )
    _compare_parts(
        plan.parts[DepartmentRank],
        {rank.territory: rank for rank in stored.ranks.all()} if stored else {},
        {
            place: _rank(known[place.code][0], shares)
            for place in atlas.departments
            if place.code in known
        },
        lambda place, values: DepartmentRank(distribution=distribution, territory=place, **values),
    )
    plan.summaries.append(_summary(measure, values))


def _rank(share, shares):
    """Return the rank of a share, the highest first; a tie is at the decimals of the source."""
    return {
        "position": 1 + sum(other > share for other in shares),
        "is_tied": shares.count(share) > 1,
    }


def _missing(names):
    if not names:
        return ""
    if len(names) > MOST_NAMED:
        return f"{len(names)} départements n’ont pas de chiffre."
    have = "n’a" if len(names) == 1 else "n’ont"
    return french(f"{get_text_list(names, 'et')} {have} pas de chiffre.")


def _compare_parts(difference, stored, wanted, make):
    """Add to a Difference what turns the stored rows into the wanted ones, both {key: …}."""
    for key, values in wanted.items():
        row = stored.get(key)
        _compare(difference, row or make(key, values), values, is_new=row is None)
    difference.removed.extend(row for key, row in stored.items() if key not in wanted)


def _compare(difference, row, values, is_new):
    if is_new:
        difference.added.append(row)
        return
    fields = {row._meta.get_field(name): new for name, new in values.items()}
    changed = {field: new for field, new in fields.items() if getattr(row, field.name) != new}
    if changed:
        difference.changed.append((row, changed))


def _count(model, difference):
    """Return how many rows change: « tranches : 24 à ajouter, 0 à changer, 0 à retirer »."""
    return french(
        f"{model._meta.verbose_name_plural} : {len(difference.added)} à ajouter, "
        f"{len(difference.changed)} à changer, {len(difference.removed)} à retirer"
    )


def _summary(measure, values):
    """Return the distribution in a line, for whoever confirms it."""
    label = Distribution.Measure(measure).label
    lowest, median, highest = (
        format_figure(values[name], "%") for name in ["lowest", "median", "highest"]
    )
    return french(
        f"{label}, {values['size']} départements : de {lowest} ({values['lowest_name']}) à "
        f"{highest} ({values['highest_name']}), médiane {median}. {values['missing']}".strip()
    )
