"""The departments of the country, on a wide screen and on a phone."""

from dataclasses import dataclass

from cress.charts.caption import Caption
from territories.charts.histogram import PHONE, WIDE, Histogram, draw_histogram


@dataclass(frozen=True)
class Hundred:
    """
    The departments of the country, for a wide screen and for a phone.

    `finding` is the title of the chart, computed from its data, and `words` the sentences under it.
    """

    wide: Histogram
    phone: Histogram
    caption: Caption
    finding: str = ""
    words: tuple[str, ...] = ()


def draw_hundred(shares, caption, finding="", words=()):
    """Return the Hundred of ShareCounts, or None without a department."""
    if not shares.columns:
        return None
    wide, phone = draw_histogram(shares, WIDE), draw_histogram(shares, PHONE)
    return Hundred(wide, phone, caption, finding, tuple(words))
