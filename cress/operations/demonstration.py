"""
The environment of `manage.py demo`: a site that needs no configuration.

It is set before Django reads its settings, from the command's arguments.
"""

import argparse
import os
import secrets
import signal
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from cress.base.files.whole import READABLE_BY_OWNER, write_whole

DEFAULT_DATA_DIR = Path(__file__).resolve().parents[2] / "var"
KEY_FILE = "secret-key"


def add_arguments(parser):
    """Declare the options of the command, for set_environment and for Django."""
    parser.add_argument("--port", type=read_port, default=8000, help="port d’écoute (8000)")
    parser.add_argument(
        "--data",
        type=Path,
        default=os.environ.get("DATA_DIR") or DEFAULT_DATA_DIR,
        help="dossier des données (var)",
    )


def read_port(text):
    if not (text.isdecimal() and 0 < int(text) < 2**16):
        sys.exit(f"Le port {text} n’existe pas : --port attend un nombre de 1 à 65535.")
    return int(text)


def set_environment(arguments):
    """Set the variables that the settings read; exit with one line on an unwritable folder."""
    _stop_quietly()
    parser = argparse.ArgumentParser(add_help=False)
    add_arguments(parser)
    known = parser.parse_known_args(arguments)[0]
    data = known.data.resolve()
    try:
        data.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=data):
            secret = _secret_key(data / KEY_FILE)
    except OSError:
        sys.exit(f"Le dossier {data} ne peut pas être écrit : choisissez-en un autre avec --data.")
    # These make it a demonstration; neither the machine nor a developer's .env changes them.
    os.environ.update(DATA_DIR=str(data), DEBUG="false", HTTPS="false")
    for name, value in {
        "SECRET_KEY": secret,
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "SITE_URL": f"http://127.0.0.1:{known.port}",
        # Four slashes in all: django-environ removes three.
        "EMAIL_URL": f"filemail:///{quote(str(data / 'mail'))}",
    }.items():
        os.environ[name] = os.environ.get(name) or value


def _stop_quietly():
    """End with one line, without a traceback, on a signal that comes before the server starts."""

    def stop(signum, frame):
        print("Arrêté avant d’être prêt.", file=sys.stderr)
        sys.exit(128 + signum)

    for signum in [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]:
        if signal.getsignal(signum) != signal.SIG_IGN:  # nohup
            signal.signal(signum, stop)


def _secret_key(path):
    """Return the key kept in the file, made at the first start so that sessions last."""
    if not path.exists() or not path.read_text():
        write_whole(path, secrets.token_urlsafe(50).encode(), READABLE_BY_OWNER)
    return path.read_text()
