"""The departments of the country in a histogram of dots: one dot, one department."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from cress.base.text.numbers import format_figure
from cress.base.text.typography import french
from cress.charts.dots import dot_path
from cress.charts.labels import Label, anchored, spread, text_width, wrapped
from cress.charts.scale import HALF, Scale, floor_to, short

GAP = 16  # between two blocks of names
TICK_STEPS = [Decimal(step) for step in ["2.5", "5", "10", "20", "50"]]
# Columns that are empty between the others and those that the phone leaves out.
FAR = 10


@dataclass(frozen=True)
class Form:
    """The measures of a histogram, in the units of its drawing, which is `width` wide."""

    width: int
    margin: int
    column: float
    radius: float
    text: int
    least_tick: int  # between two labels of the axis
    leaves_outliers: bool = False

    @property
    def room(self):
        """The number of columns."""
        return int((self.width - 2 * self.margin) / self.column)


WIDE = Form(width=1176, margin=24, column=24, radius=8.6, text=15, least_tick=60)
PRINT = replace(WIDE, text=21, least_tick=80)
PHONE = Form(350, margin=1, column=11.6, radius=4.6, text=13, least_tick=50, leaves_outliers=True)


@dataclass(frozen=True)
class Bracket:
    """A bracket under the columns of some departments, above their names."""

    left: float
    right: float
    y: float
    is_leader: bool = False  # a line to the name of a single column

    @property
    def centre(self):
        return round((self.left + self.right) / 2, 1)

    @property
    def path(self):
        if self.is_leader:
            return f"M{self.centre:g} {self.y:g}v16"
        stem = f"M{self.centre:g} {self.y + 8:g}v8"
        return f"M{self.left:g} {self.y:g}v8H{self.right:g}v-8{stem}"


@dataclass(frozen=True)
class Histogram:
    """The content of a histogram, for its template."""

    width: int
    height: float
    base: float  # the ordinate of the axis
    text: int
    radius: float
    dots: str  # the path of the departments that have no name
    rings: list[tuple[float, float]]
    ticks: list[tuple[float, Label]]
    total: int
    outside: str  # a sentence about those that are not drawn
    outside_count: int
    alt: str
    has_room: bool  # above the columns of the right half: a title may stand there
    focus: tuple[float, float] | None = None
    reference: tuple[float, Label] | None = None
    brackets: list[Bracket] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    highest: Label | None = None

    @property
    def dot_width(self):
        return round(self.radius * 2, 1)

    @property
    def ring_width(self):
        return round(self.radius * 0.45, 1)

    @property
    def ring_radius(self):
        """The radius of the middle of a ring's line: a ring is as wide as a dot."""
        return round(self.radius - self.ring_width / 2, 1)

    @property
    def focus_radius(self):
        return round(self.radius + 1.5, 1)


def draw_histogram(shares, form=WIDE):
    """Return the Histogram of ShareCounts, or None without a department."""
    if not shares.columns:
        return None
    columns, left_out = _drawn_columns(shares, form)
    low, high = _axis(columns, form.room)
    form = _narrowed(form, int((high - low) / HALF))
    scale = Scale(low, high, form.margin, form.margin + form.column * int((high - low) / HALF))
    tallest = max(columns.values())
    pitch = round(min(form.column, 16 * form.column / tallest), 1)
    top = 3 * form.text
    base = round(top + tallest * pitch + form.text / 3, 1)

    plain, named = [], []
    waiting = [share for share in shares.named if floor_to(share.value, HALF) in columns]
    for bound, count in columns.items():
        x = round(scale.at(bound) + form.column / 2, 1)
        stack = [(x, round(base - form.text / 3 - (n + 0.5) * pitch, 1)) for n in range(count)]
        its_names = [share for share in waiting if floor_to(share.value, HALF) == bound]
        named += zip(its_names, stack, strict=False)
        plain += stack[len(its_names) :]
    focus = next((place for share, place in named if share == shares.focus), None)
    rings = [place for share, place in named if share != shares.focus]
    brackets, labels, height = _names(shares, waiting, scale, form, base)
    return Histogram(
        width=form.width,
        height=height,
        base=base,
        text=form.text,
        radius=round(form.radius * pitch / form.column, 1),
        dots=dot_path(plain),
        rings=rings,
        focus=focus,
        ticks=_ticks(scale, form, base),
        reference=_reference(shares.reference, scale, form),
        highest=_highest(shares, columns, scale, form, base, pitch),
        brackets=brackets,
        labels=labels,
        total=shares.total,
        outside=_outside(shares, left_out, high),
        outside_count=sum(left_out.values()),
        alt=_alt(shares),
        has_room=all(
            count * 3 <= tallest
            for bound, count in columns.items()
            if scale.at(bound) > form.width / 2
        ),
    )


def _drawn_columns(shares, form):
    """Return the columns that are drawn, and those that a phone says in words."""
    bounds = list(shares.columns)
    cut = len(bounds)
    if form.leaves_outliers:
        far = [n for n in range(1, cut) if bounds[n] - bounds[n - 1] > FAR * HALF]
        cut = next((n for n in far if n * 2 > len(bounds)), cut)
    drawn = {bound: shares.columns[bound] for bound in bounds[:cut]}
    return drawn, {bound: shares.columns[bound] for bound in bounds[cut:]}


def _axis(columns, room):
    """Return the ends of the axis, in per cent: all the columns, and as many as there is room."""
    low, high = min(columns), max(columns) + HALF
    high = max(high, min(low + room * HALF, Decimal(100)))
    return min(low, max(high - room * HALF, Decimal(0))), high


def _narrowed(form, count):
    """Return the form with columns that are narrow enough for their number."""
    if count <= form.room:
        return form
    column = round((form.width - 2 * form.margin) / count, 1)
    column = column if column * count <= form.width - 2 * form.margin else column - 0.1
    return replace(form, column=column, radius=form.radius * column / form.column)


def _ticks(scale, form, base):
    """Return [(x, its label or None)] on the axis."""
    unit = (scale.end - scale.start) / float(scale.high - scale.low)
    step = next(
        (step for step in TICK_STEPS if float(step) * unit >= form.least_tick), TICK_STEPS[-1]
    )
    y = round(base + form.text * 1.5, 1)
    return [
        (
            scale.at(tick),
            anchored(scale.at(tick), y, format_figure(short(tick), "%"), form.text, 0, form.width),
        )
        for tick in scale.ticks(step)
    ]


def _reference(share, scale, form):
    """Return (x, label) of the country's line, or None where it is not on the axis."""
    if share is None or not scale.low <= share.value <= scale.high:
        return None
    x, text = scale.at(share.value), french(f"{share.name} : {format_figure(share.value, '%')}")
    fits = x - 8 - text_width(text, form.text) >= 0
    at, anchor = (x - 8, "end") if fits else (x + 8, "start")
    return x, Label(round(at, 1), form.text, text, form.text, anchor)


def _highest(shares, columns, scale, form, base, pitch):
    """Return the label of the highest share, above the columns; None where the axis names it."""
    share = shares.highest
    if share is None or form.leaves_outliers or share in shares.named:
        return None
    bound = floor_to(share.value, HALF)
    if bound not in columns:
        return None
    x = scale.at(bound) + form.column / 2
    label = anchored(x, 0, str(share), form.text, 0, form.width)
    under = [
        count
        for other, count in columns.items()
        if scale.at(other) < label.box.right and scale.at(other) + form.column > label.box.left
    ]
    return replace(label, y=round(base - form.text * 0.8 - max(under) * pitch, 1))


def _names(shares, named, scale, form, base):
    """Return the brackets and the names under the axis, and the height of the drawing."""
    y, line = round(base + form.text * 2, 1), round(form.text * 1.4, 1)
    if shares.focus in named:
        groups = [[shares.focus]]
    else:
        groups = _groups(named, scale, form, y) if named else []
    brackets, labels = [], []
    for bracket, left, width, lines in _blocks(groups, scale, form, y):
        # A block that is pushed to one side is aligned with the side of its bracket.
        lean = left + width / 2 - bracket.centre
        anchor = "middle" if abs(lean) < 1 else "start" if lean > 0 else "end"
        x = left + {"start": 0, "middle": width / 2, "end": width}[anchor]
        first = y + form.text * 2.2
        labels += [
            Label(round(x, 1), round(first + n * line, 1), text, form.text, anchor)
            for n, text in enumerate(lines)
        ]
        brackets.append(replace(bracket, is_leader=groups == [[shares.focus]]))
    lowest = max((label.box.bottom for label in labels), default=y)
    return brackets, labels, round(lowest + 2)


def _groups(named, scale, form, y):
    """
    Group the shares whose columns touch, then those whose names have no room of their own.

    The names of a group stand under the middle of its bracket, at least in part.
    """
    groups = []
    for share in sorted(named, key=lambda share: (share.value, share.name)):
        bound = floor_to(share.value, HALF)
        if groups and bound - floor_to(groups[-1][-1].value, HALF) <= HALF:
            groups[-1].append(share)
        else:
            groups.append([share])
    while len(groups) > 1:
        blocks = _blocks(groups, scale, form, y)
        astray = next(
            (
                n
                for n, (bracket, left, width, _) in enumerate(blocks)
                if not left <= bracket.centre <= left + width <= form.width
            ),
            None,
        )
        if astray is None:
            break
        other = max(astray - 1, 0)
        groups[other : other + 2] = [groups[other] + groups[other + 1]]
    return groups


def _blocks(groups, scale, form, y):
    """Return (bracket, left edge, width, lines) of the names of each group."""
    brackets, texts = [], []
    for group in groups:
        bounds = [floor_to(share.value, HALF) for share in group]
        left, right = scale.at(min(bounds)), scale.at(max(bounds)) + form.column
        brackets.append(Bracket(round(left + 2, 1), round(right - 2, 1), y))
        most = form.width / min(len(groups), 2) - GAP
        texts.append([line for share in group for line in wrapped(str(share), form.text, most)])
    widths = [max(text_width(line, form.text) for line in lines) for lines in texts]
    centres = [bracket.centre for bracket in brackets]
    lefts = spread(centres, widths, 0, form.width, GAP)
    return list(zip(brackets, lefts, widths, texts, strict=True))


def _outside(shares, left_out, high):
    """Return a sentence about the departments that are not drawn, or nothing."""
    count = sum(left_out.values())
    if not count:
        return ""
    if count == 1 and shares.highest and floor_to(shares.highest.value, HALF) in left_out:
        return french(f"Hors du dessin : {shares.highest}.")
    end = format_figure(short(high), "%")
    many = "un département" if count == 1 else f"{count} départements"
    return french(f"Hors du dessin : {many} à plus de {end}.")


def _alt(shares):
    low, high = min(shares.columns), max(shares.columns) + HALF
    known = [shares.reference, *shares.named, shares.highest]
    names = " ; ".join(dict.fromkeys(str(share) for share in known if share))
    return french(
        f"{shares.total} points, un par département, rangés par demi-point, "
        f"de {format_figure(short(low))} à {format_figure(short(high), '%')}"
        + (f" : {names}." if names else ".")
    )
