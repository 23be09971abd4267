"""Whether this code may work on a database: not on one that another version has made."""

from django.core.management.base import CommandError
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.loader import MigrationLoader

# Apps that only the trial versions had, before the first release.
TRIAL_APPS = {"cress", "pages"}


def refuse_unknown_database(using=DEFAULT_DB_ALIAS):
    """
    Raise CommandError, in one French line, on a database of a trial or of a newer version.

    Its migrations are only read: nothing is changed. An empty database is accepted.
    """
    loader = MigrationLoader(connections[using])
    applied = set(loader.applied_migrations)
    if any(app in TRIAL_APPS for app, _ in applied):
        raise CommandError(
            "La base vient d’une version d’essai du site, qui ne se met pas à jour : rien n’a été "
            "changé. Donnez une base neuve (DATABASE_URL, ou DATA_DIR ; --data pour demo)."
        )
    ours = {app for app, _ in loader.disk_migrations}
    unknown = sorted(
        f"{app}.{name}" for app, name in applied - set(loader.disk_migrations) if app in ours
    )
    if unknown:
        raise CommandError(
            f"La base vient d’une version plus récente du site (migration {unknown[0]}) : rien "
            "n’a été changé."
        )
