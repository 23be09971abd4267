"""A share of a thousand: 10,50 % are 105 dots of 1 000."""

from dataclasses import dataclass
from decimal import Decimal

from cress.base.text.numbers import format_number
from cress.charts.caption import Caption
from cress.charts.dots import dot_path
from cress.charts.scale import round_half_up

COLUMNS, ROWS = 50, 20  # a dot in each unit of the drawing
TOTAL = COLUMNS * ROWS


@dataclass(frozen=True)
class Thousand:
    """The content of the drawing: a grid that is filled column by column."""

    share: Decimal  # in per cent
    count: int  # of full dots
    caption: Caption
    full: str
    rest: str
    width: int = COLUMNS
    height: int = ROWS
    total: int = TOTAL

    @property
    def alt(self):
        return f"{format_number(self.count)} points pleins sur {format_number(TOTAL)}"


def draw_thousand(share, caption):
    """Return the Thousand of a share in per cent, rounded half up to a dot, or None without one."""
    if share is None:
        return None
    points = [(x + 0.5, y + 0.5) for x in range(COLUMNS) for y in range(ROWS)]
    count = round_half_up(share * TOTAL / 100)
    return Thousand(share, count, caption, dot_path(points[:count]), dot_path(points[count:]))
