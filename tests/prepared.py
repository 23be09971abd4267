"""
What a first demonstration leaves, made once for all the processes of a run.

To make it takes most of the start of a site; tests that serve one take copies.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager

from tests.demo import PASSWORD, ROOT, manage
from tests.postgresql import cluster

PREPARE = """
import sys
from cress.operations.demonstration import set_environment
set_environment(["--data", sys.argv[1]])
import django
django.setup()
from cress.operations.management.commands.demo import Command
Command().prepare()
"""


class Prepared:
    """Folders of data, and databases, of sites that have their content and the account `demo`."""

    def __init__(self, base):
        self._base = base

    def data(self, folder):
        """Copy the data to a folder; return it."""
        return shutil.copytree(self._once("data", prepare), folder, dirs_exist_ok=True)

    @contextmanager
    def database(self, kind):
        """Yield the variables that make a site of these data use a database of that kind."""
        if kind == "sqlite":
            yield {}
            return
        with self.postgresql() as server:
            yield {"DATABASE_URL": server.url}

    def postgresql(self):
        """Start a PostgreSQL whose database has the content."""
        kept = self._once("postgresql", prepare_postgresql)
        return cluster(kept, synchronous_commit="on")

    def bare_postgresql(self):
        """Start a PostgreSQL whose database has its tables and the roles, and no content."""
        return cluster(self._once("bare-postgresql", migrate_postgresql))

    def _once(self, name, make):
        """Return the folder that the first process to ask for it makes."""
        folder, unfinished = self._base / f"prepared-{name}", self._base / f"unfinished-{name}"
        with (self._base / f"prepared-{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                shutil.rmtree(unfinished, ignore_errors=True)
                unfinished.mkdir()
                make(unfinished)
                unfinished.rename(folder)
        return folder


def prepare(data, **environment):
    """Do what a first demonstration does before it serves."""
    environment |= {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "cress.settings",
        "DEMO_PASSWORD": PASSWORD,
    }
    subprocess.run(
        [sys.executable, "-c", PREPARE, data],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        check=True,
    )


@contextmanager
def kept_postgresql(folder):
    """Start a PostgreSQL and keep its files in the folder once it is stopped."""
    with cluster() as server:
        yield {"DATABASE_URL": server.url}
        server.stop("fast")
        server.copy_to(folder)


def prepare_postgresql(folder):
    with kept_postgresql(folder) as url:
        prepare(folder / "unused", **url)


def migrate_postgresql(folder):
    with kept_postgresql(folder) as url:
        manage(folder / "unused", "migrate", **url)
