"""
Imports: a file is compared with the database, shown, then written whole or not at all.

An importer makes an ImportPlan: a Difference for each table. `ImportPlan.write()` locks and reads
again the rows it changes, and saves the changed fields alone, so that it does not undo what
somebody else edits. Everything that stops an import is a TableError.
"""

import dataclasses
from dataclasses import dataclass

from django.db import IntegrityError, models
from django.db.models import ProtectedError
from django.utils.text import Truncator

from cress.base.fields import is_set_by_save
from cress.base.files.tables import TableError
from cress.base.history.operations import Operation, operation
from cress.base.history.versions import bulk_add, is_version


@dataclass(frozen=True)
class Difference:
    """What one table must become: rows to add, rows with changed fields, rows to remove."""

    added: list[models.Model]
    changed: list[tuple[models.Model, dict]]  # a row, and {field: its new value}
    removed: list[models.Model]

    def __bool__(self):
        return bool(self.added or self.changed or self.removed)

    def lines(self):
        """Yield a line in French for each row that differs."""
        for row in self.added:
            yield f"+ {row}"
        for row, values in self.changed:
            changes = " ; ".join(
                f"{field.verbose_name} : {_brief(getattr(row, field.name))} → {_brief(value)}"
                for field, value in values.items()
            )
            yield f"~ {row} : {changes}"
        for row in self.removed:
            yield f"- {row}"


def _brief(value):
    """Return a value as a line shows it: an outline has a thousand signs."""
    return Truncator(value).chars(60) if isinstance(value, str) else value


@dataclass(frozen=True)
class ImportPlan:
    """
    What an import would write: a Difference for each table, those referred to first.

    `replaced` is {a removed row: the row that takes its place}: all that refers to the first
    then refers to the second.
    """

    title: str  # of its operation
    differences: dict[type[models.Model], Difference]
    replaced: dict[models.Model, models.Model] = dataclasses.field(default_factory=dict)

    def __bool__(self):
        return any(self.differences.values())

    def replacement_lines(self):
        """Yield a line in French for each row that another replaces: what moves to the other."""
        for old, new in self.replaced.items():
            counts = [
                f"{relation.related_model._meta.verbose_name_plural} : {count}"
                for relation, rows in referring_rows(old).items()
                if (count := rows.count())
            ]
            yield f"{old} → {new} : {', '.join(counts) or 'rien à déplacer'}"

    def write(self):
        """
        Write the plan in one operation, or change nothing.

        Raise TableError on a row that a constraint refuses, on a row that somebody has changed
        since it was compared, and if content refers to a removed row that nothing replaces.
        """
        with operation(Operation.Kind.IMPORT, title=self.title):
            self._write()

    def _write(self):
        for model, difference in self.differences.items():
            try:
                bulk_add(difference.added)
                _write_changes(model, difference.changed)
            except IntegrityError as error:
                broken = [c for c in model._meta.constraints if c.name in str(error)]
                reason = (
                    broken[0].violation_error_message
                    if broken
                    else "Elle existe déjà, ou contredit ce qui est enregistré."
                )
                raise TableError(f"La base refuse une ligne : {reason}") from error
        for old, new in self.replaced.items():
            for relation, rows in referring_rows(old).items():
                for row in rows.select_for_update():
                    _point_to(row, relation.field, new)
        for difference in reversed(self.differences.values()):
            for row in difference.removed:
                _remove(row)


def referring_rows(row):
    """
    Return {relation: queryset} of the rows that refer to a row by a foreign key.

    Those of its own app come from the same files, and are left out.
    """
    return {
        relation: relation.related_model._base_manager.filter(**{relation.field.name: row})
        for relation in row._meta.get_fields(include_hidden=True)
        if relation.one_to_many
        and relation.related_model._meta.app_label != row._meta.app_label
        and not is_version(relation.related_model)
    }


def _point_to(row, foreign_key, target):
    """Make a row refer to the target, and copy the relations that both have: the department."""
    of_target = {field.name: field.related_model for field in target._meta.concrete_fields}
    shared = [
        field.name
        for field in row._meta.concrete_fields
        if field.is_relation and of_target.get(field.name) is field.related_model
    ]
    for name in shared:
        setattr(row, name, getattr(target, name))
    setattr(row, foreign_key.name, target)
    _save_fields(row, [foreign_key.name, *shared])


def _write_changes(model, changed):
    """Lock the rows, refuse what has changed since it was read, write the changed fields."""
    keys = [row.pk for row, _ in changed]
    stored = {row.pk: row for row in model._base_manager.select_for_update().filter(pk__in=keys)}
    for seen, values in changed:
        row = stored.get(seen.pk)
        if row is None or any(
            getattr(row, field.attname) != getattr(seen, field.attname) for field in values
        ):
            raise TableError(
                f"{seen} vient d’être changé par quelqu’un d’autre : rien n’est écrit. Relancez "
                "la même commande, et relisez ce qu’elle annonce."
            )
        names = {field.name: value for field, value in values.items()}
        for name, value in names.items():
            setattr(row, name, value)
        _save_fields(row, names)


def following_fields(model):
    """Return the names of the fields that follow from others at each save."""
    return [field.name for field in model._meta.concrete_fields if is_set_by_save(field)]


def _save_fields(row, names):
    row.save(update_fields=[*names, *following_fields(type(row))])


def _remove(row):
    users = [user for rows in referring_rows(row).values() for user in rows[:20]]
    try:
        if not users:
            row.delete()
            return
    except ProtectedError as error:
        users = list(error.protected_objects)
    names = ", ".join(sorted(str(user) for user in users))
    raise TableError(f"{row} n’est plus dans les fichiers, mais sert encore à : {names}.")
