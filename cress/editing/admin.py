"""What every content type's admin shares."""

from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import BaseInlineFormSet

from cress.editing.fields import FrenchCharField, FrenchTextField


class ContentFields:
    """Fields as wide as what is written in them, for a form and for its rows."""

    formfield_overrides = {
        FrenchCharField: {"widget": AdminTextInputWidget(attrs={"class": "vLargeTextField"})},
        FrenchTextField: {"widget": AdminTextareaWidget(attrs={"rows": 4})},
        models.URLField: {"assume_scheme": "https"},
    }


class ContentAdmin(ContentFields, admin.ModelAdmin):
    """Content edited by the chamber's staff."""


class PublishableAdmin(ContentAdmin):
    """
    Content with a page of its own: its address is made from `slug_source` until the
    page is published, then kept, because an address is a promise.
    """

    slug_source = "title"

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "slug"] if obj and obj.is_published else fields

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj and obj.is_published else {"slug": [self.slug_source]}

    def view_on_site(self, obj):
        return obj.get_absolute_url() if obj.is_published else None


class PartFormSet(BaseInlineFormSet):
    """
    Rows checked against those in the database too.

    Django leaves the content they belong to out of that check, and a row that a colleague
    has just added would end on an error page.
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
    """Rows that belong to a content and are edited with it."""

    formset = PartFormSet
    extra = 0
