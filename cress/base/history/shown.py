"""
What a form shows: the versions of its row and of its rows, by their names.

The number of the last operation could not say it: a long import writes under a number that is
smaller than those of the saves done meanwhile.
"""

from django.db.models import Max

from cress.base.history.conflicts import SINCE
from cress.base.history.steps import newest

SHOWN = "_version"  # the name of the hidden field
LONGEST_KEY = 18  # digits: more do not fit in the database


def versions_shown(row, formsets=()):
    """
    Return the names of the versions of a row and of its rows as they are now, in one text.

    `formsets` are the classes of the formsets of its rows.
    """
    every = [type(row)._base_manager.filter(pk=row.pk)]
    every += [formset.model._base_manager.filter(**{formset.fk.name: row}) for formset in formsets]
    names = []
    for rows in every:
        key = rows.model._meta.pk.attname
        versions = rows.model.history.filter(**{f"{key}__in": rows.order_by().values("pk")})
        names += [name_of(rows.model, number) for number in sorted(newest(versions).values())]
    return " ".join(names)


def opened_on(data):
    """
    Return the names of the versions on which what was typed was opened, in one text.

    It is empty if one is not known: all that differs is then asked for. None is no version at all.
    """
    names = [data[name] for name in data if name == SHOWN or name.endswith(SINCE)]
    if not names:
        return None
    return " ".join(names) if all(names) else ""


def is_to_compare(data, shown):
    """Whether a form shows other versions than those named `shown`, or asked for a choice."""
    if SHOWN not in data:
        return False
    return data[SHOWN] != shown or any(name.endswith(SINCE) for name in data)


def last_operation(row, formsets=()):
    """
    Return the number of the last operation on a row and on its rows; 0 if there is none.

    `formsets` are the classes of the formsets of its rows.
    """
    every = [type(row).history.filter(**{row._meta.pk.attname: row.pk})]
    for formset in formsets:
        every.append(formset.model.history.filter(**{formset.fk.attname: row.pk}))
    return max(versions.aggregate(last=Max("operation_id"))["last"] or 0 for versions in every)


def named(versions, names):
    """Return the oldest version of a queryset that has one of some names, or None."""
    label = versions.model.instance_type._meta.label_lower
    numbers = [
        number
        for name in names
        for of_model, _, text in [name.partition(":")]
        if of_model == label and (number := read_number(text)) is not None
    ]
    named = versions.filter(history_id__in=numbers).order_by("history_id")
    return named.select_related("operation").first()


def name_of(model, number):
    """Return the name of a version: that of its model, and its number."""
    return f"{model._meta.label_lower}:{number}"


def read_number(text, longest=LONGEST_KEY):
    """Return the whole number of a posted text, or None where it is no such number."""
    return int(text) if text.isdecimal() and len(text) <= longest else None
