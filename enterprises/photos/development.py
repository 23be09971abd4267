"""From an image, however it was made, to the picture that the site shows of it."""

from dataclasses import dataclass
from io import BytesIO

from PIL import ExifTags, Image, ImageCms, ImageOps

from enterprises.photos.renditions import LARGEST

_SIDEWAYS = range(5, 9)  # the orientations that exchange width and height
_SRGB = ImageCms.createProfile("sRGB")


@dataclass(frozen=True)
class Development:
    """
    A picture to show: RGB pixels in sRGB, upright, no wider than the largest rendition.

    `width` and `height` are those of the whole image, upright, in pixels.
    """

    picture: Image.Image
    width: int
    height: int


def develop(image):
    """Return the Development of an image that is open; errors are those of its decoder."""
    size = image.size
    image.draft(image.mode, (LARGEST, LARGEST))  # a large JPEG is decoded at half its size
    image.load()
    is_sideways = image.getexif().get(ExifTags.Base.Orientation) in _SIDEWAYS
    width, height = size[::-1] if is_sideways else size
    share = min(1, LARGEST / width)
    reduced = _with_plain_pixels(image).resize(
        [round(side * share) for side in size], Image.Resampling.LANCZOS, reducing_gap=3
    )
    picture = _in_srgb(_on_white(ImageOps.exif_transpose(reduced)))
    return Development(_bare(picture), width, height)


def _with_plain_pixels(image):
    """Turn what cannot be resized well (16 bits, palettes, two colours) into grey or colours."""
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
    """Convert the colours by the image's profile; by none, if it has none that fits its pixels."""
    profile = image.info.get("icc_profile")
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile or b""))
        return ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return image.convert("RGB")


def _bare(picture):
    """Return the pixels and nothing else: no profile, place, date nor comment goes further."""
    return Image.frombytes("RGB", picture.size, picture.tobytes())
