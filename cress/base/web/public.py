"""The decorator of public pages."""

from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


def public_page(view):
    """Answer GET and HEAD only; let any cache keep the page for five minutes."""
    return require_safe(cache_control(public=True, max_age=300)(view))
