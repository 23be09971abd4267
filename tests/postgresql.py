"""
A real PostgreSQL server for one run, deleted after it.

    python -m tests.postgresql COMMAND ...

runs the command with DATABASE_URL set, and ends with its code.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

# PostgreSQL refuses to run as root; Debian's package makes this account.
ACCOUNT = "postgres"
# The data are deleted after the run: speed matters, safety does not.
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


class PostgresqlError(Exception):
    """No PostgreSQL could be started here; the message says why."""


def find_programs():
    """Return the folder of initdb and pg_ctl."""
    folders = [Path(folder) for folder in os.get_exec_path()]
    if pg_config := shutil.which("pg_config"):
        answer = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True)
        folders.append(Path(answer.stdout.strip()))
    debian = Path("/usr/lib/postgresql").glob("[0-9]*/bin")
    folders += sorted(debian, key=lambda folder: float(folder.parent.name), reverse=True)
    for folder in folders:
        if all((folder / name).is_file() for name in ["initdb", "pg_ctl"]):
            return folder
    raise PostgresqlError("Les programmes d’un serveur PostgreSQL (initdb, pg_ctl) manquent.")


def find_account():
    """Return the account that must replace root; None if this process is not root's."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        raise PostgresqlError(f"Il n’y a pas de compte {ACCOUNT} sur cette machine.") from None


def why_missing():
    """Return why no PostgreSQL can be started here, or an empty string."""
    try:
        find_programs()
        find_account()
    except PostgresqlError as error:
        return str(error)
    return ""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cluster:
    """A PostgreSQL server whose data are in a folder, which is deleted with it."""

    def __init__(self, folder, options):
        self.programs, self.account = find_programs(), find_account()
        self.folder, self.port = folder, free_port()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        settings = {"port": self.port, **OPTIONS, **options}
        self.options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        if self.account:
            os.chown(folder, self.account.pw_uid, self.account.pw_gid)

    def create(self):
        self._run(
            "initdb",
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )

    def copy_to(self, folder):
        """Keep the data of the stopped server in a folder, with their owner and rights."""
        subprocess.run(["cp", "-a", f"{self.folder}/data", folder], check=True)

    def copy_from(self, folder):
        """Take the data that another server left in a folder."""
        subprocess.run(["cp", "-a", f"{folder}/data", self.folder], check=True)

    def start(self):
        self._run("pg_ctl", "start", f"--log={self.folder}/log", f"--options={self.options}")

    def stop(self, mode="immediate"):
        if Path(self.folder, "data/postmaster.pid").exists():
            self._run("pg_ctl", "stop", f"--mode={mode}")

    def _run(self, program, *arguments):
        account = {}
        if self.account:
            ids = {"user": self.account.pw_uid, "group": self.account.pw_gid}
            account = {**ids, "extra_groups": []}
        done = subprocess.run(
            [self.programs / program, f"--pgdata={self.folder}/data", *arguments],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            **account,
        )
        if done.returncode:
            log = Path(self.folder, "log")
            output = [done.stdout, done.stderr, log.read_text() if log.exists() else ""]
            raise PostgresqlError(f"{program} : " + "".join(output))


@contextmanager
def cluster(kept=None, **options):
    """
    Start a cluster with these settings, yield it, stop it and delete it.

    Its data are a copy of those kept in a folder, if it is given.
    """
    with tempfile.TemporaryDirectory(prefix="postgresql-") as folder:
        server = Cluster(folder, options)
        if kept:
            server.copy_from(kept)
        else:
            server.create()
        try:
            server.start()
            yield server
        finally:
            server.stop()


@contextmanager
def postgresql():
    """Start a cluster, yield its DATABASE_URL, stop it and delete it."""
    with cluster() as server:
        yield server.url


def main(command):
    """Run the command with a new cluster; return its exit code."""
    if not command:
        sys.exit("Usage : python -m tests.postgresql COMMANDE ...")
    signal.signal(signal.SIGTERM, lambda signum, frame: sys.exit(128 + signum))
    try:
        with postgresql() as url:
            return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}).returncode
    except PostgresqlError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
