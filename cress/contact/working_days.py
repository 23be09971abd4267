"""Days on which the chamber answers: neither week-ends nor French public holidays."""

from datetime import date, datetime, time, timedelta

import holidays
from django.utils import timezone

ONE_DAY = timedelta(days=1)

# Those of the whole country (source: code du travail, art. L. 3133-1).
_calendar = holidays.country_holidays("FR")


def between(start: date, end: date) -> int:
    """Count the working days after one day, up to and with another; 0 if they are the same."""
    return _calendar.get_working_days_count(start + ONE_DAY, end) if start < end else 0


def overdue_before(today: date, days: int) -> datetime:
    """
    Return the instant before which what arrived has waited for so many working days.

    It is the first instant of the earliest of the last `days` working days.
    """
    earliest = _calendar.get_nth_working_day(today + ONE_DAY, -days)
    return timezone.make_aware(datetime.combine(earliest, time.min))
