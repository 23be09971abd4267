"""Filters that show a result of the search."""

import re

from django import template
from django.utils.html import escape
from django.utils.safestring import mark_safe

from cress.base.search.queries import words_in

register = template.Library()

BETWEEN_WORDS = re.compile(r"(\W+)")


@register.filter
def highlight(text, query):
    """Return a text as HTML in which the words that a Query looks for are marked."""
    pieces = BETWEEN_WORDS.split(text)
    return mark_safe(  # noqa: S308  each piece is escaped
        "".join(
            f"<mark>{escape(piece)}</mark>" if query.looks_for(words_in(piece)) else escape(piece)
            for piece in pieces
        )
    )


@register.filter
def excerpt(result, query):
    """Return the part of a result's text with the words of the query."""
    return result.excerpt(query)
