from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from cress.base.web.addresses import absolute
from cress.base.web.public import public_page
from cress.chamber.models import SiteIdentity
from cress.contact.models import Person
from cress.printing import content
from cress.printing.answers import send_edition
from cress.printing.choice import read_choice
from cress.printing.deliberation import word
from cress.printing.deliberation.annex import annex_of
from cress.printing.deliberation.papers import papers_of
from cress.printing.deliberation.printed import printed
from cress.printing.plain import drawable
from policies.models import Lever, by_theme
from territories.figures import Atlas
from territories.finder.destinations import Destination

# PDFs in the cache: visitors may ask for any place and any choice of levers.
MOST_DELIBERATIONS = 100
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@public_page
def deliberation(request):
    """Show the papers of a commune or an EPCI; without one, ask where the reader is."""
    atlas, levers, choice = _read(request)
    context = {
        "choice": choice,
        "themes": by_theme(levers),
        "destination": Destination("deliberation", tuple(lever.slug for lever in choice.levers)),
        "is_region": bool(request.GET.get("territoire")),
    }
    if choice.home:
        context |= {"papers": papers_of(choice, atlas), "annex": annex_of(choice)}
    return render(request, "printing/deliberation.html", context)


@require_safe
def deliberation_file(request):
    """Send the papers as a .docx; without a place, redirect to the page that asks for it."""
    atlas, _, choice = _read(request)
    if not choice.home:
        return redirect(_page(choice))
    file = word.write(
        papers_of(choice, atlas),
        annex_of(choice),
        title=_title(choice),
        author=SiteIdentity.objects.current().name,
    )
    response = HttpResponse(file, content_type=_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{_name(choice)}.docx"'
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, public=True, max_age=300)
    return response


@require_safe
def printed_deliberation(request):
    """Send the papers as a PDF; without a place, redirect to the page that asks for it."""
    atlas, _, choice = _read(request)
    if not choice.home:
        return redirect(_page(choice))
    data = content.shared(absolute(_page(choice)), Person.objects.in_charge(choice.territory))
    data |= printed(papers_of(choice, atlas), annex_of(choice)) | {
        "title": drawable(_title(choice))
    }
    return send_edition(
        request,
        "deliberation",
        "deliberation",
        data,
        keep=MOST_DELIBERATIONS,
        filename=_name(choice),
        is_indexed=False,
    )


def _page(choice):
    return f"{reverse('printing:deliberation')}?{choice.query}"


def _title(choice):
    return f"Modèle de délibération\u202f: {choice.home.name}"


def _name(choice):
    return f"deliberation-{choice.home.place.address}"


def _read(request):
    atlas, levers = Atlas(), list(Lever.objects.published())
    choice = read_choice(atlas, levers, request.GET)
    prefetch_related_objects(choice.levers, "actions")
    return atlas, levers, choice
