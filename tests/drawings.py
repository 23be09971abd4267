"""What a test measures in a drawing: the dots of its paths, boxes that meet."""

import re
from itertools import combinations

_MOVE = re.compile(r"([Mm])(-?[\d.]+)\s?(-?[\d.]+)h(?:0|\.01)")


def dots_of(path):
    """Return the (x, y) of each dot of a path that dot_path wrote; it holds nothing else."""
    x = y = 0
    dots = []
    assert _MOVE.sub("", path) == ""
    assert ".01" in path if len(_MOVE.findall(path)) == 1 else ".01" not in path
    for letter, right, down in _MOVE.findall(path):
        origin = (0, 0) if letter == "M" else (x, y)
        x, y = round(origin[0] + float(right), 1), round(origin[1] + float(down), 1)
        dots.append((x, y))
    return dots


def overlapping(labels):
    """Return the pairs of texts whose boxes meet."""
    return [
        (one.text, other.text) for one, other in combinations(labels, 2) if one.box.meets(other.box)
    ]
