"""
The address of the contact page fills in the form, for a visitor who comes from another page.

« /contact/?territoire=18&commune=18033&levier=transports-voirie&entreprise=isa-groupe&objet=… »:
the codes of a territory and of a commune (or « epci »: a SIREN), the slugs of levers, of an
enterprise and of a subject. A roadmap gives several levers, and « feuille-de-route=oui ». A search
that found nothing gives its words, « recherche=… », which begin the message. An unknown code is
ignored: an old link still opens the form.
"""

import re
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.text import Truncator, capfirst

from cress.base.text.typography import french
from cress.contact.models import LONGEST_ABOUT, Subject
from enterprises.models import Enterprise
from policies.models import Lever
from territories.finder import query_for_display
from territories.models import Commune, Intercommunality, Territory

_KEY = re.compile(r"[\w-]{1,80}\Z", re.ASCII)


def contact_address(
    *,
    territory=None,
    home=None,
    levers=(),
    enterprise=None,
    subject="",
    is_roadmap=False,
    searched="",
):
    """
    Return the address of the contact page, filled in with what the visitor was reading.

    `home` is the visitor's Home (territories.homes), or None.
    """
    query = [
        ("feuille-de-route", is_roadmap and "oui"),
        ("objet", subject),
        ("territoire", territory and territory.code),
        *(home.query.items() if home else []),
        *[("levier", lever.slug) for lever in levers],
        ("entreprise", enterprise and enterprise.slug),
        ("recherche", searched),
    ]
    query = urlencode([(name, value) for name, value in query if value])
    return reverse("contact:contact") + (f"?{query}" if query else "")


def initial_values(query):
    """Return the initial values of the form for the QueryDict of its address."""
    keys = {
        name: [key for key in query.getlist(name) if _KEY.match(key)]
        for name in ["objet", "territoire", "commune", "epci", "levier", "entreprise"]
    }
    values, about = {}, []
    if keys["objet"]:
        values["subject"] = Subject.objects.offered().filter(slug=keys["objet"][0]).first()
    if keys["territoire"]:
        values["territory"] = (
            Territory.objects.with_page().filter(code=keys["territoire"][0]).first()
        )
    if keys["commune"]:
        communes = Commune.objects.select_related("department")
        if commune := communes.filter(insee_code=keys["commune"][0]).first():
            values["commune"] = commune.label
            values["territory"] = values.get("territory") or commune.department
    if keys["epci"]:
        groupings = Intercommunality.objects.filter(siren=keys["epci"][0])
        about += [f"intercommunalité « {grouping.name} »" for grouping in groupings]
    if keys["levier"]:
        titles = Lever.objects.published().filter(slug__in=keys["levier"])
        about += [f"levier « {lever.title} »" for lever in titles]
    if keys["entreprise"]:
        enterprises = Enterprise.objects.published().select_related("department")
        if enterprise := enterprises.filter(slug=keys["entreprise"][0]).first():
            about.append(f"entreprise « {enterprise.name} »")
            values["territory"] = values.get("territory") or enterprise.department
    if words := query_for_display(query.get("recherche", "")):
        values["text"] = french(f"Je cherchais « {words} » et n’ai rien trouvé.")
    values["about"] = _about(about, is_roadmap="feuille-de-route" in query)
    return values


def _about(things, is_roadmap):
    named = (
        f"feuille de route : {', '.join(things)}" if things and is_roadmap else ", ".join(things)
    )
    return capfirst(Truncator(french(named)).chars(LONGEST_ABOUT))
