"""
What every page shows of the chamber, whatever its subject.

The subject apps know nothing of the chamber; their templates ask for it here.
"""

from django import template
from django.urls import reverse
from django.utils.html import format_html

from cress.pages.models import Page, SiteIdentity

register = template.Library()


@register.simple_tag
def site_identity():
    """Return who speaks: the stored identity, or an empty one."""
    return SiteIdentity.objects.current()


@register.simple_tag
def footer_pages():
    return Page.objects.in_footer()


@register.simple_tag(takes_context=True)
def opening_text(context):
    """Return the published text kept for the address being read, or None."""
    slug = context["request"].path.strip("/")
    if not slug or "/" in slug:
        return None
    return Page.objects.published().filter(slug=slug).first()


@register.simple_tag(takes_context=True)
def nav_link(context, name, label):
    """Link to a section; say when it is, or holds, the page being read."""
    url = reverse(name)
    path = context["request"].path
    if path == url:
        current = "page"
    elif url != "/" and path.startswith(url):
        current = "true"
    else:
        return format_html('<a href="{}">{}</a>', url, label)
    return format_html('<a href="{}" aria-current="{}">{}</a>', url, current, label)
