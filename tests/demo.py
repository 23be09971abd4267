"""Processes of the site, started as a user starts them, with a bare environment."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.postgresql import free_port, why_missing
from tests.waits import LIMIT

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "sésame-de-test"  # noqa: S105
LAST_LINE = "Gestion : "
needs_postgresql = [
    pytest.mark.postgresql,
    pytest.mark.skipif(bool(why_missing()), reason=why_missing()),
]
DATABASES = ["sqlite", pytest.param("postgresql", marks=needs_postgresql)]
# A test that starts the databases it needs is the same whatever that of the run.
runs_once = pytest.mark.only_on("sqlite")


class Demo(NamedTuple):
    """A demonstration that runs."""

    url: str  # as printed: ends with a slash
    lines: list[str]  # printed until it was ready
    process: subprocess.Popen


def demo_process(*arguments, password=PASSWORD, **environment):
    """
    Return the arguments of subprocess that start the command.

    The environment of the tests does not reach it, DATABASE_URL in particular.
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
    """Run a demonstration that is expected to end by itself; return its CompletedProcess."""
    return subprocess.run(
        **demo_process(*arguments, **environment), capture_output=True, timeout=LIMIT
    )


@contextmanager
def running_demo(data, *, port=None, password=PASSWORD, **environment):
    """Start a demonstration on the folder, wait until it is ready, stop it at the end."""
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


def python_process(data, *arguments, **environment):
    """Return the arguments of subprocess that run Python with the settings of production."""
    environment |= {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "another",
        "DATA_DIR": str(data),
        "DJANGO_SETTINGS_MODULE": "cress.settings",
    }
    return {
        "args": [sys.executable, *map(str, arguments)],
        "cwd": ROOT,
        "env": {"SITE_URL": "https://ess.example"} | environment,
        "stdin": subprocess.DEVNULL,
        "text": True,
        "encoding": "utf-8",
    }


def run_manage(data, *arguments, **environment):
    """Run a command of the site on a folder of data; return its CompletedProcess."""
    return subprocess.run(
        **python_process(data, "manage.py", *arguments, **environment),
        capture_output=True,
        timeout=LIMIT,
    )


def manage(data, *arguments, **environment):
    """Run a command of the site that must succeed; return what it printed."""
    done = run_manage(data, *arguments, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def running_worker(data, **environment):
    """Start a worker on a folder of data, yield its process, stop it at the end."""
    with subprocess.Popen(
        **python_process(data, "manage.py", "worker", **environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            stop(process)


def children(pid, word):
    """Return the processes that this one started and whose command has that word (from /proc)."""
    processes = [folder for folder in Path("/proc").iterdir() if folder.name.isdecimal()]
    return [
        int(process.name)
        for process in processes
        if _status(process.name)[1:2] == [str(pid)]
        and word in (process / "cmdline").read_text(errors="replace").split("\0")
    ]


def is_alive(pid):
    return _status(pid)[:1] not in [[], ["Z"]]


def _status(pid):
    """Return the state of a process and its parent; nothing once it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return []


def read_until_ready(process):
    """Return the lines printed up to the last one expected, or up to the process's end."""
    too_long = threading.Timer(LIMIT, kill_all, [process])
    too_long.start()
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if line.startswith(LAST_LINE):
            break
    too_long.cancel()
    return lines


def stop(process):
    """End a process with SIGTERM; if it goes on, kill its group and fail the test."""
    process.terminate()
    try:
        process.wait(LIMIT)
    except subprocess.TimeoutExpired:
        kill_all(process)
        raise


def kill_all(process):
    os.killpg(process.pid, signal.SIGKILL)
