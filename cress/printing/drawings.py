"""The drawings of the editions, as SVG for Typst: the dots of the cover and the two maps."""

from django.template.loader import render_to_string

from cress.base.palette import GROUNDS, LIGHT, SHADES
from cress.base.text.numbers import format_figure, format_number
from cress.base.text.typography import french
from cress.printing.plain import drawable


def cover(territory, is_region, towns):
    """
    Return the dots of the communes of the region, and the words beside them.

    `towns` are the Towns of the region; those of the territory are in ochre.
    """
    here = [town.point for town in towns.placed if is_region or town.department == territory.code]
    others = [
        town.point for town in towns.placed if not (is_region or town.department == territory.code)
    ]
    caption = _cover_caption(territory, is_region, towns, len(here)) if here else ""
    return {
        "name": drawable(territory.with_article[:1].upper() + territory.with_article[1:]),
        "svg": render_to_string(
            "printing/cover.svg",
            {
                "view_box": towns.view_box,
                "others": dot_path(others),
                "here": dot_path(here),
                "palette": palette(),
            },
        )
        if here
        else "",
        "alt": drawable(caption),
        "caption": drawable(caption),
    }


def dot_path(points):
    """Return one SVG path with a dot at each point: a line of no length with round ends."""
    return "".join(f"M{x} {y}h0" for x, y in points)


def _cover_caption(territory, is_region, towns, count):
    whole = f"{format_number(len(towns.placed))} des {format_number(towns.count)} communes"
    shown = (
        f"Un point, une mairie ou un centre-bourg : {whole} {towns.region_of}."
        if is_region
        else f"En ocre, {format_number(count)} communes {territory.of}, parmi {whole} "
        f"{towns.region_of}. Un point, une mairie ou un centre-bourg."
    )
    return french(f"{shown} {towns.credit}")


def map_of_measure(region_map):
    """Return the map of a measure with its alternative text and its classes."""
    title = region_map.measure.title
    return {
        "title": title,
        "svg": drawable(
            render_to_string(
                "printing/map.svg",
                {"map": region_map, "shades": SHADES, "palette": palette()},
            )
        ),
        "alt": f"Carte : {title}. "
        + " ; ".join(
            f"{drawable(shape.territory.name)} : {format_figure(shape.share, '%') or 'non connue'}"
            for shape in region_map.shapes
        ),
        "legend": [
            {"colour": SHADES[entry.shade], "label": _bounds(entry)} for entry in region_map.legend
        ],
    }


def _bounds(entry):
    lowest, highest = format_figure(entry.lowest, "%"), format_figure(entry.highest, "%")
    return lowest if lowest == highest else f"de {lowest} à {highest}"


def palette():
    """Return the colours by names that a template can use."""
    return {name.replace("-", "_"): colour for name, colour in (LIGHT | GROUNDS).items()}
