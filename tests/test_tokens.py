"""Every pair of text and ground of the design reaches the contrast it needs."""

import re

import pytest
from django.conf import settings

from cress.base import palette
from policies.models import Lever

RUNNING_TEXT, OTHER_TEXT, SHAPE = 7, 4.5, 3
SCHEMES = ["light", "dark"]

PAIRS = [
    ("ink", "paper", RUNNING_TEXT),
    ("ink", "sheet", RUNNING_TEXT),
    ("ink-soft", "paper", RUNNING_TEXT),
    ("ink-soft", "sheet", RUNNING_TEXT),
    ("ink", "teal-1", RUNNING_TEXT),
    ("ink", "teal-2", OTHER_TEXT),
    ("on-ochre", "ochre", RUNNING_TEXT),
    ("on-action", "terracotta", OTHER_TEXT),
    ("on-map-3", "map-3", RUNNING_TEXT),
    ("on-deep", "deep", RUNNING_TEXT),
    ("on-deep", "night", RUNNING_TEXT),
    ("teal", "paper", OTHER_TEXT),
    ("teal", "sheet", OTHER_TEXT),
    ("terracotta", "paper", OTHER_TEXT),
    ("terracotta", "sheet", OTHER_TEXT),
    ("leaf", "paper", OTHER_TEXT),
    ("leaf", "sheet", OTHER_TEXT),
    ("plum", "paper", OTHER_TEXT),
    ("plum", "sheet", OTHER_TEXT),
]
# What is no text and must be seen: the classes of the map beside each other and the paper.
SHAPES = [("map-3", "teal-2"), ("map-3", "teal-1"), ("map-3", "paper")]


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


def tokens(scheme):
    """
    Return the colours by their names in that scheme.

    The dark one is the second block; what it does not name stays as in the light.
    """
    css = (settings.BASE_DIR / "static" / "css" / "site.css").read_text()
    light, dark = [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block.partition("@layer base")[0]))
        for block in css.split("(prefers-color-scheme: dark)")
    ]
    assert dark.keys() <= light.keys()
    return light if scheme == "light" else light | dark


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
def test_text_stands_out_from_its_ground(scheme, text, ground, least):
    colours = tokens(scheme)

    assert contrast(colours[text], colours[ground]) >= least


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("one", "other"), SHAPES)
def test_shapes_stand_out_from_each_other(scheme, one, other):
    colours = tokens(scheme)

    assert contrast(colours[one], colours[other]) >= SHAPE


def test_the_dark_scheme_draws_all_anew_but_ochre():
    light, dark = tokens("light"), tokens("dark")

    assert {name for name in light if dark[name] == light[name]} == {"ochre", "on-ochre"}


def test_the_palette_of_pictures_and_editions_is_that_of_the_style_sheet():
    css, dark = tokens("light"), tokens("dark")

    assert {name: css[name] for name in palette.LIGHT} == palette.LIGHT
    assert dark["paper"] == palette.DARK_PAPER
    assert [css[name] for name in ["line", "teal-1", "teal-2", "map-3"]] == palette.SHADES


def test_every_family_of_levers_has_its_colours():
    assert set(palette.THEMES) == set(palette.THEMES) == set(Lever.Theme.values)
    for colour in palette.THEMES.values():
        assert contrast(colour, palette.LIGHT["paper"]) >= OTHER_TEXT


def test_no_other_file_writes_a_colour_of_the_palette():
    """The base template and the mails cannot read the palette: their colours are compared."""
    colours = {*palette.LIGHT.values(), *palette.THEMES.values(), palette.DARK_PAPER}
    written = {}
    for path in sorted(settings.BASE_DIR.rglob("*")):
        is_code = path.suffix in {".py", ".html", ".typ", ".svg", ".txt"}
        if is_code and not {".venv", "tests", "var"} & set(path.parts):
            text = path.read_text(encoding="utf-8")
            if found := set(re.findall(r"#[0-9a-f]{6}\b", text)):
                written[path.relative_to(settings.BASE_DIR).as_posix()] = found

    assert set(written) == {
        "cress/base/palette.py",
        "static/icons/icon.svg",
        "templates/_error_base.html",
        "templates/base.html",
        "templates/contact/mail/letter.html",
    }
    others = {"#f1ece0", "#f4a68a"}  # of the dark scheme
    for path, found in written.items():
        assert found <= colours | others, path
