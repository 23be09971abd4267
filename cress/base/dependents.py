"""
What depends on rows: what keeps them from being deleted, what goes with them, what loses them.

Most of it is read from the relations of their model, in the French words of its fields. What a
relation does not say, a model says itself: « Cette page ouvre /leviers/ ».
"""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from django.db import models
from django.utils.text import Truncator

from cress.base.text.numbers import format_number
from cress.base.text.typography import french

MOST_NAMES = 5  # of rows, for each relation
LONGEST_NAME = 80  # characters: some rows are named by a whole sentence


class Effect(Enum):
    """What the deletion of a row does to those that depend on it."""

    REFUSED = "they keep it from being deleted"
    DELETED = "they are deleted with it"
    UNLINKED = "they stay, without it"


_EFFECTS = {
    models.PROTECT: Effect.REFUSED,
    models.RESTRICT: Effect.REFUSED,
    models.CASCADE: Effect.DELETED,
    models.SET_NULL: Effect.UNLINKED,
}


class Remark(NamedTuple):
    """What a model says of its rows that no relation says: a page of the site, then the rest."""

    effect: Effect
    page: str  # « La page /leviers/ », which links to the address
    address: str
    text: str


@dataclass(frozen=True)
class Dependents:
    """The rows that depend on others by one relation; there is at least one."""

    effect: Effect
    field: models.Field  # of the relation, whichever side it is written on
    rows: models.QuerySet
    count: int
    is_direct: bool  # they depend on the rows themselves, not on others that go with them

    @property
    def model(self):
        return self.rows.model

    @property
    def counted(self):
        """The count and its noun: « 1 500 communes »."""
        names = self.model._meta
        noun = names.verbose_name if self.count == 1 else names.verbose_name_plural
        return french(f"{format_number(self.count)} {noun}")

    def names(self):
        """Return the first names of these rows, and how many are not named."""
        first = [Truncator(row).chars(LONGEST_NAME).rstrip(".") for row in self.rows[:MOST_NAMES]]
        return first, max(self.count - len(first), 0)


def rows_of(objects):
    """Return a plain queryset of the rows that the admin is asked about, a list or a queryset."""
    if isinstance(objects, models.QuerySet):
        keys = objects.order_by().values("pk")
    else:
        keys = [row.pk for row in objects]
    model = objects.model if isinstance(objects, models.QuerySet) else type(objects[0])
    return model._base_manager.filter(pk__in=keys)


def dependents_of(rows):
    """
    Return the Dependents of a queryset of rows, and of the rows that go with them.

    Rows are counted by the database and never all read: a few queries for each relation.
    """
    found, followed, waiting = [], set(), [(rows, True)]
    while waiting:
        owners, is_direct = waiting.pop(0)
        for effect, field, dependents in _related(owners):
            if field in followed:
                continue
            followed.add(field)
            if count := dependents.count():
                found.append(Dependents(effect, field, dependents, count, is_direct))
                if effect is Effect.DELETED:
                    waiting.append((dependents, False))
    return found


def _related(owners):
    """Yield (effect, field, rows) for each relation to a queryset of rows."""
    for relation in owners.model._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToManyField):
            links = relation.remote_field.through._base_manager.filter(
                **{f"{relation.m2m_field_name()}__in": owners}
            )
            keys = links.values(relation.m2m_reverse_field_name())
            others = relation.related_model._base_manager.filter(pk__in=keys)
            yield Effect.UNLINKED, relation, others
        elif isinstance(relation, models.ManyToManyRel):
            field = relation.field
            links = field.remote_field.through._base_manager.filter(
                **{f"{field.m2m_reverse_field_name()}__in": owners}
            )
            keys = links.values(field.m2m_field_name())
            yield Effect.UNLINKED, field, field.model._base_manager.filter(pk__in=keys)
        elif relation.auto_created and not relation.concrete:
            model = relation.related_model
            if model._meta.auto_created:
                continue  # the rows that tie both ends of a many-to-many
            if effect := _EFFECTS.get(relation.on_delete):
                rows = model._base_manager.filter(**{f"{relation.field.name}__in": owners})
                yield effect, relation.field, rows


def remarks_on(rows):
    """Return the Remarks of the model about these rows: its classmethod `remarks_on`, if any."""
    remarks = getattr(rows.model, "remarks_on", None)
    return list(remarks(rows)) if remarks else []
