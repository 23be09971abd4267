"""
Encode the photo of an admin page before the page opens its transaction.

On SQLite a transaction holds the whole database. Encoding takes seconds, and every other editor
and every contact message would wait for it.
"""

from contextlib import suppress

from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_protect

from enterprises.photos.check import read
from enterprises.photos.store import encode, restore

PREFIX = "photo-0"  # of the form of the photo: an enterprise has one


def encoded_upload(upload):
    """Return the EncodedPhoto of an upload, or raise its ValidationError; it is read once."""
    if not hasattr(upload, "encoding_result"):
        try:
            upload.encoding_result = encode(read(upload))
        except ValidationError as error:
            upload.encoding_result = error
    if isinstance(upload.encoding_result, ValidationError):
        raise upload.encoding_result
    return upload.encoding_result


class EncodesPhotoFirst:
    """An admin page of enterprises that encodes their photo before its transaction."""

    @method_decorator(csrf_protect)
    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method == "POST" and self._may_save(request, object_id):
            with suppress(ValidationError, OSError):  # the form reports them
                self._encode_photo(request, object_id)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _may_save(self, request, object_id):
        return (
            self.has_change_permission(request) if object_id else self.has_add_permission(request)
        )

    def _encode_photo(self, request, object_id):
        upload = request.FILES.get(f"{PREFIX}-upload")
        if upload:
            encoded_upload(upload)
        elif object_id and request.POST.get(f"{PREFIX}-is_published"):
            enterprise = self.get_object(request, unquote(object_id))
            photo = getattr(enterprise, "photo", None)
            if photo and not photo.is_published:
                restore(photo)
