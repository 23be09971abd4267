"""Rows of a made-up list, and the enterprises that an import makes of them."""

from enterprises.models import Enterprise
from tests.made_up_enterprises import made_up_siret

SIRET, OTHER, THIRD = made_up_siret(1), made_up_siret(2), made_up_siret(3)


def line(siret=SIRET, name="La Ruche", **cells):
    return {"siret": siret, "nom": name, "code_insee": "18033"} | cells


def table(*rows, delimiter=";"):
    """Write dictionaries as a CSV file whose columns are those of the first."""
    header = list(rows[0])
    lines = [header, *([row.get(column, "") for column in header] for row in rows)]
    return "\r\n".join(delimiter.join(cells) for cells in lines) + "\r\n"


def listed(siret=SIRET):
    return Enterprise.objects.get(siret=siret)
