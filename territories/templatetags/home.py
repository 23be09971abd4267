"""The visitor's commune or EPCI, which links carry from page to page."""

from django import template
from django.urls import reverse
from django.utils.html import format_html_join

from territories.homes import visitor_home

register = template.Library()


def _home(context):
    # An error page may have no request.
    return visitor_home(context.request) if getattr(context, "request", None) else None


@register.simple_tag(takes_context=True)
def current_home(context):
    """Return the visitor's Home, or None."""
    return _home(context)


@register.simple_tag(takes_context=True)
def keep_home(context, address):
    """Return an address, or the one of a named page, with the visitor's home in its query."""
    if not address.startswith("/"):
        address = reverse(address)
    home = _home(context)
    return home.carried_by(address) if home else address


@register.simple_tag(takes_context=True)
def home_fields(context):
    """Return the hidden fields that carry the visitor's home through a form."""
    home = _home(context)
    pairs = home.query.items() if home else []
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)


@register.simple_tag
def place_address(place, destination=None):
    """Return the address to which a Place of the finder leads, for a Destination or for none."""
    return destination.address_of(place) if destination else place.address
