"""A form of the admin whose account is no longer the one that is signed in."""

from cress.base.unsaved.keeping import answer_refused
from cress.base.unsaved.seals import SEAL, seal_of


class UnsavedFormMiddleware:
    """
    Keep what was typed when a form is sent by somebody else than its account, or by nobody.

    It stands after the middleware that checks the token: a form with a bad token never comes here
    (see cress.base.unsaved.views.csrf_failure). A form without a seal goes its usual way.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        is_form = request.method == "POST" and request.resolver_match.app_name == "admin"
        if not is_form or SEAL not in request.POST:
            return None
        seal = seal_of(request)
        if seal is None:
            return None if request.user.is_authenticated else answer_refused(request, None)
        return None if seal.account == request.user.pk else answer_refused(request, seal)
