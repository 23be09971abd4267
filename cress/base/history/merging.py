"""
Two people on one record: what is posted is compared with what the form was opened on.

The form carries the number of the last operation on its row and its rows. When it comes back, the
row is locked. What the other person changed meanwhile, and this one did not, replaces what was
posted: both changes are kept. A field that both changed is refused with the two texts, and nothing
is written until one chooses.
"""

from dataclasses import dataclass, field

from django import forms
from django.db.models import Max
from django.forms.models import model_to_dict
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format

from cress.base.posted_rows import posted_rows, put_rows
from cress.base.ranks import Ranked, position_of
from cress.base.text.typography import french

NUMBER = "_version"  # the name of the hidden field
LONGEST_KEY = 18  # digits: more do not fit in the database


class MergedForm(forms.ModelForm):
    """A form that refuses the fields that two people changed, as `merge` found them."""

    def _post_clean(self):
        super()._post_clean()
        for name, message in getattr(self.data, "conflicts", {}).items():
            if name in map(self.add_prefix, self.fields):
                own = name.removeprefix(f"{self.prefix}-") if self.prefix else name
                self.add_error(own, message)


class PostedData(QueryDict):
    """Posted data that may be changed, with its `conflicts`: {name of a field: what to say}."""

    def __init__(self, posted, conflicts=None):
        super().__init__(mutable=True)
        self.conflicts = {} if conflicts is None else conflicts
        for name, values in posted.lists():
            self.setlist(name, values)

    def copy(self):
        """Django gives a copy to each formset."""
        return PostedData(self, self.conflicts)


@dataclass
class Merge:
    """What came out of a comparison."""

    data: PostedData  # to save
    kept: list[str] = field(default_factory=list)  # what the other person changed, in French


def number_of(row, formsets=()):
    """
    Return the number of the last operation on a row and on its rows; 0 if there is none.

    `formsets` are the classes of the formsets of its rows.
    """
    every = [type(row).history.filter(**{row._meta.pk.attname: row.pk})]
    for formset in formsets:
        every.append(formset.model.history.filter(**{formset.fk.attname: row.pk}))
    return max(versions.aggregate(last=Max("operation_id"))["last"] or 0 for versions in every)


def merge(data, files, seen, row, form_class, formsets):
    """Return the Merge of posted data that was opened on the version `seen` of a locked row."""
    found = Merge(PostedData(data))
    _merge_row(found, files, seen, row, form_class, prefix="")
    for formset in formsets:
        rows = formset.model._base_manager.filter(**{formset.fk.name: row}).order_by("pk")
        locked = {row.pk: row for row in rows.select_for_update()}
        _merge_rows(found, files, seen, formset.get_default_prefix(), locked, formset.form)
    return found


def _merge_rows(found, files, seen, prefix, rows, form_class):
    data = found.data
    key = form_class._meta.model._meta.pk.name
    for place in reversed(range(_initial_count(data, prefix))):
        of_row = f"{prefix}-{place}"
        posted = _number(data.get(f"{of_row}-{key}", ""))
        before = _version(form_class._meta.model, posted, seen)
        if before is None:
            continue
        if row := rows.get(posted):
            _merge_row(found, files, seen, row, form_class, of_row)
        elif _is_as_before(data, files, before, form_class, of_row):
            _take_out(data, prefix, place)
            found.kept.append(french(f"« {before.instance} » a été enlevé"))
        else:
            _offer_again(data, prefix, place, key)


def _merge_row(found, files, seen, row, form_class, prefix):
    """Compare the fields of one row; `prefix` is that of its form, or nothing."""
    before = _version(type(row), row.pk, seen)
    last = _version(type(row), row.pk)
    if before is None or last.history_id == before.history_id:
        return
    data = found.data
    form = form_class(instance=row, prefix=prefix or None)
    was = _initial_of(before, form)
    is_removed = bool(data.get(f"{prefix}-DELETE"))
    who = _who(last.operation)
    if isinstance(row, Ranked) and was.pop("order", row.order) != row.order:
        data[form.add_prefix("order")] = str(position_of(row))  # a form shows positions
    for name, posted_field in form.fields.items():
        if name not in was:
            continue
        html_name, now = form.add_prefix(name), _plain(form.initial.get(name))
        if posted_field.widget.value_omitted_from_data(data, files, html_name):
            _put(data, html_name, posted_field, now)  # the form that was opened did not have it
            continue
        if now == was[name]:
            continue
        typed = _typed(form, name, data, files)
        label = posted_field.label or name
        if not posted_field.has_changed(was[name], typed) and not is_removed:
            _put(data, html_name, posted_field, now)
            found.kept.append(french(f"{who} a changé « {label} »"))
        elif is_removed:
            data.pop(f"{prefix}-DELETE", None)  # Django checks no row that is removed
            _put(data, html_name, posted_field, now)
            data.conflicts[html_name] = french(
                f"{who} a changé ce champ pendant que vous enleviez la ligne. Rien n’est écrit : "
                "lisez-la, puis enlevez-la de nouveau ou gardez-la."
            )
        elif posted_field.has_changed(now, typed):
            theirs = _in_words(posted_field, now)
            data.conflicts[html_name] = french(
                f"{who} a changé ce champ pendant que vous écriviez : « {theirs} ». Votre texte "
                "est dans le champ. Rien n’est écrit : gardez le vôtre, reprenez l’autre ou "
                "réunissez les deux, puis enregistrez."
            )


def _version(model, key, seen=None):
    """Return the version of a row that an operation had left, or the last one; None without."""
    versions = model.history.filter(**{model._meta.pk.attname: key}).order_by("-history_id")
    if seen is not None:
        versions = versions.filter(operation_id__lte=seen)
    return versions.select_related("operation").first()


def _initial_of(version, form):
    """Return {name: value} of the fields of a form as a version had them."""
    model = form._meta.model
    values = model_to_dict(version.instance, fields=[f.name for f in model._meta.concrete_fields])
    for relation in model._meta.local_many_to_many:
        kept = getattr(version, relation.name).all()
        column = f"{relation.m2m_reverse_field_name()}_id"
        values[relation.name] = [getattr(row, column) for row in kept]
    return {name: _plain(value) for name, value in values.items() if name in form.fields}


def _plain(value):
    """Return a value to compare: the relations of a row as sorted keys."""
    if isinstance(value, (list, tuple)):
        return sorted(getattr(item, "pk", item) for item in value)
    return value


def _put(data, name, posted_field, value):
    """Put a value in posted data, as the widget of its field would send it."""
    widget = posted_field.widget
    if isinstance(widget, forms.CheckboxInput):
        data.pop(name, None)
        if value:
            data[name] = "on"
        return
    if isinstance(value, list):
        data.setlist(name, map(str, value))
        return
    shown = widget.format_value(posted_field.prepare_value(value))
    data.setlist(name, shown if isinstance(shown, list) else ["" if shown is None else shown])


def _in_words(posted_field, value):
    """Return a value as a reader says it: the name of a row, « oui », the label of a choice."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(posted_field, forms.ModelMultipleChoiceField):
        return ", ".join(map(str, posted_field.queryset.filter(pk__in=value))) or "rien"
    if isinstance(posted_field, forms.ModelChoiceField):
        return str(posted_field.queryset.filter(pk=value).first() or "rien")
    labels = dict(getattr(posted_field, "choices", []))
    return str(labels.get(value, value)) if value not in ("", None) else "rien"


def _who(operation):
    """Return who did an operation and when: « Samir Benali, à 9 h 40, »."""
    at = timezone.localtime(operation.started_at)
    is_today = at.date() == timezone.localdate()
    day = "" if is_today else f"le {date_format(at, 'j F')} "
    name = operation.person_name or "Un programme"
    return f"{name}, {day}à {at.hour} h {at.minute:02d},"


def _initial_count(data, prefix):
    return _number(data.get(f"{prefix}-INITIAL_FORMS", ""), longest=4) or 0


def _number(text, longest=LONGEST_KEY):
    """Return the whole number of a posted text, or None where it is no such number."""
    return int(text) if text.isdecimal() and len(text) <= longest else None


def _typed(form, name, data, files):
    """Return what was posted for a field of a form, as its widget reads it."""
    return form.fields[name].widget.value_from_datadict(data, files, form.add_prefix(name))


def _is_as_before(data, files, version, form_class, prefix):
    """Whether nothing was changed in the posted form of a row."""
    form = form_class(instance=version.instance, prefix=prefix)
    was = _initial_of(version, form)
    return not any(
        form.fields[name].has_changed(value, _typed(form, name, data, files))
        for name, value in was.items()
    )


def _take_out(data, prefix, place):
    """Take the form of a row that is gone out of the posted data."""
    rows = posted_rows(data, prefix)
    del rows[place]
    put_rows(data, prefix, list(rows.values()), _initial_count(data, prefix) - 1)


def _offer_again(data, prefix, place, key):
    """Make a new row of one that is gone and that was changed here; it must be saved again."""
    rows = posted_rows(data, prefix)
    row = rows.pop(place) | {key: [""]}
    put_rows(data, prefix, [*rows.values(), row], _initial_count(data, prefix) - 1)
    first = next(name for name in row if name not in {key, "DELETE"})
    data.conflicts[f"{prefix}-{len(rows)}-{first}"] = french(
        "Cette ligne a été enlevée pendant que vous l’écriviez. Rien n’est écrit : enregistrez "
        "pour l’ajouter de nouveau, ou enlevez-la."
    )
