"""What is read from a few small tables, kept in memory until one of their rows changes."""

import os
import threading
from sqlite3 import Error, connect

from django.db import connection


class Kept:
    """
    The result of a function that reads the rows of some models and nothing else that changes.

    Calling it returns what `read` returned, read again as soon as a row of `models()` was changed
    by anybody, in any process. All readers share the result: they must not change it.

    Before each use the database is asked in one cheap query whether something changed. SQLite only
    knows that any table changed. It does not say so of an open transaction: nothing is kept there,
    nor of a database in memory.
    """

    def __init__(self, read, models):
        self._read, self._models = read, models
        self._kept = None, None

    def __call__(self):
        state = self._state()  # before reading: a change in between is seen the next time
        kept_state, value = self._kept
        if state is None or state != kept_state:
            value = self._read()
            self._kept = state, value
        return value

    def _state(self):
        """Return a value that two readings share only where nothing changed; None if unknown."""
        if connection.vendor == "postgresql":
            return _versions_of_rows(sorted(model._meta.db_table for model in self._models()))
        if not connection.get_autocommit() or connection.is_in_memory_db():
            return None
        return _changes_of_file.count(connection.settings_dict["NAME"])


def _versions_of_rows(tables):
    """
    Return one text for each table, which differs as soon as one of its rows does.

    PostgreSQL writes a changed row anew: the transaction that wrote it (xmin) or its place in the
    file (ctid) is another one.
    """
    states = [
        "(SELECT concat(count(*), ' ', sum(hashtextextended(concat(xmin, ctid), 0)))"  # noqa: S608
        f" FROM {connection.ops.quote_name(table)})"
        for table in tables
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(states)}")  # noqa: S608  names of tables only
        return cursor.fetchone()


class _ChangesOfFile:
    """
    A connection of the process to a SQLite file, which only asks whether others changed it.

    Django's own connections cannot tell: SQLite counts what the other connections write.
    """

    def __init__(self):
        self._lock = threading.Lock()
        self._connection, self._file = None, None

    def count(self, path):
        """Return what changes with each commit to the file, or None where it cannot be read."""
        with self._lock:
            try:
                status = os.stat(path)
                file = os.getpid(), status.st_dev, status.st_ino  # a copy may take its place
                if file != self._file:
                    self._connection = connect(path, check_same_thread=False, isolation_level=None)
                    self._file = file
                return *file, self._connection.execute("PRAGMA data_version").fetchone()[0]
            except (OSError, Error):
                self._file = None
                return None


_changes_of_file = _ChangesOfFile()
