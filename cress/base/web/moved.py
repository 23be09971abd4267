"""
Pages that moved or were withdrawn.

An address is looked up only where no published page answers: the others cost no query more.
"""

from django.http import Http404, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse

from cress.base.old_addresses import page_gone_from


class MovedError(Http404):
    """The page of `row` has another address now."""

    def __init__(self, row):
        super().__init__(row)
        self.row = row


class WithdrawnError(Http404):
    """The page of `row` was there, and is not published any more."""

    def __init__(self, row):
        super().__init__(row)
        self.row = row


def published_at(rows, slug):
    """
    Return the row that a slug names in a queryset of published rows.

    Raise MovedError, WithdrawnError, or Http404 where visitors never read anything.
    """
    if found := rows.filter(slug=slug).first():
        return found
    row = page_gone_from(rows.model, slug)
    if row is None:
        raise Http404
    raise MovedError(row) if row.is_published else WithdrawnError(row)


class GonePagesMiddleware:
    """
    Lead from an old address to the new one (301), or say that a page was withdrawn (410).

    Both are asked again at each visit: an undo makes them wrong, and two redirects that a browser
    had kept would be a loop.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, MovedError):
            response = HttpResponsePermanentRedirect(_address_now(request, exception.row))
        elif isinstance(exception, WithdrawnError):
            view, label = exception.row.listed_at
            way_on = {"address": reverse(view), "label": label}
            response = render(request, "410.html", {"way_on": way_on}, status=410)
        else:
            return None
        response["Cache-Control"] = "no-cache"
        return response


def _address_now(request, row):
    """Return the address that was asked for, with the slug that the row has now."""
    match = request.resolver_match
    address = reverse(match.view_name, kwargs=match.kwargs | {"slug": row.slug})
    return "?".join(filter(None, [address, request.META.get("QUERY_STRING")]))
