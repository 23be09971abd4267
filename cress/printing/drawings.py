"""The drawings of the editions and of the shared pictures: the charts of the site, for Typst."""

import re

from django.template.loader import render_to_string

from cress.base.palette import LIGHT
from cress.base.text.numbers import format_figure
from cress.base.text.typography import french
from cress.charts.style import standalone
from cress.printing.plain import drawable
from enterprises.plates import plates_caption
from territories.maps import draw_towns

# A text with a halo, which Typst draws sign by sign: the halo of a sign covers the sign before it,
# so the text is drawn once more.
_HALOED = re.compile(r"<text\b([^>]*\bstroke-width=[^>]*)>([^<]*)</text>")
PLATE = {"width": 600, "height": 400}


def svg(template, **context):
    """Return a chart of templates/charts/ as a file of its own, with what the fonts can draw."""
    drawn = standalone(render_to_string(f"charts/{template}.svg", context))
    return drawable(_HALOED.sub(r'<text\1>\2</text><text\1 style="stroke:none">\2</text>', drawn))


def cover(atlas, territory):
    """
    Return the communes of the region as dots, those of a department in ochre, and a caption.

    Both are empty without the place of a commune.
    """
    is_region = territory == atlas.region
    towns = draw_towns(atlas, highlight=None if is_region else territory)
    if towns is None:
        return {"svg": "", "alt": "", "caption": ""}
    here = towns.highlighted.count
    words = [towns.caption]
    if here:
        words.insert(0, f"En ocre, {format_figure(here)} communes {territory.of}.")
    return {
        "svg": svg("towns", map=towns, prefix="cover", ground="teal"),
        "alt": drawable(towns.description),
        "caption": drawable(french(" ".join([*words, towns.credit]))),
    }


def measure_map(region_map):
    """Return the map of a measure, with its alternative text and its classes."""
    return {
        "title": region_map.measure.title,
        "svg": svg("region", map=region_map, prefix=region_map.measure.hue),
        "alt": drawable(f"{region_map.title}. {region_map.description}"),
        "legend": [
            {"colour": LIGHT[entry.fill], "label": entry.text} for entry in region_map.legend
        ],
        "caption": drawable(region_map.caption),
    }


def hundred(chart):
    """Return the departments of the country in a histogram, with its finding; None without one."""
    if chart is None:
        return None
    drawn = chart.printed
    return {
        "title": drawable(chart.finding),
        "words": [drawable(sentence) for sentence in chart.words],
        "svg": svg("histogram", chart=drawn),
        "alt": drawable(drawn.alt),
        "caption": drawable(str(chart.caption)),
    }


def plate(enterprise):
    """Return the plate of an enterprise."""
    drawn = enterprise.plate
    return {"svg": svg("plate", plate=drawn, **PLATE), "alt": drawable(drawn.alt)}


def plate_dots(drawn):
    """Return the dots of a Plate alone, for a picture on its ground; nothing without a dot."""
    if not drawn.groups:
        return ""
    dots = render_to_string("charts/plate_dots.svg", {"plate": drawn})
    mixed = " plate--mixed" if drawn.is_mixed else ""
    return standalone(
        f'<svg class="plate--{drawn.ground}{mixed}" viewBox="0 0 1000 1000">{dots}</svg>'
    )


def plates_caption_of(enterprises):
    """Return the caption of the plates of enterprises; those with a photo have none."""
    plates = [each.plate for each in enterprises if each.published_photo is None]
    return drawable(str(plates_caption(plates) or ""))
