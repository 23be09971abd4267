"""The printed editions: public pages, but that one is away is not to be kept by anyone."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe

from cress.errors import unavailable
from cress.printing import content
from cress.printing.typesetting import NotTypeset, edition
from policies.models import Lever
from territories.models import Territory


@require_safe
def region_brochure(request):
    region = get_object_or_404(Territory, kind=Territory.Kind.REGION)
    return _brochure(request, region)


@require_safe
def territory_brochure(request, address):
    code = address.partition("-")[0]
    territory = get_object_or_404(Territory.objects.with_page(), code=code)
    if territory.kind == Territory.Kind.REGION:
        return redirect("printing:region_brochure", permanent=True)
    if address != territory.address:
        url = reverse("printing:territory_brochure", args=[territory.address])
        return redirect(url, permanent=True)
    return _brochure(request, territory)


@require_safe
def lever_sheet(request, slug):
    lever = get_object_or_404(Lever.objects.published(), slug=slug)
    data = content.lever_sheet(lever, _root(request))
    return _send(request, f"fiche-{lever.slug}", "sheet", data)


def _brochure(request, territory):
    data = content.brochure(territory.code, _root(request))
    return _send(request, f"plaquette-{territory.address}", "brochure", data)


def _root(request):
    return request.build_absolute_uri("/").rstrip("/")


def _send(request, name, document, data):
    try:
        path = edition(name, document, data)
    except NotTypeset as error:
        return unavailable(request, "printing/503.html", retry_after=5 if error.is_busy else 60)
    etag = f'"{path.stem.rpartition(".")[2]}"'
    response = HttpResponse(path.read_bytes(), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["ETag"] = etag
    patch_cache_control(response, public=True, max_age=300)
    return get_conditional_response(request, etag=etag, response=response)
