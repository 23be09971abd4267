"""Communes, their groupings (EPCI), and the names of former communes."""

from django.db import models
from django.db.models import Q, Subquery, Value
from django.db.models.functions import Coalesce, Concat
from django.urls import reverse

from cress.base.fields import FoldedField, FrenchCharField
from cress.base.models import NaturalKeyModel, NaturalKeyQuerySet
from territories.models.territories import Territory
from territories.outlines import is_outline


class HasAddress(models.Model):
    """
    A place whose page has its name in its address: « chateaumeillant ».

    The address is made from the folded name. Of two places that have the same one, side by side,
    the page asks which is meant, and sets `has_homonym`: their addresses then end with their code.
    """

    has_homonym = False

    class Meta:
        abstract = True

    @property
    def address(self):
        """The last part of the address of its page."""
        words = self.folded_name.split()
        if self.has_homonym or not words:
            words.append(self.natural_key()[0])
        return "-".join(words)


class Intercommunality(HasAddress, NaturalKeyModel):
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
    outline = models.TextField(
        "contour",
        blank=True,
        validators=[is_outline],
        help_text="Tracé SVG, dans les unités de la grille de la carte, de ce qui est dans la "
        "région.",
    )
    label_x = models.PositiveSmallIntegerField(
        "abscisse d’un point intérieur", null=True, blank=True
    )
    label_y = models.PositiveSmallIntegerField(
        "ordonnée d’un point intérieur", null=True, blank=True
    )
    is_cut = models.BooleanField(
        "coupée par la carte",
        default=False,
        help_text="Elle a des communes dans une autre région, que la carte ne montre pas.",
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

    def get_absolute_url(self):
        return reverse("places:intercommunality", args=[self.address])


class CommuneQuerySet(NaturalKeyQuerySet):
    def larger_with_longer_name(self, insee_code):
        """
        Keep the more populous communes whose name starts with this one's, the largest first.

        « Montlouis » is a village of the Cher; many who type it mean Montlouis-sur-Loire.
        """
        this = Commune.objects.filter(insee_code=insee_code)
        start = Concat(Subquery(this.values("folded_name")), Value(" "))
        population = Coalesce(Subquery(this.values("population")), 0)
        return self.filter(folded_name__startswith=start, population__gt=population).order_by(
            "-population", "folded_name", "insee_code"
        )


class Commune(HasAddress, NaturalKeyModel):
    """A commune of the region (source: code officiel géographique, Insee)."""

    class CentreKind(models.TextChoices):
        """What stands at the point where a commune is drawn, by the file that gives the point."""

        TOWN_CENTRE = "geonames", "centre-bourg"
        TOWN_HALL = "mairie", "mairie"

    natural_key_fields = ("insee_code",)
    # The label below, as an expression of the database.
    LABEL = Concat("name", Value(" ("), "department__code", Value(")"))

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
        "longitude du centre",
        null=True,
        blank=True,
        help_text="Du centre-bourg ou, à défaut, de la mairie, en degrés.",
    )
    latitude = models.FloatField(
        "latitude du centre", null=True, blank=True, help_text="En degrés."
    )
    centre_kind = models.CharField(
        "ce qu’est ce centre",
        max_length=8,
        choices=CentreKind.choices,
        blank=True,
        help_text="Une mairie n’est pas toujours au centre du bourg : la page dit ce qu’est le "
        "point.",
    )

    objects = CommuneQuerySet.as_manager()

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
            models.CheckConstraint(
                condition=Q(centre_kind="") | Q(longitude__isnull=False),
                name="commune_centre_of_a_kind_has_a_place",
                violation_error_message="Sans longitude ni latitude, ne dites pas ce qu’est le "
                "centre.",
            ),
        ]

    def __str__(self):
        return f"{self.name} ({self.insee_code})"

    def get_absolute_url(self):
        return reverse("places:commune", args=[self.department.address, self.address])

    @property
    def label(self):
        """Its name and its department's code, which no other commune has together."""
        return f"{self.name} ({self.department.code})"

    @property
    def centre(self):
        """Where the commune is drawn, as (longitude, latitude) in degrees, or None."""
        return None if self.longitude is None else (self.longitude, self.latitude)


class FormerCommune(NaturalKeyModel):
    """
    A name that people still use for a former commune, and the commune of today.

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
