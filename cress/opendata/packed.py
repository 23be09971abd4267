"""
Files of many rows, gzipped. They are made one at a time; other requests wait their turn.

A whole dataset is cached until it changes. What a filter leaves of it is made for each request
and never cached: queries cannot fill the disk.
"""

from contextlib import ExitStack
from functools import partial
from gzip import GzipFile
from io import BufferedWriter, BytesIO
from pathlib import Path

from django.conf import settings

from cress.base.files.cache import CachedFile
from cress.base.files.locks import folder_lock, spare_thread

FOLDER = "opendata"
_BLOCK = 64 * 1024  # bytes


def packed_file(name, form, selection):
    """Return the gzipped file of a Selection as bytes. Raise BusyError."""
    if selection.filters:
        with _one_at_a_time():
            return _pack(form, selection)
    cached = CachedFile(FOLDER, name, selection.digest, "gz")
    packed = cached.read()
    if packed is None:
        with _one_at_a_time():
            packed = cached.read_or_make(lambda: _pack(form, selection))
    return packed


class Unpacked:
    """
    The bytes of a gzipped file, block by block, for a reader that does not accept gzip.

    A slow reader holds a thread of the server until the end. Raise BusyError when the pages
    cannot spare one.
    """

    def __init__(self, packed):
        with ExitStack() as stack:
            stack.enter_context(spare_thread())
            self._file = GzipFile(fileobj=BytesIO(packed))
            self._stack = stack.pop_all()

    def __iter__(self):
        return iter(partial(self._file.read, _BLOCK), b"")

    def close(self):
        self._stack.close()


def _one_at_a_time():
    return folder_lock(Path(settings.DATA_DIR) / FOLDER)


def _pack(form, selection):
    file = BytesIO()
    with (
        GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as packed,
        BufferedWriter(packed, _BLOCK) as buffer,
    ):
        form.write(buffer, selection)
    return file.getvalue()
