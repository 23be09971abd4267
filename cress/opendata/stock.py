"""
Files of more rows than an answer should hold in memory: written gzipped, one at a time.

A whole dataset is kept until it changes; what a filter leaves of it is written again each time,
in a file that has no name, so that no one can fill the disk with queries.
"""

from contextlib import ExitStack
from functools import partial
from gzip import GzipFile
from io import BufferedWriter
from pathlib import Path
from tempfile import TemporaryFile

from django.conf import settings

from cress.files import whole_file
from cress.turns import turn

KEPT = 4  # files of one name: what they say differs with the host that is asked
_BLOCK = 64 * 1024  # bytes


class Packed:
    """An open gzipped file, read as it is or unpacked, block by block."""

    is_unpacked = False

    def __init__(self, file):
        self.file = file

    def __iter__(self):
        file = GzipFile(fileobj=self.file) if self.is_unpacked else self.file
        return iter(partial(file.read, _BLOCK), b"")

    def close(self):
        self.file.close()


def packed_file(name, form, selection):
    """Return the rows as a Packed file. Raise BusyError."""
    if selection.choice:
        return Packed(_passing_file(form, selection))
    path = _folder() / f"{name}.{selection.mark}.gz"
    if not path.exists():
        with turn(_folder()):
            if not path.exists():
                _keep(path, name, form, selection)
    return Packed(path.open("rb"))


def _passing_file(form, selection):
    """Return an open file that is gone once it is closed."""
    with ExitStack() as closing:
        with turn(_folder()):
            file = closing.enter_context(TemporaryFile(dir=_folder()))
            _pack(file, form, selection)
        file.seek(0)
        closing.pop_all()  # who reads it closes it
    return file


def _folder():
    return Path(settings.DATA_DIR) / "opendata"


def _keep(path, name, form, selection):
    for abandoned in _folder().glob("tmp*"):  # by a process that was killed
        abandoned.unlink()
    with whole_file(path) as file:
        _pack(file, form, selection)
    kept = sorted(_folder().glob(f"{name}.*.gz"), key=lambda file: file.stat().st_mtime)
    for old in kept[:-KEPT]:
        old.unlink()


def _pack(file, form, selection):
    with (
        GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as packed,
        BufferedWriter(packed, _BLOCK) as buffer,
    ):
        form.write(buffer, selection)
