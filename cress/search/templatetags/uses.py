"""The tag that finds where the site uses the terms of the glossary."""

from django import template

from cress.search.uses import uses_of

register = template.Library()


@register.simple_tag
def uses_of_terms(terms):
    """Return the TermUses of terms (cress.search.uses)."""
    return uses_of(terms)
