"""Typeset editions, one at a time, and cache them until their content changes."""

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

from cress.base.files.cache import CachedFile
from cress.base.files.locks import BusyError, folder_lock
from cress.printing.compiler import FONTS, PICTURE, TEMPLATES
from cress.printing.errors import EditionError

logger = logging.getLogger(__name__)

FOLDER, PICTURES = "editions", "share"
LONGEST = 30  # seconds that an edition may take, on a busy machine


def edition(name, document, data, keep=1):
    """
    Return the PDF of that name as bytes, and the digest of its content.

    It is typeset when its content is new, then cached; the newest `keep` of the name stay. The
    date of edition is the day when it was typeset, and is not part of the digest. Raise
    EditionError.
    """
    digest = _digest(document, data | {"date": ""})
    return _cached(CachedFile(FOLDER, name, digest, "pdf", keep), document, data), digest


def picture(name, data):
    """Return the PNG of that name as bytes, cached as an edition is. Raise EditionError."""
    cached = CachedFile(PICTURES, name, _digest(PICTURE, data), "png")
    return _cached(cached, PICTURE, data)


def typeset_now(document, data):
    """Return the PDF of a document as bytes, without the cache. Raise EditionError."""
    with _one_at_a_time():
        return _typeset(document, data)


def _digest(document, data):
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(f"{document}{_compiler_digest()}{text}".encode()).hexdigest()[:20]


def _cached(file, document, data):
    """Return the bytes of a CachedFile, typeset now if it is not there."""
    content = file.read()
    if content is None:
        with _one_at_a_time():
            content = file.read_or_make(lambda: _typeset(document, data))
    return content


@contextmanager
def _one_at_a_time():
    """Wait until no other edition is being typeset. Raise EditionError after a while."""
    try:
        with folder_lock(Path(settings.DATA_DIR) / FOLDER):
            yield
    except BusyError as error:
        raise EditionError("Other editions are being typeset.", is_busy=True) from error


@cache
def _compiler_digest():
    """Return a text that changes with the templates, the fonts or the version of Typst."""
    files = sorted([*TEMPLATES.iterdir(), *FONTS.iterdir()])
    return version("typst") + "".join(
        hashlib.sha256(file.read_bytes()).hexdigest() for file in files if file.is_file()
    )


def _typeset(document, data):
    command = [sys.executable, "-m", "cress.printing.compiler", document]
    try:
        done = subprocess.run(  # noqa: S603  a module and a document name of this package
            command,
            input=json.dumps(data, ensure_ascii=False).encode(),
            capture_output=True,
            cwd=settings.BASE_DIR,
            env={"PYTHONUTF8": "1"},
            timeout=LONGEST,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        logger.error("The edition %s took more than %s seconds.", document, LONGEST)
        raise EditionError("Typesetting took too long.") from error
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode(errors="replace")[-2000:]
        logger.error("The edition %s cannot be typeset: %s", document, reason)
        raise EditionError("Typesetting failed.") from error
    return done.stdout
