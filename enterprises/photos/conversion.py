"""From an image of any kind to the picture that the site shows of it."""

import logging
from dataclasses import dataclass
from io import BytesIO

from PIL import ExifTags, Image, ImageCms

from enterprises.photos.renditions import LARGEST

logger = logging.getLogger(__name__)

# How to turn a picture upright, by its EXIF orientation.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = range(5, 9)  # the orientations that exchange width and height
_SRGB = ImageCms.createProfile("sRGB")


@dataclass(frozen=True)
class Converted:
    """
    A picture to show: RGB pixels in sRGB, upright, no wider than the largest rendition.

    `width` and `height` are those of the whole image, upright, in pixels.
    """

    picture: Image.Image
    width: int
    height: int


def convert(image):
    """
    Return the Converted picture of an open image; the errors are those of its decoder.

    Metadata never make it fail: an orientation or a profile that cannot be read is ignored.
    """
    size = image.size
    image.draft(image.mode, (LARGEST, LARGEST))  # a large JPEG is decoded at half its size
    image.load()
    orientation = _orientation(image)
    width, height = size[::-1] if orientation in _SIDEWAYS else size
    scale = min(1, LARGEST / width)
    reduced = _with_plain_pixels(image).resize(
        [round(side * scale) for side in size], Image.Resampling.LANCZOS, reducing_gap=3
    )
    picture = _in_srgb(_on_white(reduced))
    if orientation in _TURNS:
        picture = picture.transpose(_TURNS[orientation])
    return Converted(_pixels_only(picture), width, height)


def _orientation(image):
    """Return the EXIF orientation of an image (1 to 8), or 1 if it cannot be read."""
    try:
        orientation = image.getexif().get(ExifTags.Base.Orientation)
    except Exception as error:  # broken tags make Pillow fail in many ways
        logger.info("The orientation of a photo cannot be read: %r", error)
        return 1
    return orientation if isinstance(orientation, int) and orientation in _TURNS else 1


def _with_plain_pixels(image):
    """Turn pixels that cannot be resized well (16 bits, palettes, two colours) into grey or RGB."""
    if image.mode.startswith("I"):
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image.convert("RGB") if image.mode in {"1", "P"} else image


def _on_white(image):
    if image.mode != "RGBA":
        return image
    white = Image.new("RGBA", image.size, "white")
    white.info = image.info
    return Image.alpha_composite(white, image).convert("RGB")


def _in_srgb(image):
    """Convert the colours by the image's profile; ignore a profile that does not fit its pixels."""
    profile = image.info.get("icc_profile")
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile or b""))
        return ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return image.convert("RGB")


def _pixels_only(picture):
    """Return a copy without any metadata: no profile, place, date or comment."""
    return Image.frombytes("RGB", picture.size, picture.tobytes())
