"""Error pages. Nothing here queries the database."""

import contextlib
import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.shortcuts import render

RETRY_AFTER = 30  # seconds
MOST_DISCARDED = 16 * 1024 * 1024  # bytes


def bad_request(request, exception):
    """Answer 400, or 413 when the request is too large or has too many fields."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        _discard_body(request)
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=400)


def server_error(request):
    """Answer 500, or 503 when the database does not answer."""
    if not isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return render(request, "500.html", status=500)
    return unavailable(request)


def unavailable(request, template="503.html", retry_after=RETRY_AFTER):
    """Answer 503; `retry_after` is in seconds."""
    response = render(request, template, status=503)
    response["Retry-After"] = retry_after
    response["Cache-Control"] = "no-store"
    return response


def _discard_body(request):
    """Read the rest of the request: a browser that is still sending reads no answer."""
    discarded = 0
    with contextlib.suppress(OSError):  # the sender has closed the connection
        while discarded < MOST_DISCARDED and (chunk := request.read(64 * 1024)):
            discarded += len(chunk)
