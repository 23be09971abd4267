"""Territories: the home region, its departments, the country; and the grid of the map."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from cress.base.fields import FrenchCharField
from cress.base.history.versions import Versioned
from cress.base.models import Dated, NaturalKeyModel, NaturalKeyQuerySet
from territories.outlines import is_outline
from territories.projection import lambert93, wgs84


class TerritoryQuerySet(NaturalKeyQuerySet):
    def departments(self):
        return self.filter(kind=Territory.Kind.DEPARTMENT)

    def with_page(self):
        """Leave out the country: it is only a reference for figures."""
        return self.exclude(kind=Territory.Kind.COUNTRY)


class Territory(Dated, NaturalKeyModel):
    """
    A department or the region; the country too, as a reference for their figures.

    French grammar does not follow from a name (« dans le Cher », « en Eure-et-Loir »): each
    territory stores its name with an article and with the prepositions.
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
    administrative_court = FrenchCharField(
        "tribunal administratif",
        max_length=80,
        blank=True,
        help_text="Celui du département, pour le modèle de délibération : « tribunal "
        "administratif d’Orléans ».",
    )
    outline = models.TextField(
        "contour",
        blank=True,
        validators=[is_outline],
        help_text="Tracé SVG, dans les unités de la grille de la carte.",
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
        """The last part of the canonical address: « 18-cher »."""
        return f"{self.code}-{self.slug}"

    @property
    def is_department(self):
        return self.kind == self.Kind.DEPARTMENT

    @property
    def has_page(self):
        return self.kind != self.Kind.COUNTRY


class MapGrid(Versioned):
    """
    The grid of the map of the home region: outlines and labels are in its units.

    The projection is Lambert-93. The default values cover mainland France; they apply when no
    grid is stored.
    """

    region = models.OneToOneField(
        Territory,
        models.CASCADE,
        related_name="map_grid",
        limit_choices_to={"kind": Territory.Kind.REGION},
        verbose_name="région",
    )
    west = models.IntegerField(
        "bord ouest", default=75_000, help_text="En Lambert-93, en mètres : l’abscisse zéro."
    )
    north = models.IntegerField(
        "bord nord", default=7_150_000, help_text="En Lambert-93, en mètres : l’ordonnée zéro."
    )
    unit = models.PositiveSmallIntegerField("unité", default=500, help_text="En mètres.")
    width = models.PositiveSmallIntegerField(
        "largeur", default=2_400, help_text="En unités ; de 2 000 à 3 000, les textes y tiennent."
    )
    height = models.PositiveSmallIntegerField("hauteur", default=2_250, help_text="En unités.")
    outline_credit = FrenchCharField(
        "crédit des contours", max_length=200, blank=True, help_text="Une phrase, sous la carte."
    )
    centre_credit = FrenchCharField(
        "crédit des centres-bourgs",
        max_length=200,
        blank=True,
        help_text="Une phrase, sous une carte où des communes sont placées.",
    )
    town_hall_credit = FrenchCharField(
        "crédit des mairies",
        max_length=200,
        blank=True,
        help_text="Une phrase, sous une carte où des mairies tiennent lieu de centre-bourg.",
    )
    grouping_credit = FrenchCharField(
        "crédit des intercommunalités",
        max_length=200,
        blank=True,
        help_text="Une phrase, sous une carte où leurs contours sont tracés.",
    )
    grouping_borders = models.TextField(
        "limites des intercommunalités",
        blank=True,
        validators=[is_outline],
        help_text="Tracé SVG : chaque limite entre deux intercommunalités, une fois.",
    )

    class Meta:
        verbose_name = "grille de la carte"
        verbose_name_plural = "grilles de la carte"
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__gt=0, width__gt=0, height__gt=0),
                name="mapgrid_has_an_extent",
                violation_error_message="L’unité, la largeur et la hauteur sont positives.",
            ),
        ]

    def __str__(self):
        return f"Carte : {self.region}"

    @property
    def view_box(self):
        return f"0 0 {self.width} {self.height}"

    @property
    def place_credit(self):
        """The credits of the points of communes, of both kinds."""
        return " ".join(filter(None, [self.centre_credit, self.town_hall_credit]))

    @property
    def credit(self):
        """The credits of all that a map may draw: outlines, EPCI, communes."""
        return " ".join(
            filter(None, [self.outline_credit, self.grouping_credit, self.place_credit])
        )

    def credit_of(self, commune):
        """Return the credit of the point of one commune, by what it is."""
        if commune.centre_kind == commune.CentreKind.TOWN_HALL:
            return self.town_hall_credit
        return self.centre_credit

    def point(self, longitude, latitude):
        """Return (x, y) in grid units of a point in decimal degrees; y grows to the south."""
        easting, northing = lambert93(longitude, latitude)
        return round((easting - self.west) / self.unit), round((self.north - northing) / self.unit)

    def place(self, x, y):
        """Return (longitude, latitude) in decimal degrees of a point of the grid."""
        return wgs84(self.west + x * self.unit, self.north - y * self.unit)
