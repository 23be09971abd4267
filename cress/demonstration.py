"""
The environment of `manage.py demo`: a site that asks nothing of its machine.

It is set before Django reads its settings, from the command's own arguments. What the
environment already says is kept.
"""

import argparse
import os
import secrets
import sys
import tempfile
from pathlib import Path

DEFAULT_DATA_DIR = Path(__file__).resolve().parent.parent / "var"
KEY_FILE = "secret-key"


def add_arguments(parser):
    """Declare what the command accepts, here and in its own help."""
    parser.add_argument("--port", type=int, default=8000, help="port d’écoute (8000)")
    parser.add_argument(
        "--data", type=Path, default=DEFAULT_DATA_DIR, help="dossier des données (var)"
    )


def set_environment(arguments):
    """Set what the settings will read; exit with one line if the folder cannot be written."""
    parser = argparse.ArgumentParser(add_help=False)
    add_arguments(parser)
    data = parser.parse_known_args(arguments)[0].data.resolve()
    try:
        data.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=data):
            secret = _secret_key(data / KEY_FILE)
    except OSError as error:
        sys.exit(f"Le dossier {data} ne peut pas être écrit : {error.strerror}.")
    for name, value in {
        "DATA_DIR": str(data),
        "SECRET_KEY": secret,
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "HTTPS": "false",
        "EMAIL_URL": f"filemail://{data / 'mail'}",
    }.items():
        os.environ.setdefault(name, value)
    # Never in a demonstration, whatever a developer's .env says.
    os.environ["DEBUG"] = "false"


def _secret_key(path):
    """Return the key kept in the file, made at the first start so that sessions last."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()
