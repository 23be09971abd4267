"""The worker beside the server: started with it, started again when it dies, ended with it."""

import logging
import os
import signal
import sys
import threading
import time
from contextlib import contextmanager

from django.conf import settings

from cress.operations.worker import GRACE

logger = logging.getLogger(__name__)

FIRST_DELAY, LONGEST_DELAY = 1, 60  # seconds before a new start; doubled after each
LONG_LIFE = 60  # seconds: a worker that lived so long had started well
KILL_AFTER = GRACE + 10  # seconds


@contextmanager
def worker_beside():
    """
    Keep a worker running, meanwhile.

    It has a session of its own, which the terminal's signals do not reach: it ends when this
    block ends, or by itself when this process is gone.
    """
    stopping = threading.Event()
    thread = threading.Thread(target=_keep_running, args=[stopping], daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


def _keep_running(stopping):
    delay = 0
    while not stopping.wait(delay):
        started_at = time.monotonic()
        reason = _run_once(stopping)
        if stopping.is_set():
            return
        lived_long = time.monotonic() - started_at >= LONG_LIFE
        delay = FIRST_DELAY if lived_long or not delay else min(delay * 2, LONGEST_DELAY)
        logger.error("The worker ended (%s); it starts again in %d s", reason, delay)


def _run_once(stopping):
    """Run a worker until it ends or must end; return why it ended."""
    try:
        worker = _Process(
            [sys.executable, settings.BASE_DIR / "manage.py", "worker"]
            + ["--parent", str(os.getpid())]
        )
    except OSError as error:
        return repr(error)
    while worker.is_alive() and not stopping.wait(0.2):
        pass
    if worker.is_alive():
        worker.end()
    return f"code {worker.code}"


class _Process:
    """
    A process with a session of its own.

    Not a Popen: it waits for the end of a pipe, which never comes when the server forks one of
    its processes at the same moment, since that one keeps the pipe open.
    """

    def __init__(self, arguments):
        self.code = None
        self.pid = os.posix_spawn(
            arguments[0],
            arguments,
            os.environ,
            file_actions=[(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)],
            setsid=True,
        )

    def is_alive(self):
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
        return self.code is None

    def end(self):
        """Ask the process to end, and kill it after KILL_AFTER."""
        os.kill(self.pid, signal.SIGTERM)
        deadline = time.monotonic() + KILL_AFTER
        while self.is_alive():
            if time.monotonic() > deadline:
                os.kill(self.pid, signal.SIGKILL)
            time.sleep(0.05)
