"""The Content-Security-Policy header of every response."""

from django.conf import settings


class ContentSecurityPolicyMiddleware:
    """
    Send settings.SECURE_CSP with every response.

    Django 6.0 has a middleware that reads the same setting: delete this one then.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.policy = "; ".join(
            " ".join([directive, *sources]) for directive, sources in settings.SECURE_CSP.items()
        )

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        return response
