"""The style of a chart that leaves the site: a PDF or a picture reads no style sheet."""

import re
from functools import cache

from django.conf import settings
from django.utils.safestring import mark_safe

from cress.base.palette import GROUNDS, LIGHT

SHEET = settings.BASE_DIR / "static" / "css" / "charts.css"
FONTS = {"text": '"CRESS Text"', "display": '"Fraunces"'}

# The first layer of the sheet draws; the second lays figures out on a page.
_LAYER = re.compile(r"@layer charts \{\n(.*?)\n\}\n", re.DOTALL)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_TOKEN = re.compile(r"var\(--([\w-]+)\)")


@cache
def rules():
    """Return the rules of the charts as plain CSS, in the light scheme, without tokens."""
    layer = _LAYER.search(SHEET.read_text(encoding="utf-8"))[1]
    tokens = LIGHT | GROUNDS | FONTS
    return _TOKEN.sub(lambda token: tokens[token[1]], _COMMENT.sub("", layer)).strip()


def standalone(svg):
    """
    Return the SVG of a chart with its own style, for Typst or a file.

    A name of a token that the palette lacks is a KeyError. An SVG without its XML namespace, as in
    a page, is given one.
    """
    head, end, body = svg.strip().partition(">")
    if "xmlns=" not in head:
        head = head.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    # The SVG comes from a template, which escapes, and the rules from the site's own sheet.
    return mark_safe(f"{head}{end}<style>{rules()}</style>{body}")  # noqa: S308
