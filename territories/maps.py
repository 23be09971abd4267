"""The map of the region: departments shaded in at most three classes of a share."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from math import inf
from typing import NamedTuple

from territories.figures import Measure
from territories.models import MapGrid, Source, Territory

# Sizes of dots, and the most that each stands for.
DOT_SIZES = [(1, "small"), (9, "medium"), (inf, "large")]
CLASS_COUNT = 3  # the spread between departments is too small for more


@dataclass(frozen=True)
class Shape:
    """A department on the map. `shade` runs from 1 (lowest shares) up; 0 without a share."""

    territory: Territory
    share: Decimal | None
    shade: int
    is_current: bool


@dataclass(frozen=True)
class LegendEntry:
    """A shade, and the lowest and highest share in per cent that wear it."""

    shade: int
    lowest: Decimal
    highest: Decimal


@dataclass(frozen=True)
class Marker:
    """A town on the map, and the numbers of the list that are there."""

    name: str
    x: int
    y: int
    numbers: list[str]

    @property
    def label(self):
        """What the marker holds: its numbers, at most two written."""
        return "·".join(self.numbers) if len(self.numbers) < 3 else f"{self.numbers[0]}…"


class Dot(NamedTuple):
    """Where some of a list are: a (longitude, latitude) in degrees, and how many."""

    centre: tuple[float, float]
    count: int


@dataclass(frozen=True)
class RegionMap:
    """Everything that the map's template draws."""

    measure: Measure | None
    source: Source | None
    shapes: list[Shape]
    legend: list[LegendEntry]
    outline: str
    grid: MapGrid
    markers: list[Marker] = field(default_factory=list)
    clouds: dict[str, str] = field(default_factory=dict)  # paths of equal dots, by their size

    @property
    def view_box(self):
        return self.grid.view_box

    @property
    def credit(self):
        """Whose outlines these are and, where towns are marked, whose centres."""
        credits = [self.grid.outline_credit]
        if self.markers or self.clouds:
            credits.append(self.grid.centre_credit)
        return " ".join(filter(None, credits))


def shades(shares):
    """
    Return the shade, 1 to 3, of each distinct share: equal intervals from the lowest up.

    Equal shares wear equal shades; a single value wears the first.
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

    The list is numbered from `first`. A commune that is None, or whose town centre is not
    known, has no marker.
    """
    numbers = defaultdict(list)
    for number, commune in enumerate(communes, start=first):
        if commune and commune.centre:
            numbers[commune].append(str(number))
    return [
        Marker(commune.name, *grid.point(*commune.centre), held)
        for commune, held in numbers.items()
    ]


def draw_clouds(grid, dots):
    """
    Return {size: path} of dots: one path for all those of a size, drawn by its round ends.

    A thousand towns weigh ten kilobytes so.
    """
    clouds = {}
    for dot in dots:
        size = next(size for most, size in DOT_SIZES if dot.count <= most)
        x, y = grid.point(*dot.centre)
        clouds[size] = f"{clouds.get(size, '')}M{x} {y}h0"
    return clouds


def draw_map(atlas, measure=None, current=None, communes=(), first=1, dots=()):
    """
    Return the map of a measure in the atlas's current source; `current` stands out.

    `communes` are those of a list beside the map, numbered from `first`: each has a marker.
    Without a measure it only says where its markers and dots are.
    """
    shares = {
        dep: measure.of(atlas.statistic(dep)) if measure else None for dep in atlas.departments
    }
    shade_of = shades(set(shares.values()) - {None})
    legend = []
    for shade in sorted(set(shade_of.values())):
        worn = [share for share, its_shade in shade_of.items() if its_shade == shade]
        legend.append(LegendEntry(shade, min(worn), max(worn)))
    return RegionMap(
        measure=measure,
        source=atlas.source if measure else None,
        # The current one is drawn last, over the borders of its neighbours.
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
