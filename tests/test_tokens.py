"""Every pair of text and ground of the design reaches the contrast it needs."""

import re

import pytest
from django.conf import settings

from cress.base import palette
from policies.models import Lever

RUNNING_TEXT, OTHER_TEXT, SHAPE = 7, 4.5, 3
SCHEMES = ["light", "dark"]
PAPERS = ["paper", "sheet", "sand"]
MAP_CLASSES = [f"map-{hue}-{n}" for hue in ["teal", "plum"] for n in [1, 2, 3]]

PAIRS = [
    *((text, paper, RUNNING_TEXT) for text in ["ink", "soft"] for paper in PAPERS),
    *(
        (text, paper, OTHER_TEXT)
        for text in ["teal", "leaf", "plum", "housing", "terracotta", "data-teal", "data-plum"]
        for paper in PAPERS
    ),
    ("on-terracotta", "terracotta", OTHER_TEXT),
    *(("ink", ground, OTHER_TEXT) for ground in [*MAP_CLASSES, "place"]),
    *(
        ("on-ground", ground, RUNNING_TEXT)
        for ground in ["ground-teal", "ground-plum", "ground-ink", "night"]
    ),
    # On these two, running text is large.
    ("on-ground", "ground-leaf", OTHER_TEXT),
    ("on-ground", "ground-housing", OTHER_TEXT),
    ("on-ochre", "ground-ochre", RUNNING_TEXT),
    ("on-ochre", "ground-sand", RUNNING_TEXT),
    *(
        ("ochre-bright", ground, OTHER_TEXT)
        for ground in ["ground-teal", "ground-plum", "ground-ink", "night"]
    ),
    ("on-ground", "action-on-ochre", OTHER_TEXT),
]
# What is no text and informs: dots on their ground, the marks of a chart, the button on ochre.
SHAPES = [
    ("dot", "paper"),
    ("dot", "sheet"),
    *((mark, paper) for mark in ["data-teal", "data-plum", "terracotta"] for paper in PAPERS),
    ("town", "paper"),
    ("town", "place"),
    ("teal", "map-teal-2"),
    ("dot-on-teal", "ground-teal"),
    ("action-on-ochre", "ground-ochre"),
    *(
        (f"dots-{name}", f"ground-{name}")
        for name in ["teal", "sand", "plum", "ochre", "ink", "leaf"]
    ),
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


def test_the_dark_scheme_draws_all_anew_but_the_grounds():
    light, dark = tokens("light"), tokens("dark")

    assert {name for name in light if dark[name] == light[name]} == set(palette.GROUNDS)


def test_the_palette_of_pictures_and_editions_is_that_of_the_style_sheet():
    assert tokens("light") == palette.LIGHT | palette.GROUNDS
    assert tokens("dark") == palette.LIGHT | palette.GROUNDS | palette.DARK


def test_a_ground_names_tokens_and_no_colour():
    """So that a pair of text and ground is tested above, whatever the ground."""
    css = (settings.BASE_DIR / "static" / "css" / "site.css").read_text()
    tokens_layer, _, rules = css.partition("@layer base")
    grounds = tokens_layer.partition("/* A ground")[2]

    assert ".ground--teal" in grounds
    for text in [grounds, rules]:
        assert not re.search(r"#[0-9a-f]{6}\b", text)


def test_every_family_of_levers_has_its_colours():
    assert set(palette.THEMES) == set(Lever.Theme.values)
    for colour in palette.THEMES.values():
        assert contrast(colour, palette.LIGHT["paper"]) >= OTHER_TEXT


def test_no_other_file_writes_a_colour_of_the_palette():
    """The base template and the mails cannot read the palette: their colours are compared."""
    colours = {*palette.LIGHT.values(), *palette.GROUNDS.values(), *palette.DARK.values()}
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
    for path, found in written.items():
        assert found <= colours, path
