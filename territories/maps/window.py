"""What surrounds a commune: 55 km across, its EPCI tinted, the largest towns named."""

from dataclasses import dataclass

from cress.base.text.typography import french
from cress.charts.labels import Box
from territories.maps.frames import Frame, borders_in, frame_of
from territories.maps.placing import Crowd, MapLabel, beside
from territories.maps.points import Dots, Points, read_points
from territories.models import Commune, Intercommunality, Territory

WIDTH = 55  # kilometres
_ACROSS = 360  # pixels: the width at which the sizes below are meant
_NAME, _TOWN, _RING, _DOT = 17, 14, 14, 5.5  # pixels
_NAMED = 4


@dataclass(frozen=True)
class Window:
    """The content of a window, for its template. Sizes are in units of the grid."""

    frame: Frame
    unit: float  # a pixel of the drawing, 360 wide
    kilometres: int
    departments: list[Territory]
    grouping: Intercommunality | None
    borders: str
    points: Points
    dots: Dots
    commune: Commune
    at: tuple[int, int] | None
    label: MapLabel | None
    towns: list[MapLabel]
    named: Dots  # the towns that are named, drawn larger
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
        return round(self.unit * _DOT, 1)

    @property
    def named_size(self):
        return round(self.unit * _DOT * 1.5, 1)

    @property
    def line_width(self):
        return round(self.unit * 2, 1)

    @property
    def title(self):
        return f"Carte : {self.commune.name} et ses environs"

    @property
    def description(self):
        """All that the drawing says, in words."""
        towns = ", ".join(label.lines[0] for label in self.towns)
        return french(f"Autour{f' : {towns}' if towns else ''}. {self.caption}")

    @property
    def caption(self):
        """The line under the map; it says what is missing, and how far its edges are."""
        said = [f"Un point, {self.points.meaning}." if self.points.points else ""]
        if not self.at:
            said.append(f"Nous ne savons pas placer {self.commune.name}.")
        if self.outline:
            said.append(f"En plus foncé, {self.grouping.name}.")
        said.append(f"De bord à bord, {self.kilometres} km.")
        return french(" ".join(filter(None, said)))


def draw_window(atlas, commune, ratio=1.0):
    """
    Return the Window around a commune, or None where neither it nor its EPCI can be placed.

    It is WIDTH kilometres wide and `ratio` times as high, around the commune; around its EPCI, as
    wide as that takes, where the EPCI is wider or the commune has no point.
    """
    grid, grouping = atlas.grid, commune.intercommunality
    at = grid.point(*commune.centre) if commune.centre else None
    area = frame_of([grouping.outline]) if grouping and grouping.outline else None
    if not (at or area):
        return None
    frame = _frame(at, area, WIDTH * 1000 / grid.unit, ratio)
    unit = frame.width / _ACROSS
    every = read_points(grid)
    here = [point for point in every.points if frame.holds(point.x, point.y)]
    points = Points(here, len(here))
    ring = [Box.around(*at, unit * _RING)] if at else []
    label = _name(commune.name, at, here, frame, unit) if at else None
    towns = _towns(commune, here, frame, unit, ring + ([label.box] if label else []))
    return Window(
        frame=frame,
        unit=unit,
        kilometres=round(frame.width * grid.unit / 1000),
        departments=[
            department
            for department in atlas.departments
            if (land := frame_of([department.outline])) and land.meets(frame)
        ],
        grouping=grouping,
        borders=borders_in(grid.grouping_borders, frame),
        points=points,
        dots=points.dots(),
        commune=commune,
        at=at,
        label=label,
        towns=list(towns.values()),
        named=points.dots(lambda point: point.commune in towns),
        credit=grid.credit,
    )


def _frame(at, area, width, ratio):
    """Return a Frame of that width around a point or, where it must be wider, around an area."""
    x, y = at or area.centre
    if area and max(area.width, area.height / ratio) * 1.08 > width:
        x, y = area.centre
        width = max(area.width, area.height / ratio) * 1.08
    return Frame(x - width / 2, y - width * ratio / 2, x + width / 2, y + width * ratio / 2)


def _name(name, at, here, frame, unit):
    places = Crowd((point.x, point.y) for point in here if (point.x, point.y) != at)
    inside = [
        label
        for label in beside(*at, unit * (_RING + 6), [name], unit * _NAME)
        if _fits(label.box, frame)
    ]
    return min(inside, key=lambda label: places.under(label.box), default=None)


def _towns(commune, here, frame, unit, taken):
    """Return {primary key: label} of the most populous communes that have room, apart."""
    of_pk = {point.commune: point for point in here}
    largest = (
        Commune.objects.filter(pk__in=of_pk)
        .exclude(pk=commune.pk)
        .exclude(population=None)
        .order_by("-population", "insee_code")
        .values_list("pk", "name")[: 3 * _NAMED]
    )
    places = Crowd((point.x, point.y) for point in here)
    labels = {}
    for pk, name in largest:
        x, y = of_pk[pk].x, of_pk[pk].y
        free = [
            label
            for label in beside(x, y, unit * 8, [name], unit * _TOWN)
            if _fits(label.box, frame) and not any(label.box.meets(box) for box in taken)
        ]
        if free:
            best = min(free, key=lambda label: places.under(label.box))
            labels[pk] = best
            taken = [*taken, best.box]
        if len(labels) == _NAMED:
            break
    return labels


def _fits(box, frame):
    return (
        frame.left < box.left
        and box.right < frame.right
        and frame.top < box.top
        and box.bottom < frame.bottom
    )
