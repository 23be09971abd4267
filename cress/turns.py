"""Long work: one at a time on the whole machine, and never with the last thread of the server."""

import fcntl
import time
from contextlib import contextmanager
from threading import BoundedSemaphore

from django.conf import settings

PATIENCE = 20  # seconds that a request waits for its turn
# One is always left to the pages.
_spare = BoundedSemaphore(max(settings.WEB_BLOCKING_THREADS - 1, 1))


class BusyError(Exception):
    """It cannot be done now, and may be in a moment."""


@contextmanager
def spare_thread():
    """Hold a thread of the server that the pages can spare. Raise BusyError if there is none."""
    if not _spare.acquire(blocking=False):
        raise BusyError("The threads that the pages can spare are taken.")
    try:
        yield
    finally:
        _spare.release()


@contextmanager
def turn(folder):
    """
    Work in a folder while nobody else does, in any process; make the folder.

    Raise BusyError after PATIENCE seconds, or at once without a thread to spare.
    """
    with spare_thread():
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ".lock").open("w") as lock:
            _take(lock)
            yield


def _take(lock):
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise BusyError("The work of another takes too long.") from None
            time.sleep(0.05)
