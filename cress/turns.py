"""Heavy work, done one at a time on the whole machine."""

import fcntl
import time
from contextlib import contextmanager
from threading import BoundedSemaphore

from django.conf import settings

PATIENCE = 20  # seconds that a request waits for its turn
# A thread of the server is always left to the pages.
_waiting = BoundedSemaphore(max(settings.WEB_BLOCKING_THREADS - 1, 1))


class BusyError(Exception):
    """Too many wait, or the one whose turn it is takes too long: it may be had in a moment."""


@contextmanager
def turn(folder):
    """
    Work in a folder while nobody else does, in any process; make the folder.

    Raise BusyError after PATIENCE seconds, or at once where waiting would take the last thread
    of the server.
    """
    if not _waiting.acquire(blocking=False):
        raise BusyError("Too many requests wait for their turn.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ".lock").open("w") as lock:
            _take(lock)
            yield
    finally:
        _waiting.release()


def _take(lock):
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise BusyError("The work of another takes too long.") from None
            time.sleep(0.05)
