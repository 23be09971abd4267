"""
Two people on one record: what is posted is compared with what the form was opened on.

The form names the version of each row that it shows. When it comes back, the row is locked. What
the other person changed meanwhile, and this one did not, replaces what was posted: both changes are
kept. A field that both changed is refused with the two texts, and nothing is written until one
chooses. If the version that was shown is not kept any more, each field that differs is asked for.
"""

from dataclasses import dataclass, field
from functools import cached_property

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import model_to_dict

from cress.base.fields import FrenchFormField
from cress.base.history.conflicts import (
    BOTH,
    CHOICE,
    MINE,
    SINCE,
    THEIRS,
    UNION,
    Conflict,
    PostedData,
)
from cress.base.history.differences import unix
from cress.base.history.shown import SHOWN, name_of, named, read_number
from cress.base.history.versions import ADDED
from cress.base.history.words import author, moment
from cress.base.posted_rows import posted_rows, put_rows
from cress.base.ranks import Ranked, position_of
from cress.base.text.typography import french

UNKNOWN = object()  # what a field was in a version that is not kept any more


@dataclass
class Merge:
    """A comparison that goes on, and what came out of it."""

    data: PostedData  # to save
    files: dict
    shown: set[str]  # the names of the versions that the form showed
    own: set = field(default_factory=set)  # the operations that this form has made before
    kept: list[str] = field(default_factory=list)  # what the other person changed, in French


class Past:
    """What the fields of a form had in the versions of their row."""

    def __init__(self, row, form):
        self._form = form
        self._versions = type(row).history.filter(**{row._meta.pk.attname: row.pk})
        self._fields = {}

    def version(self, names):
        """Return the oldest version of the row that is named, or None if it is not kept."""
        return named(self._versions, names)

    def fields_of(self, version):
        """Return {name: value} as a version has them."""
        if version.pk not in self._fields:
            self._fields[version.pk] = _initial_of(version, self._form)
        return self._fields[version.pk]

    def value(self, name, version):
        """Return what a field was in a version, or UNKNOWN without one."""
        return self.fields_of(version)[name] if version else UNKNOWN

    @cached_property
    def last(self):
        return self._versions.order_by("-history_id").select_related("operation").first()

    def writer_of(self, name):
        """Return the operation that gave a field its present value."""
        operation, value = self.last.operation, self.fields_of(self.last)[name]
        versions = self._versions.order_by("-history_id").select_related("operation")
        for version in versions.iterator(20):
            if self.fields_of(version)[name] != value:
                break
            operation = version.operation
        return operation


def merge(data, files, row, form_class, formsets, own=()):
    """
    Return the Merge of posted data, which `is_to_compare`, with a locked row.

    `own` are the numbers of the operations that the same form has made before: its person changed
    it again, and what is typed now counts.
    """
    found = Merge(PostedData(data), files, set(data[SHOWN].split()), set(own))
    _merge_row(found, row, form_class, prefix="")
    for formset in formsets:
        rows = formset.model._base_manager.filter(**{formset.fk.name: row}).order_by("pk")
        locked = {row.pk: row for row in rows.select_for_update()}
        _merge_rows(found, formset, row, locked)
    return found


def _merge_rows(found, formset, parent, rows):
    """Compare the rows of a formset with those that are stored: {key: row}."""
    data, form_class = found.data, formset.form
    prefix, model = formset.get_default_prefix(), formset.model
    key, initial = model._meta.pk.name, _initial_count(data, prefix)
    added = _added_by_form(found, formset, parent, rows)
    stored, new, again = [], [], []
    for place, values in posted_rows(data, prefix).items():
        of_row = f"{prefix}-{place}"
        posted = read_number(values.get(key, [""])[-1])
        versions = model.history.filter(**{key: posted})
        before = named(versions, found.shown) if place < initial else None
        if place >= initial:
            same = next((v for v in added if _is_as_before(found, v, form_class, of_row)), None)
            if same is None:
                new.append(values)
            else:
                added.remove(same)
        elif before is None or posted in rows:
            stored.append((posted, values))
        elif "DELETE" in values or _is_as_before(found, before, form_class, of_row):
            found.kept.append(french(f"« {before.instance} » a été enlevé"))
        else:
            again.append(values | {key: [""]})
    every = [*(values for _, values in stored), *new, *again]
    if every != list(posted_rows(data, prefix).values()):
        put_rows(data, prefix, every, len(stored))
    for place, (posted, _) in enumerate(stored):
        if posted in rows:
            _merge_row(found, rows[posted], form_class, f"{prefix}-{place}")
    if added:
        _ask_of_added(data, prefix, form_class, range(len(stored), len(stored) + len(new)), added)
    for place in range(len(every) - len(again), len(every)):
        data.conflicts[_first_field(data, prefix, place, form_class)] = french(
            "Cette ligne a été enlevée pendant que vous l’écriviez. Rien n’est écrit : enregistrez "
            "pour l’ajouter de nouveau, ou enlevez-la."
        )


def _added_by_form(found, formset, parent, rows):
    """Return the versions of the stored rows that the same form has added before."""
    if not found.own:
        return []
    versions = formset.model.history.filter(
        **{formset.fk.attname: parent.pk}, operation__in=found.own, history_type=ADDED
    )
    return [each for each in versions.order_by("history_id") if each.instance.pk in rows]


def _ask_of_added(data, prefix, form_class, places, added):
    """Refuse new rows that may be those that the same form has added before, and changed since."""
    for place in places:
        form = form_class(prefix=f"{prefix}-{place}")
        if any(
            posted_field.has_changed(form.initial.get(name), _typed(form, name, data, {}))
            for name, posted_field in form.fields.items()
        ):
            names = ", ".join(f"« {version.instance} »" for version in added)
            data.conflicts[_first_field(data, prefix, place, form_class)] = french(
                f"Ce formulaire a déjà ajouté {names}. Rien n’est écrit : enregistrez pour ajouter "
                "aussi cette ligne, ou enlevez-la."
            )


def _first_field(data, prefix, place, form_class):
    """Return the name of the first field of a row, where what concerns the whole row is said."""
    names = [f"{prefix}-{place}-{name}" for name in form_class.base_fields]
    return next((name for name in names if name in data), names[0])


def _merge_row(found, row, form_class, prefix):
    """Compare the fields of one row; `prefix` is that of its form, or nothing."""
    data = found.data
    form = form_class(instance=row, prefix=prefix or None)
    past = Past(row, form)
    version = past.version(found.shown)
    asked = any(f"{form.add_prefix(name)}{SINCE}" in data for name in form.fields)
    if past.last is None or (version == past.last and not asked):
        return
    is_removed = bool(data.get(f"{prefix}-DELETE"))
    names = [name for name in form.fields if name in past.fields_of(past.last)]
    if isinstance(row, Ranked) and "order" in names:
        names.remove("order")
        if past.value("order", version) != row.order:
            data[form.add_prefix("order")] = str(position_of(row))  # a form shows positions
    for name in names:
        _merge_field(found, past, form, name, version, is_removed)


def _merge_field(found, past, form, name, version, is_removed):
    """Compare one field; the form that was sent had shown that version, or one that is gone."""
    data, posted_field, html_name = found.data, form.fields[name], form.add_prefix(name)
    now = _plain(form.initial.get(name))
    if posted_field.widget.value_omitted_from_data(data, found.files, html_name):
        _put(data, html_name, posted_field, now)  # the form that was opened did not have it
        return
    since = data.get(f"{html_name}{SINCE}")
    is_shown = now == past.value(name, version)
    if since is not None and is_shown and _choose(data, html_name, posted_field, now):
        return
    opened = version if since is None else past.version([since])
    was = past.value(name, opened)
    if now == was:
        return
    writer, typed = past.writer_of(name), _typed(form, name, data, found.files)
    if writer.pk in found.own:
        return
    who = f"{author(writer)}, {moment(writer)},"
    if is_removed:
        data.pop(html_name.removesuffix(name) + "DELETE", None)  # Django checks no row removed
        _put(data, html_name, posted_field, now)
        data.conflicts[html_name] = french(
            f"{who} a changé ce champ pendant que vous enleviez la ligne. Rien n’est écrit : "
            "lisez-la, puis enlevez-la de nouveau ou gardez-la."
        )
    elif was is not UNKNOWN and not _differs(form, name, was, typed):
        _put(data, html_name, posted_field, now)
        found.kept.append(french(f"{who} a changé « {posted_field.label or name} »"))
    elif _differs(form, name, now, typed):
        since = name_of(type(form.instance), opened.pk) if opened else ""
        data.conflicts[html_name] = _conflict(posted_field, since, writer, was, typed, now)


def _choose(data, name, posted_field, now):
    """Put in posted data the text that was chosen; return whether one was."""
    choice = data.get(f"{name}{CHOICE}")
    if choice == THEIRS:
        _put(data, name, posted_field, now)
    elif choice == BOTH:
        data[name] = data.get(f"{name}{UNION}", "")
    return choice in {MINE, THEIRS, BOTH}


def _conflict(posted_field, since, writer, was, typed, now):
    """Return what asks to choose between two values of a field."""
    if isinstance(posted_field, forms.FileField):
        return french(
            f"{author(writer)} a changé ce fichier {moment(writer)}. Rien n’est écrit : choisissez "
            "de nouveau le vôtre pour le mettre à la place, ou laissez vide."
        )
    is_text = type(posted_field) in {forms.CharField, FrenchFormField}
    in_words = unix if is_text else lambda value: _in_words(posted_field, value)
    return Conflict(
        since=since,
        who=author(writer),
        when=moment(writer),
        was=None if was is UNKNOWN else in_words(was),
        mine=in_words(typed) if is_text else "",
        theirs=in_words(now),
        is_text=is_text,
        longest=getattr(posted_field, "max_length", None),
    )


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


def _initial_count(data, prefix):
    return read_number(data.get(f"{prefix}-INITIAL_FORMS", ""), longest=4) or 0


def _typed(form, name, data, files):
    """Return what was posted for a field of a form, as its widget reads it."""
    return form.fields[name].widget.value_from_datadict(data, files, form.add_prefix(name))


def _differs(form, name, value, typed):
    """Whether what was posted is another value, once stored: a text gets French typography."""
    posted_field = form.fields[name]
    if not posted_field.has_changed(value, typed):
        return False
    if not (isinstance(value, str) and isinstance(typed, str)):
        return True
    model_field = form._meta.model._meta.get_field(name)
    try:
        return unix(model_field.to_python(posted_field.to_python(typed))) != unix(value)
    except ValidationError:
        return True


def _is_as_before(found, version, form_class, prefix):
    """Whether the posted form of a row has the values of a version; its rank does not count."""
    form = form_class(instance=version.instance, prefix=prefix)
    was = _initial_of(version, form)
    return not any(
        _differs(form, name, value, _typed(form, name, found.data, found.files))
        for name, value in was.items()
        if not (name == "order" and issubclass(form._meta.model, Ranked))
    )
