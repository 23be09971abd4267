"""How the shares of all departments of the country spread, and the rank of the home ones."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round

from cress.base.fields import FrenchCharField, ShareField
from cress.base.history.versions import Versioned
from cress.base.models import Dated, NaturalKeyModel, NaturalKeyQuerySet
from cress.charts.scale import HALF, floor_to
from territories.models.figures import Source, is_percentage
from territories.models.territories import Territory


class DistributionQuerySet(NaturalKeyQuerySet):
    def get_by_natural_key(self, source, measure):
        return self.get(source__slug=source, measure=measure)

    def with_parts(self):
        """Fetch the source, the bins, and the ranks with their territories."""
        return self.select_related("source").prefetch_related("bins", "ranks__territory")


class Distribution(Dated, NaturalKeyModel):
    """
    The shares of every department of the country in one source, summed up.

    A share is in per cent. No department is named but those with the lowest and the highest
    share: departments of other regions are not territories of the site. The median and the
    quartiles are those of departments, each counted once whatever its size.
    """

    class Measure(models.TextChoices):
        """The field of Statistic that has the same share of a territory."""

        EMPLOYEES = "employee_share", "part des salariés"
        ESTABLISHMENTS = "establishment_share", "part des établissements employeurs"

    source = models.ForeignKey(
        Source, models.PROTECT, related_name="distributions", verbose_name="source"
    )
    measure = models.CharField(
        "part décrite", max_length=20, choices=Measure.choices, default=Measure.EMPLOYEES
    )
    size = models.PositiveSmallIntegerField(
        "nombre de départements", help_text="Ceux dont la part est connue : « sur 100 »."
    )
    missing = FrenchCharField(
        "ce qui manque",
        max_length=200,
        blank=True,
        help_text="Une phrase, sous le graphique : « Mayotte n’a pas de chiffre. »",
    )
    lowest = ShareField("part la plus basse")
    lowest_name = FrenchCharField("son département", max_length=60, help_text="« Hauts-de-Seine »")
    quartile_1 = ShareField("premier quartile")
    median = ShareField("médiane")
    quartile_3 = ShareField("troisième quartile")
    highest = ShareField("part la plus haute")
    highest_name = FrenchCharField("son département", max_length=60, help_text="« Lozère »")

    objects = DistributionQuerySet.as_manager()

    class Meta:
        verbose_name = "répartition des départements de France"
        verbose_name_plural = "répartitions des départements de France"
        ordering = ["-source__year", "source__slug", "measure"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "measure"],
                name="distribution_is_one_a_source_and_measure",
                violation_error_message="Cette source a déjà la répartition de cette part.",
            ),
            models.CheckConstraint(
                condition=Q(measure__in=["employee_share", "establishment_share"]),
                name="distribution_measure_is_known",
                violation_error_message="Choisissez l’une des deux parts.",
            ),
            models.CheckConstraint(
                condition=Q(size__gte=1),
                name="distribution_has_departments",
                violation_error_message="Une répartition compte au moins un département.",
            ),
            models.CheckConstraint(
                condition=is_percentage("lowest") & is_percentage("highest"),
                name="distribution_shares_are_percentages",
                violation_error_message="Une part va de 0 à 100.",
            ),
            models.CheckConstraint(
                condition=Q(
                    lowest__lte=F("quartile_1"),
                    quartile_1__lte=F("median"),
                    median__lte=F("quartile_3"),
                    quartile_3__lte=F("highest"),
                ),
                name="distribution_is_in_order",
                violation_error_message="De la plus basse à la plus haute : part la plus basse, "
                "premier quartile, médiane, troisième quartile, part la plus haute.",
            ),
        ]

    def __str__(self):
        return f"{self.get_measure_display().capitalize()} – {self.source}, {self.source.dating}"

    def natural_key(self):
        return (self.source.slug, self.measure)

    natural_key.dependencies = ["territories.source"]

    def counts(self):
        """Return {start of a bin: its departments}, from the lowest; empty bins are left out."""
        return {bin.start: bin.departments for bin in self.bins.all()}

    def bin_of(self, share):
        """Return the start of the bin of half a point that holds a share in per cent."""
        return floor_to(share, HALF)

    def rank_of(self, territory):
        """Return the DepartmentRank of a territory, or None."""
        return next((r for r in self.ranks.all() if r.territory_id == territory.pk), None)


class Bin(Versioned, Dated):
    """The departments whose share is from `start` to under half a point more, in per cent."""

    distribution = models.ForeignKey(
        Distribution, models.CASCADE, related_name="bins", verbose_name="répartition"
    )
    start = ShareField(
        "à partir de",
        max_digits=4,
        decimal_places=1,
        help_text="En pourcentage : 9,5 pour les parts de 9,5 à moins de 10.",
    )
    departments = models.PositiveSmallIntegerField("départements")

    class Meta:
        verbose_name = "tranche"
        verbose_name_plural = "tranches"
        ordering = ["distribution", "start"]
        constraints = [
            models.UniqueConstraint(
                fields=["distribution", "start"],
                name="bin_is_one_a_start",
                violation_error_message="Cette tranche y est déjà.",
            ),
            models.CheckConstraint(
                condition=Q(start__gte=0, start__lte=100, start=Round(F("start") * 2) / 2),
                name="bin_starts_on_half_points_of_a_percentage",
                violation_error_message="Une tranche commence à un demi-point, de 0 à 100.",
            ),
            models.CheckConstraint(
                condition=Q(departments__gte=1),
                name="bin_has_departments",
                violation_error_message="Retirez une tranche sans département.",
            ),
        ]

    def __str__(self):
        return f"{self.distribution} : {self.start}"

    @property
    def end(self):
        """The share in per cent under which the bin ends."""
        return self.start + HALF


class DepartmentRank(Versioned, Dated):
    """The rank of a department of the home region among all, the highest share first."""

    distribution = models.ForeignKey(
        Distribution, models.CASCADE, related_name="ranks", verbose_name="répartition"
    )
    territory = models.ForeignKey(
        Territory,
        models.CASCADE,
        related_name="ranks",
        limit_choices_to={"kind": Territory.Kind.DEPARTMENT},
        verbose_name="département",
    )
    position = models.PositiveSmallIntegerField(
        "rang", help_text="De la part la plus haute à la plus basse : 1 pour la plus haute."
    )
    is_tied = models.BooleanField(
        "ex æquo", default=False, help_text="Un autre département a la même part publiée."
    )

    class Meta:
        verbose_name = "rang d’un département"
        verbose_name_plural = "rangs des départements"
        ordering = ["distribution", "position", "territory"]
        constraints = [
            models.UniqueConstraint(
                fields=["distribution", "territory"],
                name="departmentrank_is_one_a_territory",
                violation_error_message="Ce département a déjà son rang.",
            ),
            models.CheckConstraint(
                condition=Q(position__gte=1),
                name="departmentrank_starts_at_one",
                violation_error_message="Le premier rang est 1.",
            ),
        ]

    def __str__(self):
        return f"{self.territory} : {self.position}"
