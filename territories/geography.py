"""
Communes, EPCI and former names, as files of the official geographic code (COG) give them.

A newer vintage of the same files is first compared with the database, then written.
"""

import csv

from django.core.exceptions import ValidationError

from cress.base.files.tables import FileError
from cress.base.imports import Comparison, Difference
from territories.models import Commune, FormerCommune, Intercommunality, Territory

COMMUNE_COLUMNS = [
    "code_insee",
    "siren",
    "nom",
    "departement",
    "codes_postaux",
    "population",
    "epci_siren",
]


def compare(folder):
    """
    Compare the files of a folder with the database, without writing.

    Return a Comparison. The departments must exist. Raise FileError on a missing file
    or column, on a row given twice, and on a department, EPCI or commune that is not known.
    """
    centres = {
        row["code_insee"]: row
        for row in _read(folder, "centres_geonames.csv", ["code_insee", "lon", "lat"])
    }
    departments = {territory.code: territory for territory in Territory.objects.departments()}
    try:
        grouping_of, groupings = _match(
            Intercommunality,
            [
                Intercommunality(
                    siren=row["siren"],
                    name=row["nom"],
                    kind=row["type"],
                    population=_number(row["population"]),
                )
                for row in _read(folder, "epci.csv", ["siren", "nom", "type", "population"])
            ],
        )
        commune_of, communes = _match(
            Commune,
            [
                Commune(
                    insee_code=row["code_insee"],
                    siren=row["siren"],
                    name=row["nom"],
                    department=departments[row["departement"]],
                    intercommunality=grouping_of[(row["epci_siren"],)]
                    if row["epci_siren"]
                    else None,
                    postcodes=row["codes_postaux"],
                    population=_number(row["population"]),
                    longitude=_number(centres.get(row["code_insee"], {}).get("lon"), float),
                    latitude=_number(centres.get(row["code_insee"], {}).get("lat"), float),
                )
                for row in _read(folder, "communes.csv", COMMUNE_COLUMNS)
            ],
        )
        _, former_communes = _match(
            FormerCommune,
            [
                FormerCommune(
                    insee_code=row["code_insee"],
                    name=row["nom"],
                    kind=row["type"],
                    commune=commune_of[(row["commune_actuelle"],)],
                )
                for row in _read(
                    folder,
                    "communes_anciennes.csv",
                    ["code_insee", "nom", "type", "commune_actuelle"],
                )
            ],
        )
    except KeyError as error:
        raise FileError(f"Département, EPCI ou commune inconnus : {error}.") from error
    return Comparison(
        {Intercommunality: groupings, Commune: communes, FormerCommune: former_communes}
    )


def _read(folder, name, columns):
    try:
        with (folder / name).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FileError(f"{name} ne se lit pas : {error}.") from error
    missing = [column for column in columns if column not in (reader.fieldnames or [])]
    if missing:
        raise FileError(f"{name} n’a pas de colonne {', '.join(missing)}.")
    return rows


def _number(text, kind=int):
    try:
        return kind(text) if text else None
    except ValueError as error:
        raise FileError(f"« {text} » n’est pas un nombre.") from error


def _match(model, wanted):
    """
    Return ({natural key: the row that will stand}, Difference) for the rows wanted.

    What stands is the row of the database where there is one, so that others may refer to it.
    """
    fields = [
        field for field in model._meta.concrete_fields if not field.primary_key and field.editable
    ]
    for row in wanted:
        try:  # which also gives text the apostrophes it will be stored with
            row.clean_fields(exclude=[field.name for field in fields if field.is_relation])
        except ValidationError as error:
            raise FileError(f"{row} : {' '.join(error.messages)}") from error
    wanted_rows = {row.natural_key(): row for row in wanted}
    if len(wanted_rows) < len(wanted):
        raise FileError(f"Une ligne est donnée deux fois ({model._meta.verbose_name}).")
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
    return wanted_rows | {
        key: stored[key] for key in wanted_rows.keys() & stored.keys()
    }, difference
