"""The form of a photo, on the page of its enterprise."""

import logging
from pathlib import PurePath

from django import forms
from django.core.exceptions import ValidationError

from cress.base.history.conflicts import MergedForm
from cress.base.text.folding import fold
from enterprises.models import Photo
from enterprises.photos.check import ACCEPTED_NAMES, LEAST_SIDE, MOST_BYTES, MOST_PIXELS
from enterprises.photos.descriptions import FILE_NAME
from enterprises.photos.store import encoded_again, write
from enterprises.photos.uploads import encoded_upload

logger = logging.getLogger(__name__)

NOT_WRITTEN = (
    "Cette photo n’a pas pu être enregistrée\u202f: le disque du site est plein, ou en panne. "
    "Prévenez la personne qui tient le site. Rien n’est changé."
)


class PhotoForm(MergedForm):
    upload = forms.FileField(
        label="Fichier",
        widget=forms.FileInput(attrs={"accept": ACCEPTED_NAMES}),
        help_text=f"JPEG, PNG, WebP ou AVIF, de {LEAST_SIDE} pixels de côté au moins, "
        f"{MOST_BYTES // 1_000_000} Mo et {MOST_PIXELS // 1_000_000} millions de pixels au plus. "
        "La photo est redressée. Le lieu, la date et l’appareil qu’elle garde en mémoire ne sont "
        "pas publiés.",
    )

    class Meta:
        model = Photo
        fields = ["description", "credit", "licence", "focus", "is_published"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["upload"].required = not self.instance.digest
        self.encoded = None

    def clean_upload(self):
        upload = self.cleaned_data["upload"]
        if upload:
            self.encoded = encoded_upload(upload)
        return upload

    def clean(self):
        super().clean()
        upload, description = map(self.cleaned_data.get, ["upload", "description"])
        if upload and description and fold(PurePath(upload.name).stem) == fold(description):
            self.add_error("description", FILE_NAME)
        if not upload and self._is_published_again():
            self.encoded = encoded_again(self.instance)

    def _is_published_again(self):
        """Whether an unpublished photo is published: its renditions may be pruned."""
        return (
            self.instance.digest
            and "is_published" in self.changed_data
            and self.cleaned_data["is_published"]
        )

    def _post_clean(self):
        """Write the files of a valid form here, where a full disk can still be reported."""
        super()._post_clean()
        if self.encoded and not self.errors:
            try:
                write(self.instance, self.encoded)
            except OSError:
                logger.exception("The files of a photo cannot be written.")
                self.add_error("upload", NOT_WRITTEN)

    def validate_unique(self):
        """Report a second photo on the form: Django would report it on a hidden field."""
        try:
            self.instance.validate_unique(self._get_validation_exclusions())
        except ValidationError:
            self.add_error(
                None, "Cette entreprise a déjà une photo\u202f: rouvrez la page pour la voir."
            )
