"""Dots: where they stand, and the one SVG path that draws them all."""

from math import cos, pi, sin, sqrt

GOLDEN_ANGLE = pi * (3 - sqrt(5))  # about 137.5°


def dot_path(points):
    """
    Return one SVG path that draws a dot at each (x, y), to a tenth of a unit.

    A dot is a line of no length with round ends, as wide as the path's stroke: a thousand dots are
    one element. A move is relative where that is shorter. A path of one dot has the least length:
    some readers of PDF files draw nothing for a path without any.
    """
    written, x, y = [], 0, 0
    for next_x, next_y in points:
        next_x, next_y = round(next_x * 10), round(next_y * 10)
        moves = [_move("M", next_x, next_y), _move("m", next_x - x, next_y - y)]
        written.append(min(moves if written else moves[:1], key=len))
        x, y = next_x, next_y
    return "".join(written) if len(written) != 1 else f"{written[0][:-1]}.01"


def _move(letter, x, y):
    """Return a move, in tenths of a unit, and a dot there."""
    x, y = f"{x / 10:g}", f"{y / 10:g}"
    return f"{letter}{x}{'' if y.startswith('-') else ' '}{y}h0"


def snake(points, band):
    """Return the points row by row, rows `band` high, back and forth: the moves are short."""
    rows = {}
    for x, y in points:
        rows.setdefault(int(y // band), []).append((x, y))
    return [
        point
        for n, (_, row) in enumerate(sorted(rows.items()))
        for point in sorted(row, reverse=bool(n % 2))
    ]


def sunflower(count, radius):
    """
    Return `count` points spread evenly over a disc, from its middle outwards, as a sunflower does.

    They are centred on (0, 0) and in whole units.
    """
    spiral = [(radius * sqrt((n + 0.5) / count), n * GOLDEN_ANGLE) for n in range(count)]
    points = [(r * cos(angle), r * sin(angle)) for r, angle in spiral]
    if not points:
        return []
    # A few dots of a spiral lean to one side.
    middle_x, middle_y = ((min(side) + max(side)) / 2 for side in zip(*points, strict=True))
    return [(round(x - middle_x), round(y - middle_y)) for x, y in points]
