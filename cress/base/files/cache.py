"""
A cache of files that are made from the database: editions, pictures, open data.

The name of a file holds the digest of its content's sources, so a file is never stale. The cache
only saves time: when the disk is full or the folder cannot be made, the visitor still gets the
content, and the error is logged.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from cress.base.files.whole import write_whole

logger = logging.getLogger(__name__)

# A temporary file that old is of a process that was killed.
ABANDONED_AFTER = 3600  # seconds


@dataclass(frozen=True)
class CachedFile:
    """
    One file of the cache: DATA_DIR/<folder>/<name>.<digest>.<suffix>.

    The newest `keep` files of a name stay.
    """

    folder: str
    name: str
    digest: str
    suffix: str
    keep: int = 1

    @property
    def path(self):
        return self.directory / f"{self.name}.{self.digest}.{self.suffix}"

    @property
    def directory(self):
        return Path(settings.DATA_DIR) / self.folder

    def read(self):
        """Return the bytes of the file, or None when it is not there or cannot be read."""
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            logger.warning("The cache cannot read %s: %s", self.path.name, error)
            return None

    def read_or_make(self, make: Callable[[], bytes]):
        """Return the bytes of the file; make them and write them when it is not there."""
        content = self.read()
        if content is None:
            content = make()
            self.write(content)
        return content

    def write(self, content):
        """Keep the bytes, and remove the older files of the name. An error is only logged."""
        try:
            self._remove(self._abandoned())  # first: a full disk may then have room
            write_whole(self.path, content)
            self._remove(self._by_age(f"{self.name}.*.{self.suffix}")[self.keep :])
        except OSError as error:
            logger.warning("The cache cannot keep %s: %s", self.path.name, error)

    def _abandoned(self):
        newest = (time.time() - ABANDONED_AFTER) * 1e9
        return [file for file in self.directory.glob("tmp*") if _written_at(file) < newest]

    def _by_age(self, pattern):
        """Return the files of the folder that match, the newest first."""
        return sorted(self.directory.glob(pattern), key=_written_at, reverse=True)

    def _remove(self, files):
        for file in files:
            file.unlink(missing_ok=True)


def _written_at(file):
    """Return when a file was written, in nanoseconds; 0 if another process has removed it."""
    try:
        return file.stat().st_mtime_ns
    except FileNotFoundError:
        return 0
