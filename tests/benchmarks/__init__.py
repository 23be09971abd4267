"""Measures, printed. They assert nothing: machines differ, and are noisy."""

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path

import django
from django.core.management import call_command


@contextmanager
def with_shipped_content(on_sqlite=True):
    """
    Set Django up on an empty database, with the content of the site.

    It is a file of its own, or else the database that DATABASE_URL names.
    """
    with tempfile.TemporaryDirectory() as folder:
        if on_sqlite:
            os.environ.pop("DATABASE_URL", None)
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "cress.settings",
            "SECRET_KEY": "only-for-measures",
            "DATA_DIR": folder,
            "DEBUG": "false",
            "HTTPS": "false",
            "ALLOWED_HOSTS": "testserver",
        }
        django.setup()
        for command in ["migrate", "load_content"]:
            call_command(command, verbosity=0, skip_checks=True)
        call_command("collectstatic", interactive=False, verbosity=0)
        yield Path(folder)
