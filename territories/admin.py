from django.contrib import admin
from django.core.exceptions import ValidationError

from cress.base.admin import ContentAdmin, PartFormSet, PartInline
from cress.base.ranked_admin import RankedAdmin
from territories.forms import BinForm, DistributionForm, KeyFigureForm, StatisticForm
from territories.models import (
    Bin,
    Commune,
    DepartmentRank,
    Distribution,
    FormerCommune,
    Intercommunality,
    KeyFigure,
    MapGrid,
    Source,
    Statistic,
    Territory,
)


class StatisticInline(PartInline):
    model = Statistic
    form = StatisticForm
    template = admin.StackedInline.template
    autocomplete_fields = ["source"]


@admin.register(Territory)
class TerritoryAdmin(ContentAdmin):
    list_display = ["name", "code", "kind", "inside"]
    list_filter = ["kind"]
    search_fields = ["name", "code"]
    search_help_text = "Nom ou code"
    fieldsets = [
        (None, {"fields": ["kind", "code", "name", "slug"]}),
        (
            "Grammaire",
            {
                "fields": ["with_article", "inside", "of"],
                "description": "Comment le territoire se dit dans une phrase.",
            },
        ),
        ("Délibération", {"fields": ["administrative_court"]}),
        (
            "Carte",
            {
                "fields": ["outline", "label_x", "label_y"],
                "classes": ["collapse"],
                "description": "Le contour dessiné sur la carte. N’y touchez qu’avec un tracé sûr.",
            },
        ),
    ]
    inlines = [StatisticInline]

    def view_on_site(self, territory):
        return territory.get_absolute_url() if territory.has_page else None


@admin.register(MapGrid)
class MapGridAdmin(ContentAdmin):
    list_display = ["region", "outline_credit", "centre_credit"]
    list_select_related = ["region"]
    fieldsets = [
        (None, {"fields": ["region"]}),
        (
            "Étendue",
            {
                "fields": [("west", "north"), "unit", ("width", "height")],
                "description": "Les contours sont tracés dans cette grille : la changer les "
                "déplace tous.",
            },
        ),
        (
            "Crédits",
            {"fields": ["outline_credit", "centre_credit", "town_hall_credit", "grouping_credit"]},
        ),
        (
            "Intercommunalités",
            {
                "fields": ["grouping_borders"],
                "classes": ["collapse"],
                "description": "Lues dans le fichier des contours par load_geography.",
            },
        ),
    ]


@admin.register(Source)
class SourceAdmin(ContentAdmin):
    list_display = ["citation", "vintage", "edition", "series", "consulted_on"]
    search_fields = ["producer", "title", "vintage"]
    search_help_text = "Producteur, titre ou millésime"
    fieldsets = [
        (None, {"fields": ["producer", "title", "slug", "url", "consulted_on"]}),
        (
            "Ce qu’elle décrit",
            {
                "fields": [
                    "vintage",
                    "edition",
                    "year",
                    "is_brochure",
                    "series",
                    "scope",
                    "decimals",
                ]
            },
        ),
    ]
    prepopulated_fields = {"slug": ["producer", "title"]}

    @admin.display(description="source", ordering="producer")
    def citation(self, source):
        return source.citation


@admin.register(Statistic)
class StatisticAdmin(ContentAdmin):
    form = StatisticForm
    list_display = [
        "territory",
        "source",
        "employee_share",
        "establishment_share",
        "employee_count",
        "establishment_count",
    ]
    list_select_related = ["territory", "source"]
    list_filter = ["source", "territory"]
    search_fields = ["territory__name", "source__title"]
    search_help_text = "Territoire ou source"
    autocomplete_fields = ["territory", "source"]
    fieldsets = [
        (None, {"fields": ["territory", "source"]}),
        (
            "Parts",
            {
                "fields": ["employee_share", "establishment_share"],
                "description": "Laissez vide ce que la source ne donne pas.",
            },
        ),
        ("Effectifs", {"fields": ["employee_count", "establishment_count"]}),
        (None, {"fields": ["own_decimals", "note"]}),
    ]

    def view_on_site(self, statistic):
        territory = statistic.territory
        return territory.get_absolute_url() if territory.has_page else None


class BinFormSet(PartFormSet):
    """Bins that hold each department of the distribution once, or no bin at all."""

    def clean(self):
        super().clean()
        counts = [
            form.cleaned_data["departments"]
            for form in self.forms
            if form.cleaned_data.get("departments") and not self._should_delete_form(form)
        ]
        if counts and not any(self.errors) and sum(counts) != self.instance.size:
            raise ValidationError(
                f"Les tranches comptent {sum(counts)} départements, et la répartition "
                f"{self.instance.size}. Corrigez l’un des deux, ou retirez toutes les tranches."
            )


class BinInline(PartInline):
    model = Bin
    form = BinForm
    formset = BinFormSet


class RankInline(PartInline):
    model = DepartmentRank
    autocomplete_fields = ["territory"]


@admin.register(Distribution)
class DistributionAdmin(ContentAdmin):
    form = DistributionForm
    list_display = ["source", "measure", "size", "lowest", "median", "highest"]
    list_select_related = ["source"]
    search_fields = ["source__title", "source__vintage"]
    search_help_text = "Titre ou millésime de la source"
    autocomplete_fields = ["source"]
    fieldsets = [
        (
            None,
            {
                "fields": ["source", "measure", "size", "missing"],
                "description": "Les parts de tous les départements de France dans une source : "
                "combien en ont chacune, et le rang des nôtres. L’import d’un fichier "
                "(import_figures --every-department) remplit tout.",
            },
        ),
        (
            "Parts, en pourcentage",
            {
                "fields": [
                    ("lowest", "lowest_name"),
                    ("quartile_1", "median", "quartile_3"),
                    ("highest", "highest_name"),
                ]
            },
        ),
    ]
    inlines = [RankInline, BinInline]


@admin.register(KeyFigure)
class KeyFigureAdmin(RankedAdmin):
    form = KeyFigureForm
    list_display = ["label", "position", "value", "unit", "source"]
    list_select_related = ["source"]
    search_fields = ["label"]
    search_help_text = "Libellé"
    autocomplete_fields = ["source"]
    fieldsets = [
        (None, {"fields": ["value", "unit", "label"]}),
        ("Source", {"fields": ["source", "note"]}),
    ]


@admin.register(Intercommunality)
class IntercommunalityAdmin(ContentAdmin):
    list_display = ["name", "kind", "siren", "population"]
    list_filter = ["kind"]
    search_fields = ["name", "siren"]
    search_help_text = "Nom ou SIREN"
    fieldsets = [
        (None, {"fields": ["name", "siren", "kind", "population"]}),
        (
            "Carte",
            {
                "fields": ["outline", ("label_x", "label_y"), "is_cut"],
                "classes": ["collapse"],
                "description": "Le contour dessiné sur la carte. N’y touchez qu’avec un tracé sûr.",
            },
        ),
    ]


@admin.register(Commune)
class CommuneAdmin(ContentAdmin):
    list_display = ["name", "insee_code", "department", "intercommunality"]
    list_select_related = ["department", "intercommunality"]
    list_filter = ["department"]
    search_fields = ["name", "insee_code", "siren", "postcodes"]
    search_help_text = "Nom, code Insee, SIREN ou code postal"
    autocomplete_fields = ["department", "intercommunality"]
    fieldsets = [
        (None, {"fields": ["name", "insee_code", "siren", "postcodes", "population"]}),
        (
            "Où",
            {
                "fields": [
                    "department",
                    "intercommunality",
                    ("longitude", "latitude", "centre_kind"),
                ]
            },
        ),
    ]


@admin.register(FormerCommune)
class FormerCommuneAdmin(ContentAdmin):
    list_display = ["name", "insee_code", "kind", "commune"]
    list_select_related = ["commune"]
    list_filter = ["kind"]
    search_fields = ["name", "insee_code", "commune__name"]
    search_help_text = "Nom, code Insee ou commune d’aujourd’hui"
    autocomplete_fields = ["commune"]
