"""
Steps: what each row must become, so that an operation is undone or a version comes back.

A step brings one row from the state in which it should be found to the state that a version kept.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, cached_property

from django.db.models import Max, OuterRef, Subquery

from cress.base.history.versions import DELETED, versioned_models

BATCH = 500  # rows whose versions are read together


@dataclass(frozen=True)
class Step:
    """A row, the version that it was left with, and the version to come back to; None is no row."""

    model: type
    key: object
    found: object  # the version that the row should still be like
    target: object
    last: object  # the last version of the row
    only: frozenset | None = None  # the names of the fields to give back, if not all

    @cached_property
    def action(self):
        """The action of Django's permissions that the step is: add, change or delete."""
        if self.target is None:
            return "delete"
        return "add" if self.found is None else "change"

    @cached_property
    def names(self):
        """The names of the fields that the step gives back."""
        names = changed_names(self.found, self.target)
        return names if self.only is None else names & self.only

    def taking(self, names):
        """Return a step that gives back some fields only."""
        return replace(self, only=names)

    @property
    def row(self):
        """The row as a version knows it, to be named on screen."""
        return (self.target or self.found).instance

    @property
    def is_as_left(self):
        """Whether nobody changed the row since; a rank given meanwhile does not count."""
        ignored = set() if "order" in self.names else {"order"}
        return same_row(self.found, alive(self.last), ignored)

    @property
    def is_done(self):
        """Whether the row is already as it must become."""
        last = alive(self.last)
        if self.action == "change" and last:
            return not changed_names(self.target, last) & self.names
        return same_row(self.target, last)


def alive(version):
    """Return a version, or None for the version of a deletion."""
    return None if version is None or version.history_type == DELETED else version


def values_of(version):
    """
    Return {name: value} of a version that `with_relations` has read.

    The value of a many-to-many field is a set of keys.
    """
    fields = type(version).tracked_fields
    return {field.name: getattr(version, field.attname) for field in fields} | version.relations


def with_relations(versions):
    """Return the versions of a queryset as a list, each with its `relations`, {name: keys}."""
    model, versions = versions.model.instance_type, list(versions)
    found = {version.history_id: defaultdict(set) for version in versions}
    for field in model._meta.local_many_to_many:
        kept = getattr(model.history.model, field.name).model.objects.filter(history__in=found)
        keys = kept.values_list("history_id", f"{field.m2m_reverse_field_name()}_id")
        for number, key in keys if versions else []:
            found[number][field.name].add(key)
    for version in versions:
        version.relations = {
            field.name: frozenset(found[version.history_id][field.name])
            for field in model._meta.local_many_to_many
        }
    return versions


def changed_names(before, after):
    """Return the names of the fields whose values two versions do not share."""
    if before is None or after is None:
        return frozenset()
    was, became = values_of(before), values_of(after)
    return frozenset(name for name in became if was[name] != became[name])


def same_row(version, other, ignored=frozenset()):
    """Whether two versions, or no row, say the same."""
    if version is None or other is None:
        return version is other
    return not changed_names(version, other) - ignored


def read_versions(model, numbers):
    """Return {number: version} of a model, with the operation and the relations of each."""
    versions = model.history.filter(history_id__in=numbers).select_related("operation")
    return {version.history_id: version for version in with_relations(versions)}


def newest(versions):
    """Return {key of a row: the number of its newest version} of a queryset of versions."""
    key = versions.model.instance_type._meta.pk.attname
    newest = versions.order_by().values(key).annotate(newest=Max("history_id"))
    return dict(newest.values_list(key, "newest"))


@cache
def depth(model, above=()):
    """Return how many versioned models stand above one by its relations: parents come first."""
    parents = {
        field.related_model
        for field in (*model._meta.concrete_fields, *model._meta.local_many_to_many)
        if field.is_relation and field.related_model not in {model, *above}
    } & set(versioned_models())
    return max((1 + depth(parent, (*above, model)) for parent in parents), default=0)


@cache
def referred_models():
    """Return the models to whose rows versioned rows refer."""
    return {
        field.related_model
        for model in versioned_models()
        for field in (*model._meta.concrete_fields, *model._meta.local_many_to_many)
        if field.is_relation
    }


def models_of(operation):
    """Return the models of which an operation wrote versions."""
    return [
        model
        for model in versioned_models()
        if model.history.filter(operation=operation).order_by().exists()
    ]


def steps_to_undo(operation) -> Iterable[Step]:
    """
    Yield the Steps that undo an operation, in an order in which each could be done alone.

    Rows leave first, those that refer to others before these; then rows come back, in the other
    order.
    """
    models = sorted(models_of(operation), key=depth)
    for model in reversed(models):
        yield from (step for step in _steps_of(operation, model) if step.action == "delete")
    for model in models:
        yield from (step for step in _steps_of(operation, model) if step.action != "delete")


def _steps_of(operation, model):
    key = model._meta.pk.attname
    of_operation = model.history.filter(operation=operation)
    keys = list(of_operation.order_by(key).values_list(key, flat=True).distinct())
    first = of_operation.filter(**{key: OuterRef(key)}).order_by("history_id")
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        versions = model.history.filter(**{f"{key}__in": batch})
        before = versions.filter(history_id__lt=Subquery(first.values("history_id")[:1]))
        after = versions.filter(operation=operation)
        yield from _steps(model, batch, newest(after), newest(before), newest(versions))


def steps_between(model, key, parts, then, now=None) -> Iterable[Step]:
    """
    Yield the Steps that bring a row and its parts back to what they were after an operation.

    `parts` is {model of the parts: the name of their foreign key}, `then` and `now` are numbers
    of operations; without `now`, the rows are as they are. What is the same gives no step.
    """
    yield from _steps_back(model.history.filter(**{model._meta.pk.attname: key}), then, now)
    for part, name in parts.items():
        yield from _steps_back(part.history.filter(**{name: key}), then, now)


def _steps_back(versions, then, now):
    model = versions.model.instance_type
    key = model._meta.pk.attname
    keys = list(versions.order_by(key).values_list(key, flat=True).distinct())
    every = model.history.filter(**{f"{key}__in": keys})
    last, target = newest(every), newest(every.filter(operation_id__lte=then))
    found = last if now is None else newest(every.filter(operation_id__lte=now))
    for step in _steps(model, keys, found, target, last):
        if not same_row(step.found, step.target):
            yield step


def _steps(model, keys, found, target, last):
    """Yield the Steps of rows; the others are {key: the number of a version}."""
    versions = read_versions(model, {*found.values(), *target.values(), *last.values()})
    for key in keys:
        yield Step(
            model,
            key,
            found=alive(versions.get(found.get(key))),
            target=alive(versions.get(target.get(key))),
            last=versions.get(last.get(key)),
        )
