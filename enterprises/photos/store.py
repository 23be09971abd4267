"""
Keep the files of photos: what was sent, in private; what is shown, where it is served.

Files are written before the row that names them, and removed after it, by `prune_photos`.
"""

import hashlib
import time

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File

from cress.base.files.whole import READABLE_BY_OWNER, write_whole
from enterprises.photos.check import read
from enterprises.photos.renditions import DIGEST_LENGTH, FOLDER, names, render

# No save lasts that long: a younger file may be of a row that is not there yet.
YOUNGEST_ORPHAN = 3600  # seconds


def shown_folder():
    return settings.MEDIA_ROOT / FOLDER


def originals_folder():
    """Return the folder that no address leads to: what is there says where it was taken."""
    return settings.DATA_DIR / "private" / FOLDER


def store(photo, shot):
    """Write the files of a Shot, and name them in the row of the photo, which is not saved."""
    digest = hashlib.sha256(shot.content).hexdigest()[:DIGEST_LENGTH]
    photo.original = f"{digest}.{shot.extension}"
    write_whole(originals_folder() / photo.original, shot.content, READABLE_BY_OWNER)
    photo.digest, files = render(shot.development.picture)
    for name, content in files.items():
        write_whole(shown_folder() / name, content)
    photo.width, photo.height = shot.development.width, shot.development.height


def read_again(photo):
    """Return the Shot of what was sent for a photo; raise a ValidationError if it is gone."""
    try:
        with (originals_folder() / photo.original).open("rb") as file:
            return read(File(file))
    except FileNotFoundError as error:
        raise ValidationError(
            "Le fichier de cette photo n’est plus là : choisissez-le de nouveau.", code="gone"
        ) from error


def orphans(photos):
    """
    Return the paths of the files that no photo needs.

    A photo that is not published needs none of those that are shown: it is withdrawn.
    """
    oldest_kept = time.time() - YOUNGEST_ORPHAN
    files = [
        path
        for folder in [shown_folder(), originals_folder()]
        if folder.exists()
        for path in sorted(folder.iterdir())
        if path.stat().st_mtime < oldest_kept
    ]
    needed = {originals_folder() / photo.original for photo in photos.all()}
    for photo in photos.published():
        needed |= {shown_folder() / name for name in names(photo.digest, photo.width)}
    return [path for path in files if path not in needed]
