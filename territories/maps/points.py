"""The communes as dots: one at the town centre or the town hall of each."""

from dataclasses import dataclass
from typing import NamedTuple

from cress.base.text.numbers import format_figure
from cress.base.text.typography import french
from cress.charts.dots import dot_path, snake
from territories.models import Commune

BAND = 80  # units: rows of this height make the shortest path for the communes of a region
# What a dot is, in the order in which a caption says it.
_KINDS = {
    Commune.CentreKind.TOWN_HALL: "une mairie",
    Commune.CentreKind.TOWN_CENTRE: "un centre-bourg",
    "": "une commune",
}


class Point(NamedTuple):
    """Where a commune is on the grid, and what it belongs to (primary keys)."""

    x: int
    y: int
    commune: int
    department: int
    grouping: int | None
    kind: str


class Dots(NamedTuple):
    """Dots as one SVG path, and their number."""

    path: str
    count: int


@dataclass(frozen=True)
class Points:
    """The communes that have a point, among `total` communes."""

    points: list[Point]
    total: int

    def dots(self, keeps=lambda point: True):
        """Return the Dots of the points that `keeps` accepts."""
        places = [(point.x, point.y) for point in self.points if keeps(point)]
        return Dots(dot_path(snake(places, BAND)), len(places))

    @property
    def meaning(self):
        """What a dot stands for: « une mairie ou un centre-bourg »."""
        kinds = {point.kind for point in self.points}
        return " ou ".join(name for kind, name in _KINDS.items() if kind in kinds)

    @property
    def coverage(self):
        """How many communes have a dot, in a sentence without a stop; empty if all have one."""
        if len(self.points) == self.total:
            return ""
        verb = "ont" if len(self.points) > 1 else "a"
        counted = f"{format_figure(len(self.points))} des {format_figure(self.total)} communes"
        return f"{counted} {verb} un point"

    @property
    def caption(self):
        """The line under a map of these points; empty without a point."""
        if not self.points:
            return ""
        coverage = f" ; {self.coverage}" if self.coverage else ""
        return french(f"Un point, {self.meaning}{coverage}.")


def read_points(grid, communes=None):
    """Return the Points of a queryset of communes, by default all, on a MapGrid, in one query."""
    rows = (Commune.objects.all() if communes is None else communes).values_list(
        "longitude", "latitude", "pk", "department", "intercommunality", "centre_kind"
    )
    rows = list(rows.order_by())
    return Points(
        [Point(*grid.point(*row[:2]), *row[2:]) for row in rows if row[0] is not None], len(rows)
    )
