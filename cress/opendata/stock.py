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

from cress.base.files.locks import folder_lock, spare_thread
from cress.base.files.whole import whole_file

KEPT = 4  # files of one name: what they say differs with the host that is asked
_BLOCK = 64 * 1024  # bytes


def packed_file(name, form, selection):
    """Return an open file of the gzipped rows. Raise BusyError."""
    if selection.choice:
        return _passing_file(form, selection)
    path = _folder() / f"{name}.{selection.mark}.gz"
    if not path.exists():
        with folder_lock(_folder()):
            if not path.exists():
                _keep(path, name, form, selection)
    return path.open("rb")


class Unpacked:
    """
    The bytes of a packed file, block by block; who reads them closes it.

    A slow reader holds a thread of the server, which the pages must be able to spare: raise
    BusyError.
    """

    def __init__(self, packed):
        with ExitStack() as held:
            self._file = GzipFile(fileobj=held.enter_context(packed))
            held.enter_context(spare_thread())
            self._held = held.pop_all()

    def __iter__(self):
        return iter(partial(self._file.read, _BLOCK), b"")

    def close(self):
        self._held.close()


def _passing_file(form, selection):
    """Return an open file that is gone once it is closed."""
    with ExitStack() as held, folder_lock(_folder()):
        file = held.enter_context(TemporaryFile(dir=_folder()))
        _pack(file, form, selection)
        file.seek(0)
        held.pop_all()
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
