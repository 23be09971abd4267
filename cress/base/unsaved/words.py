"""The texts of an UnsavedForm under the names that its form gives them."""

import re

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.urls import Resolver404, resolve
from django.utils.text import capfirst

_ROW = re.compile(r"(.+)-(\d+)-(.+)")
_OF_DJANGO = re.compile(
    r"^(_|initial-)|-(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS$|-__prefix__-|__(since|choice)$"
)


def labelled_texts(unsaved):
    """
    Return the (label, text) pairs of what was typed, in the order of the form.

    What was chosen and not typed (ticks, related rows) is left out, and so is what is empty. A name
    that no model knows any more is its own label.
    """
    try:
        model = resolve(unsaved.path).func.model_admin.model
    except (Resolver404, AttributeError):
        model = None
    pairs = []
    for name, values in unsaved.fields.items():
        if _OF_DJANGO.search(name):
            continue
        label, field = _label(model, name)
        if field is None or not (field.is_relation or field.primary_key or _is_tick(field)):
            shown = dict(getattr(field, "flatchoices", []))
            pairs += [(label, shown.get(text, text)) for text in values if text.strip()]
    return pairs


def _is_tick(field):
    return isinstance(field, models.BooleanField)


def _label(model, name):
    """Return the label of a field of a form, and the field of the model if there is one."""
    number = ""
    if model and (row := _ROW.fullmatch(name)):
        prefix, number, name = row[1], f" {int(row[2]) + 1}", row[3]
        parts = {each.get_accessor_name(): each for each in model._meta.related_objects}
        part = parts.get(prefix)
        model = part.related_model if part else None
    try:
        field = model._meta.get_field(name)
        words = field.verbose_name
    except (AttributeError, FieldDoesNotExist):
        return f"{name}{number}", None
    if number:
        words = f"{model._meta.verbose_name}{number}, {words}"
    return capfirst(words), field
