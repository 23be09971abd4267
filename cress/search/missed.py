"""
Counts the searches that find nothing, beside the pages.

A page only puts the words in a queue of limited length. A thread of the process takes them from
there and writes them, some at a time: neither a slow nor a broken database delays a page. What
does not fit in the queue, or waits when the process ends, is not counted.
"""

import logging
import os
import re
import threading
import time
import unicodedata
from collections import Counter
from queue import Empty, Full, Queue

from django.db import Error, connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from cress.base.text.words import words_of
from cress.search.models import DAYS_TO_REVEAL, LONGEST_WORDS, MissedSearch

logger = logging.getLogger(__name__)

EVERY = 30  # seconds between two writes
MOST_WAITING = 500  # searches in the queue
MOST_ROWS_A_DAY = 1000  # that are made or changed
MOST_WORDS = 5  # a longer query is a sentence, which may be about somebody
LEAST_LETTERS = 3
# Nine digits and more, however they are grouped: a telephone number, a SIREN, a SIRET.
_NUMBER = re.compile(r"\d(?:[\W_]{0,3}\d){8}")


def words_to_count(typed):
    """Return the folded words of a query, or nothing for one that is not counted."""
    plain = unicodedata.normalize("NFKC", typed)
    if "@" in plain or _NUMBER.search(plain) or len(words_of(typed)) > MOST_WORDS:
        return ""
    words = " ".join(words_of(typed[:LONGEST_WORDS]))[:LONGEST_WORDS].rstrip()
    return words if sum(map(str.isalpha, words)) >= LEAST_LETTERS else ""


class MissedSearches:
    """The queue of a process, and the thread that empties it, which the first search starts."""

    def __init__(self):
        self.start_afresh()

    def start_afresh(self):
        """Forget what waits and the thread: a process that was forked has no thread."""
        self.queue = Queue(MOST_WAITING)
        self._thread = None
        self._starting = threading.Lock()

    def add(self, typed):
        """Count a query that found nothing. It never waits, and never fails."""
        words = words_to_count(typed)
        if not words:
            return
        try:
            self.start()
            self.queue.put_nowait(words)
        except Full:
            pass
        except RuntimeError as error:  # no thread can be started
            logger.warning("Searches that find nothing are not counted: %s", error)

    def start(self):
        """Start the thread if there is none, unless another thread is about to do so."""
        if self._is_running() or not self._starting.acquire(blocking=False):
            return
        try:
            if not self._is_running():
                thread = threading.Thread(target=_work, args=[self.queue], daemon=True)
                thread.start()
                self._thread = thread
        finally:
            self._starting.release()

    def _is_running(self):
        return self._thread is not None and self._thread.is_alive()


missed_searches = MissedSearches()
os.register_at_fork(after_in_child=missed_searches.start_afresh)


def _work(queue):
    """Write what comes, EVERY seconds at most, for as long as the process lives."""
    while True:
        batch = [queue.get()]
        time.sleep(EVERY)
        while len(batch) < MOST_WAITING:
            try:
                batch.append(queue.get_nowait())
            except Empty:
                break
        try:
            write(batch)
        except Error as error:
            # The first line names the fault; the next ones may quote the row.
            reason = f"{error}".partition("\n")[0]
            logger.warning("%s searches are not counted: %s", len(batch), reason)
        except Exception:
            logger.exception("%s searches are not counted", len(batch))
        finally:
            connection.close()
            for _ in batch:
                queue.task_done()


def write(batch):
    """
    Store the words of searches, as of today.

    Words that would make or change one more row than MOST_ROWS_A_DAY are left out; those whose row
    has changed today are still counted.
    """
    today = timezone.localdate()
    times = {_digest(words): (words, count) for words, count in Counter(batch).items()}
    with transaction.atomic():
        _lock()
        known = {row.digest: row for row in MissedSearch.objects.filter(digest__in=times)}
        left = max(MOST_ROWS_A_DAY - MissedSearch.objects.filter(last_day=today).count(), 0)
        new, changed = [], []
        for digest, (words, count) in times.items():
            row = known.get(digest) or MissedSearch(digest=digest, days=0, count=0)
            if row.last_day is None or row.last_day < today:
                if not left:
                    continue
                left -= 1
                row.days += 1
                row.last_day = today
            row.count += count
            if row.days >= DAYS_TO_REVEAL:
                row.words = words
            (changed if row.pk else new).append(row)
        MissedSearch.objects.bulk_create(new)
        MissedSearch.objects.bulk_update(changed, ["words", "days", "count", "last_day"])


def forget():
    """Delete the searches that did not come on enough days: a job of the worker."""
    yield MissedSearch.objects.to_forget().delete()


def _digest(words):
    return salted_hmac("cress.search.missed", words, algorithm="sha256").hexdigest()


def _lock():
    """Let one process at a time write: their rows of a day are counted together."""
    if connection.vendor == "postgresql":  # SQLite has one writer at a time
        table = connection.ops.quote_name(MissedSearch._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
