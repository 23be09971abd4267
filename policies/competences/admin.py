from django.contrib import admin

from cress.base.admin import ContentAdmin
from cress.base.ranked_admin import RankedAdmin
from policies.competences.models import Competence, DeclaredCompetence


@admin.register(Competence)
class CompetenceAdmin(RankedAdmin):
    list_display = ["title", "position", "lever", "holder", "codes_2021", "codes_2025", "certainty"]
    list_select_related = ["lever"]
    list_filter = ["certainty", "holder", "lever"]
    search_fields = ["title", "legal_basis", "note", "codes_2021", "codes_2025"]
    search_help_text = "Intitulé, article, note ou code de Banatic"
    autocomplete_fields = ["lever"]
    fieldsets = [
        (None, {"fields": ["lever", "title"]}),
        ("Qui l’exerce", {"fields": ["holder", "other_holder"]}),
        (
            "Natures d’intercommunalité",
            {
                "fields": [
                    ("in_cc", "in_ca"),
                    ("in_cu", "in_metropolis"),
                    ("threshold", "town_threshold"),
                ],
                "description": "Ce que la loi donne à chaque nature. Le seuil vaut pour celles "
                "qui sont « de plein droit au-dessus du seuil ».",
            },
        ),
        ("Là où elle est sans objet", {"fields": ["needs", "moot_below"]}),
        ("Source", {"fields": ["legal_basis", "note", "certainty"]}),
        (
            "Codes de Banatic",
            {
                "fields": ["codes_2021", "codes_2025"],
                "description": "Ils relient cette ligne à ce que chaque intercommunalité déclare.",
            },
        ),
    ]

    def view_on_site(self, competence):
        lever = competence.lever
        return lever.get_absolute_url() if lever.is_published else None


@admin.register(DeclaredCompetence)
class DeclaredCompetenceAdmin(ContentAdmin):
    list_display = ["intercommunality", "code", "nomenclature", "as_of"]
    list_select_related = ["intercommunality"]
    list_filter = ["as_of", "nomenclature"]
    search_fields = ["intercommunality__name", "intercommunality__siren", "code"]
    search_help_text = "Nom ou SIREN de l’intercommunalité, ou code"
    autocomplete_fields = ["intercommunality"]
    fieldsets = [
        (
            None,
            {
                "fields": ["intercommunality", "nomenclature", "code", "as_of"],
                "description": "Ces lignes viennent du fichier de Banatic. Le prochain import "
                "remplace toutes celles des intercommunalités qu’il nomme.",
            },
        ),
    ]
