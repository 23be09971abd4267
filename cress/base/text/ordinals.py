"""Ordinal numbers as French prints them: the letters of « 1er » and « 6e » are raised."""

import re

from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

_TAG = re.compile(r"(<[^>]*>)")
# The number, then its letters. Not in an address: « rapport-du-2e-congres ».
ORDINAL = re.compile(r"(?<![\w/.-])(\d{1,3})(er|re|e)(?![\w/-])")


def raise_ordinals(html):
    """Return the HTML with the letters of its ordinals in <sup>; tags are left unchanged."""
    parts = _TAG.split(html)
    parts[::2] = [ORDINAL.sub(r"\1<sup>\2</sup>", part) for part in parts[::2]]
    return "".join(parts)


def with_raised_ordinals(text):
    """Return a text as HTML, escaped unless it is safe, with its ordinals raised."""
    return mark_safe(raise_ordinals(conditional_escape(text)))  # noqa: S308  escaped
