"""Where a commune or an EPCI is: its department, its EPCI, its name in clear ground."""

from dataclasses import dataclass
from math import sqrt

from cress.base.text.typography import french
from cress.charts.labels import Box
from territories.maps.frames import Frame, borders_inside, frame_of
from territories.maps.placing import Crowd, MapLabel, label_at
from territories.maps.points import Dots, Points, read_points
from territories.models import Commune, Intercommunality, Territory
from territories.outlines import rings

_WIDTH, _HEIGHT = 400, 620  # pixels: the largest drawing at which the sizes below are meant
_NAME, _RING, _DOT, _MARGIN = 21, 12, 6, 14  # pixels
_FARTHEST = 420  # pixels, from the point to its name


@dataclass(frozen=True)
class Locator:
    """The content of a locator, for its template. Sizes are in units of the grid."""

    frame: Frame
    unit: float  # a pixel of the drawing, at most 400 wide and 620 high
    departments: list[Territory]
    grouping: Intercommunality | None
    borders: str
    points: Points
    own: Dots
    others: Dots
    commune: Commune | None
    at: tuple[int, int] | None  # the commune, if it has a point
    label: MapLabel | None
    credit: str  # of what is drawn

    @property
    def view_box(self):
        return self.frame.view_box

    @property
    def outline(self):
        return self.grouping.outline if self.grouping else ""

    @property
    def ring_radius(self):
        return round(self.unit * _RING, 1)

    @property
    def dot_size(self):
        """The width of a dot: less where the communes are many, so that dots do not touch."""
        spacing = sqrt(self.frame.width * self.frame.height / max(1, len(self.points.points)))
        return round(min(self.unit * _DOT, spacing * 0.28), 1)

    @property
    def line_width(self):
        return round(self.unit * 2, 1)

    @property
    def title(self):
        return french(f"Carte : où se trouve {(self.commune or self.grouping).name}")

    @property
    def description(self):
        """All that the drawing says, in words."""
        place = self.commune or self.grouping
        inside = " et ".join(department.inside for department in self.departments)
        of = f", dans {self.grouping.name}" if self.commune and self.grouping else ""
        return french(f"{place.name}{of}, {inside}. {self.caption}")

    @property
    def caption(self):
        """The line under the map; it says what is missing."""
        said = [self.points.caption]
        if self.commune and not self.at:
            said.append(f"Nous ne savons pas placer {self.commune.name}.")
        if self.outline:
            said.append(f"Trait épais : {self.grouping.name}.")
            if self.borders:
                of = " et ".join(department.of for department in self.departments)
                said.append(f"Traits fins : les autres intercommunalités {of}.")
            if self.grouping.is_cut:
                said.append("Ses communes d’une autre région ne sont pas dessinées.")
        elif self.grouping:
            said.append(f"Nous n’avons pas le contour de {self.grouping.name}.")
        return french(" ".join(filter(None, said)))


def draw_locator(atlas, home):
    """
    Return the Locator of a Home, or None where no outline of its departments is known.

    The outlines come from the atlas. Two queries: the communes, and nothing else if the EPCI of
    the home is read already.
    """
    departments = [
        known
        for department in home.departments
        if (known := atlas.territory(department.code)) and known.outline
    ]
    land = frame_of([department.outline for department in departments])
    if not land:
        return None
    unit = max(land.width / _WIDTH, land.height / _HEIGHT)
    frame = land.widened(unit * _MARGIN)
    grouping, grid = home.intercommunality, atlas.grid
    points = read_points(grid, Commune.objects.filter(department__in=departments))
    is_own = _belongs_to(home)
    at = grid.point(*home.commune.centre) if home.commune and home.commune.centre else None
    label = _label(home, at, points, frame, unit, is_own)
    if label:
        frame = frame.joined(Frame(*label.box).widened(unit * _MARGIN))
    return Locator(
        frame=frame,
        unit=unit,
        departments=departments,
        grouping=grouping,
        borders=borders_inside(
            grid.grouping_borders, tuple(department.outline for department in departments)
        ),
        points=points,
        own=points.dots(is_own),
        others=points.dots(lambda point: not is_own(point)),
        commune=home.commune,
        at=at,
        label=label,
        credit=grid.credit,
    )


def _belongs_to(home):
    if home.intercommunality:
        return lambda point: point.grouping == home.intercommunality.pk
    return lambda point: point.commune == home.commune.pk


def _label(home, at, points, frame, unit, is_own):
    """
    Return the name, with its leader, where it hides fewest dots; None without a place to name.

    A place farther away, or that makes the drawing wider, must earn it: a hundred pixels of leader
    weigh as much as a dot, and so do twenty-five of a wider drawing.
    """
    grouping = home.intercommunality
    if at:
        start, gap = at, unit * _RING
        lines = [home.commune.name, *([grouping.name] if grouping else [])]
    elif not home.commune and grouping.label_x is not None and grouping.outline:
        start, gap, lines = (grouping.label_x, grouping.label_y), 0, [grouping.name]
    else:
        return None
    places = Crowd((point.x, point.y) for point in points.points if (point.x, point.y) != at)
    own = Crowd((point.x, point.y) for point in points.points if is_own(point))
    outline = rings(grouping.outline) if grouping else []
    corners = Crowd(corner for ring in outline for corner in ring)

    def cost(label):
        wider = frame.joined(Frame(*label.box).widened(unit * _MARGIN))
        grown = (wider.width - frame.width + wider.height - frame.height) / unit
        near = places.under(label.box, unit * 3) + own.under(label.box)
        crossed = corners.under(label.box) / 2
        edge = label.box.left if label.anchor == "start" else label.box.right
        away = abs(edge - start[0]) + abs(label.box.top - start[1])
        return near + crossed + grown / 25 + away / unit / 100

    best = min(_candidates(start, gap, lines, unit), key=cost)
    return _with_leader(best, start, gap, unit)


def _candidates(start, gap, lines, unit):
    """Yield labels to the right and to the left of a point, nearer and farther, level or not."""
    x, y = start
    ring = Box.around(x, y, gap)
    for away in range(0, _FARTHEST, 30):
        for side, anchor in [(1, "start"), (-1, "end")]:
            for rise in [0, -60, 60, -130, 130, -220, 220]:
                dx = gap + unit * (18 + away)
                label = label_at(x + side * dx, y + unit * rise, anchor, lines, unit * _NAME)
                if not label.box.meets(ring):
                    yield label


def _with_leader(label, start, gap, unit):
    """Return the label with the path of a line that goes from the edge of the ring to it."""
    x, y = start
    end_x = label.x - unit * 6 * (1 if label.anchor == "start" else -1)
    end_y = (label.box.top + label.box.bottom) / 2
    length = max(1, ((end_x - x) ** 2 + (end_y - y) ** 2) ** 0.5)
    from_x, from_y = x + (end_x - x) * gap / length, y + (end_y - y) * gap / length
    leader = f"M{from_x:.0f} {from_y:.0f}L{end_x:.0f} {end_y:.0f}"
    return MapLabel(label.x, label.y, label.anchor, label.lines, label.size, label.box, leader)
