import math
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from cress.contact import intake, stamps
from cress.contact.forms import ContactForm
from cress.contact.limits import LimitReachedError, client_address
from cress.contact.models import Message
from cress.contact.prefill import initial_values

STALE = (
    "Cette page est restée ouverte longtemps. Votre texte est toujours là : "
    "relisez-le, puis envoyez-le de nouveau."
)
FROM_ANOTHER_SITE = (
    "Votre navigateur dit que cet envoi vient d’un autre site. Votre texte est toujours là : "
    "relisez-le, puis envoyez-le d’ici."
)


@never_cache  # a stamp is made for one reading of the page
@csrf_exempt  # the stamp takes the token's place: see cress.contact.stamps
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request):
    """Show the form; store what comes back and send the visitor on to the thanks."""
    if request.method != "POST":
        form = ContactForm(initial=initial_values(request.GET))
        return _form_page(request, form, stamps.new_stamp())

    _refuse_damaged(request)
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


@never_cache  # it names a message
@require_safe
def thanks(request):
    """Say who has the message and what happens next; with an unknown reference, only the latter."""
    reference = request.GET.get("reference", "").replace("\0", "")
    message = Message.objects.select_related("person").filter(reference=reference).first()
    return render(request, "contact/thanks.html", {"message": message})


def _form_page(request, form, stamp, status=200):
    return render(request, "contact/contact.html", {"form": form, "stamp": stamp}, status=status)


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
    Raise BadRequest for what no browser sends of this form.

    The server hands over a body that was cut on its way as if it were whole: its end would be
    lost without a word.
    """
    if len(request.body) != int(request.META.get("CONTENT_LENGTH") or 0):
        raise BadRequest("The body is shorter than announced.")
    if any(len(values) > 1 for _, values in request.POST.lists()):
        raise BadRequest("A field comes twice.")


def _comes_from_another_site(request):
    """Whether the browser says that another site's page sent the form."""
    return request.headers.get("Sec-Fetch-Site") == "cross-site"
