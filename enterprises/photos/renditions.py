"""The files of a picture that the site serves: three formats, in three widths at most."""

import hashlib
from io import BytesIO

from django.conf import settings
from PIL import Image

FOLDER = "photos"
WIDTHS = [480, 960, 1600]  # pixels
LARGEST = WIDTHS[-1]
# By file extension, the best first: a browser takes the first one that it supports.
FORMATS = {
    "avif": {"format": "AVIF", "quality": 55, "speed": 6},
    "webp": {"format": "WEBP", "quality": 76},
    "jpg": {"format": "JPEG", "quality": 78, "progressive": True, "optimize": True},
}
MIME_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}
DIGEST_LENGTH = 32


def widths_for(width):
    """Return the widths, in pixels, of the renditions of an image of that width: none is larger."""
    widest = min(width, LARGEST)
    return [*(smaller for smaller in WIDTHS if smaller < widest), widest]


def file_name(digest, width, extension):
    return f"{digest}-{width}.{extension}"


def address(digest, width, extension):
    """Return the path of a rendition on the site."""
    return f"{settings.MEDIA_URL}{FOLDER}/{file_name(digest, width, extension)}"


def render(picture):
    """
    Return the digest of the renditions of a picture, and their bytes by file name.

    The names hold the digest of all the renditions: a file never changes under its name.
    """
    files = {
        (width, extension): _encode(_resized(picture, width), options)
        for width in widths_for(picture.width)
        for extension, options in FORMATS.items()
    }
    digest = hashlib.sha256(b"".join(files.values())).hexdigest()[:DIGEST_LENGTH]
    return digest, {file_name(digest, *key): content for key, content in files.items()}


def names(digest, width):
    """Return the names of the renditions of an image of that width, in pixels."""
    return {
        file_name(digest, smaller, extension)
        for smaller in widths_for(width)
        for extension in FORMATS
    }


def _resized(picture, width):
    height = round(picture.height * width / picture.width)
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def _encode(picture, options):
    file = BytesIO()
    picture.save(file, **options)
    return file.getvalue()
