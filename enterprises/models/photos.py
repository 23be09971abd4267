"""The photos of enterprises; enterprises.photos makes and stores their files."""

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from cress.base.fields import FrenchCharField
from cress.base.history.bin import KEPT
from cress.base.history.versions import Versioned
from enterprises.models.enterprises import Enterprise
from enterprises.photos.descriptions import refuse_file_name
from enterprises.photos.renditions import DIGEST_LENGTH, FORMATS, MIME_TYPES, address, widths_for
from enterprises.photos.store import encoded_again, write


class Focus(models.TextChoices):
    """The part of a photo that stays in view when it is cut; the values are also CSS classes."""

    TOP_LEFT = "top left", "en haut à gauche"
    TOP = "top", "en haut"
    TOP_RIGHT = "top right", "en haut à droite"
    LEFT = "left", "à gauche"
    CENTER = "center", "au centre"
    RIGHT = "right", "à droite"
    BOTTOM_LEFT = "bottom left", "en bas à gauche"
    BOTTOM = "bottom", "en bas"
    BOTTOM_RIGHT = "bottom right", "en bas à droite"


class PhotoQuerySet(models.QuerySet):
    def published(self):
        """Keep the photos that visitors may see if their enterprise is published too."""
        return self.filter(is_published=True)


class Photo(Versioned):
    """The photo of an enterprise. enterprises.photos.store keeps its files."""

    class Licence(models.TextChoices):
        RESERVED = "reserved", "tous droits réservés"
        CC_BY = "cc-by", "CC BY 4.0"
        CC_BY_SA = "cc-by-sa", "CC BY-SA 4.0"
        OPEN = "open", "Licence Ouverte 2.0"
        CC0 = "cc0", "CC0 1.0"

    enterprise = models.OneToOneField(
        Enterprise, models.CASCADE, related_name="photo", verbose_name="entreprise"
    )
    description = FrenchCharField(
        "description",
        max_length=200,
        blank=True,
        validators=[refuse_file_name],
        help_text="Ce que la photo montre, en une phrase, pour qui ne la voit pas. Sans elle, la "
        "photo ne peut pas être publiée.",
    )
    credit = FrenchCharField(
        "crédit",
        max_length=120,
        blank=True,
        help_text="Qui l’a prise, ou à qui elle est. Il est écrit sous la photo.",
    )
    licence = models.CharField(
        "licence",
        max_length=10,
        choices=Licence.choices,
        default=Licence.RESERVED,
        help_text="Ce que permet qui l’a prise. Sans licence, tous ses droits sont réservés.",
    )
    focus = models.CharField(
        "ce qui compte est",
        max_length=12,
        choices=Focus.choices,
        default=Focus.CENTER,
        help_text="La photo est coupée pour tenir dans son cadre : cette partie reste en vue.",
    )
    is_published = models.BooleanField(
        "publiée",
        default=True,
        help_text="Décochez pour retirer la photo du site sans l’effacer.",
    )
    # Set by enterprises.photos.store.write.
    original = models.CharField("fichier reçu", max_length=40, editable=False)
    digest = models.CharField("empreinte", max_length=DIGEST_LENGTH, editable=False)
    width = models.PositiveIntegerField("largeur, en pixels", editable=False)
    height = models.PositiveIntegerField("hauteur, en pixels", editable=False)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = "photo"
        constraints = [
            models.CheckConstraint(
                condition=Q(is_published=False) | ~Q(description=""),
                name="enterprise_photo_is_described",
                violation_error_message="Décrivez la photo, ou décochez « publiée » : elle ne "
                "paraît pas sans description.",
            ),
            models.CheckConstraint(
                condition=Q(licence__in=["reserved", "cc0"]) | ~Q(credit=""),
                name="photo_licence_is_credited",
                violation_error_message="Cette licence demande de dire qui a pris la photo.",
            ),
            models.CheckConstraint(
                condition=Q(focus__in=Focus.values),
                name="photo_focus_is_known",
                violation_error_message="Choisissez une partie de la photo dans la liste.",
            ),
        ]

    def __str__(self):
        return self.description or "Photo à décrire"

    @classmethod
    def originals_that_may_come_back(cls):
        """Return the names of the originals of binned photos, or replaced less long ago."""
        later = cls.history.filter(id=OuterRef("id"), history_id__gt=OuterRef("history_id"))
        ended = Subquery(later.order_by("history_id").values("history_date")[:1])
        versions = cls.history.annotate(ended=ended)
        young = versions.filter(Q(ended=None) | Q(ended__gt=timezone.now() - KEPT))
        return set(young.values_list("original", flat=True))

    def bring_files_back(self):
        """Make the renditions of a published photo again from its original."""
        if self.is_published and (encoded := encoded_again(self)):
            write(self, encoded)

    @property
    def signature(self):
        """The credit and the licence: « Jeanne Roy, CC BY 4.0 »."""
        return ", ".join(filter(None, [self.credit, self.get_licence_display()]))

    @property
    def sources(self):
        """The media type of each format, the best first, and the addresses of its widths."""
        return [
            (
                MIME_TYPES[extension],
                ", ".join(
                    f"{address(self.digest, width, extension)} {width}w"
                    for width in widths_for(self.width)
                ),
            )
            for extension in FORMATS
        ]

    @property
    def src(self):
        """The address of the file for browsers that read none of the sources."""
        return address(self.digest, widths_for(self.width)[0], "jpg")
