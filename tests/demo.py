"""`manage.py demo` as its user starts it: a process of its own, with a bare environment."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.postgresql import free_port

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "sésame-de-test"  # noqa: S105
LAST_LINE = "Gestion : "
# Far more than a slow machine needs.
START_LIMIT = 120  # seconds
STOP_LIMIT = 20  # seconds


class Demo(NamedTuple):
    """A demonstration that runs."""

    url: str  # as printed: ends with a slash
    lines: list[str]  # what it printed
    process: subprocess.Popen


def demo_process(*arguments, password=PASSWORD, **environment):
    """
    Return what starts the command, for subprocess.

    Nothing of the run's own environment reaches it, DATABASE_URL least of all.
    """
    environment["PATH"] = os.environ["PATH"]
    if password:
        environment["DEMO_PASSWORD"] = password
    return {
        "args": [sys.executable, "manage.py", "demo", *map(str, arguments)],
        "cwd": ROOT,
        "env": environment,
        "stdin": subprocess.DEVNULL,
        "text": True,
        "encoding": "utf-8",
    }


def run_demo(*arguments, **environment):
    """Run a demonstration that is expected to stop by itself; return what it did."""
    return subprocess.run(
        **demo_process(*arguments, **environment), capture_output=True, timeout=START_LIMIT
    )


@contextmanager
def running_demo(data, *, port=None, password=PASSWORD, **environment):
    """Start a demonstration on the folder, wait until it says it is ready, stop it after."""
    port = port or free_port()
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as stderr,
        subprocess.Popen(
            **demo_process("--port", port, "--data", data, password=password, **environment),
            stdout=subprocess.PIPE,
            stderr=stderr,
            start_new_session=True,
        ) as process,
    ):
        try:
            lines = read_until_ready(process)
            if not lines[-1:] or not lines[-1].startswith(LAST_LINE):
                stderr.seek(0)
                raise AssertionError(f"The demonstration did not start: {stderr.read()}")
            yield Demo(f"http://127.0.0.1:{port}/", lines, process)
        finally:
            stop(process)


def manage(data, *arguments, **environment):
    """Run a command of the site on the data of a demonstration; return what it printed."""
    environment |= {"PATH": os.environ["PATH"], "SECRET_KEY": "another", "DATA_DIR": str(data)}
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=START_LIMIT,
        check=True,
    )
    return done.stdout


def read_until_ready(process):
    """Return the lines printed up to the last one expected, or up to the process's end."""
    too_long = threading.Timer(START_LIMIT, kill_all, [process])
    too_long.start()
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if line.startswith(LAST_LINE):
            break
    too_long.cancel()
    return lines


def stop(process):
    """Ask the process to stop; if it stays, kill it, its workers, and the test."""
    process.terminate()
    try:
        process.wait(STOP_LIMIT)
    except subprocess.TimeoutExpired:
        kill_all(process)
        raise


def kill_all(process):
    os.killpg(process.pid, signal.SIGKILL)
