"""
The plate of an enterprise: its headcount in dots on its sector's ground, one dot a person.

It stands where a photo is missing, on the pages, in the PDFs and on the shared pictures.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

from cress.base.text.numbers import format_number
from cress.base.text.typography import french
from cress.charts.caption import Caption
from cress.charts.dots import dot_path, snake, sunflower
from cress.charts.labels import Label, text_width, wrapped
from cress.charts.scale import round_half_up

# Of the sunflower: the widest dots stay within a square of 1 000 units around (0, 0).
RADIUS = 428
WIDEST_DOT = 190
RING_HOLE = 0.76  # of the width of a dot
MOST_DOTS = 1500  # above, one dot stands for ten people
MANY = 10
PLACE_SIZE, PLACE_BOX = 100, 1050  # of the name of a place, and the width of its box
SAME_SOURCES = 2  # that a caption names

_YEAR = re.compile(r"(?P<source>.+), (?P<year>(?:19|20)[0-9]{2}|année non précisée)")
_PER_DOT = {1: "une personne", MANY: "dix personnes"}


@dataclass(frozen=True)
class DotGroup:
    """Dots of one kind: « certain », or hollow: « possible » (up to), « associated »."""

    kind: str
    count: int
    path: str

    @property
    def is_hollow(self):
        return self.kind != "certain"


@dataclass(frozen=True)
class Plate:
    """The content of a plate, for its template. `words` say its number, as its source does."""

    ground: str
    number: str  # at the foot: « 788 », « 10 à 19 », « 5 + 125 », or the name of the commune
    words: str
    is_place: bool = False  # no headcount in numbers: the place is named instead
    groups: tuple[DotGroup, ...] = ()
    people_per_dot: int = 1
    source: str = ""

    @property
    def dot_count(self):
        return sum(group.count for group in self.groups)

    @property
    def dot_width(self):
        """The width of a dot: the more dots, the finer."""
        return min(WIDEST_DOT, round(1.28 * RADIUS / sqrt(max(self.dot_count, 1))))

    @property
    def hole_width(self):
        return round(self.dot_width * RING_HOLE)

    @property
    def number_width(self):
        """About how wide the number is at size 100; figures of the display face are wide."""
        return round(text_width(self.number, 100) * 1.2)

    @property
    def place_labels(self):
        """The name of a place without a headcount, line by line, in a box PLACE_BOX wide."""
        lines = wrapped(self.number, PLACE_SIZE, PLACE_BOX * 0.85)  # the display face is wide
        line = PLACE_SIZE * 1.15
        return [
            Label(0, round((n + 0.8) * line), text, PLACE_SIZE, "start")
            for n, text in enumerate(lines)
        ]

    @property
    def place_box(self):
        """The width and the height of the box of a place's name."""
        return PLACE_BOX, round(len(self.place_labels) * PLACE_SIZE * 1.15)

    @property
    def is_mixed(self):
        """Whether a distinct few, the employees, stand among associated people."""
        return any(group.kind == "associated" for group in self.groups)

    @property
    def dot_words(self):
        """What a dot stands for, in words."""
        return _PER_DOT[self.people_per_dot]

    @property
    def alt(self):
        if self.is_place:
            return french(f"{self.number} : {self.words or 'effectif non connu'}")
        return french(f"{self.words} : un point, {self.dot_words}") if self.groups else self.words

    @property
    def caption(self):
        """The Caption of this plate alone, or None without a headcount."""
        return plates_caption([self])


def plate_of(enterprise):
    """
    Return the Plate of an enterprise.

    The employees that its source is certain of are full, those that it allows are rings, and so
    are the people associated with it. Without a known headcount, it has no dot, and the name of
    the place instead of the number.
    """
    least, most = enterprise.headcount_min, enterprise.headcount_max
    associated = enterprise.associated_count or 0
    ground = enterprise.sector.ground
    if least is None and not associated:
        return Plate(ground, enterprise.place, enterprise.headcount_as_printed, is_place=True)
    people_per_dot = 1 if (most or 0) + associated <= MOST_DOTS else MANY
    certain, possible, others = (
        round_half_up(people / people_per_dot) for people in [least or 0, most or 0, associated]
    )
    return Plate(
        ground,
        _number(least, most, associated),
        enterprise.headcount_as_printed or enterprise.headcount_in_numbers,
        groups=_groups(certain, possible - certain, others),
        people_per_dot=people_per_dot,
        source=enterprise.headcount_source,
    )


def _number(least, most, associated):
    """Return the number of a plate: « 788 », « 10 à 19 », « 5 + 125 »."""
    space = "\N{NO-BREAK SPACE}"
    if least is None:
        return format_number(associated)
    numbers = [format_number(n) for n in dict.fromkeys([least, most])]
    employees = f"{space}à{space}".join(numbers)
    return f"{employees}{space}+{space}{format_number(associated)}" if associated else employees


@lru_cache(maxsize=500)  # the bands of Sirene recur all along the directory
def _groups(certain, possible, associated):
    """Return the DotGroups of these counts, the first in the middle of the sunflower."""
    counts = {"certain": certain, "possible": possible, "associated": associated}
    total = sum(counts.values())
    points, groups, first = sunflower(total, RADIUS), [], 0
    for kind, count in counts.items():
        if count:
            band = 1.6 * RADIUS / sqrt(total)
            path = dot_path(snake(points[first : first + count], band))
            groups.append(DotGroup(kind, count, path))
        first += count
    return tuple(groups)


def plates_caption(plates):
    """Return the Caption of plates that are shown together, or None without a headcount."""
    drawn = [plate for plate in plates if plate.groups]
    if not drawn:
        return None
    dots = [_PER_DOT[n] for n in sorted({plate.people_per_dot for plate in drawn})]
    sources = list(dict.fromkeys(filter(None, (plate.source for plate in drawn))))
    dated = [_YEAR.fullmatch(source) for source in sources]
    year = ""
    if len(sources) == 1 and dated[0]:
        sources = [dated[0]["source"]]
        year = dated[0]["year"] if dated[0]["year"].isdigit() else ""
    elif any(dated):
        year = "années dites par chaque source"
    kinds = {group.kind for plate in drawn for group in plate.groups}
    return Caption(
        dot=" ou ".join(dots),
        measure=f"effectif{_rings(kinds)}",
        year=year,
        source=", ".join(sources)
        if 0 < len(sources) <= SAME_SOURCES
        else "Sources sur la page de chaque entreprise",
    )


def _rings(kinds):
    """Return what a ring means among these kinds of dots, or nothing."""
    meanings = {"possible": "le haut de la fourchette", "associated": "une personne associée"}
    words = " ou ".join(meaning for kind, meaning in meanings.items() if kind in kinds)
    return f" (en cercle, {words})" if words else ""
