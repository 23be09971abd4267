"""Every pair of text and ground of the design reaches the contrast it needs."""

import re

import pytest
from django.conf import settings

RUNNING_TEXT, OTHER_TEXT = 7, 4.5

PAIRS = [
    ("ink", "paper", RUNNING_TEXT),
    ("ink", "sheet", RUNNING_TEXT),
    ("ink-soft", "paper", RUNNING_TEXT),
    ("ink-soft", "sheet", RUNNING_TEXT),
    ("ink", "teal-1", RUNNING_TEXT),
    ("ink", "teal-2", OTHER_TEXT),
    ("ink", "ochre", OTHER_TEXT),
    ("sheet", "teal", RUNNING_TEXT),
    ("sheet", "ink", RUNNING_TEXT),
    ("teal", "paper", OTHER_TEXT),
    ("teal", "sheet", OTHER_TEXT),
    ("terracotta", "paper", OTHER_TEXT),
    ("terracotta", "sheet", OTHER_TEXT),
    ("leaf", "paper", OTHER_TEXT),
    ("leaf", "sheet", OTHER_TEXT),
    ("plum", "paper", OTHER_TEXT),
    ("plum", "sheet", OTHER_TEXT),
]


def luminance(colour):
    """Relative luminance of « #rrggbb », as WCAG 2.2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    lighter, darker = sorted([luminance(one), luminance(other)], reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
def test_text_stands_out_from_its_ground(text, ground, least):
    css = (settings.BASE_DIR / "static" / "css" / "site.css").read_text()
    tokens = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css))

    assert contrast(tokens[text], tokens[ground]) >= least
