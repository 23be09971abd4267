"""Names on a map: each beside its point, apart from the others and out of the crowd of dots."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from cress.charts.labels import Box, text_width

_SECOND = 0.84  # the size of a second line


@dataclass(frozen=True)
class MapLabel:
    """
    One or two lines of text: the name of a place, and under it what it belongs to.

    (x, y) is the baseline of the first line; `leader` is the path of the line from the point.
    """

    x: float
    y: float
    anchor: str
    lines: tuple[str, ...]
    size: float
    box: Box
    leader: str = ""

    @property
    def rows(self):
        """(text, ordinate, size) of each line: the second is smaller."""
        return [
            (
                text,
                round(self.y + n * self.size * 1.15, 1),
                round(self.size * (_SECOND if n else 1), 1),
            )
            for n, text in enumerate(self.lines)
        ]


def label_at(x, y, anchor, lines, size):
    """Return the MapLabel whose block of lines is centred on the ordinate y."""
    height = size * (1.15 * len(lines))
    width = max(text_width(text, size * (_SECOND if n else 1)) for n, text in enumerate(lines))
    left = x - {"start": 0, "middle": width / 2, "end": width}[anchor]
    box = Box(left, y - height / 2, left + width, y + height / 2)
    baseline = box.top + size * 0.88
    return MapLabel(round(x, 1), round(baseline, 1), anchor, tuple(lines), size, box)


def beside(x, y, gap, lines, size):
    """Yield the labels that may stand close to a point, the best first; `gap` is its radius."""
    half = size * 0.6 * len(lines)
    for dx, dy, anchor in [
        (gap, 0, "start"),
        (-gap, 0, "end"),
        (0, -gap - half, "middle"),
        (0, gap + half, "middle"),
        (gap * 0.7, -gap - half, "start"),
        (gap * 0.7, gap + half, "start"),
        (-gap * 0.7, -gap - half, "end"),
        (-gap * 0.7, gap + half, "end"),
    ]:
        yield label_at(x + dx, y + dy, anchor, lines, size)


class Crowd:
    """Points on the map, to count those that a label hides; sorted, for there are many labels."""

    def __init__(self, points):
        self._points = sorted(points)
        self._xs = [x for x, _ in self._points]

    def under(self, box, margin=0):
        """Return how many points a box covers, or nearly."""
        low = bisect_left(self._xs, box.left - margin)
        high = bisect_right(self._xs, box.right + margin)
        top, bottom = box.top - margin, box.bottom + margin
        return sum(top <= y <= bottom for _, y in self._points[low:high])
