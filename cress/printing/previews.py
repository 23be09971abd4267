"""What an edition will say: with drafts, for the staff alone, kept by no one."""

from django.contrib.admin.views.decorators import staff_member_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from cress.printing import content, rows
from cress.printing.errors import NotTypeset, not_now
from cress.printing.typesetting import proof
from policies.models import Lever
from territories.models import Territory

# Of all that a preview shows before it is published.
RIGHTS = ["policies.view_lever", "enterprises.view_enterprise", "chamber.view_page"]


@require_safe
@staff_member_required
def brochure(request, code):
    """Show the brochure of a territory as its drafts would make it."""
    _refuse_without_rights(request)
    territory = get_object_or_404(Territory.objects.with_page(), code=code)
    told = rows.brochure(territory.code, with_drafts=True)
    return _send(request, "brochure", content.brochure(told))


@require_safe
@staff_member_required
def sheet(request, slug):
    """Show the sheet of a lever, published or not."""
    _refuse_without_rights(request)
    told = rows.sheet(get_object_or_404(Lever, slug=slug), with_drafts=True)
    return _send(request, "sheet", content.sheet(told))


def _refuse_without_rights(request):
    if not request.user.has_perms(RIGHTS):
        raise Http404("Cet aperçu n’est pas pour ce compte.")


def _send(request, document, data):
    try:
        pdf = proof(document, data | {"is_draft": True})
    except NotTypeset as error:
        return not_now(request, error)
    response = HttpResponse(pdf, content_type="application/pdf")
    patch_cache_control(response, private=True, no_store=True)
    return response
