"""Find where an image ends in its file; the bytes after it are not part of the image."""

import re

# The marker that ends the pixels of a scan of a JPEG.
_NEXT_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, 0xD9
_MOST_SCANS = 100  # ten are many; each may take as long to decode as a whole picture
_WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD8)}
_PNG_HEADER, _PNG_CHUNK = 8, 12  # bytes: the signature; length, type and checksum of a chunk
_RIFF_HEADER = 8
_AVIF_BOXES = {b"ftyp", b"meta", b"mdat", b"moov", b"free", b"skip", b"uuid"}


def end_of_image(data, kind):
    """
    Return the length in bytes of the image that data starts with.

    Return None if the file is cut before the end of its image, or has too many scans.
    """
    end = _ENDS[kind](data)
    return end if end is not None and end <= len(data) else None


def _end_of_jpeg(data):
    at, scans = 2, 0
    while data[at : at + 1] == b"\xff" and scans <= _MOST_SCANS:
        marker = data[at + 1] if at + 1 < len(data) else 0xFF
        if marker == _END_OF_IMAGE:
            return at + 2
        if marker == 0xFF:  # a filler
            at += 1
            continue
        at += 2
        if marker not in _WITHOUT_LENGTH:
            at += max(2, int.from_bytes(data[at : at + 2]))
        if marker == _START_OF_SCAN:
            scans += 1
            following = _NEXT_MARKER.search(data, at)
            if not following:
                return None
            at = following.start()
    return None


def _end_of_png(data):
    at = _PNG_HEADER
    while at < len(data):
        kind = data[at + 4 : at + 8]
        at += _PNG_CHUNK + int.from_bytes(data[at : at + 4])
        if kind == b"IEND":
            return at
    return None


def _end_of_webp(data):
    return _RIFF_HEADER + int.from_bytes(data[4:8], "little")


def _end_of_avif(data):
    at = 0
    while data[at + 4 : at + 8] in _AVIF_BOXES:
        length = int.from_bytes(data[at : at + 4])
        if length == 1:  # the length in 64 bits follows the type
            length = int.from_bytes(data[at + 8 : at + 16])
        if length == 0:  # up to the end
            return len(data)
        at += max(8, length)
    return at


_ENDS = {
    "JPEG": _end_of_jpeg,
    "PNG": _end_of_png,
    "WEBP": _end_of_webp,
    "AVIF": _end_of_avif,
}
