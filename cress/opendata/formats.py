"""The formats of a dataset’s files: the name of each, and how it is written."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from io import TextIOWrapper
from itertools import chain

from django.core.serializers.json import DjangoJSONEncoder

from cress.base.files.spreadsheets import french_writer, plain_writer
from cress.opendata.datasets import DATASETS
from cress.opendata.datasets.declaration import LIST_DELIMITER


@dataclass(frozen=True)
class Format:
    """
    A file format. `write` takes a file open for bytes and a Selection.

    `follows_schema` is false for the variant of French spreadsheets: a Table Schema describes
    commas and decimal points, and numbers without an apostrophe.
    """

    suffix: str
    label: str
    media_type: str
    file_type: str  # of the European vocabulary
    write: Callable
    needs_shape: bool = False
    follows_schema: bool = True


class _Encoder(DjangoJSONEncoder):
    """Django’s encoder, with decimal numbers as numbers."""

    def default(self, value):
        return float(value) if isinstance(value, Decimal) else super().default(value)


def as_json(value):
    """Return a value as JSON, in bytes; accented letters are not escaped."""
    return json.dumps(value, cls=_Encoder, ensure_ascii=False).encode()


def _write_table(file, selection, start):
    text = TextIOWrapper(file, encoding="utf-8", newline="")
    write = start(text)
    write([column.name for column in selection.dataset.columns])
    for _, record in selection.records():
        write(map(_cell, record.values()))
    text.detach()  # the file stays open


def _cell(value):
    return LIST_DELIMITER.join(value) if isinstance(value, list) else value


def _write_csv(file, selection):
    _write_table(file, selection, plain_writer)


def _write_french_csv(file, selection):
    _write_table(file, selection, french_writer)


def _write_json(file, selection):
    records = (record for _, record in selection.records())
    _write_object(file, {"metadonnees": selection.metadata}, "donnees", records)


def _write_geojson(file, selection):
    box = []
    features = _features(selection, box)
    head = {"type": "FeatureCollection", "metadonnees": selection.metadata}
    _write_object(file, head, "features", features, lambda: {"bbox": box} if box else {})


def _features(selection, box):
    """Yield each row as a feature; fill the box with [west, south, east, north] of all of them."""
    dataset = selection.dataset
    for row, record in selection.records():
        geometry = dataset.shape(row, selection.publication)
        for longitude, latitude in _places(geometry):
            box[:] = (
                [
                    *map(min, box[:2], (longitude, latitude)),
                    *map(max, box[2:], (longitude, latitude)),
                ]
                if box
                else [longitude, latitude] * 2
            )
        yield {
            "type": "Feature",
            "id": record[dataset.key[0]],
            "geometry": geometry,
            "properties": record,
        }


def _places(geometry):
    """Return all the positions of a geometry."""
    if geometry is None:
        return []
    places = [geometry["coordinates"]]
    while isinstance(places[0][0], list):
        places = list(chain.from_iterable(places))
    return places


def _write_object(file, head, name, items, tail=dict):
    """Write a JSON object: the pairs of `head`, a list of items, then the pairs of `tail()`."""
    file.write(as_json(head | {name: []})[:-2])
    for n, item in enumerate(items):
        file.write((b", " if n else b"") + as_json(item))
    file.write(b"]")
    for key, value in tail().items():
        file.write(b", " + as_json({key: value})[1:-1])
    file.write(b"}")


CSV = "text/csv; charset=utf-8"
FORMATS = [
    Format(
        "-excel.csv",
        "CSV pour Excel",
        CSV,
        "CSV",
        _write_french_csv,
        follows_schema=False,
    ),
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
