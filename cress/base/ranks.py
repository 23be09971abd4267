"""
The ranks of rows in their lists: 1 is the first.

A list is all the rows of a model, or those that share its `ranked_within`: the actions of a lever.
A new row comes last. `place` alone changes the rank of a row that stays in its list. Deleting a
row leaves a gap, so that it may come back to its place; the next move closes it.
"""

from collections import defaultdict

from django.db import connection, models, transaction
from django.db.models.signals import pre_delete

_LOCK = 0x72616E6B  # any number: nothing else here takes an advisory lock


def lock_ranks():
    """
    Let nobody else change a rank until the transaction ends.

    There is one lock for all lists: to delete a lever changes four of them, in an order that
    Django chooses, and two locks would then wait for each other. A move takes milliseconds.
    A constraint could not do it: SQLite checks each row at once, and a renumbering passes by
    equal ranks. Row locks could not either: they do not hold a row that is about to be added.

    SQLite needs no lock of ours: its transactions are IMMEDIATE (settings), so that one that
    writes holds the whole database from its start, and reads what the one before it committed.

    Whoever also locks rows must call this first.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("Ranks are locked in a transaction.")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


class Ranked(models.Model):
    """A row with a rank among those that share its `ranked_within`. See the module."""

    ranked_within = ()

    order = models.PositiveSmallIntegerField("rang", blank=True)

    class Meta:
        abstract = True

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        pre_delete.connect(_lock_before_delete, sender=cls)

    def save(self, *args, update_fields=None, **kwargs):
        """
        Save the row; a new one, or one that comes from another list, is put last.

        A row that stays in its list keeps the rank that is stored: a colleague may have moved it
        since this one was read. A new row may bring a rank that is free. `update_fields` that
        name the rank are written as they are.
        """
        if update_fields is None or (
            "order" not in update_fields and {*update_fields} & {*self.ranked_within}
        ):
            with transaction.atomic():
                lock_ranks()
                self.order = self._rank_to_save()
                if update_fields is not None:
                    update_fields = [*update_fields, "order"]
                super().save(*args, update_fields=update_fields, **kwargs)
        else:
            super().save(*args, update_fields=update_fields, **kwargs)

    def _rank_to_save(self):
        stored = self.pk and type(self)._base_manager.order_by().filter(pk=self.pk).first()
        if stored and _list_of(stored) == _list_of(self):
            return stored.order
        taken = set(listed_with(self).order_by().values_list("order", flat=True))
        if not stored and self.order and self.order not in taken:
            return self.order
        return max(taken, default=0) + 1


def _lock_before_delete(**kwargs):
    """Lock before a row leaves a list that somebody else may be about to renumber."""
    lock_ranks()


def _within(model):
    return [model._meta.get_field(name).attname for name in model.ranked_within]


def _list_of(row):
    """Return the values that a row shares with those of its list, and with no other row."""
    return {name: getattr(row, name) for name in _within(type(row))}


def listed_with(row):
    """Return the rows of the list that a row belongs to, in order, as a queryset."""
    return type(row)._base_manager.filter(**_list_of(row))


def position_of(row):
    """Return the position of a stored row in its list."""
    return list(listed_with(row).values_list("pk", flat=True)).index(row.pk) + 1


def positions_of(model):
    """Return {key of a row: (its position, the size of its list)} for all rows of a model."""
    within = _within(model)
    lists = defaultdict(list)
    for *values, key in model._base_manager.values_list(*within, "pk"):
        lists[tuple(values)].append(key)
    return {
        key: (position, len(keys))
        for keys in lists.values()
        for position, key in enumerate(keys, start=1)
    }


@transaction.atomic
def place(positions):
    """
    Put rows of one list at positions: {a stored row: its position, or None for the last}.

    The list is numbered anew from 1: equal ranks and gaps disappear. Rows that ask for the same
    position follow one another. A position after the last is the last.
    """
    lock_ranks()
    rows = list(listed_with(next(iter(positions))))
    moved = {row: positions[row] or len(rows) for row in rows if row in positions}
    order, at = [row for row in rows if row not in moved], -1
    for row in sorted(moved, key=moved.get):
        at = max(moved[row] - 1, at + 1)
        order.insert(at, row)
    for rank, row in enumerate(order, start=1):
        if row.order != rank:
            row.order = rank
            row.save(update_fields=["order"])
