"""Previews of editions with their drafts, for the staff only; never cached."""

from django.contrib.admin.views.decorators import staff_member_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from cress.printing import content, rows
from cress.printing.errors import EditionError, edition_unavailable
from cress.printing.typesetting import typeset_now
from policies.models import Lever
from territories.models import Territory

# A preview shows drafts of all these.
RIGHTS = ["policies.view_lever", "enterprises.view_enterprise", "chamber.view_page"]


@require_safe
@staff_member_required
def brochure(request, code):
    """Show the brochure of a territory with its drafts."""
    _refuse_without_rights(request)
    territory = get_object_or_404(Territory.objects.with_page(), code=code)
    data = content.brochure(rows.brochure(territory.code, with_drafts=True))
    return _send(request, "brochure", data)


@require_safe
@staff_member_required
def sheet(request, slug):
    """Show the sheet of a lever, published or not."""
    _refuse_without_rights(request)
    lever = get_object_or_404(Lever, slug=slug)
    return _send(request, "sheet", content.sheet(rows.sheet(lever, with_drafts=True)))


def _refuse_without_rights(request):
    if not request.user.has_perms(RIGHTS):
        raise Http404("Cet aperçu n’est pas pour ce compte.")


def _send(request, document, data):
    try:
        pdf = typeset_now(document, data | {"is_draft": True})
    except EditionError as error:
        return edition_unavailable(request, error)
    response = HttpResponse(pdf, content_type="application/pdf")
    patch_cache_control(response, private=True, no_store=True)
    return response
