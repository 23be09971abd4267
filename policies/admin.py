from django.contrib import admin

from cress.base.admin import ContentAdmin, PartInline, PublishableAdmin
from policies.competences import admin as competences_admin  # noqa: F401  registers its models
from policies.models import Action, Argument, Lever, Resource, Term


class ActionInline(PartInline):
    model = Action


@admin.register(Lever)
class LeverAdmin(PublishableAdmin):
    list_display = ["title", "number", "theme", "origin", "is_published"]
    list_filter = ["is_published", "theme", "origin"]
    search_fields = ["title", "summary", "actions__text"]
    search_help_text = "Titre, résumé ou action"
    autocomplete_fields = ["terms"]
    fieldsets = [
        (None, {"fields": ["title", "slug", "number", "theme", "pictogram"]}),
        ("Texte", {"fields": ["summary", "text", "terms"]}),
        (
            "Provenance",
            {
                "fields": ["origin", "credit"],
                "description": "Ce que la plaquette imprimée ne dit pas est montré comme un ajout.",
            },
        ),
        ("Publication", {"fields": ["is_published"]}),
    ]
    inlines = [ActionInline]


@admin.register(Argument)
class ArgumentAdmin(ContentAdmin):
    list_display = ["title", "kind", "order"]
    list_filter = ["kind"]
    search_fields = ["title", "text"]
    search_help_text = "Titre ou texte"
    fieldsets = [(None, {"fields": ["kind", "title", "text", "order"]})]


@admin.register(Resource)
class ResourceAdmin(ContentAdmin):
    list_display = ["title", "publisher", "url"]
    search_fields = ["title", "publisher"]
    search_help_text = "Titre ou éditeur"
    autocomplete_fields = ["levers"]
    prepopulated_fields = {"slug": ["title"]}
    fieldsets = [(None, {"fields": ["title", "slug", "publisher", "description", "url", "levers"]})]


@admin.register(Term)
class TermAdmin(ContentAdmin):
    list_display = ["name", "definition", "is_explained_in_texts"]
    list_filter = ["is_explained_in_texts"]
    search_fields = ["name", "definition"]
    search_help_text = "Terme ou définition"
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [(None, {"fields": ["name", "slug", "definition", "is_explained_in_texts"]})]
