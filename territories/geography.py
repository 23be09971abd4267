"""
Communes, EPCI and former communes, from the yearly files of the official geographic code (COG).

The files of a newer year are first compared with the database, then written. Those of where
communes are and of the outlines of EPCI come from elsewhere: a folder may lack them, and what is
stored is then kept.
"""

import re
from collections import defaultdict

from django.core.exceptions import ValidationError

from cress.base.files.tables import Table, TableError
from cress.base.imports import Difference, ImportPlan, referring_rows
from territories.contours import read_contours
from territories.models import Commune, FormerCommune, Intercommunality, MapGrid, Territory

COMMUNES, GROUPINGS = "communes.csv", "epci.csv"
FORMER_COMMUNES, CENTRES = "communes_anciennes.csv", "centres.csv"
_OF_CENTRE = ["longitude", "latitude", "centre_kind"]
_OF_CONTOUR = ["outline", "label_x", "label_y", "is_cut"]


def compare(folder):
    """
    Return the ImportPlan that makes the database like the files of a folder.

    The departments must exist. Raise TableError, with the file and its line, on what cannot be
    read, on a row given twice and on a reference to an unknown row; and on a commune that the
    files no longer have while content refers to it, unless they name one successor.
    """
    contours = read_contours(folder)
    grouping_of, groupings = _match(Intercommunality, _read_groupings(folder, contours))
    wanted = _read_communes(folder, grouping_of)
    commune_of, communes = _match(Commune, wanted)
    former = _read_former_communes(folder, commune_of)
    successors = _successors(former, communes.removed)
    _add_postcodes_of_parts(wanted, former, successors)
    _, communes = _match(Commune, wanted)
    _, former_communes = _match(FormerCommune, former)
    differences = {
        Intercommunality: groupings,
        Commune: communes,
        FormerCommune: former_communes,
    }
    if contours:
        differences[MapGrid] = _borders(contours)
    return ImportPlan("Communes et intercommunalités", differences, replaced=successors)


# Files


def _read_groupings(folder, contours):
    def make(cells):
        return _cleaned(
            Intercommunality(
                siren=cells["siren"],
                name=_joined_letters(cells["nom"]),
                kind=cells["type"],
                population=_number(cells["population"]),
                **(contours.by_siren.get(cells["siren"], {}) if contours else {}),
            )
        )

    rows = _read(folder, GROUPINGS, ["siren", "nom", "type", "population"], make)
    if not contours:
        _keep_stored(rows, _OF_CONTOUR)
    return rows


def _read_communes(folder, grouping_of):
    departments = {territory.code: territory for territory in Territory.objects.departments()}
    centres = _read_centres(folder)

    def make(cells):
        code, grouping = cells["code_insee"], cells["epci_siren"]
        return _cleaned(
            Commune(
                insee_code=code,
                siren=cells["siren"],
                name=cells["nom"],
                department=_known(departments, cells["departement"], "Département inconnu"),
                intercommunality=_known(grouping_of, (grouping,), "EPCI inconnu")
                if grouping
                else None,
                postcodes=cells["codes_postaux"],
                population=_number(cells["population"]),
                **dict(zip(_OF_CENTRE, centres.get(code, []), strict=False)),
            )
        )

    columns = ["code_insee", "siren", "nom", "departement", "codes_postaux", "population"]
    rows = _read(folder, COMMUNES, [*columns, "epci_siren"], make)
    if not centres:
        _keep_stored(rows, _OF_CENTRE)
    return rows


def _read_centres(folder):
    """Return {Insee code: (longitude, latitude, what is there)}, empty without the file."""
    if not (folder / CENTRES).exists():
        return {}

    def make(cells):
        longitude, latitude = _number(cells["lon"], float), _number(cells["lat"], float)
        return cells["code_insee"], longitude, latitude, cells.get("origine", "")

    rows = _read(folder, CENTRES, ["code_insee", "lon", "lat"], make, optional=["origine"])
    return {code: centre for code, *centre in rows}


def _read_former_communes(folder, commune_of):
    def make(cells):
        return _cleaned(
            FormerCommune(
                insee_code=cells["code_insee"],
                name=cells["nom"],
                kind=cells["type"],
                commune=_known(commune_of, (cells["commune_actuelle"],), "Commune inconnue"),
            )
        )

    return _read(folder, FORMER_COMMUNES, ["code_insee", "nom", "type", "commune_actuelle"], make)


def _joined_letters(name):
    """Return a name with its œ, which the files of EPCI write in two letters: « CC Coeur »."""
    return re.sub(r"\b([Cc])oeur", r"\1œur", name)


def _keep_stored(rows, fields):
    """Give the rows that the folder describes without these fields the values that are stored."""
    stored = {row.natural_key(): row for row in type(rows[0]).objects.all()} if rows else {}
    for row in rows:
        if known := stored.get(row.natural_key()):
            for field in fields:
                setattr(row, field, getattr(known, field))


def _borders(contours):
    """Return the Difference that makes the map draw the borders of these contours."""
    field = MapGrid._meta.get_field("grouping_borders")
    changed = [
        (grid, {field: contours.borders})
        for grid in MapGrid.objects.select_related("region")
        if grid.grouping_borders != contours.borders
    ]
    return Difference(added=[], changed=changed, removed=[])


def _read(folder, name, columns, make, optional=()):
    """Return what `make` makes of the cells of each row; errors name the file and the line."""
    known = {column: [column] for column in [*columns, *optional]}
    try:
        table = Table(folder / name).select(known, columns)
    except TableError as error:
        raise TableError(f"{name} : {error}") from error
    made, lines = [], {}
    for row in table.rows():
        try:
            if row.problem:
                raise TableError(row.problem)
            item = make(row.cells)
            key = item[0] if isinstance(item, tuple) else item.natural_key()
            if key in lines:
                raise TableError(f"Ce qu’elle décrit est donné deux fois, à la ligne {lines[key]}.")
        except TableError as error:
            raise TableError(f"{name}, ligne {row.line} : {error}") from error
        lines[key] = row.line
        made.append(item)
    return made


def _cleaned(row):
    """Return a row with its texts as they will be stored, or raise TableError."""
    relations = [field.name for field in row._meta.concrete_fields if field.is_relation]
    try:
        row.clean_fields(exclude=relations)
    except ValidationError as error:
        raise TableError(f"{row} : {' '.join(error.messages)}") from error
    return row


def _known(rows, key, problem):
    if key not in rows:
        code = key[0] if isinstance(key, tuple) else key
        raise TableError(
            f"{problem} : « {code} ». Corrigez ce code, ou donnez la ligne qui manque."
        )
    return rows[key]


def _number(text, kind=int):
    try:
        return kind(text) if text else None
    except ValueError as error:
        raise TableError(f"« {text} » n’est pas un nombre.") from error


# Comparison


def _match(model, wanted):
    """
    Return ({natural key: the row that will exist}, Difference) for the rows wanted.

    The row that will exist is the stored one if there is one, so that others may refer to it.
    """
    fields = [
        field for field in model._meta.concrete_fields if not field.primary_key and field.editable
    ]
    wanted_rows = {row.natural_key(): row for row in wanted}
    related = [field.name for field in fields if field.is_relation]
    stored = {row.natural_key(): row for row in model.objects.select_related(*related)}
    changed = []
    for key in wanted_rows.keys() & stored.keys():
        values = {
            field: getattr(wanted_rows[key], field.name)
            for field in fields
            if getattr(wanted_rows[key], field.name) != getattr(stored[key], field.name)
        }
        if values:
            changed.append((stored[key], values))
    difference = Difference(
        added=[row for key, row in wanted_rows.items() if key not in stored],
        changed=sorted(changed, key=lambda change: str(change[0])),
        removed=[row for key, row in stored.items() if key not in wanted_rows],
    )
    return {key: stored.get(key, row) for key, row in wanted_rows.items()}, difference


# Communes that merge


def _successors(former, removed):
    """
    Return {removed commune: the commune that replaces it}, by the former communes.

    A commune without one is left out if nothing refers to it, and refused otherwise.
    """
    communes_of = defaultdict(dict)  # {former code: {code of today: commune}}
    for row in former:
        communes_of[row.insee_code][row.commune.insee_code] = row.commune
    successors = {}
    for commune in removed:
        found = list(communes_of[commune.insee_code].values())
        if len(found) == 1:
            successors[commune] = found[0]
        elif users := [user for rows in referring_rows(commune).values() for user in rows[:20]]:
            problem = (
                f"{FORMER_COMMUNES} lui en donne plusieurs : {', '.join(map(str, found))}. "
                "N’en gardez qu’une"
                if found
                else f"{FORMER_COMMUNES} ne dit pas laquelle la remplace. Ajoutez-y la ligne "
                f"« {commune.insee_code},{commune.name},ancien-nom, » suivie du code d’aujourd’hui"
            )
            names = ", ".join(sorted(map(str, users)))
            raise TableError(
                f"{commune} n’est plus dans {COMMUNES}, mais sert encore à : {names}. {problem}."
            )
    return successors


def _add_postcodes_of_parts(communes, former, successors):
    """
    Give each commune made of several the postcodes of all its parts.

    The files may give the postcode of its seat alone: those that are stored for the commune and
    for the ones it replaces are kept.
    """
    merged = {row.commune.insee_code for row in former}
    kept = defaultdict(set)
    for commune in Commune.objects.filter(insee_code__in=merged):
        kept[commune.insee_code] |= {*commune.postcodes.split()}
    for old, new in successors.items():
        kept[new.insee_code] |= {*old.postcodes.split()}
    for commune in communes:
        given = commune.postcodes.split()
        if kept[commune.insee_code] - {*given}:
            commune.postcodes = " ".join(sorted({*given} | kept[commune.insee_code]))
