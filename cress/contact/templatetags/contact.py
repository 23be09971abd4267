"""Template tags for every page: the people to call, and links to the contact form."""

from django import template

from cress.contact.checks import NO_DEFAULT
from cress.contact.models import Person, Route
from cress.contact.prefill import contact_address
from territories.homes import visitor_home

register = template.Library()


@register.simple_tag
def people_in_charge(territory=None):
    """Return the people whose function or territories are known, for a territory or for all."""
    return Person.objects.in_charge(territory)


@register.simple_tag
def everybody():
    """Return all the people whom a visitor may call."""
    return Person.objects.prefetch_related("territories")


@register.simple_tag
def no_default_route():
    """Return what the staff must know while no default rule says who receives messages."""
    return "" if Route.objects.fallback().exists() else NO_DEFAULT


@register.simple_tag
def roadmap_contact_url(choice):
    """Return the address of the contact form, filled in with the choice of a roadmap."""
    return contact_address(
        territory=choice.territory,
        home=choice.home,
        levers=choice.levers,
        subject="levier",
        is_roadmap=True,
    )


@register.simple_tag(takes_context=True)
def contact_url(context, territory=None, lever=None, enterprise=None, subject="", searched=""):
    """
    Return the address of the contact form, filled in with what the visitor was reading, or with
    the words that they searched for in vain.
    """
    home = visitor_home(context["request"])
    return contact_address(
        territory=territory,
        home=home,
        levers=[lever] if lever else (),
        enterprise=enterprise,
        subject=subject,
        searched=searched,
    )
