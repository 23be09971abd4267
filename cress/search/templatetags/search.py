"""How a result of the search is shown."""

import re

from django import template
from django.utils.html import escape
from django.utils.safestring import mark_safe

from cress.search.results import holds

register = template.Library()

WORDS_AND_SIGNS = re.compile(r"(\W+)")


@register.filter
def highlight(text, words):
    """Mark in a text the words that hold one of the folded words."""
    pieces = WORDS_AND_SIGNS.split(text)
    return mark_safe(  # noqa: S308  each piece is escaped
        "".join(
            f"<mark>{escape(piece)}</mark>" if holds(piece, words) else escape(piece)
            for piece in pieces
        )
    )


@register.filter
def excerpt(result, words):
    """Return the piece of a search's result where its words are."""
    return result.excerpt(words)
