"""What a histogram of the country's departments is drawn from."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from cress.base.text.numbers import format_figure
from cress.charts.scale import HALF, floor_to


@dataclass(frozen=True)
class NamedShare:
    """A share in per cent, with the name of its territory and the decimals of its source."""

    name: str
    value: Decimal

    def __str__(self):
        return f"{self.name} {format_figure(self.value, '%')}"


@dataclass(frozen=True)
class ShareCounts:
    """
    How many departments have a share in each half point.

    `counts` is {the lower bound of the half point, in per cent: departments}. `home` are those of
    the home region, `focus` the one that a page is about. `reference` is the country's share.
    `highest` is the department with the highest share.
    """

    counts: dict[Decimal, int]
    home: tuple[NamedShare, ...] = ()
    focus: NamedShare | None = None
    reference: NamedShare | None = None
    highest: NamedShare | None = None

    @cached_property
    def columns(self):
        """{lower bound: departments}, from the lowest to the highest, the empty ones left out."""
        counts = Counter({Decimal(low): count for low, count in self.counts.items()})
        # A dot for each department that has a name, even where the counts forget it.
        for low, named in Counter(floor_to(share.value, HALF) for share in self.named).items():
            counts[low] = max(counts[low], named)
        return {low: counts[low] for low in sorted(counts) if counts[low]}

    @property
    def named(self):
        """The departments of the home region, the one in focus first."""
        others = [share for share in self.home if share != self.focus]
        return [*([self.focus] if self.focus else []), *others]

    @property
    def total(self):
        """The number of departments."""
        return sum(self.columns.values())
