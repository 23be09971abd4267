"""Replace an expression in the texts of the site: shown first, then written in one operation."""

from collections import defaultdict
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst

from cress.base.fields import FrenchText
from cress.base.history.differences import word_differences
from cress.base.history.operations import Operation, operation
from cress.base.history.versions import versioned_models
from cress.base.ranks import lock_ranks
from cress.base.text.typography import french

MOST_FOUND = 200  # texts that one page shows
LONGEST = 200  # characters of an expression


@dataclass(frozen=True)
class Occurrence:
    """A text that has the expression, and what it would become."""

    row: models.Model
    field: models.Field
    parts: list  # as word_differences gives them

    @property
    def kind(self):
        """What the row is: « Levier »."""
        return capfirst(self.row._meta.verbose_name)

    @property
    def tick(self):
        """The value of its tick in the form."""
        return f"{self.row._meta.label_lower}-{self.row.pk}-{self.field.name}"


def occurrences(old, new, may):
    """
    Return the Occurrences of an expression, and whether there are more.

    Capitals count. Only texts that `may("change", model, row)` allows are looked at.
    """
    found = []
    for model in versioned_models():
        fields = _texts_of(model)
        if not fields or not may("change", model):
            continue
        has = models.Q()
        for field in fields:
            has |= models.Q(**{f"{field.name}__contains": old})
        for row in model._base_manager.filter(has).order_by("pk")[: MOST_FOUND + 1]:
            found += [
                Occurrence(row, field, word_differences(text, text.replace(old, new)))
                for field in fields
                for text in [getattr(row, field.name)]
                if old in text and may("change", model, row)
            ]
        if len(found) > MOST_FOUND:
            break
    return found[:MOST_FOUND], len(found) > MOST_FOUND


def _texts_of(model):
    fields = model._meta.concrete_fields
    return [field for field in fields if isinstance(field, FrenchText) and field.editable]


def replace(old, new, taken, person, may):
    """
    Replace an expression in the texts whose tick is in `taken`, in one operation.

    Return (the Operation or None, how many rows were written, a sentence for each that was not).
    """
    fields = defaultdict(list)
    for each in occurrences(old, new, may)[0]:
        if each.tick in taken:
            fields[type(each.row), each.row.pk].append(each.field.name)
    title = french(f"« {old} » remplacé par « {new} »")
    written, refused = 0, []
    with operation(Operation.Kind.BULK, person=person, title=title) as current:
        lock_ranks()
        for (model, key), names in fields.items():
            row = model._base_manager.select_for_update(of=("self",)).filter(pk=key).first()
            if row is None:
                continue
            for name in names:
                setattr(row, name, getattr(row, name).replace(old, new))
            try:
                row.full_clean()
            except ValidationError as error:
                refused.append(french(f"« {row} » : {' '.join(error.messages)}"))
                continue
            row.save()
            written += 1
        return current.row if written else None, written, refused
