"""Typeset an edition once for what it says, and keep it as a file until that changes."""

import hashlib
import json
import logging
import subprocess
import sys
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path

from django.conf import settings

from cress.base.files.locks import BusyError, folder_lock
from cress.base.files.whole import write_whole
from cress.printing.errors import NotTypeset
from cress.printing.press import FONTS, TEMPLATES

logger = logging.getLogger(__name__)

PATIENCE = 20  # seconds that an edition may take


def edition(name, document, data, keep=1):
    """
    Return the path of the PDF of that name, typeset now if what it says is new.

    The newest `keep` of that name stay. The date of edition is the day it was typeset: alone,
    it makes nothing new. Raise NotTypeset.
    """
    said = json.dumps(data | {"date": ""}, ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(f"{document}{_press_digest()}{said}".encode()).hexdigest()[:20]
    path = _folder() / f"{name}.{digest}.pdf"
    if path.exists():
        return path
    with _turn():
        if not path.exists():
            older = sorted(_folder().glob(f"{name}.*.pdf"), key=_age)[keep - 1 :]
            write_whole(path, _typeset(document, data))
            for file in older:
                file.unlink(missing_ok=True)
    return path


def proof(document, data):
    """Return the PDF of a document as bytes, which are kept nowhere. Raise NotTypeset."""
    with _turn():
        return _typeset(document, data)


def _folder():
    return Path(settings.DATA_DIR) / "editions"


def _age(path):
    return -path.stat().st_mtime


@contextmanager
def _turn():
    """Wait until no one else typesets. Raise NotTypeset when that may last."""
    try:
        with folder_lock(_folder()):
            yield
    except BusyError as error:
        raise NotTypeset("Other editions come first.", is_busy=True) from error


@cache
def _press_digest():
    """What changes when the templates, the fonts or the typesetter do."""
    files = sorted([*TEMPLATES.iterdir(), *FONTS.iterdir()])
    return version("typst") + "".join(
        hashlib.sha256(file.read_bytes()).hexdigest() for file in files if file.is_file()
    )


def _typeset(document, data):
    command = [sys.executable, "-m", "cress.printing.press", document]
    try:
        done = subprocess.run(  # noqa: S603  our own module, and a name of ours
            command,
            input=json.dumps(data, ensure_ascii=False).encode(),
            capture_output=True,
            cwd=settings.BASE_DIR,
            env={"PYTHONUTF8": "1"},
            timeout=PATIENCE,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        logger.error("The edition %s took more than %s seconds.", document, PATIENCE)
        raise NotTypeset("Typesetting took too long.") from error
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode(errors="replace")[-2000:]
        logger.error("The edition %s cannot be typeset: %s", document, reason)
        raise NotTypeset("Typesetting failed.") from error
    return done.stdout
