"""Load communes and intercommunalities from the official geographic code (COG)."""

import csv

from territories.models import Commune, Intercommunality, Territory


def load_geography(folder):
    """
    Fill the tables from `epci.csv` and `communes.csv` of the folder.

    The departments must exist. Raise KeyError on a commune whose department or EPCI
    is not known, OSError on a missing file.
    """
    with (folder / "epci.csv").open(encoding="utf-8") as file:
        Intercommunality.objects.bulk_create(
            Intercommunality(
                siren=row["siren"],
                name=row["nom"],
                kind=row["type"],
            )
            for row in csv.DictReader(file)
        )
    departments = {territory.code: territory for territory in Territory.objects.departments()}
    groupings = {grouping.siren: grouping for grouping in Intercommunality.objects.all()}
    with (folder / "communes.csv").open(encoding="utf-8") as file:
        Commune.objects.bulk_create(
            Commune(
                insee_code=row["code_insee"],
                name=row["nom"],
                department=departments[row["departement"]],
                intercommunality=groupings[row["epci_siren"]] if row["epci_siren"] else None,
                postcodes=row["codes_postaux"],
            )
            for row in csv.DictReader(file)
        )
