"""The printed editions and their HTML pages."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cress.base.web.addresses import absolute
from cress.base.web.moved import published_at
from cress.base.web.public import public_page
from cress.printing import content, rows
from cress.printing.answers import send_edition
from cress.printing.choice import read_choice
from policies.models import Lever, by_theme
from territories.figures import Atlas
from territories.finder.destinations import Destination
from territories.models import Territory

# Roadmaps in the cache: visitors may ask for any choice of levers.
MOST_ROADMAPS = 100


@public_page
def region_page(request):
    return _page(request, _region())


@public_page
def territory_page(request, address):
    return _at_its_address("page", address, request, _page)


@public_page
def region_levers(request):
    return _levers_page(request, _region())


@public_page
def territory_levers(request, address):
    return _at_its_address("levers", address, request, _levers_page)


@require_safe
def region_brochure(request):
    return _brochure(request, _region())


@require_safe
def territory_brochure(request, address):
    return _at_its_address("brochure", address, request, _brochure)


@require_safe
def lever_sheet(request, slug):
    lever = published_at(Lever.objects.published(), slug)
    data = content.sheet(rows.sheet(lever))
    return send_edition(request, f"fiche-{lever.slug}", "sheet", data)


@public_page
def roadmap(request):
    """Show the form and, when a lever is chosen, the roadmap."""
    atlas, levers, choice = _choice(request)
    address = _roadmap_address(choice)
    context = {
        "choice": choice,
        "places": atlas.places,
        "themes": by_theme(levers),
        "destination": Destination("feuille-de-route", tuple(each.slug for each in choice.levers)),
        "mail_address": choice.mail_address(address),
    }
    if choice.levers:
        context |= rows.roadmap(atlas, choice)
    return render(request, "printing/roadmap.html", context)


@require_safe
def printed_roadmap(request):
    atlas, _, choice = _choice(request)
    if not choice.levers:
        return redirect(f"{reverse('printing:roadmap')}?{choice.query}")
    data = content.roadmap(rows.roadmap(atlas, choice), _roadmap_address(choice))
    place = choice.home and choice.home.place.address
    name = "-".join(filter(None, ["feuille-de-route", place]))
    return send_edition(
        request, "feuille-de-route", "roadmap", data, keep=MOST_ROADMAPS, filename=name
    )


def _region():
    return get_object_or_404(Territory, kind=Territory.Kind.REGION)


def _at_its_address(name, address, request, answer):
    """Answer at the address of a department; redirect other spellings to it."""
    code = address.partition("-")[0]
    territory = get_object_or_404(Territory.objects.with_page(), code=code)
    if territory.is_department and address == territory.address:
        return answer(request, territory)
    url, query = _address(name, territory), request.META["QUERY_STRING"]
    return redirect(f"{url}?{query}" if query else url, permanent=True)


def _address(name, territory):
    if territory.is_department:
        return reverse(f"printing:territory_{name}", args=[territory.address])
    return reverse(f"printing:region_{name}")


def _page(request, territory):
    return _render(request, "printing/brochure.html", territory, rows.brochure)


def _levers_page(request, territory):
    return _render(request, "printing/brochure_levers.html", territory, rows.brochure_levers)


def _render(request, template, territory, read):
    """Render one of the two pages of a brochure: in one page it would be too heavy."""
    addresses = {
        f"{name}_url": _address(name, territory) for name in ["page", "levers", "brochure"]
    }
    return render(request, template, read(territory.code) | addresses)


def _brochure(request, territory):
    data = content.brochure(rows.brochure(territory.code))
    return send_edition(request, f"plaquette-{territory.address}", "brochure", data)


def _choice(request):
    atlas, levers = Atlas(), list(Lever.objects.published())
    return atlas, levers, read_choice(atlas, levers, request.GET)


def _roadmap_address(choice):
    return absolute(f"{reverse('printing:roadmap')}?{choice.query}")
