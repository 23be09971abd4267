"""What changed from one version of a row to another, field by field, in French words."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator, capfirst

from cress.base.history.differences import ADDED, REMOVED, SAME, word_differences
from cress.base.history.steps import alive, changed_names, newest, read_versions, values_of
from cress.base.history.versions import Versioned
from cress.base.text.numbers import format_number
from cress.base.text.typography import french

LONGEST_NAME = 80  # characters
NOTHING = "rien"
ADDITION, CHANGE, REMOVAL = "ajout", "changement", "retrait"


@dataclass(frozen=True)
class FieldChange:
    """A field of a row that changed: [(kind, text)], as word_differences gives them."""

    name: str
    label: str
    parts: list

    @property
    def old(self):
        """What the field said."""
        return [part for part in self.parts if part[0] != ADDED]

    @property
    def new(self):
        """What the field says."""
        return [part for part in self.parts if part[0] != REMOVED]


@dataclass(frozen=True)
class RowChange:
    """A row that was added, changed or removed, with the fields that changed."""

    number: int  # of the operation
    model: type
    key: object
    row: str  # its name
    what: str  # ADDITION, CHANGE or REMOVAL
    fields: list[FieldChange]

    @property
    def label(self):
        """The label of its model: « policies.action »."""
        return self.model._meta.label_lower

    @property
    def kind(self):
        """What it is: « Action »."""
        return capfirst(self.model._meta.verbose_name)


def row_changes(pairs):
    """
    Return the RowChanges of (number of an operation, version before, version after).

    `read_versions` has read the versions; None is no row. What says the same gives nothing.
    """
    pairs = [pair for pair in pairs if _differ(*pair[1:])]
    names = _names_of_related(pairs)
    return [_row_change(*pair, names) for pair in pairs]


def _differ(before, after):
    if before is None or after is None:
        return before is not after
    return bool(_shown_names(before, after))


def _shown_names(before, after):
    """Return the names of the fields that changed and that somebody fills in, in their order."""
    names = changed_names(before, after)
    model = after.instance_type
    fields = (*model._meta.concrete_fields, *model._meta.local_many_to_many)
    return [field.name for field in fields if field.name in names and field.editable]


def _row_change(number, before, after, names):
    version = after or before
    model = version.instance_type
    name = Truncator(str(version.instance)).chars(LONGEST_NAME)
    what, fields = CHANGE, []
    if before is None or after is None:
        what = ADDITION if before is None else REMOVAL
    else:
        was, became = values_of(before), values_of(after)
        for field in map(model._meta.get_field, _shown_names(before, after)):
            parts = _parts(field, was[field.name], became[field.name], names)
            fields.append(FieldChange(field.name, capfirst(field.verbose_name), parts))
    key = getattr(version, model._meta.pk.attname)
    return RowChange(number, model, key, french(name), what, fields)


def _parts(field, old, new, names):
    if field.many_to_many:
        removed, added = ([names[field, key] for key in keys] for keys in (old - new, new - old))
        same = [names[field, key] for key in old & new]
        listed = [*((SAME, name) for name in sorted(same))]
        listed += [(REMOVED, name) for name in sorted(removed)]
        listed += [(ADDED, name) for name in sorted(added)]
        return _listed(listed)
    old, new = (_in_words(field, value, names) for value in (old, new))
    if isinstance(field, (models.TextField, models.CharField)) and not field.choices:
        return word_differences(old, new)
    return [(REMOVED, old or NOTHING), (SAME, " "), (ADDED, new or NOTHING)]


def _listed(parts):
    """Put a comma between the names of a list."""
    listed = []
    for kind, name in parts:
        listed += [(SAME, ", ")] if listed else []
        listed.append((kind, name))
    return listed


def _in_words(field, value, names):
    """Return a value as a reader says it: « oui », « 10,79 », the name of a row."""
    if value is None or value == "":
        return ""
    if field.is_relation:
        return names[field, value]
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, (int, float, Decimal)):
        return str(value) if _is_year(field) else format_number(value)
    if hasattr(value, "hour"):
        return date_format(timezone.localtime(value), "j F Y à H:i")
    return date_format(value, "j F Y") if hasattr(value, "day") else str(value)


def _is_year(field):
    return isinstance(field, models.PositiveSmallIntegerField) and field.name != "order"


def _names_of_related(pairs):
    """Return {(field, key): name} of the rows that the values of some versions refer to."""
    wanted = defaultdict(set)
    for _, before, after in pairs:
        if before is None or after is None:
            continue
        was, became = values_of(before), values_of(after)
        for field in map(after.instance_type._meta.get_field, _shown_names(before, after)):
            if field.many_to_many:
                wanted[field] |= was[field.name] | became[field.name]
            elif field.is_relation:
                wanted[field] |= {was[field.name], became[field.name]} - {None}
    names = {}
    for field, keys in wanted.items():
        rows = field.related_model._base_manager.in_bulk(keys)
        gone = _names_of_gone(field.related_model, keys - set(rows))
        for key in keys:
            name = str(rows[key]) if key in rows else gone.get(key, "une ligne effacée")
            names[field, key] = french(Truncator(name).chars(LONGEST_NAME))
    return names


def _names_of_gone(model, keys):
    if not keys or not issubclass(model, Versioned):
        return {}
    numbers = newest(model.history.filter(**{f"{model._meta.pk.attname}__in": keys}))
    versions = read_versions(model, numbers.values())
    return {key: str(versions[number].instance) for key, number in numbers.items()}


def pairs_of(versions, most):
    """
    Return (number of the operation, version before, version after) of the rows of some versions.

    At most `most` versions are read, the newest ones.
    """
    model = versions.model.instance_type
    key = model._meta.pk.attname
    of_row = model.history.filter(**{key: OuterRef(key)}, history_id__lt=OuterRef("history_id"))
    previous = Subquery(of_row.order_by("-history_id").values("history_id")[:1])
    ends = {}
    for row, number, after, before in (
        versions.order_by("-history_id")
        .annotate(previous=previous)
        .values_list(key, "operation_id", "history_id", "previous")[:most]
    ):
        last = ends.get((number, row), (None, after))[1]
        ends[number, row] = (before, last)
    read = read_versions(model, {number for pair in ends.values() for number in pair})
    return [
        (number, alive(read.get(before)), alive(read.get(after)))
        for (number, _), (before, after) in reversed(ends.items())
    ]
