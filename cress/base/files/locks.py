"""
Limits on long work, such as typesetting or writing a large file.

One job runs at a time in a folder. Other requests wait in a short queue, in the order in which
they came. At least one thread of the server always stays free for the pages, and a job pauses
while a page is being answered.
"""

import fcntl
import logging
import time
from collections import defaultdict, deque
from contextlib import contextmanager, nullcontext
from threading import BoundedSemaphore, Condition, get_ident

from django.conf import settings

logger = logging.getLogger(__name__)

PATIENCE = 30  # seconds that a request waits for its turn
_spare_threads = BoundedSemaphore(max(settings.WEB_BLOCKING_THREADS - 1, 1))
_WORK, _PAUSE, _LONGEST_PAUSE = 0.005, 0.001, 0.02  # seconds
_answering = set()  # the identities of the threads that answer a page now


class BusyError(Exception):
    """The work cannot be done now; it may be possible in a moment."""


@contextmanager
def page():
    """Count this thread among those that answer a page, until the end or until it does a job."""
    _answering.add(get_ident())
    try:
        yield
    finally:
        _answering.discard(get_ident())


@contextmanager
def spare_thread():
    """Hold a thread that the pages can spare. Raise BusyError if there is none."""
    _answering.discard(get_ident())
    if not _spare_threads.acquire(blocking=False):
        raise BusyError("The threads that the pages can spare are in use.")
    try:
        yield
    finally:
        _spare_threads.release()


@contextmanager
def folder_lock(folder):
    """
    Hold the exclusive lock of a folder, across all threads and processes; make the folder.

    Raise BusyError after PATIENCE seconds, or at once without a thread to spare. When the disk
    refuses the lock file, the lock holds for the threads of this process only.
    """
    deadline = time.monotonic() + PATIENCE
    with spare_thread(), _queues[folder].first_place(deadline), _lock_file(folder) as file:
        if file:
            _acquire(file, deadline)
        yield


def in_small_steps(rows):
    """
    Yield the rows of a long job, with pauses in favour of the pages.

    Python runs one thread at a time. The job pauses after each step, and longer while a page is
    being answered: it keeps a fifth of the time at least, so that it ends.
    """
    _answering.discard(get_ident())
    step_ends = time.monotonic() + _WORK
    for row in rows:
        yield row
        if time.monotonic() > step_ends:
            _let_pages_pass()
            step_ends = time.monotonic() + _WORK


def _let_pages_pass():
    latest = time.monotonic() + _LONGEST_PAUSE
    time.sleep(_PAUSE)
    while _answering and time.monotonic() < latest:
        time.sleep(_PAUSE)


class _Queue:
    """A lock that threads get in the order in which they ask for it."""

    def __init__(self):
        self._waiting = deque()
        self._changed = Condition()

    @contextmanager
    def first_place(self, deadline):
        """Wait for the first place and hold it. Raise BusyError at the deadline."""
        place = object()
        with self._changed:
            self._waiting.append(place)
        try:
            with self._changed:
                patience = deadline - time.monotonic()
                if not self._changed.wait_for(lambda: self._waiting[0] is place, patience):
                    raise BusyError("The queue is too long.")
            yield
        finally:
            with self._changed:
                self._waiting.remove(place)
                self._changed.notify_all()


_queues = defaultdict(_Queue)  # by folder


def _lock_file(folder):
    """Open the lock file of a folder, or None (in a context manager) when the disk refuses it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return (folder / ".lock").open("w")
    except OSError as error:
        logger.warning("The lock of %s cannot be written: %s", folder.name, error)
        return nullcontext()


def _acquire(file, deadline):
    while True:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise BusyError("Another process holds the lock for too long.") from None
            time.sleep(0.05)
