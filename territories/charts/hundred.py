"""The departments of the country, on a wide screen and on a phone."""

from dataclasses import dataclass

from cress.charts.caption import Caption
from territories.charts.histogram import PHONE, PRINT, WIDE, Histogram, draw_histogram
from territories.charts.shares import ShareCounts

MOST_SIGNS = (80, 200)  # of a finding, of its words, that stand in a drawing
LEAST_HEIGHT = 250  # of a drawing in which they do


@dataclass(frozen=True)
class Hundred:
    """
    The departments of the country, for a wide screen and for a phone.

    `finding` is the title of the chart, computed from its data, and `words` the sentences under it.
    """

    shares: ShareCounts
    wide: Histogram
    phone: Histogram
    caption: Caption
    finding: str = ""
    words: tuple[str, ...] = ()

    @property
    def is_inside(self):
        """Whether the finding and its words stand in the empty side of the wide drawing."""
        lengths = [len(self.finding), sum(map(len, self.words))]
        fits = all(length <= most for length, most in zip(lengths, MOST_SIGNS, strict=True))
        return fits and self.wide.has_room and self.wide.base >= LEAST_HEIGHT

    @property
    def printed(self):
        """The Histogram of a sheet of paper, with larger texts."""
        return draw_histogram(self.shares, PRINT)


def draw_hundred(shares, caption, finding="", words=()):
    """Return the Hundred of ShareCounts, or None without a department."""
    if not shares.columns:
        return None
    wide, phone = draw_histogram(shares, WIDE), draw_histogram(shares, PHONE)
    return Hundred(shares, wide, phone, caption, finding, tuple(words))
