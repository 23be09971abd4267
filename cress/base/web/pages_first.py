"""Long jobs pause while a page is being answered."""

from cress.base.files.locks import page


class PagesFirstMiddleware:
    """Count each request as a page; one that turns out to be a job stops being counted."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with page():
            return self.get_response(request)
