"""The worker beside the server: started with it, started again when it dies, ended with it."""

import logging
import os
import subprocess
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
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, settings.BASE_DIR / "manage.py", "worker"]
            + ["--parent", str(os.getpid())],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        return repr(error)
    while process.poll() is None and not stopping.wait(0.2):
        pass
    if process.poll() is None:
        _end(process)
    return f"code {process.returncode}"


def _end(process):
    process.terminate()
    try:
        process.wait(KILL_AFTER)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
