"""The communes of the region as dots, some of them ringed and named: a lever, a cover."""

from dataclasses import dataclass, field
from typing import NamedTuple

from cress.base.text.typography import french
from cress.charts.labels import Box
from territories.maps.frames import Frame, frame_of
from territories.maps.placing import Crowd, MapLabel, beside
from territories.maps.points import Dots, Points, read_points

DOT_SIZE, RING, NAME_SIZE = 17, 42, 84  # units


class Ring(NamedTuple):
    """A commune that is looked at, and its name; None where there is no room for it."""

    x: int
    y: int
    label: MapLabel | None


@dataclass(frozen=True)
class TownMap:
    """The content of the map of the communes, for its template."""

    frame: Frame
    points: Points
    highlighted: Dots
    others: Dots
    rings: list[Ring] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    borders: str = ""  # between EPCI
    credit: str = ""

    @property
    def view_box(self):
        return self.frame.view_box

    @property
    def count(self):
        """The number of dots."""
        return self.highlighted.count + self.others.count

    @property
    def description(self):
        """All that the drawing says, in words."""
        rings = f" Cerclées : {', '.join(self.names)}." if self.names else ""
        return french(f"Les communes de la région, un point chacune.{rings}")

    @property
    def caption(self):
        """The line under the map."""
        borders = " Traits fins : les intercommunalités." if self.borders else ""
        return french(self.points.caption + borders)


def draw_towns(atlas, highlight=None, rings=(), with_borders=False):
    """
    Return the TownMap of the region, or None without a point.

    `highlight` is a department: its communes are drawn apart. `rings` are (commune, text): each
    commune that has a point is ringed and named, the texts apart from each other.
    """
    points = read_points(atlas.grid)
    if not points.points:
        return None
    here = highlight.pk if highlight else None
    places = [(point.x, point.y) for point in points.points]
    xs, ys = zip(*places, strict=True)
    land = frame_of([atlas.region.outline]) if atlas.region else None
    frame = (land or Frame(min(xs), min(ys), max(xs), max(ys))).widened(RING)
    drawn = _ring(atlas.grid, rings, Crowd(places), frame)
    for ring in drawn:
        if ring.label:
            frame = frame.joined(ring.label.box)
    borders = atlas.grid.grouping_borders if with_borders else ""
    return TownMap(
        frame=frame,
        points=points,
        highlighted=points.dots(lambda point: point.department == here),
        others=points.dots(lambda point: point.department != here),
        rings=drawn,
        names=[text for commune, text in rings if commune and commune.centre],
        borders=borders,
        credit=" ".join(
            filter(None, [borders and atlas.grid.grouping_credit, atlas.grid.place_credit])
        ),
    )


def _ring(grid, rings, places, frame):
    """Return a Ring for each commune with a point; several texts of one commune are one ring."""
    texts = {}
    for commune, text in rings:
        if commune and commune.centre:
            texts.setdefault(grid.point(*commune.centre), []).append(text)
    taken = [Box.around(x, y, RING) for x, y in texts]
    drawn = []
    for (x, y), its_texts in sorted(texts.items(), key=lambda item: item[0][1]):
        near = [
            label
            for label in beside(x, y, RING * 1.5, its_texts[:2], NAME_SIZE)
            if not any(label.box.meets(box) for box in taken)
        ]
        best = min(near, key=lambda label: _crowd(label, places, frame), default=None)
        if best:
            taken.append(best.box)
        drawn.append(Ring(x, y, best))
    return drawn


def _crowd(label, places, frame):
    """Return how bad a place is: the dots it hides, and what it adds to the frame."""
    wider = frame.joined(label.box)
    grown = wider.width - frame.width + wider.height - frame.height
    return places.under(label.box) + grown / 20
