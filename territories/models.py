"""Territories, their communes, and the figures published about them."""

from decimal import Decimal

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat
from django.urls import reverse

from cress.editing.fields import FoldedField, FrenchCharField, FrenchTextField
from cress.editing.models import Dated, NaturalKeyModel, NaturalKeyQuerySet
from territories.outlines import is_outline


class TerritoryQuerySet(NaturalKeyQuerySet):
    def departments(self):
        return self.filter(kind=Territory.Kind.DEPARTMENT)

    def with_page(self):
        """Leave out the country, which only serves as a reference."""
        return self.exclude(kind=Territory.Kind.COUNTRY)


class Territory(Dated, NaturalKeyModel):
    """
    A department or the region; the country too, as a reference for their figures.

    French grammar does not follow from a name (« dans le Cher », « en Eure-et-Loir »):
    each territory says how one speaks of it.
    """

    class Kind(models.TextChoices):
        COUNTRY = "country", "pays"
        REGION = "region", "région"
        DEPARTMENT = "department", "département"

    natural_key_fields = ("code",)

    kind = models.CharField("nature", max_length=10, choices=Kind.choices, default=Kind.DEPARTMENT)
    code = models.CharField(
        "code",
        max_length=3,
        unique=True,
        validators=[
            RegexValidator(r"^[0-9A-Z]{2,3}\Z", "Deux ou trois chiffres ou lettres capitales.")
        ],
        help_text="Code officiel géographique, en texte : « 18 », « 2A ».",
    )
    name = FrenchCharField("nom", max_length=60, unique=True)
    slug = models.SlugField("adresse", max_length=60, unique=True)
    with_article = FrenchCharField("avec l’article", max_length=70, help_text="« le Cher »")
    inside = FrenchCharField(
        "pour dire où", max_length=70, help_text="« dans le Cher », « en Eure-et-Loir »"
    )
    of = FrenchCharField(
        "pour dire de quoi", max_length=70, help_text="« du Loiret », « de l’Indre »"
    )
    outline = models.TextField(
        "contour",
        blank=True,
        validators=[is_outline],
        help_text="Tracé SVG ; une unité vaut cent mètres en Lambert-93.",
    )
    label_x = models.PositiveSmallIntegerField("abscisse du nom", null=True, blank=True)
    label_y = models.PositiveSmallIntegerField("ordonnée du nom", null=True, blank=True)

    objects = TerritoryQuerySet.as_manager()

    class Meta:
        verbose_name = "territoire"
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=~Q(kind="department"),
                name="territory_has_one_region_and_one_country",
                violation_error_message="Il n’y a qu’une région et qu’un pays.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["country", "region", "department"]),
                name="territory_kind_is_known",
                violation_error_message="Un territoire est un pays, une région ou un département.",
            ),
        ]

    def __str__(self):
        return f"{self.name} ({self.code})"

    def get_absolute_url(self):
        return reverse("territories:territory_detail", args=[self.address])

    @property
    def address(self):
        """The one true end of the territory's address: « 18-cher »."""
        return f"{self.code}-{self.slug}"

    @property
    def is_department(self):
        return self.kind == self.Kind.DEPARTMENT

    @property
    def has_page(self):
        return self.kind != self.Kind.COUNTRY


class Intercommunality(NaturalKeyModel):
    """An EPCI: communes grouped by law (source: DGCL, through the COG)."""

    class Kind(models.TextChoices):
        CC = "CC", "communauté de communes"
        CA = "CA", "communauté d’agglomération"
        CU = "CU", "communauté urbaine"
        METROPOLIS = "METRO", "métropole"

    natural_key_fields = ("siren",)

    siren = models.CharField("SIREN", max_length=9, unique=True)
    name = FrenchCharField("nom", max_length=120)
    folded_name = FoldedField("nom plié", max_length=120, source="name", db_index=True)
    kind = models.CharField("nature", max_length=5, choices=Kind.choices)
    population = models.PositiveIntegerField(
        "population",
        null=True,
        blank=True,
        help_text="Celle du groupement entier. D’un autre millésime que celle des communes : "
        "ne les mettez pas dans un même tableau.",
    )

    class Meta:
        verbose_name = "intercommunalité"
        ordering = ["name", "siren"]
        constraints = [
            models.CheckConstraint(
                condition=Q(siren__regex=r"^[0-9]{9}$"),
                name="intercommunality_siren_has_nine_digits",
                violation_error_message="Un SIREN a neuf chiffres.",
            ),
        ]

    def __str__(self):
        return self.name

    def address_in(self, department):
        """Return where someone of this EPCI is at home: it may lie in several departments."""
        return f"{department.get_absolute_url()}?epci={self.siren}"


class Commune(NaturalKeyModel):
    """A commune of the region (source: code officiel géographique, Insee)."""

    natural_key_fields = ("insee_code",)

    insee_code = models.CharField("code Insee", max_length=5, unique=True)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    name = FrenchCharField("nom", max_length=80)
    folded_name = FoldedField("nom plié", max_length=80, source="name", db_index=True)
    department = models.ForeignKey(
        Territory,
        models.PROTECT,
        related_name="communes",
        limit_choices_to={"kind": Territory.Kind.DEPARTMENT},
        verbose_name="département",
    )
    intercommunality = models.ForeignKey(
        Intercommunality,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="communes",
        verbose_name="intercommunalité",
    )
    postcodes = models.CharField(
        "codes postaux", max_length=120, blank=True, help_text="Séparés par des espaces."
    )
    population = models.PositiveIntegerField("population", null=True, blank=True)
    longitude = models.FloatField(
        "longitude du centre", null=True, blank=True, help_text="Du centre-bourg, en degrés."
    )
    latitude = models.FloatField(
        "latitude du centre", null=True, blank=True, help_text="Du centre-bourg, en degrés."
    )

    class Meta:
        verbose_name = "commune"
        ordering = ["name", "insee_code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(insee_code__regex=r"^[0-9][0-9AB][0-9]{3}$"),
                name="commune_insee_code_has_five_characters",
                violation_error_message="Un code Insee a cinq caractères, comme 18033.",
            ),
            models.CheckConstraint(
                condition=Q(siren="") | Q(siren__regex=r"^[0-9]{9}$"),
                name="commune_siren_has_nine_digits",
                violation_error_message="Un SIREN a neuf chiffres.",
            ),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(
                    longitude__isnull=False,
                    latitude__isnull=False,
                    longitude__range=(-180, 180),
                    latitude__range=(-90, 90),
                ),
                name="commune_centre_is_on_earth",
                violation_error_message="Donnez la longitude et la latitude, ou aucune des deux.",
            ),
        ]

    def __str__(self):
        return f"{self.name} ({self.insee_code})"

    def get_absolute_url(self):
        """Where someone of this commune is at home."""
        return f"{self.department.get_absolute_url()}?commune={self.insee_code}"

    # The label, as the database makes it.
    LABEL = Concat("name", Value(" ("), "department__code", Value(")"))

    @property
    def label(self):
        """Its name and its department's code, which no other commune has together."""
        return f"{self.name} ({self.department.code})"

    @property
    def centre(self):
        """The town centre as (longitude, latitude) in degrees, or None."""
        return None if self.longitude is None else (self.longitude, self.latitude)


class FormerCommune(NaturalKeyModel):
    """
    A name that people still use for what is today a part of a commune.

    Source: code officiel géographique and its earlier vintages.
    """

    class Kind(models.TextChoices):
        DELEGATED = "commune-deleguee", "commune déléguée"
        ASSOCIATED = "commune-associee", "commune associée"
        VANISHED = "ancien-nom", "ancien nom"

    natural_key_fields = ("insee_code", "name")

    insee_code = models.CharField("code Insee d’alors", max_length=5)
    name = FrenchCharField("nom", max_length=80)
    folded_name = FoldedField("nom plié", max_length=80, source="name", db_index=True)
    kind = models.CharField("nature", max_length=16, choices=Kind.choices)
    commune = models.ForeignKey(
        Commune,
        models.CASCADE,
        related_name="former_communes",
        verbose_name="commune d’aujourd’hui",
    )

    class Meta:
        verbose_name = "ancienne commune"
        verbose_name_plural = "anciennes communes"
        ordering = ["name", "insee_code"]
        constraints = [
            models.UniqueConstraint(
                fields=["insee_code", "name"],
                name="formercommune_is_one_row_a_code_and_name",
                violation_error_message="Cette ancienne commune est déjà là.",
            ),
        ]

    def __str__(self):
        return f"{self.name} ({self.commune.name})"


class Source(Dated, NaturalKeyModel):
    """Who published a figure, where, and what year it describes."""

    slug = models.SlugField("repère", max_length=60, unique=True)
    producer = FrenchCharField("producteur", max_length=120, help_text="« Insee »")
    title = FrenchCharField("titre", max_length=200, help_text="« Clap 2015 »")
    vintage = FrenchCharField(
        "millésime",
        max_length=60,
        help_text="L’année que la donnée décrit, telle que publiée : « 2015 », « fin 2018 ».",
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
        ]

    def __str__(self):
        return self.citation

    @property
    def citation(self):
        """The source as one cites it: « Insee – Clap 2015 »."""
        return f"{self.producer} – {self.title}"


def is_percentage(field):
    """The condition that a share in per cent lies between 0 and 100, or is unknown."""
    return Q(**{f"{field}__gte": 0, f"{field}__lte": 100}) | Q(**{f"{field}__isnull": True})


class Statistic(Dated):
    """
    What the ESS weighs in a territory, in one vintage of one source.

    Shares are in per cent of the territory's whole economy; counts are in persons and
    in employer establishments. What the source does not give stays empty.
    """

    territory = models.ForeignKey(
        Territory, models.CASCADE, related_name="statistics", verbose_name="territoire"
    )
    source = models.ForeignKey(
        Source, models.PROTECT, related_name="statistics", verbose_name="source"
    )
    employee_share = models.DecimalField(
        "part des salariés",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="En pourcentage, de 0 à 100, comme la source l’imprime.",
    )
    establishment_share = models.DecimalField(
        "part des établissements employeurs",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="En pourcentage, de 0 à 100, comme la source l’imprime.",
    )
    employee_count = models.PositiveIntegerField(
        "nombre de salariés", null=True, blank=True, help_text="Des personnes, non des ETP."
    )
    establishment_count = models.PositiveIntegerField(
        "nombre d’établissements employeurs", null=True, blank=True
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
        ]

    def __str__(self):
        return f"{self.territory} – {self.source}"

    @property
    def published_employee_share(self):
        """The share of employees with the decimals of its source, or None."""
        return self._as_published(self.employee_share)

    @property
    def published_establishment_share(self):
        """The share of employer establishments with the decimals of its source, or None."""
        return self._as_published(self.establishment_share)

    def _as_published(self, share):
        return None if share is None else share.quantize(Decimal(1).scaleb(-self.source.decimals))


class KeyFigure(Dated, NaturalKeyModel):
    """A figure of the region that stands on its own, as its source words it."""

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
    order = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "chiffre clé"
        verbose_name_plural = "chiffres clés"
        ordering = ["order", "label"]

    def __str__(self):
        return " ".join(filter(None, [self.value, self.unit, self.label]))
