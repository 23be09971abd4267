"""A token that is refused; the page of a text that no form can take back."""

from django.contrib import admin, messages
from django.contrib.auth.views import REDIRECT_FIELD_NAME
from django.middleware.csrf import REASON_BAD_ORIGIN
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.csrf import csrf_failure as django_csrf_failure
from django.views.decorators.http import require_POST, require_safe

from cress.base.unsaved.keeping import answer_refused
from cress.base.unsaved.models import UnsavedForm
from cress.base.unsaved.seals import seal_of
from cress.base.unsaved.words import labelled_texts

_OF_ANOTHER_SITE = (REASON_BAD_ORIGIN.partition(" ")[0], "Referer")
SIGN_IN_AGAIN = "Cette page de connexion avait expiré. Connectez-vous de nouveau."


def csrf_failure(request, reason=""):
    """
    Answer a POST whose token is missing or no longer right (settings.CSRF_FAILURE_VIEW).

    A form of the admin with a valid seal comes back as typed. A form that another site sent is
    refused without more. The form of the sign-in page has nothing to keep: it is shown again, or
    skipped by someone who has signed in meanwhile in another tab.
    """
    is_admin = request.resolver_match and request.resolver_match.app_name == "admin"
    if request.method == "POST" and is_admin and not reason.startswith(_OF_ANOTHER_SITE):
        if request.resolver_match.url_name == "login":
            return _sign_in_again(request)
        if seal := seal_of(request):
            return answer_refused(request, seal)
    return django_csrf_failure(request, reason=reason)


def _sign_in_again(request):
    if not admin.site.has_permission(request):
        messages.warning(request, SIGN_IN_AGAIN)
        return redirect(request.get_full_path())
    address = request.GET.get(REDIRECT_FIELD_NAME, "")
    is_ours = url_has_allowed_host_and_scheme(
        address, {request.get_host()}, require_https=request.is_secure()
    )
    return redirect(address if is_ours else reverse("admin:index"))


@admin.site.admin_view
@require_safe
def unsaved_text(request, key):
    """Show what someone typed, to copy it: its form may have changed, or its page be gone."""
    unsaved = get_object_or_404(UnsavedForm.objects.of(request.user), key=key)
    context = admin.site.each_context(request) | {
        "title": "Votre texte non enregistré",
        "unsaved": unsaved,
        "texts": labelled_texts(unsaved),
    }
    return TemplateResponse(request, "admin/unsaved_text.html", context)


@admin.site.admin_view
@require_POST
def forget_text(request, key):
    """Delete what someone typed, who no longer wants it."""
    unsaved = UnsavedForm.objects.of(request.user).filter(key=key).first()
    if unsaved is None:
        return redirect(reverse("admin:index"))
    unsaved.delete()
    messages.success(request, "Le texte non enregistré est oublié.")
    return redirect(unsaved.path)
