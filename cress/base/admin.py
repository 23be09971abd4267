"""What the admin pages of every content type share."""

from contextlib import nullcontext
from copy import copy
from functools import partial

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import (
    AdminTextareaWidget,
    AdminTextInputWidget,
    AutocompleteSelect,
    AutocompleteSelectMultiple,
    RelatedFieldWidgetWrapper,
)
from django.contrib.messages import INFO, SUCCESS
from django.core.exceptions import ValidationError
from django.db import models
from django.db.transaction import atomic
from django.forms import BaseInlineFormSet, ModelMultipleChoiceField
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst

from cress.base.bulk import MOST_NAMED, ExportsRows, PublishesRows
from cress.base.deletion import consequences_of
from cress.base.fields import FrenchCharField, FrenchTextField, MarkdownField, ShareField
from cress.base.history.conflicts import MergedForm
from cress.base.history.merging import merge
from cress.base.history.once import SentForm
from cress.base.history.operations import Operation, name_operation, operation
from cress.base.history.pages import HasHistory
from cress.base.history.shown import is_to_compare, opened_on, versions_shown
from cress.base.late_forms import LateForms
from cress.base.lists import TolerantList
from cress.base.text.typography import french
from cress.base.typed_numbers import (
    DecimalNumberField,
    FloatNumberField,
    NumberInput,
    PercentageField,
    WholeNumberField,
)
from cress.base.unsaved.admin import asked_for
from cress.base.web.addresses import refuse_account

MOST_READINGS = 3  # of a form that others write again and again

admin.site.index_title = "Que voulez-vous modifier ?"


class ValidChoices:
    """
    A widget that looks up only the values that its field accepts.

    Django's autocomplete widgets look up what was posted, to show it again with the errors of
    the form: a value that is not a number raises ValueError.
    """

    def optgroups(self, name, value, attr=None):
        field = self.field.remote_field.model._meta.pk
        return super().optgroups(name, [item for item in value if _is_valid(field, item)], attr)


def _is_valid(field, value):
    try:
        field.run_validators(field.to_python(value))
    except ValidationError:
        return False
    return True


class ContentSelect(ValidChoices, AutocompleteSelect):
    """One row, chosen while its name is typed."""


class ContentSelectMultiple(ValidChoices, AutocompleteSelectMultiple):
    """Several rows, chosen while their names are typed."""


class SeveralRows(ModelMultipleChoiceField):
    """Several related rows; a number too large for the database is no choice either."""

    def _check_values(self, value):
        for item in value:
            if not _is_valid(self.queryset.model._meta.pk, item):
                raise ValidationError(
                    self.error_messages["invalid_choice"],
                    code="invalid_choice",
                    params={"value": item},
                )
        return super()._check_values(value)


class ContentFields:
    """
    Form fields as wide as their usual content, in a form and in its rows.

    Numbers are typed and shown as French people write them (cress.base.typed_numbers). Related
    rows are chosen with widgets that survive a bad value. They are added, changed and deleted on
    their own page only: many forms share a sector, a commune or a source.
    """

    form = MergedForm
    formfield_overrides = {
        FrenchCharField: {"widget": AdminTextInputWidget(attrs={"class": "vLargeTextField"})},
        FrenchTextField: {"widget": AdminTextareaWidget(attrs={"rows": 4})},
        models.URLField: {"assume_scheme": "https", "validators": [refuse_account]},
        models.IntegerField: {"form_class": WholeNumberField, "widget": NumberInput},
        models.FloatField: {"form_class": FloatNumberField, "widget": NumberInput},
        models.DecimalField: {"form_class": DecimalNumberField, "widget": NumberInput},
        ShareField: {"form_class": PercentageField, "widget": NumberInput},
    }

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(db_field, MarkdownField):
            field.widget.attrs["data-markdown"] = reverse("formatted_text")
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            for action in ["add", "change", "delete", "view"]:
                setattr(field.widget, f"can_{action}_related", False)
        return field

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = ContentSelect(db_field, self.admin_site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = ContentSelectMultiple(
                db_field, self.admin_site, using=kwargs.get("using")
            )
            kwargs["form_class"] = SeveralRows
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class ContentAdmin(ContentFields, LateForms, HasHistory, ExportsRows, TolerantList):
    """Content edited by the chamber's staff: what one request writes is one operation."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        view = partial(super().changeform_view, request, object_id, form_url)
        context = extra_context or {}
        row = object_id and request.method != "POST" and self._row_of_form(request, object_id)
        if row:
            return self._form_of_one_moment(request, row, view, context)
        kind = Operation.Kind.CHANGE if object_id else Operation.Kind.ADD
        sent = SentForm.of(request)
        with self._operation(request, kind, sent and sent.key):
            if sent:
                sent.lock()
            row = object_id and self._row_of_form(request, object_id)
            inlines = self._formsets(request, row) if row else []
            is_there = row or not object_id
            answer = sent and is_there and self.answer_sent_before(request, sent, row, inlines)
            if answer:
                return answer
            if row:
                shown = versions_shown(row, inlines)
                context = context | {"version": shown}
                if self.has_change_permission(request, row):
                    self._merge(request, row, inlines, shown, sent)
            return view(context)

    def _form_of_one_moment(self, request, row, view, context):
        """Return a page that names the versions that it shows: somebody may write meanwhile."""
        inlines = self._formsets(request, row)
        given_back = asked_for(request)
        opened = opened_on(given_back.data) if given_back else None
        for _ in range(MOST_READINGS):
            shown, response = self._reading(row, inlines, view, context, opened)
            if versions_shown(row, inlines) == shown:
                return response
        with atomic():  # others write again and again: they wait for this reading
            list(type(row)._base_manager.select_for_update().filter(pk=row.pk))
            return self._reading(row, inlines, view, context, opened)[1]

    def _reading(self, row, inlines, view, context, opened):
        """Return the versions that a page names, and the page, which is rendered."""
        shown = versions_shown(row, inlines)
        response = view(context | {"version": shown if opened is None else opened})
        if hasattr(response, "render"):
            response.render()
        return shown, response

    def _row_of_form(self, request, object_id):
        """Return the row of a change form, or None; a POST locks it until it is written."""
        rows, key = self.get_queryset(request).order_by(), unquote(object_id)
        if request.method == "POST":
            rows = rows.select_for_update(of=("self",))
        return rows.filter(pk=key).first() if _is_valid(self.opts.pk, key) else None

    def _formsets(self, request, row):
        """Return the classes of the formsets of a row's rows."""
        inlines = self.get_inline_instances(request, row)
        return [inline.get_formset(request, row) for inline in inlines]

    def _merge(self, request, row, formsets, shown, sent):
        """Put in the posted data what others changed since the form was opened."""
        if not is_to_compare(request.POST, shown):
            return
        form = self.get_form(request, row, change=True)
        own = {each.pk for each in sent.operations} if sent else set()
        merged = merge(request.POST, request.FILES, row, form, formsets, own)
        request.POST = merged.data
        if merged.kept:
            kept = "\u202f; ".join(dict.fromkeys(merged.kept))
            lead = "Déjà réuni, à enregistrer" if merged.data.conflicts else "Gardé aussi"
            self.message_user(request, french(f"{lead} : {kept}."))

    def delete_view(self, request, object_id, extra_context=None):
        with self._operation(request, Operation.Kind.DELETE):
            self._row_of_form(request, object_id)  # locked, so that it is deleted once
            return super().delete_view(request, object_id, extra_context)

    def changelist_view(self, request, extra_context=None):
        with self._operation(request, Operation.Kind.BULK):
            return super().changelist_view(request, extra_context)

    def _operation(self, request, kind, key=None):
        if request.method != "POST":
            return nullcontext()
        title = capfirst(self.opts.verbose_name_plural)
        return operation(kind, person=request.user, title=title, key=key)

    def save_model(self, request, obj, form, change):
        if not change or form.has_changed():
            super().save_model(request, obj, form, change)
        name_operation(f"{capfirst(self.opts.verbose_name)} : {obj}", obj)

    def delete_model(self, request, obj):
        name_operation(f"{capfirst(self.opts.verbose_name)} : {obj}", obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        names = ", ".join(map(str, queryset[:MOST_NAMED]))
        name_operation(f"{capfirst(self.opts.verbose_name_plural)} : {names}")
        super().delete_queryset(request, queryset)


class PublishableAdmin(PublishesRows, ContentAdmin):
    """
    Content with a page of its own. The slug is made from `slug_source` until the page is
    published. Then it is changed by hand only, and the old address leads to the new one.
    """

    slug_source = "title"

    def get_object(self, request, object_id, from_field=None):
        """Remember the page as it is: a form with errors leaves what was typed and ticked."""
        obj = super().get_object(request, object_id, from_field)
        if obj:
            obj.as_stored = copy(obj)
        return obj

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "slug"] if obj and _as_stored(obj).keeps_address else fields

    def get_prepopulated_fields(self, request, obj=None):
        is_typed = _is_online(obj) or "slug" in self.get_readonly_fields(request, obj)
        return {} if is_typed else {"slug": [self.slug_source]}

    def get_form(self, request, obj=None, **kwargs):
        """Say beside the slug what leads to the page, and what a change of address does."""
        form = super().get_form(request, obj, **kwargs)
        if "slug" in form.base_fields and (more := _of_addresses(obj)):
            field = form.base_fields["slug"]
            field.help_text = french(" ".join([field.help_text, *more]))
        return form

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        request.saved_page = obj.get_absolute_url() if obj.is_published else ""

    def message_user(self, request, message, level=INFO, *args, **options):
        """Lead from the message of a save to the page that was saved."""
        if level == SUCCESS and (page := getattr(request, "saved_page", "")):
            message = format_html('{} <a href="{}">Voir la page</a>', message, page)
        super().message_user(request, message, level, *args, **options)

    def view_on_site(self, obj):
        return _as_stored(obj).get_absolute_url() if _is_online(obj) else None

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """Say above the buttons what a published page takes with it when it is withdrawn."""
        if _is_online(obj) and "is_published" in context["adminform"].form.fields:
            context["if_withdrawn"] = consequences_of([obj], request.user)
        return super().render_change_form(request, context, add, change, form_url, obj)


def _of_addresses(obj):
    """Return the sentences about the address of a stored row, and those that it had."""
    sentences = []
    if _is_online(obj):
        now = _as_stored(obj).get_absolute_url()
        sentences.append(f"Si vous la changez, l’adresse actuelle, {now}, mènera à la nouvelle.")
    if obj and (old := ", ".join(map(str, obj.old_addresses.all()))):
        sentences.append(f"Anciennes adresses, qui mènent ici : {old}.")
    return sentences


def _is_online(obj):
    return obj is not None and _as_stored(obj).is_published


def _as_stored(obj):
    return getattr(obj, "as_stored", obj)


class PartFormSet(BaseInlineFormSet):
    """
    Rows that are also checked against those in the database.

    Django leaves the parent out of the check of constraints. Without this class, a row that a
    colleague has just added would raise IntegrityError.
    """

    def clean(self):
        super().clean()
        for form in self.forms:
            if form.has_changed() and form.is_valid() and not self._should_delete_form(form):
                try:
                    form.instance.validate_constraints()
                except ValidationError as error:
                    form.add_error(None, error)


class PartInline(ContentFields, admin.TabularInline):
    """Rows that belong to a content object and are edited on its page."""

    formset = PartFormSet
    extra = 0
