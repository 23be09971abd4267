"""
How long the open data of a long list takes, and how much memory.

    python -m tests.benchmarks.open_data [ROWS]
    python -m tests.postgresql python -m tests.benchmarks.open_data

Prints, for each file of enterprises and for requests with filters: the seconds of the first
request, which makes the file, and of the next ones, the megabytes of the answer, and the peak
memory of the process so far. The ratios compare with the page of the open data, in the same run.
"""

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import django

ROWS = 100_000
FILTERS = [
    "departement=45",
    "q=comite",
    "secteur=naf-q&effectif=10-49",
    "exemples=oui",
    "q=bourges",
]


def manage(*arguments):
    subprocess.run([sys.executable, "manage.py", *arguments], check=True, stdout=subprocess.DEVNULL)


def main(rows):
    with tempfile.TemporaryDirectory(prefix="open-data-") as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "cress.settings",
            "SECRET_KEY": "only-for-measures",
            "DATA_DIR": folder,
            "HTTPS": "false",
            "ALLOWED_HOSTS": "testserver",
        }
        django.setup()
        from tests.made_up_enterprises import made_up_rows, write_list

        path = Path(folder, "list.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            write_list(file, made_up_rows(rows))
        manage("migrate", "-v0")
        manage("load_content", "-v0")
        manage("collectstatic", "--noinput", "-v0")
        manage("import_enterprises", str(path), "--apply")
        measure()


def measure():
    from django.test import Client

    from cress.opendata.datasets import ENTERPRISES
    from cress.opendata.formats import files_of

    client = Client()
    ask(client, "/donnees/")
    page, *_ = ask(client, "/donnees/")
    print(f"{'the page':<56} {page:8.3f} s")
    for name, _ in files_of(ENTERPRISES):
        address = f"/donnees/{name}"
        *_, etag = show(client, page, "first", address)
        show(client, page, "again", address)
        show(client, page, "gzipped", address, {"Accept-Encoding": "gzip"})
        show(client, page, "unchanged", address, {"If-None-Match": etag})
    for query in FILTERS:
        show(client, page, "filtered", f"/donnees/entreprises.csv?{query}")


def show(client, page, title, address, headers=None):
    seconds, size, etag = ask(client, address, headers)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    shown = address.removeprefix("/donnees/")
    print(
        f"{shown:<46} {title:<9} {seconds:8.3f} s, {seconds / page:7.1f} pages, "
        f"{size / 1e6:6.2f} MB, {memory:4.0f} MiB"
    )
    return seconds, size, etag


def ask(client, address, headers=None):
    """Return the seconds of a request, the bytes of the answer, and its ETag."""
    start = perf_counter()
    response = client.get(address, headers=headers)
    size = sum(map(len, response))
    response.close()
    return perf_counter() - start, size, response.get("ETag")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else ROWS)
