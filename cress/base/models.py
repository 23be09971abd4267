"""Abstract models that content types share, and the table of the ground."""

from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.db import models

from cress.base.fields import AddressField
from cress.base.history.operations import Operation, operation
from cress.base.history.versions import Versioned
from cress.base.old_addresses import OldAddress, refusal_of
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

    slug = AddressField(
        "adresse",
        unique=True,
        help_text="La fin de l’adresse de la page, sans accent ni espace.",
    )
    is_published = models.BooleanField(
        "publié",
        default=True,
        help_text="Décochez pour retirer la page du site sans rien effacer.",
    )

    old_addresses = GenericRelation(OldAddress, object_id_field="row_key")

    objects = PublishableQuerySet.as_manager()

    listed_at = ("chamber:site_map", "Le plan du site")  # what lists such pages: a view, its name
    keeps_address = False  # whatever is published
    instead_of_deleting = french(
        "Pour retirer la page du site sans rien effacer, décochez plutôt « publié »."
    )

    class Meta:
        abstract = True

    def save(self, *args, update_fields=None, **kwargs):
        """Save the row; the address that a public page leaves leads to the new one."""
        left = self._slug_left() if update_fields is None or "slug" in update_fields else None
        if left is None:
            super().save(*args, update_fields=update_fields, **kwargs)
            return
        with operation(Operation.Kind.PROGRAM, title=str(self)):
            super().save(*args, update_fields=update_fields, **kwargs)
            OldAddress.objects.follow(self, left)

    def _slug_left(self):
        """Return the stored slug if the row has another one now, else None."""
        rows = type(self)._base_manager.filter(pk=self.pk).exclude(slug=self.slug)
        return rows.values_list("slug", flat=True).first() if self.pk else None

    def validate_unique(self, exclude=None):
        """Refuse an address that is taken: by the site, by a page, or as an old address."""
        exclude, errors = set(exclude or ()), {}
        if "slug" not in exclude and (refusal := refusal_of(self)):
            errors = {"slug": refusal}
        try:
            super().validate_unique(exclude | {"slug"})
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)
