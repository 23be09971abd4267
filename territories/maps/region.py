"""The map of the region: departments in at most three classes of a share, or places in a list."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from math import inf
from typing import NamedTuple

from cress.base.text.numbers import format_figure
from cress.base.text.typography import french
from cress.charts.caption import Caption
from cress.charts.dots import dot_path, snake
from cress.charts.labels import Label, text_width
from territories.figures import Measure
from territories.maps.classes import LegendEntry, legend_of, shades
from territories.maps.frames import frame_of
from territories.maps.points import BAND, Points, read_points
from territories.models import MapGrid, Source, Territory

UNKNOWN = "non connue"
NO_VALUE = "line"  # the colour of a department without a share
PLACE = "place"  # that of all departments, on a map without a measure
# (the highest count, the size of the dot)
DOT_SIZES = [(1, "small"), (9, "medium"), (inf, "large")]
NAME_SIZE, SMALLEST_NAME, VALUE_SIZE = 80, 48, 118
# Under the baseline of a name: less, and the halo of the value eats the name.
VALUE_BELOW = 122


@dataclass(frozen=True)
class Shape:
    """A department on the map. `shade` runs from 1 (lowest shares) up; 0 without a share."""

    territory: Territory
    share: Decimal | None
    shade: int
    is_current: bool
    fill: str = PLACE  # the name of its colour in the palette

    @property
    def value(self):
        return format_figure(self.share, "%")

    @property
    def text(self):
        """What its link says: « Cher : 10,79 % »."""
        return french(f"{self.territory.name} : {self.value or UNKNOWN}")

    @cached_property
    def name(self):
        """The Label of its name, as large as fits in it; None where no place is given."""
        x, y = self.territory.label_x, self.territory.label_y
        if x is None or y is None:
            return None
        name, room = self.territory.name, frame_of([self.territory.outline])
        room = room.width if room else 0
        size = min(NAME_SIZE, int(room / text_width(name, 1)))
        if size < SMALLEST_NAME:
            size = SMALLEST_NAME
            while len(name) > 2 and text_width(f"{name}…", size) > room:
                name = name[:-1].rstrip()
            name = name if name == self.territory.name else f"{name}…"
        return Label(x, y, name, size)

    @property
    def figure(self):
        """The Label of its value, under its name."""
        if not self.name:
            return None
        text, size = (self.value, VALUE_SIZE) if self.value else (UNKNOWN, NAME_SIZE)
        return Label(self.name.x, self.name.y + VALUE_BELOW, text, size)


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
    borders: str = ""  # between EPCI
    points: Points | None = None

    @property
    def view_box(self):
        return self.grid.view_box

    @property
    def hue(self):
        """The hue of the measure: each has its own, everywhere."""
        return self.measure.hue if self.measure else "teal"

    @cached_property
    def town_halls(self):
        """The Dots of the communes, or None where they are not asked for."""
        return self.points.dots() if self.points and self.points.points else None

    @property
    def title(self):
        if not self.measure:
            return "Carte des lieux"
        return french(f"Carte : {self.measure.meaning}, par département")

    @property
    def description(self):
        """All that the drawing says, in words."""
        shares = [shape.text for shape in self.shapes] if self.measure else []
        places = [f"{', '.join(marker.numbers)} : {marker.name}" for marker in self.markers]
        return french(" ".join(f"{part}." for part in [" ; ".join(shares), *places] if part))

    @property
    def caption(self):
        """The line under the map."""
        if self.clouds:
            return french(
                "Un point, une commune ; plus il est gros, plus elle compte d’entreprises."
                if len(self.clouds) > 1
                else "Un point, une commune qui compte au moins une entreprise."
            )
        if not self.measure:
            return ""
        if not self.source:
            return "La part n’est connue dans aucun département."
        coverage = self.points.coverage if self.town_halls else ""
        borders = "traits fins : les intercommunalités" if self.borders else ""
        return str(
            Caption(
                measure=self.measure.meaning,
                year=self.source.vintage,
                source=self.source.citation,
                dot=f"{self.points.meaning} ; en couleur" if self.town_halls else "",
                unit="En couleur",
                missing=" ; ".join(filter(None, [coverage, borders])),
            )
        )

    @property
    def credit(self):
        """The credits of what is drawn: outlines, EPCI, communes."""
        credits = [self.grid.outline_credit]
        if self.borders:
            credits.append(self.grid.grouping_credit)
        if self.markers or self.clouds or self.town_halls:
            credits.append(self.grid.place_credit)
        return " ".join(filter(None, credits))


def number_markers(grid, communes, first=1):
    """
    Return a marker on a MapGrid for each commune of a list, with its numbers in the list.

    The list is numbered from `first`. A commune that is None, or whose place is unknown, has no
    marker.
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
        clouds.setdefault(size, []).append(grid.point(*dot.centre))
    return {size: dot_path(snake(points, BAND)) for size, points in clouds.items()}


def draw_map(
    atlas,
    measure=None,
    current=None,
    communes=(),
    first=1,
    dots=(),
    with_borders=False,
    with_town_halls=False,
):
    """
    Return the RegionMap of a measure in the current source of the atlas.

    `current` is highlighted. `communes` are those of the list beside the map, numbered from
    `first`: each has a marker. Without a measure, the map shows markers and dots only. The borders
    of EPCI and a dot for each commune are drawn where they are asked for: the dots take one query
    and five kilobytes.
    """
    shares = {
        dep: measure.of(atlas.statistic(dep)) if measure else None for dep in atlas.departments
    }
    shade_of = shades(set(shares.values()) - {None})
    hue = measure.hue if measure else "teal"

    def fill(share):
        if not measure:
            return PLACE
        return NO_VALUE if share is None else f"map-{hue}-{shade_of[share]}"

    return RegionMap(
        measure=measure,
        source=atlas.source if measure else None,
        # The current department is drawn last, so that its border covers those of its neighbours.
        shapes=[
            Shape(dep, share, shade_of.get(share, 0), dep == current, fill(share))
            for dep, share in sorted(shares.items(), key=lambda item: item[0] == current)
            if dep.outline
        ],
        legend=legend_of(shade_of, hue),
        outline=atlas.region.outline if atlas.region else "",
        grid=atlas.grid,
        markers=number_markers(atlas.grid, communes, first),
        clouds=draw_clouds(atlas.grid, dots),
        borders=atlas.grid.grouping_borders if with_borders else "",
        points=read_points(atlas.grid) if with_town_halls else None,
    )
