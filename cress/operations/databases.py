"""Whether this code may work on a database: not on one that another version has made."""

from contextlib import contextmanager

from django.core.management import get_commands
from django.core.management.base import CommandError
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.migrations.loader import MigrationLoader

# Apps that only the trial versions had, before the first release.
TRIAL_APPS = {"cress", "pages"}
OUR_APPS = ("cress", "territories", "policies", "enterprises")


def check_database_before(command):
    """
    Raise CommandError if a command of this project would work on a database of another version.

    `demo` is left out: its own migrate checks the database, once the port is known to be free.
    A database that does not answer is not an error here: the command itself reports it.
    """
    app = get_commands().get(command, "")
    if command == "demo" or str(app).partition(".")[0] not in OUR_APPS:
        return
    try:
        refuse_unknown_database()
    except Error:
        return


def refuse_unknown_database(using=DEFAULT_DB_ALIAS):
    """
    Raise CommandError, in one French line, on a database of a trial or of a newer version.

    The table of migrations is read, and nothing is changed. An empty database is accepted.
    """
    connection = connections[using]
    with _reading(connection):
        loader = MigrationLoader(connection)
    applied = set(loader.applied_migrations)
    if any(app in TRIAL_APPS for app, _ in applied):
        raise CommandError(
            "La base vient d’une version d’essai du site, qui ne se met pas à jour : rien n’a été "
            "changé. Donnez une base neuve (DATABASE_URL, ou DATA_DIR ; --data pour demo)."
        )
    apps = {app for app, _ in loader.disk_migrations}
    unknown = sorted(
        f"{app}.{name}" for app, name in applied - set(loader.disk_migrations) if app in apps
    )
    if unknown:
        raise CommandError(
            f"La base vient d’une version plus récente du site (migration {unknown[0]}) : rien "
            "n’a été changé."
        )


def first_line(error):
    """Return the first line of a database's error: the next ones may quote values of a row."""
    return (str(error).splitlines() or [type(error).__name__])[0]


@contextmanager
def _reading(connection):
    """Open a connection that leaves SQLite's journal mode, which is kept in the file."""
    if connection.connection is not None:
        yield
        return
    options = connection.settings_dict["OPTIONS"]
    connection.settings_dict["OPTIONS"] = {
        name: value for name, value in options.items() if name != "init_command"
    }
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["OPTIONS"] = options
