from django.contrib import admin
from django.utils import timezone

from cress.base.admin import ContentAdmin, PublishableAdmin
from cress.base.bulk import CopiesRows
from cress.base.ranked_admin import RankedAdmin, RankedInline
from policies.competences import admin as competences_admin  # noqa: F401  registers its models
from policies.models import (
    Action,
    Argument,
    DeliberationBlock,
    LegalText,
    Lever,
    Resource,
    Rule,
    Synonym,
    Term,
)


class ActionInline(RankedInline):
    model = Action
    fields = ["text", "order", "instrument", "meeting", "decision", "follow_up"]


class RuleInline(RankedInline):
    model = Rule
    autocomplete_fields = ["legal_text"]
    fields = ["title", "text", ("legal_text", "articles"), ("verified_on", "is_duty", "order")]


@admin.register(Lever)
class LeverAdmin(RankedAdmin, PublishableAdmin):
    list_display = ["title", "position", "theme", "origin", "is_published"]
    list_filter = ["is_published", "theme", "origin"]
    search_fields = ["title", "summary", "actions__text"]
    search_help_text = "Titre, résumé ou action"
    autocomplete_fields = ["terms"]
    fieldsets = [
        (None, {"fields": ["title", "slug", "theme"]}),
        ("Texte", {"fields": ["summary", "text", "terms"]}),
        (
            "Passer à l’acte",
            {
                "fields": ["who_acts", "next_month", "trap", "nearby"],
                "description": "Ce que lit le maire d’un village. Une partie vide ne se montre "
                "pas ; les actions et les règles sont plus bas.",
            },
        ),
        (
            "Provenance",
            {
                "fields": ["origin", "credit"],
                "description": "Ce que la plaquette imprimée ne dit pas est montré comme un ajout.",
            },
        ),
        ("Publication", {"fields": ["is_published"]}),
    ]
    inlines = [ActionInline, RuleInline]


@admin.register(DeliberationBlock)
class DeliberationBlockAdmin(RankedAdmin):
    list_display = ["__str__", "position", "paper", "part", "reader"]
    list_filter = ["paper", "part", "reader"]
    search_fields = ["text"]
    search_help_text = "Texte"
    fieldsets = [(None, {"fields": [("paper", "part", "reader"), "text"]})]


@admin.register(Argument)
class ArgumentAdmin(RankedAdmin):
    list_display = ["title", "position", "kind"]
    list_filter = ["kind"]
    search_fields = ["title", "text"]
    search_help_text = "Titre ou texte"
    fieldsets = [(None, {"fields": ["kind", "title", "text"]})]


@admin.register(Resource)
class ResourceAdmin(CopiesRows, RankedAdmin):
    list_display = ["title", "position", "publisher", "url", "is_in_brochure"]
    list_filter = ["is_in_brochure"]
    search_fields = ["title", "publisher"]
    search_help_text = "Titre ou éditeur"
    autocomplete_fields = ["levers"]
    prepopulated_fields = {"slug": ["title"]}
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "title",
                    "slug",
                    "publisher",
                    "description",
                    "url",
                    "levers",
                    "is_in_brochure",
                ]
            },
        )
    ]


@admin.register(Term)
class TermAdmin(ContentAdmin):
    list_display = ["name", "definition", "is_explained_in_texts"]
    list_filter = ["is_explained_in_texts"]
    search_fields = ["name", "definition"]
    search_help_text = "Terme ou définition"
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [(None, {"fields": ["name", "slug", "definition", "is_explained_in_texts"]})]


class VerificationFilter(admin.SimpleListFilter):
    """Rules that somebody should read again in the text in force."""

    title = "vérification"
    parameter_name = "verification"

    def lookups(self, request, model_admin):
        return [
            ("due", "À vérifier (jamais vérifiée, ou il y a plus d’un an)"),
            ("never", "Jamais vérifiée"),
        ]

    def queryset(self, request, rules):
        if self.value() == "due":
            return rules.to_verify(timezone.localdate())
        if self.value() == "never":
            return rules.filter(verified_on=None)
        return rules


@admin.register(Rule)
class RuleAdmin(RankedAdmin):
    list_display = ["__str__", "position", "lever", "topic", "legal_text", "articles"] + [
        "verified_on",
        "is_duty",
    ]
    list_filter = [VerificationFilter, "is_duty", "topic", "lever"]
    list_select_related = ["lever", "legal_text"]
    search_fields = ["title", "text", "articles"]
    search_help_text = "Intitulé, règle ou article"
    autocomplete_fields = ["lever", "legal_text"]
    fieldsets = [
        (
            "Où la règle se lit",
            {
                "fields": ["lever", "topic"],
                "description": "Sur la page d’un levier, ou à la page « Comment agir » si elle "
                "vaut pour tous.",
            },
        ),
        ("La règle", {"fields": ["title", "text", "is_duty"]}),
        (
            "Sa référence",
            {
                "fields": ["legal_text", "articles", "verified_on"],
                "description": "Lisez l’article en vigueur, corrigez la phrase s’il le faut, puis "
                "donnez la date du jour. À refaire chaque année.",
            },
        ),
    ]


@admin.register(LegalText)
class LegalTextAdmin(ContentAdmin):
    list_display = ["name", "url"]
    search_fields = ["name"]
    search_help_text = "Nom du texte"
    fieldsets = [(None, {"fields": ["name", "url"]})]


@admin.register(Synonym)
class SynonymAdmin(ContentAdmin):
    list_display = ["ways"]
    search_fields = ["ways"]
    search_help_text = "Un mot"
