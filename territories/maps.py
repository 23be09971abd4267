"""The map of the region: departments shaded in at most three classes of a share."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from math import inf
from typing import NamedTuple

from territories.figures import Measure
from territories.models import MapGrid, Source, Territory

# (the highest count, the size of the dot)
DOT_SIZES = [(1, "small"), (9, "medium"), (inf, "large")]
CLASS_COUNT = 3  # the departments differ too little for more


@dataclass(frozen=True)
class Shape:
    """A department on the map. `shade` runs from 1 (lowest shares) up; 0 without a share."""

    territory: Territory
    share: Decimal | None
    shade: int
    is_current: bool


@dataclass(frozen=True)
class LegendEntry:
    """A shade, with the lowest and the highest share in per cent that have it."""

    shade: int
    lowest: Decimal
    highest: Decimal


@dataclass(frozen=True)
class Marker:
    """A town on the map, with the numbers of the items of the list that are there."""

    name: str
    x: int
    y: int
    numbers: list[str]

    @property
    def label(self):
        """The text of the marker: at most two numbers."""
        return "·".join(self.numbers) if len(self.numbers) < 3 else f"{self.numbers[0]}…"


class Dot(NamedTuple):
    """A place with items of the list: its (longitude, latitude) in degrees, and their number."""

    centre: tuple[float, float]
    count: int


@dataclass(frozen=True)
class RegionMap:
    """The content of the map, for its template."""

    measure: Measure | None
    source: Source | None
    shapes: list[Shape]
    legend: list[LegendEntry]
    outline: str
    grid: MapGrid
    markers: list[Marker] = field(default_factory=list)
    clouds: dict[str, str] = field(default_factory=dict)  # {size: SVG path of the dots}

    @property
    def view_box(self):
        return self.grid.view_box

    @property
    def credit(self):
        """The credit of the outlines and, where towns are drawn, of their centres."""
        credits = [self.grid.outline_credit]
        if self.markers or self.clouds:
            credits.append(self.grid.centre_credit)
        return " ".join(filter(None, credits))


def shades(shares):
    """
    Return {share: its shade}, from 1 to CLASS_COUNT, by equal intervals from the lowest share.

    A single share has the first shade.
    """
    if not shares:
        return {}
    lowest, spread = min(shares), max(shares) - min(shares)
    if not spread:
        return {lowest: 1}
    return {
        share: min(int((share - lowest) * CLASS_COUNT / spread) + 1, CLASS_COUNT)
        for share in shares
    }


def number_markers(grid, communes, first=1):
    """
    Return a marker on a MapGrid for each commune of a list, with its numbers in the list.

    The list is numbered from `first`. A commune that is None, or whose town centre is unknown,
    has no marker.
    """
    numbers = defaultdict(list)
    for number, commune in enumerate(communes, start=first):
        if commune and commune.centre:
            numbers[commune].append(str(number))
    return [
        Marker(commune.name, *grid.point(*commune.centre), its_numbers)
        for commune, its_numbers in numbers.items()
    ]


def draw_clouds(grid, dots):
    """
    Return {size: SVG path}: one path for all the dots of a size.

    Each dot is a line of no length with round ends: a thousand towns take ten kilobytes.
    """
    clouds = {}
    for dot in dots:
        size = next(size for most, size in DOT_SIZES if dot.count <= most)
        x, y = grid.point(*dot.centre)
        clouds[size] = f"{clouds.get(size, '')}M{x} {y}h0"
    return clouds


def draw_map(atlas, measure=None, current=None, communes=(), first=1, dots=()):
    """
    Return the RegionMap of a measure in the current source of the atlas.

    `current` is highlighted. `communes` are those of the list beside the map, numbered from
    `first`: each has a marker. Without a measure, the map shows markers and dots only.
    """
    shares = {
        dep: measure.of(atlas.statistic(dep)) if measure else None for dep in atlas.departments
    }
    shade_of = shades(set(shares.values()) - {None})
    legend = []
    for shade in sorted(set(shade_of.values())):
        shares_of_shade = [share for share, other in shade_of.items() if other == shade]
        legend.append(LegendEntry(shade, min(shares_of_shade), max(shares_of_shade)))
    return RegionMap(
        measure=measure,
        source=atlas.source if measure else None,
        # The current department is drawn last, so that its border covers those of its neighbours.
        shapes=[
            Shape(dep, share, shade_of.get(share, 0), dep == current)
            for dep, share in sorted(shares.items(), key=lambda item: item[0] == current)
            if dep.outline
        ],
        legend=legend,
        outline=atlas.region.outline if atlas.region else "",
        grid=atlas.grid,
        markers=number_markers(atlas.grid, communes, first),
        clouds=draw_clouds(atlas.grid, dots),
    )
