"""Read the files of the open data as their readers do, and check them with frictionless."""

import csv
from io import StringIO

from frictionless import Dialect, Resource, Schema
from frictionless.formats import CsvControl

from cress.opendata.datasets import DATASETS
from cress.opendata.formats import FILES

ROOT = "http://testserver"
SLUGS = [dataset.slug for dataset in DATASETS]
ADDRESSES = [
    *(f"/donnees/{name}" for name in FILES),
    *(f"/donnees/{slug}.schema.json" for slug in SLUGS),
    "/donnees/catalogue.jsonld",
]
UNKNOWN_LICENCE = "à préciser par la CRESS"


def rows_of(client, address):
    """Return the rows of a CSV file for programs, by column."""
    response = client.get(f"/donnees/{address}")
    assert response.status_code == 200, response.text
    return list(csv.DictReader(StringIO(response.content.decode("utf-8"), newline="")))


def french_rows_of(client, address):
    """Return the rows of a CSV file as a French Excel reads it."""
    content = client.get(f"/donnees/{address}").content.decode("utf-8-sig")
    return list(csv.DictReader(StringIO(content, newline=""), delimiter=";"))


def json_of(client, address):
    response = client.get(f"/donnees/{address}")
    assert response.status_code == 200, response.text
    return response.json()


def column(rows, name):
    return [row[name] for row in rows]


def faults(content, schema, **control):
    """Return the errors that frictionless finds in a CSV file."""
    dialect = Dialect(controls=[CsvControl(**control)])
    resource = Resource(content, format="csv", schema=Schema(schema), dialect=dialect)
    return resource.validate().flatten(["type", "note"])
