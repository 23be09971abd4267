"""
Images of ordinary and hostile files, all drawn here.

Each has a file name and bytes. Those of REFUSED also have the first words of the error; those of
HARMLESS are accepted, and are served as `draw` drew them.
"""

import base64
import random
import struct
import zipfile
import zlib
from io import BytesIO

from PIL import Image, ImageCms, PngImagePlugin

WIDTH, HEIGHT = 640, 400
# The four quarters of every picture, from left to right and from top to bottom.
RED, GREEN, BLUE, WHITE = (230, 0, 0), (0, 160, 0), (0, 0, 230), (255, 255, 255)
QUARTERS = [RED, GREEN, BLUE, WHITE]
# Metadata that must never be served: where a photo was taken, and of whom.
SECRET = b"47.0810N 2.3988E Jeanne"
FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "AVIF": "avif"}

EMPTY = "Ce fichier est vide."
HEAVY = "Cette photo pèse plus de 20 Mo"
LARGE = "Cette photo compte plus de 50 millions de pixels"
SMALL = "Cette photo est trop petite"
STRETCHED = "Cette photo est trop allongée"
ANIMATED = "Cette image est animée"
DAMAGED = "Cette photo est incomplète ou abîmée"
FOREIGN_CONTENT = "Ce fichier contient autre chose qu’une photo"
NO_PHOTO = "Ce fichier n’est pas une photo"


def draw(width=WIDTH, height=HEIGHT, quarters=QUARTERS, mode="RGB"):
    image = Image.new(mode, (width, height))
    for place, colour in enumerate(quarters):
        left, top = place % 2 * width // 2, place // 2 * height // 2
        image.paste(colour, (left, top, left + width // 2, top + height // 2))
    return image


def save(image, kind="JPEG", **options):
    file = BytesIO()
    image.save(file, kind, **({"quality": 90} | options if kind != "PNG" else options))
    return file.getvalue()


def exif(orientation=1):
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010E] = tags[0x013B] = SECRET.decode()  # ImageDescription, Artist
    tags.get_ifd(0x8825).update({1: "N", 2: (47.0, 4.0, 51.6), 3: "E", 4: (2.0, 23.0, 55.7)})
    return tags.tobytes()


def xmp():
    return b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + SECRET + b"</x:xmpmeta>"


def jpeg_segment(marker, content):
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def jpeg_with(*segments, jpeg=None):
    jpeg = jpeg or save(draw())
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def png_chunk(kind, content):
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def png_with(chunk, *, after_pixels=False, png=None):
    png = png or save(draw(), "PNG")
    at = png.index(b"IEND") - 4 if after_pixels else 33  # after the header
    return png[:at] + chunk + png[at:]


def png_header(width, height):
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", b"")


def riff_chunk(kind, content):
    return kind + struct.pack("<I", len(content)) + content


def webp_of_size(width, height):
    """Return a WebP whose header gives that size; the only picture in it is small."""
    picture = save(draw(16, 16), "WEBP")[12:]
    frame = bytes(6) + (15).to_bytes(3, "little") * 2 + bytes(4) + picture
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    header = b"WEBP" + riff_chunk(b"VP8X", b"\2\0\0\0" + size) + riff_chunk(b"ANIM", bytes(6))
    return riff_chunk(b"RIFF", header + riff_chunk(b"ANMF", frame))


def zip_archive(suffix=""):
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("virus.txt", "x" + suffix)
    return file.getvalue()


def with_metadata(kind):
    """Return a photo with every kind of metadata that its format has."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    options = {"exif": exif(), "icc_profile": profile, "xmp": xmp()}
    if kind == "JPEG":
        iptc = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + struct.pack(">I", len(SECRET)) + SECRET
        jpeg = save(draw(), comment=SECRET, **options)
        return jpeg_with(jpeg_segment(0xED, iptc), jpeg=jpeg)
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Author", SECRET.decode())
        text.add_itxt("XML:com.adobe.xmp", xmp().decode())
        text.add_text("Comment", SECRET.decode(), zip=True)
        del options["xmp"]
        return save(draw(), "PNG", pnginfo=text, **options)
    return save(draw(), kind, **options)


# How each EXIF orientation stores a picture that is shown upright.
STORED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def lying(orientation, kind="JPEG"):
    stored = STORED.get(orientation)
    image = draw().transpose(stored) if stored is not None else draw()
    return save(image, kind, exif=exif(orientation))


def profile_that_swaps_red_and_blue():
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return srgb.replace(b"rXYZ", b"?", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"?", b"bXYZ", 1)


def profile_of_inks():
    """Return a CMYK profile in which cyan prints red, magenta green and yellow blue."""
    lab = {(0, 0, 0, 0): (255, 128, 128), (1, 0, 0, 0): (124, 202, 190)}
    lab |= {(0, 1, 0, 0): (145, 68, 190), (0, 0, 1, 0): (67, 191, 25)}
    corners = [(c, m, y, k) for c in (0, 1) for m in (0, 1) for y in (0, 1) for k in (0, 1)]
    table = bytes(value for corner in corners for value in lab.get(corner, (0, 128, 128)))
    matrix = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    ramp = bytes(range(256))
    lut = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + matrix + ramp * 4 + table + ramp * 3
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)
    tags = [(b"wtpt", white), (b"A2B0", lut + bytes(-len(lut) % 4))]
    at = 128 + 4 + 12 * len(tags)
    directory, body = struct.pack(">I", len(tags)), b""
    for name, content in tags:
        directory += name + struct.pack(">II", at + len(body), len(content))
        body += content
    size = at + len(body)
    header = struct.pack(">I4sI4s4s4s", size, b"", 0x02400000, b"prtr", b"CMYK", b"Lab ")
    header += bytes(12) + b"acsp" + bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return header.ljust(128, b"\0") + directory + body


def inks(*, profile):
    """Return a JPEG of CMYK pixels whose quarters print red, green, blue and white."""
    quarters = [(255, 0, 0, 0), (0, 255, 0, 0), (0, 0, 255, 0), (0, 0, 0, 0)]
    if not profile:
        quarters = [(*(255 - light for light in colour), 0) for colour in QUARTERS]
    image = draw(quarters=quarters, mode="CMYK")
    return save(image, icc_profile=profile)


def sixteen_bits():
    """Return a PNG of 16 bits a pixel, whose quarters go from black to white."""
    image = Image.new("I;16", (WIDTH, HEIGHT))
    for place, grey in enumerate([0, 20_000, 40_000, 65_535]):
        quarter = Image.new("I;16", (WIDTH // 2, HEIGHT // 2), grey)
        image.paste(quarter, (place % 2 * WIDTH // 2, place // 2 * HEIGHT // 2))
    return save(image, "PNG")


def palette():
    """Return a PNG with a palette, whose last colour is transparent."""
    image = draw().quantize(4)
    return save(image, "PNG", transparency=image.getpixel((WIDTH - 1, HEIGHT - 1)))


def transparent(kind, colours=(RED, GREEN, BLUE), profile=None):
    """Return a photo whose last quarter is black and transparent."""
    quarters = [*((*colour, 255) for colour in colours), (0, 0, 0, 0)]
    return save(draw(quarters=quarters, mode="RGBA"), kind, icc_profile=profile)


def one_transparent_colour():
    """Return an RGB PNG in which one colour is transparent."""
    return save(draw(quarters=[RED, GREEN, BLUE, (1, 2, 3)]), "PNG", transparency=(1, 2, 3))


def animated(kind):
    others = [draw(quarters=QUARTERS[::-1])]
    return save(draw(), kind, save_all=True, append_images=others, duration=100, loop=0)


def of_a_telephone():
    """Return a JPEG with a second picture, as telephones make for depth or light."""
    return save(draw(), "MPO", save_all=True, append_images=[draw(320, 200)])


def of_scans(count):
    """Return a progressive JPEG with about that many scans: each covers the whole picture."""
    jpeg = save(draw(), progressive=True)
    last = jpeg.rindex(b"\xff\xda")
    return jpeg[:last] + jpeg[last:-2] * count + jpeg[-2:]


FILM = struct.pack(">I", 16) + b"ftypmp42" + bytes(4) + struct.pack(">I", 8) + b"mdat"
NOISE = random.Random(1).randbytes(100_000)  # noqa: S311
BOMB = zlib.compress(bytes(80_000_000), 9)  # 78 kB
# Two squares of 320 pixels side by side, red and blue; made with avifenc.
GRID = base64.b64decode(
    "AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUEAAAF/bWV0YQAAAAAAAAAoaGRscgAAAAAAAAAAcGljdAAAAAAA"
    "AAAAAAAAAGxpYmF2aWYAAAAADnBpdG0AAAAAAAEAAAA6aWxvYwAAAABEAAADAAEAAAABAAABpwAAAAgAAgAAAAEAAAGv"
    "AAAAPQADAAAAAQAAAewAAAA9AAAAXGlpbmYAAAAAAAMAAAAaaW5mZQIAAAAAAQAAZ3JpZENvbG9yAAAAABppbmZlAgAA"
    "AQACAABhdjAxQ29sb3IAAAAAGmluZmUCAAABAAMAAGF2MDFDb2xvcgAAAAAcaXJlZgAAAAAAAAAQZGltZwABAAIAAgAD"
    "AAAAi2lwcnAAAABfaXBjbwAAABRpc3BlAAAAAAAAAoAAAAFAAAAAEHBpeGkAAAAAAwgICAAAABNjb2xybmNseAABAA0A"
    "BoAAAAAUaXNwZQAAAAAAAAFAAAABQAAAAAxhdjFDgSAAAAAAACRpcG1hAAAAAAAAAAMAAQMBAgMAAgQEAoUDAAMEBAKF"
    "AwAAAIptZGF0AAAAAQKAAUASAAoJOCIn8/YQENBpMi4SMANNNNEAtNt6fPET8MoTIRKEpkL6v22wQljCw854XE62336L"
    "AJYA4eKgRz48EgAKCTgiJ/P2EBDQaTIuEjADTTTRALTbemsO1NP1nO9RqBelUBBqiyS4wsPOeFO/l+dYTQTr4Rr8lkc+"
    "PA=="
)

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
PHP = b"<?php system($_GET['c']); ?>"


def _refused():
    jpeg, png = save(draw()), save(draw(), "PNG")
    webp, avif = save(draw(), "WEBP"), save(draw(), "AVIF")
    text = b"Comment\0\0"
    return {
        "nothing": ("photo.jpg", b"", EMPTY),
        "25 MB of noise": ("photo.jpg", NOISE * 250, HEAVY),
        "a heavy photo": ("photo.jpg", jpeg + bytes(20_000_000), HEAVY),
        "noise": ("photo.jpg", NOISE, NO_PHOTO),
        "a text": ("photo.jpg", b"Une photo, vraiment.", NO_PHOTO),
        "SVG": ("dessin.svg", SVG, "Ce fichier est un dessin SVG"),
        "SVG named JPEG": ("photo.jpg", SVG, "Ce fichier est un dessin SVG"),
        "SVG with a prologue": (
            "dessin.png",
            b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a > b -->\n<!DOCTYPE svg>\n" + SVG,
            "Ce fichier est un dessin SVG",
        ),
        "HTML": ("page.html", HTML, "Ce fichier est une page web"),
        "HTML named PNG": ("photo.png", b"\n " + HTML, "Ce fichier est une page web"),
        "PDF": ("plaquette.pdf", PDF, "Ce fichier est un PDF"),
        "PDF named JPEG": ("plaquette.jpg", PDF, "Ce fichier est un PDF"),
        "GIF": ("photo.gif", save(draw(), "GIF"), "Ce fichier est une image GIF"),
        "a GIF that is a script": (
            "photo.gif",
            b"GIF89a/*" + bytes(9) + b"*/=1;alert(1)",
            "Ce fichier est une image GIF",
        ),
        "TIFF named JPEG": ("photo.jpg", save(draw(), "TIFF"), "Ce fichier est une image TIFF"),
        "BMP": ("photo.bmp", save(draw(), "BMP"), "Ce fichier est une image BMP"),
        "a document": ("photo.docx", zip_archive(), "Ce fichier est une archive"),
        "HEIC": (
            "IMG_0001.HEIC",
            b"\0\0\0\x1cftypheic\0\0\0\0mif1heicmiaf" + NOISE,
            "Ce fichier est une photo HEIC",
        ),
        "PNG named JPEG": ("photo.jpg", png, "Ce fichier est une photo PNG, mais"),
        "JPEG named PNG": ("photo.png", jpeg, "Ce fichier est une photo JPEG, mais"),
        "AVIF named WebP": ("photo.webp", avif, "Ce fichier est une photo AVIF, mais"),
        "a program's name": ("photo.jpg.exe", jpeg, "Ce fichier est une photo JPEG, mais"),
        "no extension": ("photo", jpeg, "Ce fichier est une photo JPEG, mais"),
        "PNG bomb": ("photo.png", png_header(100_000, 100_000), LARGE),
        "WebP bomb": ("photo.webp", webp_of_size(16_000, 16_000), LARGE),
        "51 megapixels": ("photo.png", save(Image.new("1", (10_200, 5_000)), "PNG"), LARGE),
        "51 megapixels of WebP": ("photo.webp", webp_of_size(10_200, 5_000), LARGE),
        "text bomb": ("photo.png", png_with(png_chunk(b"zTXt", text + BOMB)), DAMAGED),
        "text bomb at the end": (
            "photo.png",
            png_with(png_chunk(b"zTXt", text + BOMB), after_pixels=True),
            DAMAGED,
        ),
        "profile bomb": ("photo.png", png_with(png_chunk(b"iCCP", b"sRGB\0\0" + BOMB)), DAMAGED),
        "an icon": ("photo.png", save(draw(319, 400), "PNG"), SMALL),
        "a ribbon": ("photo.png", save(draw(1300, 320), "PNG"), STRETCHED),
        "animated PNG": ("photo.png", animated("PNG"), ANIMATED),
        "animated WebP": ("photo.webp", animated("WEBP"), ANIMATED),
        "animated AVIF": ("photo.avif", animated("AVIF"), ANIMATED),
        "animated GIF": ("photo.gif", animated("GIF"), "Ce fichier est une image GIF"),
        "a PNG of pixels cut short": ("photo.png", png_header(640, 400), DAMAGED),
        "a JPEG without an end": ("photo.jpg", jpeg[:-2], DAMAGED),
        "a PNG without its last bytes": ("photo.png", png[:-2], DAMAGED),
        "a WebP without its last bytes": ("photo.webp", with_metadata("WEBP")[:-2], DAMAGED),
        "a JPEG of a thousand scans": ("photo.jpg", of_scans(1000), DAMAGED),
        "JPEG then PDF": ("photo.jpg", jpeg + PDF, FOREIGN_CONTENT),
        "JPEG then HTML": ("photo.jpg", jpeg + HTML, FOREIGN_CONTENT),
        "JPEG then ZIP": ("photo.jpg", jpeg + zip_archive(), FOREIGN_CONTENT),
        "JPEG then a program": ("photo.jpg", jpeg + b"MZ" + NOISE, FOREIGN_CONTENT),
        "PNG then PHP": ("photo.png", png + PHP, FOREIGN_CONTENT),
        "PNG then noise": ("photo.png", png + NOISE, FOREIGN_CONTENT),
        "PNG then JPEG": ("photo.png", png + jpeg, FOREIGN_CONTENT),
        "WebP then ZIP": ("photo.webp", webp + zip_archive(), FOREIGN_CONTENT),
        "WebP then noise": ("photo.webp", webp + NOISE, FOREIGN_CONTENT),
        "AVIF then HTML": ("photo.avif", avif + HTML, FOREIGN_CONTENT),
        "AVIF then noise": ("photo.avif", avif + NOISE, FOREIGN_CONTENT),
        "a PDF within a JPEG": ("photo.jpg", jpeg_with(jpeg_segment(0xFE, PDF)), FOREIGN_CONTENT),
        "PHP within a JPEG": ("photo.jpg", jpeg_with(jpeg_segment(0xFE, PHP)), FOREIGN_CONTENT),
        "a ZIP within a film": ("photo.jpg", jpeg + FILM + zip_archive(), FOREIGN_CONTENT),
        "a script within a PNG": (
            "photo.png",
            png_with(png_chunk(b"tEXt", b"Comment\0<SCRIPT >alert(1)")),
            FOREIGN_CONTENT,
        ),
        "an SVG within a PNG": (
            "photo.png",
            png_with(png_chunk(b"tEXt", b"a\0" + SVG)),
            FOREIGN_CONTENT,
        ),
    } | {
        f"{kind} cut at {share} per cent": (
            f"photo.{FORMATS[kind]}",
            content[: len(content) * share // 100],
            DAMAGED,
        )
        for kind, content in {"JPEG": jpeg, "PNG": png, "WEBP": webp, "AVIF": avif}.items()
        for share in [25, 50, 90, 99]
    }


def _harmless():
    jpeg, avif = save(draw()), save(draw(), "AVIF")
    return (
        {
            f"{kind} of orientation {orientation}": (
                f"photo.{extension}",
                lying(orientation, kind),
            )
            for orientation in range(1, 9)
            for kind, extension in FORMATS.items()
        }
        | {
            f"{kind} with all metadata": (f"photo.{extension}", with_metadata(kind))
            for kind, extension in FORMATS.items()
        }
        | {
            f"{kind} with transparency": (f"photo.{FORMATS[kind]}", transparent(kind))
            for kind in ["PNG", "WEBP", "AVIF"]
        }
        | {
            "inks": ("photo.jpg", inks(profile=None)),
            "inks with a profile": ("photo.jpg", inks(profile=profile_of_inks())),
            "inks with an RGB profile": (
                "photo.jpg",
                save(draw().convert("CMYK"), icc_profile=profile_that_swaps_red_and_blue()),
            ),
            "a profile that swaps red and blue": (
                "photo.jpg",
                save(
                    draw(quarters=[BLUE, GREEN, RED, WHITE]),
                    icc_profile=profile_that_swaps_red_and_blue(),
                ),
            ),
            "a profile of noise": ("photo.jpg", save(draw(), icc_profile=NOISE[:5000])),
            "a palette": ("photo.png", palette()),
            "a transparent colour": ("photo.png", one_transparent_colour()),
            "EXIF of noise": (
                "photo.jpg",
                jpeg_with(jpeg_segment(0xE1, b"Exif\0\0MM\0*" + NOISE[:5000])),
            ),
            "huge segments": ("photo.jpg", jpeg_with(*[jpeg_segment(0xEF, NOISE[:65_000])] * 100)),
            "a telephone's": ("photo.jpg", of_a_telephone()),
            "a film after it": ("photo.jpg", jpeg + FILM),
            "notes of a telephone after it": ("photo.jpg", jpeg + b"\0\0\1\x0aImage_UTC_DataSEFT"),
            "padding after it": ("photo.jpg", jpeg + bytes(1000)),
            "progressive": ("photo.jpg", save(draw(), progressive=True)),
            "fillers between its segments": ("photo.jpg", jpeg_with(b"\xff" * 5)),
            "a last box that is open": (
                "photo.avif",
                avif + struct.pack(">I4s", 0, b"free") + NOISE,
            ),
            "a box of 64 bits": ("photo.avif", avif + struct.pack(">I4sQ", 1, b"free", 17) + b"x"),
            "a profile under transparency": (
                "photo.png",
                transparent("PNG", [BLUE, GREEN, RED], profile_that_swaps_red_and_blue()),
            ),
            "a name that climbs": ("../../../etc/passwd.jpg", jpeg),
            "a name that climbs in Windows": ("..\\..\\photo.jpg", jpeg),
            "a name with NUL": ("photo.php\0.jpg", jpeg),
            "a name of 300 signs": ("é" * 300 + ".jpg", jpeg),
            "a name written backwards": ("photo\u202egpj.exe.jpg", jpeg),
            "a name of two kinds": ("photo.php.jpg", jpeg),
            "a name in capitals": ("PHOTO.JPEG", jpeg),
        }
    )


# A tag of unsigned fractions that holds a negative one, between the orientation and the end.
NEGATIVE_FRACTION = bytes.fromhex(
    "45786966000049492a000800000002001201030001000000060000001a010a000100000026000000"
    "00000000ffffffff00000000"
)


def broken_metadata():
    """Return good photos whose metadata are broken, as programs that edit photos leave them."""
    jpeg, png, avif = save(draw()), save(draw(), "PNG"), with_metadata("AVIF")
    sideways = save(draw().transpose(STORED[6]))
    segments = {
        "a negative fraction": (0xE1, NEGATIVE_FRACTION, sideways),
        "EXIF cut after its orientation": (0xE1, NEGATIVE_FRACTION[:28], sideways),
        "EXIF of nothing": (0xE1, b"Exif\0\0", jpeg),
        "EXIF without tags": (0xE1, b"Exif\0\0MM", jpeg),
        "EXIF of too many tags": (0xE1, b"Exif\0\0II*\0\x08\0\0\0\xff\xff", jpeg),
        "XMP that is not XML": (0xE1, b"http://ns.adobe.com/xap/1.0/\0<<", jpeg),
        "MPO without an index": (0xE2, b"MPF\0", jpeg),
        "MPO with a broken index": (0xE2, b"MPF\0MM\0*" + NOISE[:40], jpeg),
        "a profile cut short": (0xE2, b"ICC_PROFILE\0\1", jpeg),
        "a profile in too few parts": (0xE2, b"ICC_PROFILE\0\1\2abc", jpeg),
        "JFIF cut short": (0xE0, b"JFIF\0", jpeg),
        "Adobe cut short": (0xEE, b"Adobe", jpeg),
        "Photoshop cut short": (0xED, b"Photoshop 3.0\0" + b"8BIM\x03\xed\0\0", jpeg),
    }
    chunks = {
        f"{name.decode()} of {len(content)} bytes": png_chunk(name, content)
        for name in [b"iCCP", b"eXIf", b"zTXt", b"iTXt", b"pHYs", b"gAMA", b"cHRM", b"sRGB"]
        for content in [b"", b"abc\0\0def"]
    }
    wrong_checksums = {
        f"{name.decode()} with a wrong checksum": png_chunk(name, b"abc\0def")[:-1] + b"?"
        for name in [b"tEXt", b"iCCP", b"eXIf", b"gAMA", b"bKGD"]
    }
    return (
        {
            name: ("photo.jpg", jpeg_with(jpeg_segment(marker, content), jpeg=photo))
            for name, (marker, content, photo) in segments.items()
        }
        | {
            f"PNG: {name}": ("photo.png", png_with(chunk, png=png))
            for name, chunk in (chunks | wrong_checksums).items()
        }
        | {
            "AVIF with EXIF of nothing": ("photo.avif", avif.replace(b"MM\0*", b"????")),
            "WebP with EXIF of nothing": (
                "photo.webp",
                with_metadata("WEBP").replace(b"MM\0*", b"????"),
            ),
        }
    )


REFUSED = _refused()
HARMLESS = _harmless() | broken_metadata()
