"""
The bin: what was deleted less than ninety days ago, and can be restored.

A deleted row leaves its table; its versions are the bin. To restore is to undo the operation that
deleted it. After ninety days, or when a manager says so, the versions go: it is deleted for ever.
"""

from datetime import timedelta
from math import ceil

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cress.base.history.operations import Operation
from cress.base.history.steps import models_of
from cress.base.history.versions import DELETED, versioned_models

KEPT = timedelta(days=90)
DOTS = 9  # one for ten days
BATCH = 500  # versions that are deleted together


class Binned:
    """A deletion as the bin shows it."""

    def __init__(self, operation):
        self.operation = operation
        left = operation.started_at + KEPT - timezone.now()
        self.days = max(ceil(left / timedelta(days=1)), 0)
        dots = min(ceil(self.days / 10), DOTS)
        self.dots = "●" * dots + "○" * (DOTS - dots)
        self.others = operation.deleted - 1  # rows that went with it


def _deletions():
    """Return the operations that deleted rows with a page of their own, and are in force."""
    takes_back_addition = Q(undoes__kind=Operation.Kind.ADD)
    deletes_again = Q(undoes__undoes__kind=Operation.Kind.DELETE)
    return Q(deleted__gt=0, is_undone=False, is_emptied=False) & (
        Q(kind__in=[Operation.Kind.DELETE, Operation.Kind.BULK])
        | Q(kind=Operation.Kind.UNDO) & (takes_back_addition | deletes_again)
    )


def binned(operations):
    """Keep the operations whose deletions are in the bin, the last first."""
    young = Q(started_at__gt=timezone.now() - KEPT)
    return operations.filter(_deletions(), young).order_by("-pk")


def expired():
    """Return the operations whose deletions are too old for the bin, the first one first."""
    old = Q(started_at__lte=timezone.now() - KEPT)
    return Operation.objects.filter(_deletions(), old).order_by("pk")


@transaction.atomic
def delete_for_ever(operation):
    """Delete all versions of the rows that an operation deleted; the operation itself stays."""
    locked = Operation.objects.select_for_update(of=("self",)).get(pk=operation.pk)
    if locked.is_undone:
        return
    for model in models_of(operation):
        key = model._meta.pk.attname
        of_operation = model.history.filter(operation=operation, history_type=DELETED)
        gone = of_operation.exclude(**{f"{key}__in": model._base_manager.values(key)})
        forget(model.history.filter(**{f"{key}__in": list(gone.values_list(key, flat=True))}))
    Operation.objects.filter(pk=operation.pk).update(is_emptied=True)


def forget(versions):
    """Delete versions, with the relations that they keep."""
    model = versions.model.instance_type
    numbers = list(versions.order_by().values_list("history_id", flat=True))
    for start in range(0, len(numbers), BATCH):
        batch = numbers[start : start + BATCH]
        for field in model._meta.local_many_to_many:
            kept = getattr(model.history.model, field.name).model
            kept.objects.filter(history__in=batch).delete()
        model.history.filter(history_id__in=batch).delete()


def purge():
    """Delete for ever what the bin has kept long enough, and versions that need not be kept."""
    for operation in expired():
        yield delete_for_ever(operation)
    for model in versioned_models():
        key = model._meta.pk.attname
        while batch := _old_versions(model, key):
            yield forget(model.history.filter(history_id__in=batch))


def _old_versions(model, key):
    """Return the numbers of some versions to forget; the last one of each row stays."""
    newer = model.history.filter(**{key: OuterRef(key)}, history_id__gt=OuterRef("history_id"))
    stored = model._base_manager.values(key)
    old = model.versions_to_forget().filter(Exists(newer), **{f"{key}__in": stored})
    return list(old.order_by("history_id").values_list("history_id", flat=True)[:BATCH])
