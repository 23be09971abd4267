"""What happens when an edition cannot be typeset now."""

from cress.base.web.errors import unavailable


class NotTypeset(Exception):  # noqa: N818  what happened, as the view says it
    """An edition cannot be typeset now. `is_busy` when it may be in a moment."""

    def __init__(self, message, is_busy=False):
        super().__init__(message)
        self.is_busy = is_busy


def not_now(request, error):
    """Answer 503 for a NotTypeset, with the seconds after which to ask again."""
    return unavailable(request, "printing/503.html", retry_after=5 if error.is_busy else 60)
