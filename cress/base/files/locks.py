"""Limits on long work: one job at a time on the machine, and never in the server's last thread."""

import fcntl
import time
from contextlib import contextmanager
from threading import BoundedSemaphore

from django.conf import settings

PATIENCE = 20  # seconds that a request waits for a lock
# One thread is always left to the pages.
_spare_threads = BoundedSemaphore(max(settings.WEB_BLOCKING_THREADS - 1, 1))


class BusyError(Exception):
    """The work cannot be done now; it may be possible in a moment."""


@contextmanager
def spare_thread():
    """Hold a thread of the server that the pages can spare. Raise BusyError if there is none."""
    if not _spare_threads.acquire(blocking=False):
        raise BusyError("The threads that the pages can spare are in use.")
    try:
        yield
    finally:
        _spare_threads.release()


@contextmanager
def folder_lock(folder):
    """
    Hold the exclusive lock of a folder, across all processes; make the folder.

    Raise BusyError after PATIENCE seconds, or at once without a thread to spare.
    """
    with spare_thread():
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ".lock").open("w") as lock:
            _acquire(lock)
            yield


def _acquire(lock):
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise BusyError("Another job holds the lock for too long.") from None
            time.sleep(0.05)
