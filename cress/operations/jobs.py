"""The jobs of the worker: each is declared once, in JOBS."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from cress.base.history import bin as history_bin
from cress.base.history import undo
from cress.base.unsaved import keeping
from cress.contact import limits, outbox, privacy
from cress.links.rounds import daily_round
from cress.search import missed
from enterprises.management.commands.prune_photos import prune

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RETRY = timedelta(minutes=10)  # after a failure, at most
PURGE_BATCH = 100  # messages in a transaction


@dataclass(frozen=True)
class Job:
    """
    A job and its schedule.

    `steps` does the work; the job stops between two of the values that it yields, when the
    worker ends or when the lease is lost. The first run comes `every` after the job is first
    seen, and the next ones `every` after the end of the last. Where `has_work` says so, a run
    does not wait for that time.
    """

    name: str  # in the database and in the log
    label: str  # on screen
    every: timedelta
    steps: Callable[[], Iterable]
    has_work: Callable[[], bool] = lambda: False

    def next_run_in(self, *, failed=False):
        return min(self.every, RETRY) if failed else self.every


def reminders():
    yield outbox.remind()
    yield limits.forget_full()


def purge():
    """Anonymise the messages without activity for twelve months, some in each transaction."""
    keys = list(privacy.expired().order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), PURGE_BATCH):
        batch = keys[start : start + PURGE_BATCH]
        yield privacy.anonymise(privacy.expired().filter(pk__in=batch))


JOBS = [
    Job("mail", "envoi des courriels", MINUTE, outbox.send_due, outbox.has_due),
    Job("reminders", "relances, et limites du formulaire", MINUTE, reminders),
    Job("purge", "anonymisation des vieux messages", DAY, purge),
    Job("undo", "longues annulations", MINUTE, undo.carry_out_waiting, undo.has_waiting),
    Job("bin", "corbeille et vieilles versions", DAY, history_bin.purge),
    Job("unsaved", "oubli des textes non enregistrés", HOUR, keeping.forget),
    Job("photos", "suppression des fichiers de photos inutiles", DAY, prune),
    Job("searches", "oubli des recherches sans réponse", DAY, missed.forget),
    Job("links", "vérification des liens", DAY, daily_round),
]
