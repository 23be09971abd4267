"""What files say beside what the database holds: first compared, then written whole."""

from dataclasses import dataclass

from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError

from cress.base.files.tables import FileError


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
            said = " ; ".join(
                f"{field.verbose_name} : {getattr(row, field.name)} → {value}"
                for field, value in values.items()
            )
            yield f"~ {row} : {said}"
        for row in self.removed:
            yield f"- {row}"


@dataclass(frozen=True)
class Comparison:
    """The files beside the database: a difference a table, those referred to first."""

    differences: dict[type[models.Model], Difference]

    def __bool__(self):
        return any(self.differences.values())

    @transaction.atomic
    def write(self):
        """
        Make the database what the files say, or change nothing.

        Raise FileError on a row against a constraint, and if some content stands on a
        row that the files no longer have.
        """
        for model, difference in self.differences.items():
            try:
                model.objects.bulk_create(difference.added)
                for row, values in difference.changed:
                    for field, value in values.items():
                        setattr(row, field.name, value)
                    row.save()
            except IntegrityError as error:
                broken = [c for c in model._meta.constraints if c.name in str(error)]
                reason = (
                    broken[0].violation_error_message
                    if broken
                    else "Elle existe déjà, ou contredit ce qui est enregistré."
                )
                raise FileError(f"La base refuse une ligne : {reason}") from error
        for difference in reversed(self.differences.values()):
            for row in difference.removed:
                _remove(row)


def _remove(row):
    try:
        row.delete()
    except ProtectedError as error:
        users = ", ".join(sorted(str(user) for user in error.protected_objects))
        raise FileError(
            f"{row} n’est plus dans les fichiers, mais sert encore à : {users}."
        ) from error
