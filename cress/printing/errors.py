"""The error of an edition that cannot be made now, and the answer to it."""

from cress.base.web.errors import unavailable


class EditionError(Exception):
    """An edition cannot be made now. `is_busy` when it may be possible in a moment."""

    def __init__(self, message, is_busy=False):
        super().__init__(message)
        self.is_busy = is_busy


def edition_unavailable(request, error):
    """Answer 503 to an EditionError, with the seconds after which to ask again."""
    return unavailable(request, "printing/503.html", retry_after=5 if error.is_busy else 60)
