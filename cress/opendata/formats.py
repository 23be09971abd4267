"""The formats of a dataset's files: what each is called, and how it is written."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from django.core.serializers.json import DjangoJSONEncoder

from cress.opendata.datasets import DATASETS, LIST_DELIMITER
from cress.opendata.descriptions import metadata
from cress.opendata.queries import kept
from cress.spreadsheet import french_csv, plain_csv

_CHUNK = 2000  # rows that are read at once


@dataclass(frozen=True)
class Format:
    """A way to write a dataset; `write` takes it, its filters and the Publication."""

    suffix: str
    label: str
    media_type: str
    file_type: str  # of the European vocabulary
    write: Callable
    needs_shape: bool = False


class _Encoder(DjangoJSONEncoder):
    """Django's, but a decimal number is a number."""

    def default(self, value):
        return float(value) if isinstance(value, Decimal) else super().default(value)


def as_json(value):
    """Return a value as the bytes of a JSON text, French letters as they are."""
    return json.dumps(value, cls=_Encoder, ensure_ascii=False).encode()


def _rows(dataset, choice, publication):
    return kept(dataset.rows(publication), choice).iterator(chunk_size=_CHUNK)


def _table(dataset, choice, publication):
    """Return (header, cells of each row)."""
    records = (dataset.record(row, publication) for row in _rows(dataset, choice, publication))
    return (
        [column.name for column in dataset.columns],
        ([_cell(value) for value in record.values()] for record in records),
    )


def _cell(value):
    return LIST_DELIMITER.join(value) if isinstance(value, list) else value


def _write_csv(dataset, choice, publication):
    return plain_csv(*_table(dataset, choice, publication))


def _write_french_csv(dataset, choice, publication):
    return french_csv(*_table(dataset, choice, publication))


def _write_json(dataset, choice, publication):
    records = [dataset.record(row, publication) for row in _rows(dataset, choice, publication)]
    return as_json(
        {"metadonnees": metadata(dataset, publication, records, choice), "donnees": records}
    )


def _write_geojson(dataset, choice, publication):
    features = [
        {
            "type": "Feature",
            "id": record[dataset.key[0]],
            "geometry": dataset.shape(row),
            "properties": record,
        }
        for row in _rows(dataset, choice, publication)
        for record in [dataset.record(row, publication)]
    ]
    records = [feature["properties"] for feature in features]
    collection = {
        "type": "FeatureCollection",
        "metadonnees": metadata(dataset, publication, records, choice),
        "features": features,
    }
    box = _box([place for feature in features for place in _places(feature["geometry"])])
    return as_json(collection | {"bbox": box} if box else collection)


def _places(geometry):
    """Return every position of a geometry."""
    if geometry is None:
        return []
    places = [geometry["coordinates"]]
    while isinstance(places[0][0], list):
        places = list(chain.from_iterable(places))
    return places


def _box(places):
    """Return [west, south, east, north], or None without a place."""
    if not places:
        return None
    longitudes, latitudes = zip(*places, strict=True)
    return [min(longitudes), min(latitudes), max(longitudes), max(latitudes)]


CSV = "text/csv; charset=utf-8"
FORMATS = [
    Format("-excel.csv", "CSV pour Excel", CSV, "CSV", _write_french_csv),
    Format(".csv", "CSV", CSV, "CSV", _write_csv),
    Format(".json", "JSON", "application/json", "JSON", _write_json),
    Format(
        ".geojson",
        "GeoJSON",
        "application/geo+json",
        "GEOJSON",
        _write_geojson,
        needs_shape=True,
    ),
]


def files_of(dataset):
    """Return the (name, Format) of each of a dataset's data files."""
    return [
        (dataset.slug + each.suffix, each)
        for each in FORMATS
        if dataset.shape or not each.needs_shape
    ]


FILES = {name: (dataset, form) for dataset in DATASETS for name, form in files_of(dataset)}
