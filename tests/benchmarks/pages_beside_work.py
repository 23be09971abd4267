"""
How long the pages of the site take while the costly addresses are asked for.

    python -m tests.benchmarks.pages_beside_work [ROWS]
    python -m tests.postgresql python -m tests.benchmarks.pages_beside_work

Starts `manage.py serve` beside made-up enterprises. Prints the 95th percentile of the milliseconds
of pages alone, then beside each kind of work, in one run, with the ratio and the statuses that the
work got. The ratio should be 3 at most.
"""

import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles
from time import perf_counter, sleep

ROWS = 20_000
PAGES = ["/", "/territoires/18-cher/", "/leviers/transports-voirie/", "/donnees/"]
ROUNDS = 40  # of all the pages
CLIENTS = 2
DEPARTMENTS = "&".join(f"departement={code}" for code in (18, 28, 36, 37, 41, 45))
WORK = {
    "sitemap": ["/sitemap.xml", "/sitemap-pages.xml", "/sitemap-entreprises-1.xml"],
    "whole files": [f"/donnees/entreprises{end}" for end in (".csv", "-excel.csv", ".json")],
    "six departments": [f"/donnees/entreprises.csv?{DEPARTMENTS}"],
    "filtered files": [f"/donnees/entreprises.json?departement={code}" for code in (18, 37, 45)],
    "printed roadmaps": [
        f"/feuille-de-route.pdf?territoire={code}&levier=transports-voirie" for code in (18, 28, 36)
    ],
}


def main(rows):
    with tempfile.TemporaryDirectory(prefix="pages-") as folder:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        environment = os.environ | {
            "SECRET_KEY": "only-for-measures",
            "DATA_DIR": folder,
            "HTTPS": "false",
            "ALLOWED_HOSTS": "127.0.0.1",
            "SITE_URL": f"http://127.0.0.1:{port}",
            "EMAIL_URL": "memorymail://",
        }
        fill(Path(folder, "list.csv"), rows, environment)
        with serving(port, environment):
            measure(port, rows)


def manage(*arguments, environment):
    command = [sys.executable, "manage.py", *map(str, arguments)]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)


def fill(path, rows, environment):
    listed = subprocess.run(
        [sys.executable, "-m", "tests.made_up_enterprises", str(rows)],
        check=True,
        env=environment | {"DJANGO_SETTINGS_MODULE": "cress.settings"},
        stdout=subprocess.PIPE,
    )
    path.write_bytes(listed.stdout)
    manage("migrate", "-v0", environment=environment)
    manage("load_content", "-v0", environment=environment)
    manage("collectstatic", "--noinput", "-v0", environment=environment)
    manage("import_enterprises", path, "--apply", environment=environment)


@contextmanager
def serving(port, environment):
    """Run the server of production until the block ends."""
    command = [sys.executable, "manage.py", "serve", "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(command, env=environment) as server:
        try:
            while True:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                sleep(0.1)
            yield
        finally:
            server.terminate()


def measure(port, rows):
    for path in PAGES:
        get(port, path)
    alone = percentile(port)
    print(f"{rows} enterprises, {CLIENTS} clients at work; 95th percentile of pages, in ms")
    print(f"{'alone':<18}{alone:8.1f}")
    for title, paths in WORK.items():
        with working(port, paths) as statuses:
            beside = percentile(port)
        answers = ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
        print(f"{title:<18}{beside:8.1f}  {beside / alone:5.1f} times  ({answers})")


def percentile(port):
    times = []
    for _ in range(ROUNDS):
        for path in PAGES:
            start = perf_counter()
            status = get(port, path)
            times.append((perf_counter() - start) * 1000)
            assert status == 200, (path, status)
    return quantiles(times, n=20)[-1]


@contextmanager
def working(port, paths):
    """Ask for the paths again and again, by several clients; yield the count of each status."""
    statuses, is_over = Counter(), threading.Event()

    def ask(number):
        while not is_over.is_set():
            for path in paths[number % len(paths) :] + paths[: number % len(paths)]:
                statuses[get(port, path)] += 1
                if is_over.is_set():
                    return

    threads = [threading.Thread(target=ask, args=[number]) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        yield statuses
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


def get(port, path):
    """Return the status of a whole answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else ROWS)
