"""What may be kept of public pages, and by whom."""

from django.conf import settings
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


def public_page(view):
    """Answer GET and HEAD only; let any cache keep the page for five minutes."""
    return require_safe(cache_control(public=True, max_age=300)(view))


class FreshForStaffMiddleware:
    """
    Let nobody keep a public page that was made for a person who is signed in.

    Whoever has just saved a page reads it as it is now, not as a browser kept it. Visitors have no
    session: nothing is looked up for them.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if "public" in response.get("Cache-Control", "") and _is_signed_in(request):
            response["Cache-Control"] = "no-store"
        return response


def _is_signed_in(request):
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
