"""The days on which the chamber answers: no week-ends, no French public holidays."""

from datetime import date, datetime, time, timedelta

import holidays
from django.utils import timezone

ONE_DAY = timedelta(days=1)

# The holidays of the whole country (source: code du travail, art. L. 3133-1).
_calendar = holidays.country_holidays("FR")


def between(start: date, end: date) -> int:
    """Count the working days after `start`, up to `end` included; 0 if they are the same day."""
    return _calendar.get_working_days_count(start + ONE_DAY, end) if start < end else 0


def overdue_before(today: date, days: int) -> datetime:
    """
    Return the instant T such that what was received before T has waited `days` working days.

    T is the first instant of the earliest of the last `days` working days.
    """
    earliest = _calendar.get_nth_working_day(today + ONE_DAY, -days)
    return timezone.make_aware(datetime.combine(earliest, time.min))
