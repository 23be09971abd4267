"""Accept or refuse the file of a photo; the reason of a refusal is in French."""

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath

from django.core.exceptions import ValidationError
from PIL import Image

from enterprises.photos.conversion import Converted, convert
from enterprises.photos.image_end import end_of_image
from enterprises.photos.metadata import without_broken_metadata

MOST_BYTES = 20_000_000
MOST_PIXELS = 50_000_000
LEAST_SIDE = 320  # pixels
MOST_STRETCH = 4  # times as long as wide

Image.MAX_IMAGE_PIXELS = MOST_PIXELS  # Pillow itself refuses twice as many

# The extensions of each format of Pillow; we name our files with the first.
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
# The first bytes of other files that people send.
_OTHER_KINDS = {
    "un PDF": re.compile(rb"%PDF-"),
    "une image GIF": re.compile(rb"GIF8"),
    "une image TIFF": re.compile(rb"II\*\x00|MM\x00\*"),
    "une image BMP": re.compile(rb"BM"),
    "une archive ou un document de bureautique": re.compile(rb"PK\x03\x04"),
    "une photo HEIC": re.compile(rb"....ftyp(?:hei|hev|mif1|msf1)", re.S),
    "un dessin SVG": re.compile(rb"\W*(?:<[?!].{0,2000}?>\s*)*<svg\b", re.I | re.S),
    "une page web": re.compile(rb"\W*(?:<!--.{0,2000}?-->\s*)*<[!?]?[a-z]", re.I | re.S),
}
# Content that a photo never has, and that other programs would run or open.
_FOREIGN_CONTENT = re.compile(
    rb"%PDF-\d|<\?php|<script[\s>]|<html[\s>]|<!doctype\s+html|<svg[\s>]|<iframe[\s>]", re.I
)
# What telephones add after a photo: a second picture, a film, private notes.
_ADDED_BY_TELEPHONES = re.compile(rb"\xff\xd8\xff|....ftyp|.*SEFT\Z", re.S)


@dataclass(frozen=True)
class CheckedPhoto:
    """An accepted photo: its file as it was sent, and the picture made from it."""

    content: bytes
    extension: str
    converted: Converted


def read(file):
    """
    Return the CheckedPhoto of a Django file.

    Raise a ValidationError, in French, on a file that is refused. Bytes and pixels are counted
    before anything is decoded.
    """
    content = _content(file)
    kind = _kind(content)
    _check_name(file.name, kind)
    try:
        converted = _checked_picture(content, kind)
    except ValidationError as error:
        cleaned = without_broken_metadata(content, kind)
        if error.code != "damaged" or cleaned == content:
            raise
        converted = _checked_picture(cleaned, kind)
    return CheckedPhoto(content, EXTENSIONS[kind][0], converted)


def _checked_picture(content, kind):
    """Return the Converted picture of a photo; check all but its name."""
    image = _opened(content, kind)
    _check_shape(*image.size)
    _check_stillness(image)
    _check_wholeness(content, kind)
    return _converted(image)


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
    """Return the format of a photo by its first bytes; its name does not count."""
    for kind, start in _KINDS.items():
        if start.match(content):
            return kind
    other = next((name for name, start in _OTHER_KINDS.items() if start.match(content)), None)
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
    """Open the image: only its header is read."""
    try:
        return Image.open(BytesIO(content), formats=[kind])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        _refuse_pixels()
    except Exception as error:  # decoders fail in many ways on hostile files
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
    # A telephone adds a second picture to the photo: Pillow calls that format MPO.
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
        _refuse("animated", "Cette image est animée : envoyez une photo.")


def _check_wholeness(content, kind):
    """Refuse a file that is cut, and one that also holds something else."""
    end = end_of_image(content, kind)
    if end is None:
        _refuse_damage()
    rest = content[end:].rstrip(b"\0")
    is_added = rest and not (kind == "JPEG" and _ADDED_BY_TELEPHONES.match(rest))
    if is_added or _FOREIGN_CONTENT.search(content) or zipfile.is_zipfile(BytesIO(content)):
        _refuse(
            "foreign_content",
            "Ce fichier contient autre chose qu’une photo : ouvrez-la, enregistrez-la de nouveau, "
            "puis envoyez-la.",
        )


def _converted(image):
    try:
        return convert(image)
    except Exception as error:  # as above
        _refuse_damage(error)
