"""Photos in print: the JPEG that the site shows, cut to a frame around its focus."""

import base64
import logging

from django.template.loader import render_to_string

from cress.printing.plain import drawable
from enterprises.photos.renditions import file_name, widths_for
from enterprises.photos.store import shown_folder

logger = logging.getLogger(__name__)

MOST_PIXELS_WIDE = 960  # for the width of a column, at 300 dots an inch


def printed_photo(photo):
    """
    Return the SVG of a published photo, its description and its signature; or None.

    A missing file is logged, and the edition is printed without the photo.
    """
    if photo is None:
        return None
    width = max(width for width in widths_for(photo.width) if width <= MOST_PIXELS_WIDE)
    path = shown_folder() / file_name(photo.digest, width, "jpg")
    try:
        jpeg = path.read_bytes()
    except OSError as error:
        logger.warning("A photo cannot be printed: %s", error)
        return None
    return {
        "svg": render_to_string(
            "printing/photo.svg",
            {"jpeg": base64.b64encode(jpeg).decode(), "position": _position(photo.focus)},
        ),
        "alt": drawable(photo.description),
        "signature": drawable(photo.signature),
    }


def _position(focus):
    """Return the focus as SVG writes it: « top left » is « xMinYMin »."""
    across = "Min" if "left" in focus else "Max" if "right" in focus else "Mid"
    down = "Min" if "top" in focus else "Max" if "bottom" in focus else "Mid"
    return f"x{across}Y{down}"
