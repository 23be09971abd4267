"""Who did an operation and when, in French."""

from django.utils import timezone
from django.utils.formats import date_format


def author(operation):
    """Return the name of who did an operation."""
    return operation.person_name or "Un programme"


def moment(operation):
    """Return when an operation was done: « à 9 h 40 », « le 3 mars à 9 h 40 »."""
    at = timezone.localtime(operation.started_at)
    is_today = at.date() == timezone.localdate()
    day = "" if is_today else f"le {date_format(at, 'j F')} "
    return f"{day}à {at.hour} h {at.minute:02d}"
