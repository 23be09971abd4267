"""The lease of a job: one process at a time has the right to run it."""

import logging
import threading
import time
from contextlib import contextmanager

from django.db import Error, connections

from cress.operations.models import LEASE, JobState

logger = logging.getLogger(__name__)

HEARTBEAT = 10  # seconds: several renewals may fail before the lease ends


class Lease:
    """
    A lease that is held, until `give_back`.

    The holder counts LEASE from before each request to the database, on its own clock. It
    therefore stops before another process can take the job, even when the database does not
    answer.
    """

    def __init__(self, name, holder, asked_at):
        self.name, self.holder = name, holder
        self._ends_at = asked_at + LEASE.total_seconds()
        self._is_lost = False

    @classmethod
    def take(cls, name, holder, *, before_its_time=False):
        """Return the lease of a job, or None if it is not free or the job is not due."""
        asked_at = time.monotonic()
        if JobState.objects.take(name, holder, before_its_time=before_its_time):
            return cls(name, holder, asked_at)
        return None

    @property
    def is_held(self):
        return not self._is_lost and time.monotonic() < self._ends_at

    def renew(self):
        asked_at = time.monotonic()
        if JobState.objects.renew(self.name, self.holder):
            self._ends_at = asked_at + LEASE.total_seconds()
        else:
            self._is_lost = True

    def give_back(self, *, error, next_run_in):
        JobState.objects.give_back(self.name, self.holder, error=error, next_run_in=next_run_in)

    @contextmanager
    def heartbeat(self):
        """Renew the lease from a thread, meanwhile."""
        ended = threading.Event()
        thread = threading.Thread(target=self._beat, args=[ended], daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _beat(self, ended):
        while self.is_held and not ended.wait(HEARTBEAT):
            try:
                self.renew()
            except Error as error:
                logger.warning("The lease of job %s was not renewed: %s", self.name, error)
            finally:
                connections.close_all()
