"""Published figures: their sources, the shares and counts of territories, key figures."""

from decimal import Decimal

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from cress.base.fields import FrenchCharField, FrenchTextField, ShareField
from cress.base.history.versions import Versioned
from cress.base.models import Dated, NaturalKeyModel
from cress.base.ranks import Ranked
from territories.models.territories import Territory

# France has some thirty million employees.
GREATEST_COUNT = 50_000_000


class Source(Dated, NaturalKeyModel):
    """The publication that gives a figure, and the year that it describes."""

    slug = models.SlugField("repère", max_length=60, unique=True)
    producer = FrenchCharField("producteur", max_length=120, help_text="« Insee »")
    title = FrenchCharField("titre", max_length=200, help_text="« Clap 2015 »")
    vintage = FrenchCharField(
        "millésime",
        max_length=60,
        blank=True,
        help_text="L’année que la donnée décrit, telle que publiée : « 2015 », « fin 2018 ». "
        "Vide si la source ne la dit pas.",
    )
    edition = FrenchCharField(
        "édition",
        max_length=60,
        blank=True,
        help_text="Pour une source sans millésime : « édition 2020 ».",
    )
    year = models.PositiveSmallIntegerField(
        "année",
        help_text="Range les sources de la plus récente à la plus ancienne. "
        "L’année décrite ou, si elle n’est pas donnée, celle de la publication.",
    )
    series = FrenchCharField(
        "série",
        max_length=60,
        blank=True,
        help_text="« Clap », « Flores ». Deux séries ne se comparent pas : elles ne comptent pas "
        "de la même façon.",
    )
    scope = FrenchCharField(
        "champ", max_length=200, blank=True, help_text="Ce que la donnée couvre."
    )
    decimals = models.PositiveSmallIntegerField(
        "décimales publiées",
        default=2,
        help_text="Combien de décimales la source donne à ses pourcentages : 0, 1 ou 2.",
    )
    is_brochure = models.BooleanField(
        "tableau de la plaquette",
        default=False,
        help_text="Le tableau de la plaquette imprimée. À année égale, le site le préfère à celui "
        "d’une autre source.",
    )
    url = models.URLField("adresse", blank=True)
    consulted_on = models.DateField("consultée le", null=True, blank=True)

    class Meta:
        verbose_name = "source"
        ordering = ["-year", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decimals__lte=2),
                name="source_decimals_are_at_most_two",
                violation_error_message="Deux décimales au plus.",
            ),
            models.CheckConstraint(
                condition=Q(year__gte=1900, year__lte=2100),
                name="source_year_is_a_year",
                violation_error_message="L’année va de 1900 à 2100.",
            ),
            models.CheckConstraint(
                condition=~Q(vintage="") | ~Q(edition=""),
                name="source_has_a_vintage_or_an_edition",
                violation_error_message="Donnez le millésime ou, à défaut, l’édition.",
            ),
        ]

    def __str__(self):
        return self.citation

    @property
    def citation(self):
        """The source in a citation: « Insee – Clap 2015 »."""
        return f"{self.producer} – {self.title}"

    @property
    def short_citation(self):
        """The source in a caption: « Insee, Clap 2015 »; whole when it has no series."""
        if self.series and self.vintage:
            return f"{self.producer}, {self.series} {self.vintage}"
        return f"{self.citation}, {self.dating}" if self.dating else self.citation

    @property
    def dating(self):
        """What dates the source: « millésime 2015 », or « édition 2020 » without a vintage."""
        return f"millésime {self.vintage}" if self.vintage else self.edition

    @property
    def period(self):
        """The vintage in a sentence: « en 2015 », « fin 2018 »; empty without a vintage."""
        return f"en {self.vintage}" if self.vintage.isdigit() else self.vintage


def is_percentage(field):
    """Return the condition that a share in per cent is unknown, or from 0 to 100."""
    return Q(**{f"{field}__gte": 0, f"{field}__lte": 100}) | Q(**{f"{field}__isnull": True})


class Statistic(Versioned, Dated):
    """
    The figures of the ESS in a territory, in one vintage of one source.

    Shares are in per cent of the territory's whole economy. Counts are persons and employer
    establishments. A figure that the source does not give is empty.
    """

    territory = models.ForeignKey(
        Territory, models.CASCADE, related_name="statistics", verbose_name="territoire"
    )
    source = models.ForeignKey(
        Source, models.PROTECT, related_name="statistics", verbose_name="source"
    )
    employee_share = ShareField(
        "part des salariés",
        null=True,
        blank=True,
        help_text="En pourcentage, de 0 à 100, comme la source l’imprime.",
    )
    establishment_share = ShareField(
        "part des établissements employeurs",
        null=True,
        blank=True,
        help_text="En pourcentage, de 0 à 100, comme la source l’imprime.",
    )
    employee_count = models.PositiveIntegerField(
        "nombre de salariés",
        null=True,
        blank=True,
        validators=[MaxValueValidator(GREATEST_COUNT)],
        help_text="Des personnes, non des ETP.",
    )
    establishment_count = models.PositiveIntegerField(
        "nombre d’établissements employeurs",
        null=True,
        blank=True,
        validators=[MaxValueValidator(GREATEST_COUNT)],
    )
    own_decimals = models.PositiveSmallIntegerField(
        "décimales de cette ligne",
        null=True,
        blank=True,
        help_text="Vide : celles de la source. À remplir quand la source donne cette ligne avec "
        "moins de décimales que les autres : 0 ou 1.",
    )
    note = FrenchTextField(
        "note", blank=True, help_text="Ce que le lecteur doit savoir, en une phrase."
    )

    class Meta:
        verbose_name = "chiffres d’un territoire"
        verbose_name_plural = "chiffres des territoires"
        ordering = ["-source__year", "source__slug", "territory__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "source"],
                name="statistic_is_one_row_a_territory_and_source",
                violation_error_message="Ce territoire a déjà ses chiffres dans cette source.",
            ),
            models.CheckConstraint(
                condition=is_percentage("employee_share"),
                name="statistic_employee_share_is_percentage",
                violation_error_message="La part des salariés va de 0 à 100.",
            ),
            models.CheckConstraint(
                condition=is_percentage("establishment_share"),
                name="statistic_establishment_share_is_percentage",
                violation_error_message="La part des établissements va de 0 à 100.",
            ),
            models.CheckConstraint(
                condition=Q(employee_share__isnull=False)
                | Q(establishment_share__isnull=False)
                | Q(employee_count__isnull=False)
                | Q(establishment_count__isnull=False),
                name="statistic_holds_a_figure",
                violation_error_message="Donnez au moins un chiffre.",
            ),
            models.CheckConstraint(
                condition=Q(own_decimals__lte=2) | Q(own_decimals__isnull=True),
                name="statistic_decimals_are_at_most_two",
                violation_error_message="Deux décimales au plus.",
            ),
        ]

    def __str__(self):
        return f"{self.territory} – {self.source}"

    @property
    def decimals(self):
        """How many decimals are published of its shares."""
        return self.source.decimals if self.own_decimals is None else self.own_decimals

    @property
    def published_employee_share(self):
        """The share of employees with the decimals that are published, or None."""
        return self._as_published(self.employee_share)

    @property
    def published_establishment_share(self):
        """The share of employer establishments with the decimals that are published, or None."""
        return self._as_published(self.establishment_share)

    def _as_published(self, share):
        return None if share is None else share.quantize(Decimal(1).scaleb(-self.decimals))


class KeyFigure(Ranked, Dated, NaturalKeyModel):
    """A separate figure of the region, in the words of its source."""

    natural_key_fields = ("label",)

    value = FrenchCharField(
        "valeur", max_length=20, help_text="« 10,6 », « 9 000 », « 1 sur 5 », « Des milliers »"
    )
    unit = FrenchCharField("unité", max_length=40, blank=True, help_text="« % », « Md€ »")
    label = FrenchCharField("libellé", max_length=120, unique=True, help_text="Ce que l’on compte.")
    source = models.ForeignKey(
        Source, models.PROTECT, related_name="key_figures", verbose_name="source"
    )
    note = FrenchTextField("note", blank=True, help_text="Une réserve, en une phrase ou deux.")

    class Meta:
        verbose_name = "chiffre clé"
        verbose_name_plural = "chiffres clés"
        ordering = ["order", "label"]

    def __str__(self):
        return " ".join(filter(None, [self.value, self.unit, self.label]))
