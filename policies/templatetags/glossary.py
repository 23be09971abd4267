"""The words of the field, for whatever page uses them."""

from django import template
from django.utils.text import slugify

from policies.models import Term

register = template.Library()


@register.simple_tag
def glossary_terms(names, *slugs):
    """Return the words of the glossary that have one of these names or slugs, if there are any."""
    return Term.objects.filter(slug__in=[*map(slugify, names), *slugs])
