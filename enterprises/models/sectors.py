"""What the directory sorts enterprises by: their sectors and their legal families."""

from django.db import models

from cress.base.fields import FrenchCharField, FrenchTextField
from cress.base.models import NaturalKeyModel
from cress.base.ranks import Ranked


class Ground(models.TextChoices):
    """The ground of a plate; a token of the palette has each name: « ground-teal »."""

    TEAL = "teal", "bleu canard"
    SAND = "sand", "sable"
    PLUM = "plum", "prune"
    OCHRE = "ochre", "ocre"
    INK = "ink", "encre"
    LEAF = "leaf", "feuille"


class Sector(NaturalKeyModel):
    """A field of activity, from a list that the chamber controls."""

    slug = models.SlugField("repère", max_length=60, unique=True)
    name = FrenchCharField("nom", max_length=120, unique=True)
    ground = models.CharField(
        "fond des planches",
        max_length=5,
        choices=Ground,
        default=Ground.TEAL,
        help_text="Une entreprise sans photo est montrée par une planche : un point par personne, "
        "sur ce fond.",
    )

    class Meta:
        verbose_name = "secteur"
        ordering = ["name", "slug"]

    def __str__(self):
        return self.name


class Family(Ranked, NaturalKeyModel):
    """A legal family of the ESS (law 2014-856, article 1), or a grouping of several."""

    slug = models.SlugField("repère", max_length=60, unique=True)
    name = FrenchCharField("nom", max_length=80, unique=True)
    definition = FrenchTextField(
        "définition",
        blank=True,
        help_text="Ce que veut dire cette forme, en une phrase, avec la loi qui le dit.",
    )

    class Meta:
        verbose_name = "famille de l’ESS"
        verbose_name_plural = "familles de l’ESS"
        ordering = ["order", "slug"]

    def __str__(self):
        return self.name
