from django.contrib import admin, messages
from django.utils.html import format_html

from cress.base.admin import ContentAdmin, ContentFields, PartFormSet, PublishableAdmin
from cress.base.bulk import CopiesRows, GivesRelation
from cress.base.ranked_admin import RankedAdmin
from enterprises.forms import PhotoForm
from enterprises.models import Enterprise, Family, Photo, Sector
from enterprises.photos.uploads import EncodesPhotoFirst


class PhotoInline(ContentFields, admin.StackedInline):
    model = Photo
    form = PhotoForm
    formset = PartFormSet
    extra = 1  # the empty form needs no script
    fields = [
        "thumbnail",
        "upload",
        "description",
        "credit",
        "licence",
        "focus",
        "is_published",
    ]
    readonly_fields = ["thumbnail"]

    @admin.display(description="aperçu")
    def thumbnail(self, photo):
        if not photo.digest:
            return "Aucune photo."
        return format_html('<img src="{}" alt="{}" width="240">', photo.src, photo.description)


@admin.register(Enterprise)
class EnterpriseAdmin(EncodesPhotoFirst, CopiesRows, GivesRelation, PublishableAdmin):
    actions = ["give_sector", "add_lever", *PublishableAdmin.actions]
    copied_name = "name"
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
                    "associated_count",
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
    inlines = [PhotoInline]

    @admin.action(description="Donner un secteur…", permissions=["change"])
    def give_sector(self, request, queryset):
        title = "Donner un secteur"
        return self.give_relation(request, queryset, "sector", "give_sector", title)

    @admin.action(description="Ajouter un levier…", permissions=["change"])
    def add_lever(self, request, queryset):
        return self.give_relation(request, queryset, "levers", "add_lever", "Ajouter un levier")

    def render_change_form(self, request, context, **kwargs):
        if request.FILES:  # the form has errors: the browser drops the files
            messages.warning(
                request,
                "Ce que vous avez écrit est gardé, mais votre navigateur oublie le fichier : "
                "choisissez la photo de nouveau.",
            )
        return super().render_change_form(request, context, **kwargs)


@admin.register(Sector)
class SectorAdmin(ContentAdmin):
    list_display = ["name", "ground"]
    search_fields = ["name"]
    search_help_text = "Nom"
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [(None, {"fields": ["name", "slug", "ground"]})]


@admin.register(Family)
class FamilyAdmin(RankedAdmin):
    list_display = ["name", "position"]
    search_fields = ["name"]
    search_help_text = "Nom"
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [(None, {"fields": ["name", "slug", "definition"]})]
