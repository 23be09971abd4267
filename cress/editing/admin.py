"""What every content type's admin shares."""

from django.contrib import admin
from django.db import models


class ContentAdmin(admin.ModelAdmin):
    """Content edited by the chamber's staff."""

    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}


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
