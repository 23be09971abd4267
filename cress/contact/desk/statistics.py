"""The number of messages by month, by subject and by territory."""

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils import timezone

from cress.contact.models import Message

MONTHS = 12


def counted():
    """Keep the messages that count: neither spam nor merged into another."""
    return Message.objects.whole().exclude(state=Message.State.SUSPECT)


def first_month():
    """Return the first instant of the oldest of the last twelve months, this one included."""
    now = timezone.localtime()
    month = now.year * 12 + now.month - 1 - (MONTHS - 1)
    return now.replace(
        year=month // 12, month=month % 12 + 1, day=1, hour=0, minute=0, second=0, microsecond=0
    )


def by_month():
    """Return (first day of the month, number) pairs, oldest first, empty months included."""
    first = first_month()
    counts = dict(
        counted()
        .filter(received_at__gte=first)
        .annotate(month=TruncMonth("received_at"))
        .values("month")
        .annotate(number=Count("pk"))
        .values_list("month", "number")
        .order_by("month")
    )
    by_number = {(month.year, month.month): number for month, number in counts.items()}
    months = [divmod(first.year * 12 + first.month - 1 + n, 12) for n in range(MONTHS)]
    return [
        (first.replace(year=year, month=month + 1), by_number.get((year, month + 1), 0))
        for year, month in months
    ]


def by_field(name):
    """Return (name, number) pairs of the last twelve months, most frequent first."""
    return list(
        counted()
        .filter(received_at__gte=first_month())
        .values(f"{name}__name")
        .annotate(number=Count("pk"))
        .values_list(f"{name}__name", "number")
        .order_by("-number", f"{name}__name")
    )
