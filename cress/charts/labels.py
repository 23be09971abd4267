"""Labels of a chart: how wide they are, and how they are kept apart."""

from dataclasses import dataclass
from itertools import accumulate
from statistics import mean
from typing import NamedTuple

# Widths in em of the text face (Source Sans 3, semi-bold), rounded up; other signs are as `_USUAL`.
_USUAL = 0.57
_WIDTHS = {
    **dict.fromkeys("iljI.,:;'’ \u00a0", 0.29),
    "\u202f": 0.2,
    **dict.fromkeys("frt-", 0.38),
    **dict.fromkeys("cszkxyv0123456789", 0.53),
    **dict.fromkeys("CDGHNOQUR&BKÉ", 0.68),
    **dict.fromkeys("mMwW%œæŒ", 0.85),
}


class Box(NamedTuple):
    """A rectangle that nothing else may cover."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def around(cls, x, y, radius):
        """Return the square that just holds a circle."""
        return cls(x - radius, y - radius, x + radius, y + radius)

    def meets(self, other):
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


@dataclass(frozen=True)
class Label:
    """A line of text at (x, y), its baseline; `anchor` is SVG's text-anchor."""

    x: float
    y: float
    text: str
    size: float
    anchor: str = "middle"

    @property
    def box(self):
        """The Box of the text, by an estimate that is never too narrow in the text face."""
        width = text_width(self.text, self.size)
        left = self.x - {"start": 0, "middle": width / 2, "end": width}[self.anchor]
        return Box(left, self.y - self.size * 0.78, left + width, self.y + self.size * 0.24)


def text_width(text, size):
    """Return about how wide a text is, in the units of its size."""
    return round(sum(_WIDTHS.get(sign, _USUAL) for sign in text) * size, 1)


def wrapped(text, size, width):
    """Return the text in lines that are no wider than `width`; a word that is wider is cut."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if text_width(longer, size) <= width:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for sign in word:
            if text_width(lines[-1] + sign, size) > width and lines[-1]:
                lines.append("")
            lines[-1] += sign
    return lines


def anchored(x, y, text, size, low, high):
    """
    Return the Label of a text centred on x or, near an end of the drawing, as near as fits.

    The drawing runs from `low` to `high`.
    """
    half = text_width(text, size) / 2
    if x - half < low:
        return Label(low, y, text, size, "start")
    if x + half > high:
        return Label(high, y, text, size, "end")
    return Label(x, y, text, size)


def spread(centres, widths, low, high, gap):
    """
    Return the left edges of blocks in a row, each as near its centre as its neighbours allow.

    The centres are sorted. Blocks that would be less than `gap` apart move away from each other by
    the same distance; all stay from `low` to `high`, if there is room.
    """
    offsets = [0, *accumulate(width + gap for width in widths)]
    room = max(low, high - (offsets.pop() - gap))
    pools = []  # [where the blocks of a pool would begin the row, one wish a block]
    for centre, width, offset in zip(centres, widths, offsets, strict=True):
        pools.append([centre - width / 2 - offset])
        while len(pools) > 1 and mean(pools[-2]) > mean(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    starts = [min(max(low, mean(pool)), room) for pool in pools for _ in pool]
    return [round(start + offset, 1) for start, offset in zip(starts, offsets, strict=True)]
