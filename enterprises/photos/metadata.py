"""
Remove broken metadata from the file of a photo, so that a decoder reads its pixels.

A good photo may have a broken profile, a broken comment or a broken EXIF block: programs that
edit photos leave many. Only metadata are removed here; the decoder still checks the pixels.
"""

import re
import zlib

# In AVIF, an item of type Exif: box name, version, item number (2 or 4 bytes), protection.
_AVIF_EXIF = re.compile(rb"(infe.{8}(?:..)?)Exif", re.S)
_IGNORED_TYPE = rb"\1none"
_PNG_HEADER = 8  # bytes
# Metadata of PNG by name, with the least length of each in bytes (source: PNG, third edition).
_PNG_METADATA = {b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"pHYs": 9, b"bKGD": 1, b"cICP": 4}
_PNG_METADATA |= dict.fromkeys([b"tEXt", b"iTXt", b"eXIf", b"tIME", b"sPLT", b"hIST"], 0)
_PNG_COMPRESSED = {b"zTXt", b"iCCP"}
_APP0, _APP1, _APP14, _APP15, _COMMENT = 0xE0, 0xE1, 0xEE, 0xEF, 0xFE
_START_OF_SCAN = 0xDA
_ADOBE_LENGTH = 12  # bytes: the transform of the colours is the last


def without_broken_metadata(content, kind):
    """Return the bytes of a photo without metadata that can make a decoder fail."""
    return _CLEANERS.get(kind, bytes)(content)


def _clean_jpeg(content):
    """Keep the EXIF block, which may hold the orientation, and the transform of the colours."""
    parts, at = [content[:2]], 2
    while content[at : at + 1] == b"\xff" and content[at + 1 : at + 2] != bytes([_START_OF_SCAN]):
        marker = content[at + 1] if at + 1 < len(content) else _START_OF_SCAN
        if marker == 0xFF:  # a filler
            at += 1
            continue
        end = at + 2 + max(2, int.from_bytes(content[at + 2 : at + 4]))
        body = content[at + 4 : end]
        is_needed = (
            (marker == _APP1 and body.startswith(b"Exif\0\0"))
            or (marker == _APP14 and len(body) >= _ADOBE_LENGTH)
            or not (_APP0 <= marker <= _APP15 or marker == _COMMENT)
        )
        if is_needed:
            parts.append(content[at:end])
        at = end
    return b"".join([*parts, content[at:]])


def _clean_png(content):
    """Remove the blocks of metadata that are broken. One that is too large stays, to be refused."""
    parts, at = [content[:_PNG_HEADER]], _PNG_HEADER
    while at < len(content):
        end = at + 12 + int.from_bytes(content[at : at + 4])
        if not _is_broken_png_metadata(content[at + 4 : end]):
            parts.append(content[at:end])
        at = end
    return b"".join(parts)


def _is_broken_png_metadata(block):
    """Whether a block (name, data, checksum) is of metadata that no decoder should read."""
    name, data, checksum = block[:4], block[4:-4], block[-4:]
    if name not in _PNG_COMPRESSED | _PNG_METADATA.keys():
        return False
    if zlib.crc32(name + data) != int.from_bytes(checksum):
        return True
    if name in _PNG_COMPRESSED:
        return not _starts_compressed(data)
    return len(data) < _PNG_METADATA[name]


def _starts_compressed(data):
    """Whether a text « name, NUL, method 0, zlib stream » has a stream that starts well."""
    _, _, compressed = data.partition(b"\0")
    try:
        zlib.decompressobj().decompress(compressed[1:], 1024)
    except zlib.error:
        return False
    return compressed[:1] == b"\0"


def _clean_avif(content):
    """Rename the EXIF block: a decoder ignores a type that it does not know."""
    return _AVIF_EXIF.sub(_IGNORED_TYPE, content)


_CLEANERS = {"JPEG": _clean_jpeg, "PNG": _clean_png, "AVIF": _clean_avif}
