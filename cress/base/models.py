"""Abstract models that content types share, and the table of the ground."""

from django.db import models

from cress.base.history.operations import Operation  # noqa: F401  a model of this app
from cress.base.history.versions import Versioned
from cress.base.text.typography import french
from cress.base.unsaved.models import UnsavedForm  # noqa: F401  Django looks for models here


class Dated(models.Model):
    """A row with the date of its last save; a queryset's update() does not change the date."""

    updated_at = models.DateTimeField("dernière modification", auto_now=True)

    class Meta:
        abstract = True


class NaturalKeyQuerySet(models.QuerySet):
    def get_by_natural_key(self, *values):
        return self.get(**dict(zip(self.model.natural_key_fields, values, strict=True)))


class NaturalKeyModel(Versioned):
    """A row that fixtures and files identify by its own fields, never by its primary key."""

    natural_key_fields = ("slug",)

    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        abstract = True

    def natural_key(self):
        return tuple(getattr(self, field) for field in self.natural_key_fields)


class PublishableQuerySet(NaturalKeyQuerySet):
    def published(self):
        """Keep what visitors may see: the only rule for pages, lists and sitemaps."""
        return self.filter(is_published=True)


class Publishable(Dated, NaturalKeyModel):
    """Content with an address of its own, published or not."""

    slug = models.SlugField(
        "adresse",
        max_length=80,
        unique=True,
        help_text="La fin de l’adresse de la page, sans accent ni espace. "
        "Elle ne change plus une fois la page publiée.",
    )
    is_published = models.BooleanField(
        "publié",
        default=True,
        help_text="Décochez pour retirer la page du site sans rien effacer.",
    )

    objects = PublishableQuerySet.as_manager()

    instead_of_deleting = french(
        "Pour retirer la page du site sans rien effacer, décochez plutôt « publié »."
    )

    class Meta:
        abstract = True
