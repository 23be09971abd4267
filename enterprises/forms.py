"""The form of a photo, on the page of its enterprise."""

from pathlib import PurePath

from django import forms
from django.core.exceptions import ValidationError

from cress.base.text.folding import fold
from enterprises.models import Photo
from enterprises.photos.check import ACCEPTED_NAMES, LEAST_SIDE, MOST_BYTES, MOST_PIXELS, read
from enterprises.photos.descriptions import FILE_NAME
from enterprises.photos.store import read_again, store


class PhotoForm(forms.ModelForm):
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
        self.shot = None

    def clean_upload(self):
        upload = self.cleaned_data["upload"]
        if upload:
            self.shot = read(upload)
        return upload

    def clean(self):
        super().clean()
        upload, description = map(self.cleaned_data.get, ["upload", "description"])
        if upload and description and fold(PurePath(upload.name).stem) == fold(description):
            self.add_error("description", FILE_NAME)
        if not upload and self._is_published_again():
            self.shot = read_again(self.instance)

    def _is_published_again(self):
        """Whether the files of a photo that was withdrawn, which may be gone, are needed."""
        return (
            self.instance.digest
            and "is_published" in self.changed_data
            and self.cleaned_data["is_published"]
        )

    def validate_unique(self):
        """Say in the open what would be said beside the enterprise, which is hidden here."""
        try:
            self.instance.validate_unique(self._get_validation_exclusions())
        except ValidationError:
            self.add_error(
                None, "Cette entreprise a déjà une photo : rouvrez la page pour la voir."
            )

    def save(self, commit=True):
        if self.shot:
            store(self.instance, self.shot)
        return super().save(commit)
