"""
Undo an operation: a save with its rows, a deletion, an order, an import, an undo.

An undo is an operation too, and can be undone in turn. All of it is done or nothing; of an import,
the rows that somebody changed since are kept and named. A long one is done by the worker, some
rows in each transaction, in the name of who asked.
"""

from itertools import islice

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from cress.base.history.carrying import (
    AskedError,
    RefusedError,
    UndoReport,
    carry_out,
    rows_to_store,
)
from cress.base.history.operations import Operation, done_by, operation, resumed
from cress.base.history.steps import models_of, steps_to_undo
from cress.base.history.versions import ADDED, CHANGED, DELETED

MOST_AT_ONCE = 300  # rows: more are undone by the worker
BATCH = 300  # rows that the worker undoes in one transaction
KINDS = {
    Operation.Kind.ADD,
    Operation.Kind.CHANGE,
    Operation.Kind.DELETE,
    Operation.Kind.ORDER,
    Operation.Kind.BULK,
    Operation.Kind.IMPORT,
    Operation.Kind.UNDO,
    Operation.Kind.RESTORE,
}
_UNDONE_BY = {ADDED: "delete", CHANGED: "change", DELETED: "add"}


def can_be_undone(done):
    """Whether an operation is of a kind that is undone, and is not undone already."""
    return done.kind in KINDS and not (done.is_undone or done.is_waiting or done.is_emptied)


def undo(done, person, may, answers=None):
    """
    Undo an operation in the name of a person; return (the Operation that does it, its UndoReport).

    `may(action, model, row)` says whether the person has a right; the row is None for a long one.
    Raise RefusedError, or AskedError if a value must be chosen again.
    """
    if done.added + done.changed + done.deleted > MOST_AT_ONCE:
        return _ask_the_worker(done, person, may), UndoReport()
    steps, report = list(steps_to_undo(done)), UndoReport()
    rows = rows_to_store(steps, report)
    with operation(Operation.Kind.UNDO, person=person, undoes=done, **done.about) as current:
        _refuse_twice(done)
        if not steps:
            raise RefusedError("Rien n’est changé : ce qu’il faudrait rétablir n’est plus gardé.")
        if _is_import(done):
            _carry_out_what_can_be(steps, rows, report, may)
        else:
            carry_out(steps, rows, report, may, answers)
        if not report.done:
            raise RefusedError("Rien n’est changé : rien de tout cela n’est resté tel quel.")
        _mark(done)
        return current.row, report


def _refuse_twice(done):
    """Lock an operation and refuse to undo it twice."""
    locked = Operation.objects.select_for_update(of=("self",)).get(pk=done.pk)
    if locked.kind not in KINDS:
        raise RefusedError("Rien n’est changé : ce geste ne s’annule pas.")
    if locked.is_emptied:
        raise RefusedError("Rien n’est changé : c’est supprimé pour de bon.")
    if locked.is_waiting:
        raise RefusedError("Rien n’est changé : ce geste est encore en cours.")
    if locked.is_undone:
        last = locked.undoings.first()
        at = timezone.localtime(last.started_at)
        who = last.person_name or "un programme"
        raise RefusedError(
            f"C’est déjà annulé : par {who}, le {date_format(at, 'j F')} à {at:%-H h %M}."
        )


def _mark(done):
    """Say that an operation is undone; what it had undone itself is in force again."""
    is_undone = True
    while done:
        Operation.objects.filter(pk=done.pk).update(is_undone=is_undone)
        done, is_undone = done.undoes, not is_undone


def _is_import(done):
    return done.kind == Operation.Kind.IMPORT or bool(done.undoes and _is_import(done.undoes))


def _carry_out_what_can_be(steps, rows, report, may=lambda action, model, row: True):
    for step in steps:
        try:
            carry_out([step], rows, report, may)
        except (RefusedError, AskedError):
            report.kept.append(str(step.row))


def _ask_the_worker(done, person, may):
    """Store the wish to undo a long operation; the worker carries it out."""
    for model in models_of(done):
        types = model.history.filter(operation=done).order_by().values_list("history_type")
        for (history_type,) in types.distinct():
            if not may(_UNDONE_BY[history_type], model, None):
                raise RefusedError(
                    "Rien n’est changé : votre rôle ne permet pas d’annuler tout cela. Demandez à "
                    "un compte « Responsable »."
                )
    with transaction.atomic():
        _refuse_twice(done)
        asked = Operation.objects.create(
            kind=Operation.Kind.UNDO,
            undoes=done,
            is_waiting=True,
            **done.about,
            **done_by(person),
        )
        _mark(done)
        return asked


def has_waiting():
    """Whether a long undo waits for the worker."""
    return Operation.objects.filter(is_waiting=True).exists()


def carry_out_waiting():
    """
    Carry out the long undos that were asked for; yield after each transaction.

    One that was stopped goes on: rows that are already as they must become are passed over.
    """
    for asked in Operation.objects.filter(is_waiting=True).order_by("pk"):
        steps = iter(steps_to_undo(asked.undoes))
        while batch := list(islice(steps, BATCH)):
            report = UndoReport()
            rows = rows_to_store(batch, report)
            with transaction.atomic(), resumed(Operation.objects.get(pk=asked.pk)):
                _carry_out_what_can_be(batch, rows, report)
            yield report
        Operation.objects.filter(pk=asked.pk).update(is_waiting=False)


def restore(steps, person, may, about, answers=None):
    """
    Bring a row and its parts back to what a version kept; return (the Operation, its UndoReport).

    `about` has the fields of the Operation that say which row it is. Raise as `undo` does.
    """
    report = UndoReport()
    rows = rows_to_store(steps, report)
    with operation(Operation.Kind.RESTORE, person=person, **about) as current:
        carry_out(steps, rows, report, may, answers)
        if not report.done:
            raise RefusedError("Rien n’est changé : c’est déjà ainsi.")
        return current.row, report
