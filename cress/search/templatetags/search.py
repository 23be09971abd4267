"""Filters that show a result of the search."""

import re

from django import template
from django.utils.html import escape
from django.utils.safestring import mark_safe

from cress.search.results import matches

register = template.Library()

BETWEEN_WORDS = re.compile(r"(\W+)")


@register.filter
def highlight(text, words):
    """Return a text as HTML in which the words that match a folded word are marked."""
    pieces = BETWEEN_WORDS.split(text)
    return mark_safe(  # noqa: S308  each piece is escaped
        "".join(
            f"<mark>{escape(piece)}</mark>" if matches(piece, words) else escape(piece)
            for piece in pieces
        )
    )


@register.filter
def excerpt(result, words):
    """Return the part of a result's text with the words of the query."""
    return result.excerpt(words)
