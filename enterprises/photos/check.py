"""Read the file of a photo, or say in French why it is refused."""

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath

from django.core.exceptions import ValidationError
from PIL import Image

from enterprises.photos.development import Development, develop
from enterprises.photos.endings import end_of_image

MOST_BYTES = 20_000_000
MOST_PIXELS = 50_000_000
LEAST_SIDE = 320  # pixels
MOST_STRETCH = 4  # times as long as wide

Image.MAX_IMAGE_PIXELS = MOST_PIXELS  # by itself, Pillow then refuses twice as many

# By the name that Pillow gives the format, the extensions of its files; the first is ours.
EXTENSIONS = {
    "JPEG": ["jpg", "jpeg", "jpe", "jfif"],
    "PNG": ["png"],
    "WEBP": ["webp"],
    "AVIF": ["avif"],
}
ACCEPTED_NAMES = ",".join(f".{name}" for names in EXTENSIONS.values() for name in names)

_KINDS = {
    "JPEG": re.compile(rb"\xff\xd8\xff"),
    "PNG": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "WEBP": re.compile(rb"RIFF....WEBP", re.S),
    "AVIF": re.compile(rb"....ftyp(?=.{0,60}avi[fs])", re.S),
}
# What people send in the place of a photo, by how it starts.
_OTHERS = {
    "un PDF": re.compile(rb"%PDF-"),
    "une image GIF": re.compile(rb"GIF8"),
    "une image TIFF": re.compile(rb"II\*\x00|MM\x00\*"),
    "une image BMP": re.compile(rb"BM"),
    "une archive ou un document de bureautique": re.compile(rb"PK\x03\x04"),
    "une photo HEIC": re.compile(rb"....ftyp(?:hei|hev|mif1|msf1)", re.S),
    "un dessin SVG": re.compile(rb"\W*(?:<[?!].{0,2000}?>\s*)*<svg\b", re.I | re.S),
    "une page web": re.compile(rb"\W*(?:<!--.{0,2000}?-->\s*)*<[!?]?[a-z]", re.I | re.S),
}
# What no photo holds, and other programs would run or open.
_STOWAWAYS = re.compile(
    rb"%PDF-\d|<\?php|<script[\s>]|<html[\s>]|<!doctype\s+html|<svg[\s>]|<iframe[\s>]", re.I
)
# What telephones add after a photo: a second picture, a film, notes of their own.
_ADDED_BY_TELEPHONES = re.compile(rb"\xff\xd8\xff|....ftyp|.*SEFT\Z", re.S)


@dataclass(frozen=True)
class Shot:
    """A photo fit for the site: its file as it came, and the picture made of it."""

    content: bytes
    extension: str
    development: Development


def read(file):
    """
    Return the Shot that a Django file holds.

    Raise a ValidationError that says in French why it is refused. Its bytes and its pixels
    are counted before any of them is decoded.
    """
    content = _content(file)
    kind = _kind(content)
    _check_name(file.name, kind)
    image = _opened(content, kind)
    _check_shape(*image.size)
    _check_stillness(image)
    _check_wholeness(content, kind)
    return Shot(content, EXTENSIONS[kind][0], _developed(image))


def _refuse(code, reason):
    raise ValidationError(reason, code=code)


def _content(file):
    if not file.size:
        _refuse("empty", "Ce fichier est vide.")
    if file.size > MOST_BYTES:
        most = MOST_BYTES // 1_000_000
        _refuse("heavy", f"Cette photo pèse plus de {most} Mo : réduisez-la avant de l’envoyer.")
    return file.read()


def _kind(content):
    """Return the format of a photo by its first bytes, whatever its name says."""
    for kind, start in _KINDS.items():
        if start.match(content):
            return kind
    other = next((name for name, start in _OTHERS.items() if start.match(content)), None)
    if other == "une photo HEIC":
        _refuse(
            "other",
            "Ce fichier est une photo HEIC, que le site ne lit pas : enregistrez-la en JPEG. Sur "
            "un iPhone : Réglages, Appareil photo, Formats, « Le plus compatible ».",
        )
    what = f"est {other}" if other else "n’est pas une photo"
    return _refuse("other", f"Ce fichier {what} : envoyez une photo JPEG, PNG, WebP ou AVIF.")


def _check_name(name, kind):
    extension = PurePath(name).suffix.removeprefix(".").lower()
    if extension not in EXTENSIONS[kind]:
        _refuse(
            "misnamed",
            f"Ce fichier est une photo {kind}, mais son nom ne se termine pas par "
            f"« .{EXTENSIONS[kind][0]} » : renommez-le s’il vient de vous.",
        )


def _opened(content, kind):
    """Open the image: its header is read, its pixels are not."""
    try:
        return Image.open(BytesIO(content), formats=[kind])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        _refuse_pixels()
    except Exception as error:  # decoders fail in every way on what was made to harm them
        _refuse_damage(error)


def _refuse_pixels():
    most = MOST_PIXELS // 1_000_000
    _refuse(
        "large",
        f"Cette photo compte plus de {most} millions de pixels : réduisez-la avant de l’envoyer.",
    )


def _refuse_damage(error=None):
    raise ValidationError(
        "Cette photo est incomplète ou abîmée : ouvrez-la, enregistrez-la de nouveau, puis "
        "envoyez-la.",
        code="damaged",
    ) from error


def _check_shape(width, height):
    if width * height > MOST_PIXELS:
        _refuse_pixels()
    if min(width, height) < LEAST_SIDE:
        _refuse(
            "small",
            f"Cette photo est trop petite : il lui faut {LEAST_SIDE} pixels de côté au moins.",
        )
    if max(width, height) > MOST_STRETCH * min(width, height):
        _refuse("stretched", "Cette photo est trop allongée : recadrez-la avant de l’envoyer.")


def _check_stillness(image):
    # A telephone keeps a second picture beside the photo: Pillow calls that MPO.
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
        _refuse("animated", "Cette image est animée : envoyez une photo.")


def _check_wholeness(content, kind):
    """Refuse what stops before its image does, and what holds something else too."""
    end = end_of_image(content, kind)
    if end is None:
        _refuse_damage()
    rest = content[end:].rstrip(b"\0")
    is_added = rest and not (kind == "JPEG" and _ADDED_BY_TELEPHONES.match(rest))
    if is_added or _STOWAWAYS.search(content) or zipfile.is_zipfile(BytesIO(content)):
        _refuse(
            "stowaway",
            "Ce fichier contient autre chose qu’une photo : ouvrez-la, enregistrez-la de nouveau, "
            "puis envoyez-la.",
        )


def _developed(image):
    try:
        return develop(image)
    except Exception as error:  # as above
        _refuse_damage(error)
