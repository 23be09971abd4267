"""Rows of marks on a scale: two measures, three vintages, a share against those of others."""

from dataclasses import dataclass, replace
from decimal import Decimal

from cress.base.text.numbers import format_number
from cress.charts.caption import Caption
from cress.charts.scale import Scale, bounds
from territories.figures import EMPLOYEES, ESTABLISHMENTS
from territories.models import Territory
from territories.words import at_the_coarser

HEIGHT = 24
MARGIN = 11  # half of the widest mark, and its line
WIDTH, LONG = 280, 480  # of a strip between columns, of one under a row
SIDE, FRAME = 14, 19  # of a square, of the frame of a square around a disc
SHAPES = {EMPLOYEES: "circle", ESTABLISHMENTS: "square"}
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Mark:
    """
    A mark on a strip.

    Its shape is « circle », « ring », « square », « hollow-square », « frame » (around another
    mark) or « tick ». Its kind gives its colour: the hue of a measure, « focus », or ink.
    """

    x: float
    shape: str
    kind: str = "ink"
    y: float = HEIGHT / 2

    @property
    def side(self):
        return FRAME if self.shape == "frame" else SIDE

    @property
    def left(self):
        return round(self.x - self.side / 2, 1)

    @property
    def top(self):
        return self.y - self.side / 2

    @property
    def key(self):
        """A Strip of this mark alone, for a legend."""
        return Strip(HEIGHT, (replace(self, x=HEIGHT / 2),), has_line=False)


@dataclass(frozen=True)
class Strip:
    """Marks on a line, `width` units wide; a tie joins the first of them to the last."""

    width: int
    marks: tuple[Mark, ...]
    has_line: bool = True
    has_tie: bool = False
    height: int = HEIGHT

    @property
    def tie(self):
        """The ends of the tie, or None."""
        places = [mark.x for mark in self.marks]
        return (min(places), max(places)) if self.has_tie and len(places) > 1 else None


def _scale(values, width):
    """Return the Scale of all the known values, on a strip; None without one."""
    known = [value for value in values if value is not None]
    return Scale(*bounds(known), MARGIN, width - MARGIN) if known else None


# Two measures of several territories


@dataclass(frozen=True)
class MeasuredTerritory:
    """A row of the table: the two shares in per cent, or None, and their marks."""

    territory: Territory
    employees: Decimal | None
    establishments: Decimal | None
    strip: Strip
    map_class: str  # its class on the map beside the table, « teal-1 », or nothing

    @property
    def is_reference(self):
        return not self.territory.is_department


@dataclass(frozen=True)
class TwoMeasures:
    """The table of territories on two measures; `low` and `high` are the ends of its scale."""

    rows: list[MeasuredTerritory]
    low: Decimal | None
    high: Decimal | None
    keys: tuple[Strip, Strip]  # the marks of employees and establishments, for the headings
    caption: Caption | None


def draw_two_measures(rows, caption=None, map_classes=None):
    """
    Return the TwoMeasures of (territory, Statistic or None) pairs of one source.

    `map_classes` is {code of a territory: its class on the map}. A mark of the region is hollow.
    """
    shares = [
        (territory, EMPLOYEES.of(statistic), ESTABLISHMENTS.of(statistic))
        for territory, statistic in rows
    ]
    scale = _scale([value for _, *values in shares for value in values], WIDTH)
    return TwoMeasures(
        rows=[
            MeasuredTerritory(
                territory,
                employees,
                establishments,
                Strip(WIDTH, _marks(territory, employees, establishments, scale), has_tie=True),
                (map_classes or {}).get(territory.code, ""),
            )
            for territory, employees, establishments in shares
        ],
        low=scale and scale.low,
        high=scale and scale.high,
        keys=tuple(
            Mark(0, SHAPES[measure], measure.hue).key for measure in [EMPLOYEES, ESTABLISHMENTS]
        ),
        caption=caption,
    )


def _marks(territory, employees, establishments, scale):
    """Return the marks of a row, the circle on the square where they meet."""
    shapes = ["square", "circle"] if territory.is_department else ["hollow-square", "ring"]
    values = [(establishments, ESTABLISHMENTS.hue), (employees, EMPLOYEES.hue)]
    return tuple(
        Mark(scale.at(value), shape, kind)
        for shape, (value, kind) in zip(shapes, values, strict=True)
        if value is not None
    )


# One measure over several vintages


@dataclass(frozen=True)
class NamedSeries:
    """The shares of a territory in per cent, {vintage: share}, of one series, from the oldest."""

    name: str
    shares: dict[str, Decimal]
    kind: str = "ink"  # of its marks: « focus » for the territory of the page


@dataclass(frozen=True)
class ChangeRow:
    """A row: a share in each vintage, or None; the gain from the first vintage to the last."""

    name: str
    values: list[Decimal | None]
    gain: str
    strip: Strip


@dataclass(frozen=True)
class Changes:
    """Shares of territories over the vintages of one series, on one scale."""

    vintages: list[tuple[str, Strip]]  # each with its mark
    rows: list[ChangeRow]
    low: Decimal
    high: Decimal
    caption: Caption

    @property
    def column_count(self):
        """The columns of its table: the name, the vintages, the gain."""
        return len(self.vintages) + 2


def draw_changes(series, caption):
    """Return the Changes of NamedSeries, or None where fewer than two vintages are known."""
    # In the order of the fullest series: « fin 2018 » comes before « 2023 ».
    by_length = sorted(series, key=lambda line: len(line.shares), reverse=True)
    vintages = list(dict.fromkeys(vintage for line in by_length for vintage in line.shares))
    if len(vintages) < 2:
        return None
    scale = _scale([share for line in series for share in line.shares.values()], LONG)
    shapes = dict.fromkeys(vintages, "circle") | {vintages[0]: "ring", vintages[-1]: "frame"}
    return Changes(
        vintages=[(vintage, Mark(0, shapes[vintage]).key) for vintage in vintages],
        rows=[
            ChangeRow(
                line.name,
                [line.shares.get(vintage) for vintage in vintages],
                gain(line.shares.get(vintages[0]), line.shares.get(vintages[-1])),
                Strip(
                    LONG,
                    tuple(
                        Mark(scale.at(line.shares[vintage]), shapes[vintage], line.kind)
                        for vintage in vintages
                        if vintage in line.shares
                    ),
                    has_tie=True,
                ),
            )
            for line in series
        ],
        low=scale.low,
        high=scale.high,
        caption=caption,
    )


def gain(before, now):
    """
    Return the change of a share in points, with its sign: « +0,7 ».

    It has the precision of the poorer share. It is empty if a share is not known.
    """
    if before is None or now is None:
        return ""
    before, now = at_the_coarser(before, now)
    change = now - before
    sign = "+" if change > 0 else MINUS if change < 0 else ""
    return f"{sign}{format_number(abs(change))}"


# One share against those of others


@dataclass(frozen=True)
class Against:
    """A share and its references on one strip; `legend` is [(key, name, share)]."""

    strip: Strip
    legend: list[tuple[Strip, str, Decimal]]
    low: Decimal
    high: Decimal
    caption: Caption


def draw_against(measure, name, share, references, caption):
    """
    Return the Against of a Measure's share of a territory and of [(name, share or None)], or None.

    The first reference, the region, is hollow; the next, the country, is a tick.
    """
    if share is None:
        return None
    hollow = {"circle": "ring", "square": "hollow-square"}[SHAPES[measure]]
    shapes = [SHAPES[measure], hollow, "tick"]
    known = [
        (Mark(0, shape, measure.hue if shape != "tick" else "ink"), label, value)
        for shape, (label, value) in zip(shapes, [(name, share), *references], strict=False)
        if value is not None
    ]
    scale = _scale([value for *_, value in known], LONG)
    # The share of the territory is drawn last, over the others.
    marks = tuple(replace(mark, x=scale.at(value)) for mark, _, value in reversed(known))
    return Against(
        Strip(LONG, marks),
        [(mark.key, label, value) for mark, label, value in known],
        scale.low,
        scale.high,
        caption,
    )
