"""The worker: one process that runs each job on its own schedule."""

import logging
import os
import secrets
import signal
import socket
import threading
import time

from django.db import Error, close_old_connections, connections
from django.db.models.functions import Now

from cress.operations.databases import first_line
from cress.operations.jobs import JOBS
from cress.operations.leases import Lease
from cress.operations.models import JobState

logger = logging.getLogger(__name__)

POLL = 2  # seconds between two looks at the schedule
GRACE = 10  # seconds that the steps under way may still last when the worker ends
STOP_SIGNALS = {signal.SIGINT, signal.SIGTERM}
LONGEST_ERROR = 500  # characters that are stored


def make_holder():
    """Return a name for this process that no other process has, on any host."""
    return f"{socket.gethostname()[:100]}, processus {os.getpid()} ({secrets.token_hex(4)})"


def declare_jobs(jobs=JOBS):
    """Store the state of the jobs that have none yet."""
    JobState.objects.bulk_create(
        [JobState(name=job.name, next_run_at=Now() + job.every) for job in jobs],
        ignore_conflicts=True,
    )


def due_jobs(jobs=JOBS):
    """Return the jobs that may run now. After a failure, work that waits waits for its time."""
    states = {state.name: state for state in JobState.objects.free().with_is_due()}
    return [
        job
        for job in jobs
        if (state := states.get(job.name))
        and (state.is_due or (not state.last_error and job.has_work()))
    ]


def run_job(job, holder, must_stop=lambda: False):
    """
    Run a job, unless another process runs it; return whether it was run.

    A failure of the job is logged and stored. A failure of the database outside the job is
    raised; the lease then ends by itself.
    """
    lease = Lease.take(job.name, holder, before_its_time=job.has_work())
    if lease is None:
        return False
    error, next_run_in = "", job.next_run_in()
    with lease.heartbeat():
        try:
            for _ in job.steps():
                if must_stop() or not lease.is_held:
                    next_run_in *= 0  # the rest is due at once
                    break
        except Exception as failure:
            logger.exception("Job %s failed", job.name)
            error = f"{type(failure).__name__}: {first_line(failure)}"[:LONGEST_ERROR]
            next_run_in = job.next_run_in(failed=True)
    close_old_connections()  # one that failed with the job would fail again
    lease.give_back(error=error, next_run_in=next_run_in)
    return True


class Worker:
    """Runs the jobs, each in a thread of its own, so that a long one does not delay the others."""

    def __init__(self, jobs=JOBS):
        self.jobs, self.holder = jobs, make_holder()
        self._stopping = threading.Event()
        self._threads = {}  # by name of job
        self._last_failure = ""

    def run(self, is_orphan=lambda: False):
        """Run until SIGINT or SIGTERM, or until `is_orphan` returns true."""
        # A signal is awaited, not handled: a handler may not take the locks of an Event.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
        scheduler = threading.Thread(target=self._schedule, daemon=True)
        scheduler.start()
        while not signal.sigtimedwait(STOP_SIGNALS, 1) and not is_orphan():
            pass
        self._stopping.set()
        deadline = time.monotonic() + GRACE
        for thread in [scheduler, *self._threads.values()]:
            thread.join(max(deadline - time.monotonic(), 0))

    def _schedule(self):
        is_declared = False
        while not self._stopping.wait(POLL):
            close_old_connections()
            try:
                if not is_declared:
                    declare_jobs(self.jobs)
                    is_declared = True
                for job in due_jobs(self.jobs):
                    self._start(job)
                self._last_failure = ""
            except Error as error:
                self._log_once(error)
            except Exception:
                logger.exception("The schedule of the worker failed; it goes on")
        connections.close_all()

    def _start(self, job):
        thread = self._threads.get(job.name)
        if thread is None or not thread.is_alive():
            thread = threading.Thread(target=self._run_in_thread, args=[job], daemon=True)
            self._threads[job.name] = thread
            thread.start()

    def _run_in_thread(self, job):
        try:
            run_job(job, self.holder, self._stopping.is_set)
        except Error as error:
            logger.warning("Job %s: the database does not answer: %s", job.name, error)
        finally:
            connections.close_all()

    def _log_once(self, error):
        """Log a failure of the database when it begins or changes, not every POLL seconds."""
        if str(error) != self._last_failure:
            logger.warning("The database does not answer: %s", error)
            self._last_failure = str(error)
