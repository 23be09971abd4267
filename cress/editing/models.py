"""What every content type shares."""

from django.db import models


class Dated(models.Model):
    """A row that says when it was last saved; a queryset's update() leaves the date as it was."""

    updated_at = models.DateTimeField("dernière modification", auto_now=True)

    class Meta:
        abstract = True


class NaturalKeyQuerySet(models.QuerySet):
    def get_by_natural_key(self, *values):
        return self.get(**dict(zip(self.model.natural_key_fields, values, strict=True)))


class NaturalKeyModel(models.Model):
    """A row that fixtures and files name by what it is, never by its number."""

    natural_key_fields = ("slug",)

    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        abstract = True

    def natural_key(self):
        return tuple(getattr(self, field) for field in self.natural_key_fields)


class PublishableQuerySet(NaturalKeyQuerySet):
    def published(self):
        """Keep what visitors may see: the one rule for pages, lists and sitemaps."""
        return self.filter(is_published=True)


class Publishable(Dated, NaturalKeyModel):
    """A content with an address of its own, which visitors see or do not see yet."""

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

    class Meta:
        abstract = True
