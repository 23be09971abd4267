import logging
import math
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.db import Error
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from cress.base.web.errors import RETRY_AFTER
from cress.contact import intake, stamps
from cress.contact.addresses import masked
from cress.contact.forms import ContactForm, UnsentForm
from cress.contact.limits import LimitReachedError, client_address
from cress.contact.models import Message
from cress.contact.prefill import initial_values

logger = logging.getLogger(__name__)

STALE = (
    "Cette page est restée ouverte longtemps. Votre texte est toujours là : "
    "relisez-le, puis envoyez-le de nouveau."
)
FROM_ANOTHER_SITE = (
    "Votre navigateur dit que cet envoi vient d’un autre site. Votre texte est toujours là : "
    "relisez-le, puis envoyez-le d’ici."
)


@never_cache  # each page has its own stamp
@csrf_exempt  # the stamp replaces the token: see cress.contact.stamps
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request):
    """Show the form. Store the message that is sent, and redirect to the thanks page."""
    if request.method != "POST":
        form = ContactForm(initial=initial_values(request.GET))
        return _form_page(request, form, stamps.new_stamp())

    _refuse_damaged(request)
    try:
        return _receive(request)
    except Error as error:
        # The first line names the fault; the next ones may quote the row, with the visitor's words.
        logger.error("A message is not stored: %s", f"{error}".partition("\n")[0])
        return _unsent_page(request)


def _receive(request):
    form = ContactForm(request.POST)
    stamp = request.POST.get("stamp", "")
    freshness = stamps.freshness(stamp)
    if _comes_from_another_site(request):
        form.add_error(None, FROM_ANOTHER_SITE)
    if freshness is stamps.Freshness.UNKNOWN:
        form.add_error(None, STALE)
    if form.non_field_errors():
        stamp = stamps.renewed_stamp()
    if not form.is_valid():
        return _form_page(request, form, stamp)

    suspicions = form.suspicions()
    if freshness is stamps.Freshness.TOO_FAST:
        suspicions.append("envoyé trop vite pour avoir été écrit à la main")
    try:
        message = intake.receive(
            form.save(commit=False),
            day=datetime.fromtimestamp(stamps.opened_at(stamp), UTC).date(),
            client=client_address(request),
            suspicions=suspicions,
        )
    except LimitReachedError as limit:
        return _limit_page(request, form, stamp, limit)
    query = urlencode({"reference": message.reference})
    return redirect(f"{reverse('contact:thanks')}?{query}")


@never_cache  # about one message
@require_safe
def thanks(request):
    """
    Show who has the message and what happens next; only the latter if the reference is unknown.

    The link can be shared, so the page shows the domain of the visitor's address and no more.
    """
    reference = request.GET.get("reference", "").replace("\0", "")
    message = Message.objects.select_related("person").filter(reference=reference).first()
    context = {"message": message, "receipt_address": masked(message.email) if message else ""}
    return render(request, "contact/thanks.html", context)


def _form_page(request, form, stamp, status=200):
    return render(request, "contact/contact.html", {"form": form, "stamp": stamp}, status=status)


def _unsent_page(request):
    """Answer 503, with a form that needs no database and holds what was typed."""
    context = {"form": UnsentForm(request.POST.dict())}
    response = render(request, "contact/unsent.html", context, status=503)
    response["Retry-After"] = RETRY_AFTER
    return response


def _limit_page(request, form, stamp, limit):
    minutes = math.ceil(limit.wait.total_seconds() / 60)
    in_minutes = "dans une minute" if minutes == 1 else f"dans {minutes} minutes"
    form.add_error(
        None,
        "Beaucoup de messages viennent d’arriver de votre part ou de votre réseau. Votre texte est "
        f"toujours là : envoyez-le de nouveau {in_minutes}, ou appelez-nous.",
    )
    response = _form_page(request, form, stamp, status=429)
    response["Retry-After"] = math.ceil(limit.wait.total_seconds())
    return response


def _refuse_damaged(request):
    """
    Raise BadRequest for a request that no browser sends from this form.

    The server accepts a body that was cut on its way as if it were whole. Its end would be lost.
    """
    if len(request.body) != int(request.META.get("CONTENT_LENGTH") or 0):
        raise BadRequest("The body is shorter than announced.")
    if any(len(values) > 1 for _, values in request.POST.lists()):
        raise BadRequest("A field comes twice.")


def _comes_from_another_site(request):
    """Return whether the form was sent from a page of another site, as the browser reports."""
    return request.headers.get("Sec-Fetch-Site") == "cross-site"
