from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from cress.base.web.public import public_page
from cress.chamber.models import SiteIdentity
from cress.printing.choice import read_choice
from cress.printing.deliberation import word
from cress.printing.deliberation.annex import annex_of
from cress.printing.deliberation.papers import papers_of
from policies.models import Lever, by_theme
from territories.figures import Atlas
from territories.finder.destinations import Destination

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
        return redirect(f"{reverse('printing:deliberation')}?{choice.query}")
    content = word.write(
        papers_of(choice, atlas),
        annex_of(choice),
        title=f"Modèle de délibération\u202f: {choice.home.name}",
        author=SiteIdentity.objects.current().name,
    )
    response = HttpResponse(content, content_type=_TYPE)
    name = f"deliberation-{choice.home.place.address}.docx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, public=True, max_age=300)
    return response


def _read(request):
    atlas, levers = Atlas(), list(Lever.objects.published())
    choice = read_choice(atlas, levers, request.GET)
    prefetch_related_objects(choice.levers, "actions")
    return atlas, levers, choice
