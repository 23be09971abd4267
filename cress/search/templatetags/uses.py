"""The tag that tells where the site uses the terms of the glossary."""

from django import template

from cress.search.uses import entries_of

register = template.Library()


@register.simple_tag
def glossary_entries(terms):
    """Return the Entries of terms (cress.search.uses)."""
    return entries_of(terms)
