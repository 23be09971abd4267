from django.contrib import admin

from cress.editing.admin import ContentAdmin, PublishableAdmin
from enterprises.models import Enterprise, Family, Sector


@admin.register(Enterprise)
class EnterpriseAdmin(PublishableAdmin):
    list_display = [
        "name",
        "department",
        "commune",
        "sector",
        "family",
        "is_example",
        "is_published",
    ]
    list_select_related = ["department", "commune", "sector", "family"]
    list_filter = ["is_example", "is_published", "department", "sector", "family"]
    search_fields = ["name", "usual_name", "siret", "summary", "commune__name", "website"]
    search_help_text = "Nom, SIRET, résumé, commune ou adresse du site"
    autocomplete_fields = ["commune", "levers"]
    slug_source = "name"
    fieldsets = [
        (None, {"fields": ["name", "usual_name", "slug", "siret", "department", "commune"]}),
        (
            "Ce qu’elle est",
            {
                "fields": [
                    "sector",
                    "sector_as_printed",
                    "family",
                    "activity_code",
                    "legal_category",
                    "founded",
                    "headcount_min",
                    "headcount_max",
                    "headcount_as_printed",
                    "headcount_source",
                ]
            },
        ),
        ("Ce qu’elle fait", {"fields": ["is_example", "summary", "text", "website", "levers"]}),
        (
            "Provenance",
            {
                "fields": ["print_note"],
                "description": "Ce que la plaquette imprimée dit autrement.",
            },
        ),
        ("Publication", {"fields": ["is_published"]}),
    ]


@admin.register(Sector)
class SectorAdmin(ContentAdmin):
    list_display = ["name"]
    search_fields = ["name"]
    search_help_text = "Nom"
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [(None, {"fields": ["name", "slug"]})]


@admin.register(Family)
class FamilyAdmin(ContentAdmin):
    list_display = ["name", "order"]
    search_fields = ["name"]
    search_help_text = "Nom"
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [(None, {"fields": ["name", "slug", "order"]})]
