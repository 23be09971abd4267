"""What the admin pages of every content type share."""

from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import BaseInlineFormSet

from cress.base.fields import FrenchCharField, FrenchTextField

admin.site.index_title = "Que voulez-vous modifier ?"


class ContentFields:
    """Form fields as wide as their usual content, in a form and in its rows."""

    formfield_overrides = {
        FrenchCharField: {"widget": AdminTextInputWidget(attrs={"class": "vLargeTextField"})},
        FrenchTextField: {"widget": AdminTextareaWidget(attrs={"rows": 4})},
        models.URLField: {"assume_scheme": "https"},
    }


class ContentAdmin(ContentFields, admin.ModelAdmin):
    """Content edited by the chamber's staff."""


class PublishableAdmin(ContentAdmin):
    """
    Content with a page of its own. The slug is made from `slug_source` until the page is
    published. Then it is fixed: other sites may link to the address.
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
