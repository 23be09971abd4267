"""Classes of a map: few groups of near values, with their true bounds."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from statistics import mean

from cress.base.text.numbers import format_figure
from cress.base.text.typography import french

MOST_CLASSES = 3  # departments differ too little for more
# Percentage points: shares that are less far apart are never in two classes.
NEAR = Decimal("0.1")
# {number of classes: their shades}: two classes take the palest and the darkest.
_SHADES = {1: [1], 2: [1, 3], 3: [1, 2, 3]}


@dataclass(frozen=True)
class LegendEntry:
    """A class: its shade, and the lowest and the highest share in per cent that it holds."""

    shade: int
    lowest: Decimal
    highest: Decimal
    fill: str = ""  # the name of its colour in the palette

    @property
    def text(self):
        """Its bounds: « de 9,80 à 9,90 % », or « 10,79 % »."""
        highest = format_figure(self.highest, "%")
        if self.lowest == self.highest:
            return highest
        return french(f"de {format_figure(self.lowest)} à {highest}")


def natural_groups(values):
    """
    Return the values in at most MOST_CLASSES groups, sorted; equal values count once.

    The groups are natural breaks (Jenks): those in which values are least spread around the mean
    of their group. Equal intervals would part 11,20 from 11,19. Values closer than NEAR stay
    together, since a break between them would show a difference that is none.
    """
    blocks = []
    for value in sorted(set(values)):
        if blocks and value - blocks[-1][-1] < NEAR:
            blocks[-1].append(value)
        else:
            blocks.append([value])
    if len(blocks) <= MOST_CLASSES:
        return blocks
    breaks = combinations(range(1, len(blocks)), MOST_CLASSES - 1)
    candidates = (_joined(blocks, [0, *cuts, len(blocks)]) for cuts in breaks)
    return min(candidates, key=lambda groups: sum(map(_spread, groups)))


def _joined(blocks, bounds):
    return [sum(blocks[low:high], []) for low, high in zip(bounds, bounds[1:], strict=False)]


def _spread(group):
    middle = mean(group)
    return sum((value - middle) ** 2 for value in group)


def shades(shares):
    """Return {share: its shade}, from 1 for the lowest to MOST_CLASSES."""
    groups = natural_groups(shares)
    return {
        share: shade
        for shade, group in zip(_SHADES.get(len(groups), []), groups, strict=True)
        for share in group
    }


def legend_of(shade_of, hue):
    """Return a LegendEntry for each shade of {share: shade} that is used, in that hue."""
    entries = []
    for shade in sorted(set(shade_of.values())):
        shares = [share for share, other in shade_of.items() if other == shade]
        entries.append(LegendEntry(shade, min(shares), max(shares), f"map-{hue}-{shade}"))
    return entries
