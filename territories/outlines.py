"""Outlines of territories: SVG paths in the units of the map grid, and their GeoJSON."""

import re
from functools import lru_cache

from django.core.exceptions import ValidationError
from svg.path import Move, parse_path

# Outlines are drawn to a hundred metres; a ten-thousandth of a degree is about ten metres.
_DECIMALS = 4
_PATH_CHARACTERS = re.compile(r"[MmLlHhVvCcZz0-9 ,.\-]*\Z")


@lru_cache(maxsize=1000)  # the outlines of a region, and its borders in pieces
def rings(outline):
    """
    Return the closed lines of an outline, each as the corners (x, y) in grid units.

    A curve counts as a straight line. Raise ValueError when the text is not an SVG path.
    """
    if not _PATH_CHARACTERS.match(outline):
        raise ValueError("A character that no outline has.")
    lines = []
    try:
        for segment in parse_path(outline):
            if isinstance(segment, Move):
                lines.append([])
            lines[-1].append((segment.end.real, segment.end.imag))
    except (AssertionError, IndexError) as error:
        raise ValueError("A path without a starting point.") from error
    return tuple(map(tuple, lines))


def is_outline(text):
    """Raise ValidationError when a text is not the SVG path of an outline."""
    try:
        rings(text)
    except ValueError as error:
        raise ValidationError("Un tracé SVG\u202f: lettres et nombres.") from error


def geometry(outline, grid):
    """
    Return an outline on a MapGrid as a GeoJSON geometry (RFC 7946), or None without an area.

    Each closed line is a polygon: corners in (longitude, latitude) of WGS 84, counter-clockwise.
    """
    polygons = [[_linear_ring(line, grid)] for line in rings(outline) if len(set(line)) > 2]
    if not polygons:
        return None
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def _linear_ring(line, grid):
    places = [
        [round(degrees, _DECIMALS) for degrees in grid.place(x, y)]
        for x, y in ([*line, line[0]] if line[-1] != line[0] else line)
    ]
    return places if _area(places) > 0 else places[::-1]


def _area(places):
    """Return twice the signed area of a ring: positive when it is counter-clockwise."""
    return sum(
        x * next_y - next_x * y
        for (x, y), (next_x, next_y) in zip(places, places[1:], strict=False)
    )
