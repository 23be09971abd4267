"""What a visitor reads when a page cannot be given. Nothing here asks the database."""

import contextlib
import sys

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.shortcuts import render

RETRY_AFTER = 30  # seconds
LONGEST_HEARD = 16 * 1024 * 1024  # bytes


def bad_request(request, exception):
    """Say that what was sent cannot be read, or is too large (413)."""
    if isinstance(exception, RequestDataTooBig):
        _hear_out(request)
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=400)


def server_error(request):
    """Say that the site failed; or, when its database is away, that it comes back (503)."""
    if not isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return render(request, "500.html", status=500)
    return unavailable(request)


def unavailable(request, template="503.html", retry_after=RETRY_AFTER):
    """Say that what is asked for cannot be had now, and when to come back, in seconds."""
    response = render(request, template, status=503)
    response["Retry-After"] = retry_after
    response["Cache-Control"] = "no-store"
    return response


def _hear_out(request):
    """Read to the end what is not wanted: a browser that is still sending hears no answer."""
    heard = 0
    with contextlib.suppress(OSError):  # the sender is gone
        while heard < LONGEST_HEARD and (chunk := request.read(64 * 1024)):
            heard += len(chunk)
