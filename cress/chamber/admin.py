from django.contrib import admin
from django.urls import reverse

from cress.base.admin import ContentAdmin, PublishableAdmin
from cress.base.ranked_admin import RankedAdmin
from cress.chamber.models import Mission, Page, Service, SiteIdentity


@admin.register(Page)
class PageAdmin(PublishableAdmin):
    list_display = ["title", "slug", "is_legal", "is_published", "updated_at"]
    list_filter = ["is_published", "is_legal"]
    search_fields = ["title", "lead", "body"]
    search_help_text = "Titre ou texte"
    fieldsets = [
        (None, {"fields": ["title", "slug", "description"]}),
        ("Texte", {"fields": ["lead", "body"]}),
        ("Publication", {"fields": ["is_published", "footer_order", "is_legal"]}),
    ]

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return fields if self._may_change_legal(request) else [*fields, "is_legal"]

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (not (obj and obj.is_legal) or self._may_change_legal(request))

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and (not (obj and obj.is_legal) or self._may_change_legal(request))

    def get_deleted_objects(self, objs, request):
        """Refuse to delete a group of pages with a legal page, as for a single legal page."""
        to_delete, counts, missing, protected = super().get_deleted_objects(objs, request)
        if any(page.is_legal for page in objs) and not self._may_change_legal(request):
            missing.add("page légale")
        return to_delete, counts, missing, protected

    @staticmethod
    def _may_change_legal(request):
        return request.user.has_perm("chamber.change_legal_page")


@admin.register(Service)
class ServiceAdmin(RankedAdmin):
    list_display = ["title", "position"]
    search_fields = ["title", "text"]
    search_help_text = "Titre ou texte"
    fieldsets = [(None, {"fields": ["title", "text"]})]


@admin.register(Mission)
class MissionAdmin(RankedAdmin):
    list_display = ["title", "position"]
    search_fields = ["title"]
    search_help_text = "Titre"
    fieldsets = [(None, {"fields": ["title"]})]


@admin.register(SiteIdentity)
class SiteIdentityAdmin(ContentAdmin):
    """The only identity can be changed; none can be added or deleted."""

    list_display = ["name", "telephone", "missing"]
    fieldsets = [
        (None, {"fields": ["name", "full_name", "title", "presentation", "website"]}),
        ("Contact", {"fields": ["telephone", "email", "address"]}),
        (
            "Mentions légales",
            {
                "fields": ["legal_status", "publisher", "host"],
                "description": "La loi demande ces informations ; elles manquent au site "
                "tant qu’elles sont vides.",
            },
        ),
        ("Données ouvertes", {"fields": ["data_licence", "data_licence_url", "credits"]}),
    ]

    @admin.display(description="à compléter")
    def missing(self, identity):
        return ", ".join(identity.missing_fields()) or "rien"

    def has_add_permission(self, request):
        return super().has_add_permission(request) and not SiteIdentity.objects.exists()

    def has_delete_permission(self, request, obj=None):
        return False

    def view_on_site(self, identity):
        return reverse("chamber:legal_notice")
