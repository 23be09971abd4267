"""Draw the picture of a shared page, and cache it until what it shows changes."""

import hashlib
from io import BytesIO

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

from cress.base.files.cache import CachedFile
from cress.base.palette import GROUNDS, LIGHT, SHADES, THEMES
from territories.outlines import rings

SIZE = WIDTH, HEIGHT = 1200, 630
MARGIN = 64
# To be increased when the drawing changes: cached pictures are then drawn again.
DRAWING = 1

# A picture has the light scheme only.
PAPER, INK, INK_SOFT = LIGHT["paper"], LIGHT["ink"], LIGHT["soft"]
TEAL, TERRACOTTA, OCHRE = LIGHT["teal"], LIGHT["terracotta"], GROUNDS["ground-ochre"]

MAP_HEIGHT = 500
TEXT_WIDTH = 640


def picture(name, card, region_map):
    """Return the PNG of that card as bytes, drawn now if it is not in the cache."""
    drawn = repr((DRAWING, card, [(s.territory.code, s.shade) for s in region_map.shapes]))
    digest = hashlib.sha256(drawn.encode()).hexdigest()[:16]
    return CachedFile("share", name, digest, "png").read_or_make(lambda: draw(card, region_map))


def draw(card, region_map):
    """Return the picture as the bytes of a PNG of 1200 by 630 pixels."""
    image = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, WIDTH, 14), fill=THEMES.get(card.theme, OCHRE))
    _draw_map(image, region_map, card.current)
    pen.text((MARGIN, 62), _plain(card.signature), font=_font(30), fill=TEAL)
    if card.number:
        _write_lines(pen, card.title, y=150, size=54, most=1)
        _write_number(pen, card.number, y=236, size=170)
        _write_lines(pen, card.words, y=452, size=36, most=2)
    else:
        pen.text((MARGIN, 130), _plain(card.eyebrow), font=_font(26), fill=INK_SOFT)
        end = _write_lines(pen, card.title, y=176, size=64, most=3)
        _write_lines(pen, card.words, y=end + 24, size=30, most=4, fill=INK_SOFT, weight=400)
    pen.text((MARGIN, HEIGHT - 62), _plain(card.source), font=_font(22, 400), fill=INK_SOFT)
    file = BytesIO()
    image.quantize(128).save(file, "PNG", optimize=True)
    return file.getvalue()


def _draw_map(image, region_map, current):
    """Draw the map at the right: four times as large, then reduced, for smooth edges."""
    width, height = region_map.grid.width, region_map.grid.height
    scale = 4 * MAP_HEIGHT / height
    large = Image.new("RGB", (round(width * scale), round(height * scale)), PAPER)
    pen = ImageDraw.Draw(large)
    corners = {s.territory.code: _corners(s.territory.outline, scale) for s in region_map.shapes}
    for shape in region_map.shapes:
        pen.polygon(corners[shape.territory.code], fill=SHADES[shape.shade])
    for points in corners.values():
        _draw_line(pen, points, PAPER, 12)
    if region_map.outline:
        _draw_line(pen, _corners(region_map.outline, scale), INK, 8)
    if current in corners:
        _draw_line(pen, corners[current], TERRACOTTA, 30)
    small = large.resize((large.width // 4, large.height // 4), Image.Resampling.LANCZOS)
    image.paste(small, (WIDTH - MARGIN - small.width, (HEIGHT - small.height) // 2 + 12))


def _draw_line(pen, points, colour, width):
    pen.line([*points, *points[:2]], fill=colour, width=width, joint="curve")


def _corners(outline, scale):
    """Return the corners of an outline, in pixels."""
    return [(x * scale, y * scale) for ring in rings(outline) for x, y in ring]


def _write_number(pen, number, y, size):
    """Write a number and its unit, with less than a space between them."""
    x = MARGIN - 6
    for part in number.split("\u202f"):
        pen.text((x, y), part, font=_font(size), fill=TEAL)
        x += _font(size).getlength(part) + size / 8


def _write_lines(pen, text, y, size, most, fill=INK, weight=600):
    """Write a text in at most `most` lines, smaller if necessary; return the y of its end."""
    text = _plain(text)
    while len(lines := _lines(text, _font(size, weight))) > most and size > 24:
        size -= 4
    for line in lines[:most]:
        pen.text((MARGIN, y), line, font=_font(size, weight), fill=fill)
        y += round(size * 1.16)
    return y


def _lines(text, font):
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= TEXT_WIDTH or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _font(size, weight=600):
    path = settings.BASE_DIR / "static" / "fonts" / "fraunces-display.woff2"
    font = ImageFont.truetype(path, size)
    font.set_variation_by_axes([weight])
    return font


def _plain(text):
    """Replace the narrow no-break space, which the font lacks."""
    return text.replace("\u202f", "\u00a0")
