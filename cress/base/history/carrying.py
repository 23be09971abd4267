"""
Carry out steps: rows come back with the keys that they had, all of them or none.

What keeps a row from coming back is said in French; a value that another row has taken since is
asked for again.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import partial

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError
from django.utils.text import capfirst

from cress.base.dependents import dependents_of
from cress.base.history.steps import depth, newest, read_versions, referred_models, values_of
from cress.base.history.versions import DELETED
from cress.base.history.words import author
from cress.base.imports import following_fields
from cress.base.ranks import Ranked, lock_ranks, place
from cress.base.text.typography import french

TAKEN = "Une autre ligne a déjà cette valeur."


class RefusedError(Exception):
    """Nothing is written; `sentences` say why and what to do, in French."""

    def __init__(self, *sentences):
        super().__init__(*sentences)
        self.sentences = [french(sentence) for sentence in sentences]


@dataclass(frozen=True)
class Question:
    """A value that another row has taken: the row that wants it back needs a new one."""

    name: str  # of the form's field
    row: models.Model
    field: models.Field
    value: str  # the one that was, or that was answered
    reason: str


class AskedError(Exception):
    """Nothing is written; `questions` are the values to choose again."""

    def __init__(self, questions):
        super().__init__(questions)
        self.questions = questions


@dataclass
class UndoReport:
    """What was done of a list of steps, and what was not."""

    done: int = 0  # rows
    kept: list[str] = field(default_factory=list)  # names of rows that stay as they are
    notes: list[str] = field(default_factory=list)


def rows_to_store(steps, report):
    """
    Return {(model, key): the row to store} of the rows that come back, with their files.

    It may take seconds for each photo: call it before a transaction is open.
    """
    rows = {}
    for step in steps:
        if step.target is None:
            continue
        row = step.target.instance
        try:
            row.bring_files_back()
        except ValidationError as error:
            why = " ".join(error.messages)
            report.notes.append(french(f"« {row} » n’est pas revenu. {why}"))
        else:
            rows[step.model, step.key] = row
    return rows


@transaction.atomic
def carry_out(steps, rows, report, may=lambda action, model, row: True, answers=None):
    """
    Carry out all steps or none, and add to the report.

    `rows` come from `rows_to_store`, `may` says whether the person has the right to an action on
    a row, `answers` is {name of a Question: new value}.

    Raise RefusedError, also for a row that somebody changed since, or AskedError.
    """
    lock_ranks()
    wanted = _still_to_do(steps)
    _refuse_without_right(wanted, may)
    try:
        _write(wanted, rows, answers or {}, report)
    except (ProtectedError, IntegrityError) as error:
        raise RefusedError(
            "Rien n’est changé : une autre ligne s’en sert ou a pris sa place. Relisez "
            "l’historique, puis recommencez."
        ) from error
    report.done += len(wanted)


def _still_to_do(steps):
    """Lock the rows and return the steps to do; refuse those whose row somebody changed."""
    groups = [_read_again(model, of_model) for model, of_model in _by_model(steps)]
    wanted = [step for group in groups for step in group if not step.is_done]
    if changed := [step for step in wanted if not step.is_as_left]:
        names = ", ".join(dict.fromkeys(f"« {step.row} »" for step in changed[:5]))
        last = changed[0].last
        who = author(last.operation) if last else "Un programme"
        raise RefusedError(
            f"Rien n’est changé : {who} a écrit depuis sur {names}. Ouvrez l’historique de la page "
            "pour voir quoi, et pour restaurer une version."
        )
    return wanted


def _by_model(steps):
    groups = defaultdict(list)
    for step in steps:
        groups[step.model].append(step)
    return sorted(groups.items(), key=lambda group: depth(group[0]))


def _read_again(model, steps):
    """Lock the rows that exist, then read their last versions again."""
    keys, key = [step.key for step in steps], model._meta.pk.attname
    list(model._base_manager.select_for_update().filter(pk__in=keys).order_by("pk"))
    numbers = newest(model.history.filter(**{f"{key}__in": keys}))
    versions = read_versions(model, numbers.values())
    return [replace(step, last=versions.get(numbers.get(step.key))) for step in steps]


def _refuse_without_right(steps, may):
    lacking = {
        step.model._meta.verbose_name
        for step in steps
        if not may(step.action, step.model, step.row)
    }
    if lacking:
        raise RefusedError(
            f"Rien n’est changé : votre rôle ne permet pas de le faire pour {', '.join(lacking)}. "
            "Demandez à un compte « Responsable »."
        )


def _write(steps, rows, answers, report):
    """
    Write the steps: what nothing refers to leaves first, and frees its place; what is referred to
    comes back before what refers to it, and leaves last.
    """
    referred = referred_models()
    leaving = [step for step in reversed(steps) if step.action == "delete"]
    _remove([step for step in leaving if step.model not in referred])
    coming = [step for step in steps if step.action == "add" and (step.model, step.key) in rows]
    questions = []
    for step in coming:
        questions += _add(rows[step.model, step.key], answers, report)
    for step in steps:
        if step.action == "change" and (row := rows.get((step.model, step.key))):
            questions += _change(step, row, answers, report)
    if questions:
        raise AskedError(questions)
    for step in coming:
        _set_relations(step, report)
    _remove([step for step in leaving if step.model in referred])


def _remove(steps):
    for step in steps:
        row = step.model._base_manager.get(pk=step.key)
        every = dependents_of(step.model._base_manager.filter(pk=row.pk))
        if used := [one for one in every if one.field not in row._meta.local_many_to_many]:
            who = ", ".join(dependents.counted for dependents in used)
            raise RefusedError(
                f"Rien n’est changé : « {row} » sert depuis à autre chose ({who}). Changez-le "
                "d’abord."
            )
        row.delete()


def _add(row, answers, report):
    """Store a row that was deleted; return the Questions that keep it from coming back."""
    if questions := _questions(row, answers):
        return questions
    _leave_what_is_gone(row, report)
    rank = getattr(row, "order", None)
    row.save(force_insert=True)
    if isinstance(row, Ranked) and row.order != rank:
        place({row: rank})
    return []


def _change(step, target, answers, report):
    """Give the fields of a step back to a row that exists; return its Questions."""
    rows, values = step.model._base_manager, values_of(step.target)
    stored, row = rows.get(pk=step.key), rows.get(pk=step.key)
    for column in type(step.target).tracked_fields:
        value = getattr(target, column.attname)
        if column.name in step.names or value != values[column.name]:  # a file made again
            setattr(row, column.attname, value)
    row.keep_settled(stored)
    if questions := _questions(row, answers):
        return questions
    _leave_what_is_gone(row, report)
    names = [
        column.name
        for column in type(step.target).tracked_fields
        if getattr(row, column.attname) != getattr(stored, column.attname)
    ]
    if names:
        row.save(update_fields=[*names, *following_fields(step.model)])
    _relate(row, {name: values[name] for name in step.names}, report)
    return []


def _set_relations(step, report):
    _relate(step.model._base_manager.get(pk=step.key), values_of(step.target), report)


def _relate(row, values, report):
    """Give a row its many-to-many relations, but for rows that are gone."""
    for relation in row._meta.local_many_to_many:
        keys = values.get(relation.name)
        if keys is None:
            continue
        others = relation.related_model._base_manager.filter(pk__in=keys)
        if lost := len(keys) - len(others):
            label = relation.verbose_name
            report.notes.append(french(f"« {row} », {label} : {lost} ne se retrouvent plus."))
        if set(others) != set(getattr(row, relation.name).all()):
            getattr(row, relation.name).set(others)


def _leave_what_is_gone(row, report):
    """Refuse a row whose parent is gone; leave an optional relation empty, and say it."""
    for column in row._meta.concrete_fields:
        key = getattr(row, column.attname)
        if not column.is_relation or key is None:
            continue
        if column.related_model._base_manager.filter(pk=key).exists():
            continue
        name = _name_of_gone(column.related_model, key)
        if not column.null:
            raise RefusedError(
                f"Rien n’est changé : « {row} » dépend de {name}, qui n’est plus là. Restaurez-le "
                "d’abord, depuis la corbeille."
            )
        setattr(row, column.attname, None)
        report.notes.append(
            french(f"« {row} » est revenu sans {column.verbose_name} : {name} n’est plus là.")
        )


def _name_of_gone(model, key):
    """Return the name of a row that is gone, as its last version knows it."""
    kind = model._meta.verbose_name
    history = getattr(model, "history", None)
    versions = history and history.filter(**{model._meta.pk.attname: key}, history_type=DELETED)
    last = versions and versions.last()
    return f"« {last.instance} » ({kind})" if last else f"une ligne ({kind})"


def _questions(row, answers):
    """Set the answers in a row; return the Questions about values that it may not have."""
    label = f"{row._meta.label_lower}-{row.pk}"
    answered = set()
    for column in row._meta.concrete_fields:
        if value := answers.get(f"{label}-{column.name}", "").strip():
            answered.add(column.name)
            setattr(row, column.attname, value)
    errors = _errors_of(row, answered)
    others = errors.pop(NON_FIELD_ERRORS, [])
    if others and not errors:
        raise RefusedError(f"Rien n’est changé. « {row} » : {' '.join(others)}")
    questions = []
    for name, reasons in errors.items():
        column = row._meta.get_field(name)
        value = "" if (value := getattr(row, column.attname)) is None else str(value)
        questions.append(
            Question(f"{label}-{name}", row, column, value, french(capfirst(" ".join(reasons))))
        )
    return questions


def _errors_of(row, answered):
    """Return {field: messages} of what a row may not have: a taken value, a wrong answer."""
    errors = defaultdict(list)
    others = {column.name for column in row._meta.fields} - answered
    for check in [partial(row.clean_fields, exclude=others), row.validate_unique]:
        try:
            check()
        except ValidationError as error:
            for name, faults in error.error_dict.items():
                errors[name] += [
                    TAKEN if fault.code == "unique" else message
                    for fault in faults
                    for message in fault.messages
                ]
    for constraint in row._meta.constraints:
        try:
            constraint.validate(type(row), row)
        except ValidationError as error:
            names = getattr(constraint, "fields", ())
            errors[names[0] if len(names) == 1 else NON_FIELD_ERRORS] += error.messages
    return errors
