"""
Keep the files of photos: originals in a private folder, renditions where they are served.

Encoding takes seconds: it is done before a transaction is open. Files are written before the row
that names them, and removed after it by `prune_photos`.
"""

import hashlib
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File

from cress.base.files.whole import READABLE_BY_OWNER, write_whole
from enterprises.photos.check import read
from enterprises.photos.renditions import DIGEST_LENGTH, FOLDER, names, render

# A younger file may be of a row that is not saved yet: no save lasts that long.
YOUNGEST_ORPHAN = 3600  # seconds


@dataclass(frozen=True)
class EncodedPhoto:
    """An accepted photo with its renditions in memory; width and height are in pixels."""

    original: str  # the name of the file in the private folder
    content: bytes
    digest: str
    renditions: dict[str, bytes]  # by file name
    width: int
    height: int


def shown_folder():
    return settings.MEDIA_ROOT / FOLDER


def originals_folder():
    """Return the private folder: the metadata of an original may give the place of the photo."""
    return settings.DATA_DIR / "private" / FOLDER


def encode(checked):
    """Return the EncodedPhoto of a CheckedPhoto. It takes seconds and writes nothing."""
    digest, renditions = render(checked.converted.picture)
    original = hashlib.sha256(checked.content).hexdigest()[:DIGEST_LENGTH]
    return EncodedPhoto(
        original=f"{original}.{checked.extension}",
        content=checked.content,
        digest=digest,
        renditions=renditions,
        width=checked.converted.width,
        height=checked.converted.height,
    )


def write(photo, encoded):
    """Write the files of an EncodedPhoto, and name them in the photo, unsaved. Raise OSError."""
    write_whole(originals_folder() / encoded.original, encoded.content, READABLE_BY_OWNER)
    for name, content in encoded.renditions.items():
        write_whole(shown_folder() / name, content)
    photo.original, photo.digest = encoded.original, encoded.digest
    photo.width, photo.height = encoded.width, encoded.height


def store(photo, checked):
    """Encode a CheckedPhoto and write its files; the photo is not saved. Raise OSError."""
    write(photo, encode(checked))


def missing_renditions(photo):
    """Return the paths of the renditions of a photo that are not on the disk."""
    paths = [shown_folder() / name for name in sorted(names(photo.digest, photo.width))]
    return [path for path in paths if not path.exists()]


def encoded_again(photo):
    """
    Return the EncodedPhoto of a photo’s original, or None if no rendition is missing.

    Raise a ValidationError, in French, if the original is gone.
    """
    try:
        with (originals_folder() / photo.original).open("rb") as file:
            return encode(read(File(file))) if missing_renditions(photo) else None
    except FileNotFoundError as error:
        raise ValidationError(
            "Le fichier de cette photo n’est plus là : choisissez-le de nouveau.", code="gone"
        ) from error


def restore(photo):
    """
    Make the missing renditions of a photo again from its original, and save their names.

    A newer encoder gives other bytes, so other names. Raise a ValidationError if the original is
    gone, and OSError.
    """
    if encoded := encoded_again(photo):
        write(photo, encoded)
        photo.save(update_fields=["original", "digest", "width", "height"])


def orphans(photos, kept_originals=()):
    """
    Return the paths of the files that no photo needs.

    An unpublished photo needs its original only: it is withdrawn from the site. So does one that
    may come back: `kept_originals` are the names of their files.
    """
    oldest_kept = time.time() - YOUNGEST_ORPHAN
    files = [
        path
        for folder in [shown_folder(), originals_folder()]
        if folder.exists()
        for path in sorted(folder.iterdir())
        if path.stat().st_mtime < oldest_kept
    ]
    originals = [*(photo.original for photo in photos.all()), *kept_originals]
    needed = {originals_folder() / name for name in originals}
    for photo in photos.published():
        needed |= {shown_folder() / name for name in names(photo.digest, photo.width)}
    return [path for path in files if path not in needed]
