"""
Sweeps of the editing room: every run takes one screen, WHOLE_MATRIX=1 takes them all.

Pages of visitors are always looked at on each of their screens.
"""

import os

# Widths in pixels, and colours; the first one is the hardest to fit.
EVERY_SCREEN = [(390, "dark"), (390, "light"), (1366, "light"), (1366, "dark")]


def one_or_all(cases):
    """Return the cases of a sweep that this run takes."""
    return cases if os.environ.get("WHOLE_MATRIX") else cases[:1]


SCREENS = one_or_all(EVERY_SCREEN)
