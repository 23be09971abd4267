"""The part of the map that a drawing shows, and what of it an outline or a border covers."""

import re
from functools import lru_cache

from cress.charts.labels import Box
from territories.outlines import rings

_LINE = re.compile(r"M[^M]+")


class Frame(Box):
    """A rectangle of the map, in units of the grid."""

    @property
    def width(self):
        return self.right - self.left

    @property
    def height(self):
        return self.bottom - self.top

    @property
    def centre(self):
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @property
    def view_box(self):
        return f"{self.left:.0f} {self.top:.0f} {self.width:.0f} {self.height:.0f}"

    def holds(self, x, y):
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    def widened(self, margin):
        return Frame(
            self.left - margin, self.top - margin, self.right + margin, self.bottom + margin
        )

    def joined(self, other):
        return Frame(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


def frame_of(outlines):
    """Return the Frame that just holds some outlines, or None without a corner."""
    corners = [corner for outline in outlines for ring in rings(outline) for corner in ring]
    if not corners:
        return None
    xs, ys = zip(*corners, strict=True)
    return Frame(min(xs), min(ys), max(xs), max(ys))


def is_inside(x, y, lines):
    """Whether a point is inside the area of some rings, by the even-odd rule: a hole is outside."""
    inside = False
    for line in lines:
        for (x1, y1), (x2, y2) in zip(line, [*line[1:], line[0]], strict=True):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside


@lru_cache(maxsize=100)  # the departments, and the pairs that an EPCI lies in
def borders_inside(borders, outlines):
    """Return the lines of a path of borders that run inside a tuple of outlines, as a path."""
    area = [ring for outline in outlines for ring in rings(outline)]
    kept = []
    for line in _LINE.findall(borders):
        [corners] = rings(line)
        # The middle of a step: corners may lie on the outline itself.
        middle = len(corners) // 2
        (x1, y1), (x2, y2) = corners[middle - 1 : middle + 1] if middle else corners * 2
        if is_inside((x1 + x2) / 2, (y1 + y2) / 2, area):
            kept.append(line)
    return "".join(kept)


def borders_in(borders, frame):
    """Return the lines of a path of borders that may be seen in a Frame, as a path."""
    return "".join(line for line in _LINE.findall(borders) if frame_of([line]).meets(frame))
