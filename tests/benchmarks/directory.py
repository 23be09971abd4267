"""
The duration of the pages of the directory, with 10 to 100 000 enterprises.

    python -m tests.benchmarks.directory [ROWS ...]
    python -m tests.postgresql python -m tests.benchmarks.directory

It prints the median milliseconds of whole requests, with middleware and templates; their growth;
and the highest number of queries of a page. The enterprises are made up, in real communes, beside
the shipped ones.
"""

import os
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.benchmarks import with_shipped_content

SIZES = [10, 1_000, 10_000, 100_000]
ROUNDS = 15
# The first text matches one enterprise in five, the second a few, the third none.
PAGES = {
    "first page": {},
    "filtered page": {"departement": "18", "famille_ess": "association"},
    "search « com »": {"q": "com"},
    "search « lye »": {"q": "lye"},
    "search « zzz »": {"q": "zzz"},
    "last page": {"page": "99999"},
    "by distance": {"commune": "18033"},
}


def main(sizes):
    with with_shipped_content(on_sqlite=False) as folder:
        from django.db import connection

        print(f"{connection.display_name}, median of {ROUNDS} requests, in milliseconds")
        print("rows".ljust(18), *(f"{size:>9}" for size in sizes), f"{'growth':>9}", "queries")
        columns, queries = [], dict.fromkeys(PAGES, 0)
        for size in sizes:
            fill(folder / "list.csv", size)
            columns.append(measure(queries))
        for title in PAGES:
            times = [column[title] for column in columns]
            growth = times[-1] / times[min(1, len(times) - 1)]
            print(
                title.ljust(18),
                *(f"{milliseconds:9.1f}" for milliseconds in times),
                f"{growth:8.1f}×",
                f"{queries[title]:7}",
            )
        print(f"growth: from {sizes[min(1, len(sizes) - 1)]} rows to {sizes[-1]}")


def fill(path: Path, size):
    """Import this number of made-up enterprises; a larger list contains the smaller ones."""
    from django.core.management import call_command
    from django.db import connection

    from tests.made_up_enterprises import made_up_rows, write_list

    with path.open("w", encoding="utf-8", newline="") as file:
        write_list(file, made_up_rows(size))
    with Path(os.devnull).open("w") as nowhere:
        call_command("import_enterprises", path, apply=True, stdout=nowhere, stderr=nowhere)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def measure(queries):
    """Return {page: median milliseconds}; update the highest number of queries of each page."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client, times = Client(), {title: [] for title in PAGES}
    for title, query in PAGES.items():
        with CaptureQueriesContext(connection) as captured:
            response = client.get("/entreprises/", query)
        if response.status_code != 200:
            sys.exit(f"{title}: {response.status_code}")
        queries[title] = max(queries[title], len(captured))
    for _ in range(ROUNDS):
        for title, query in PAGES.items():
            start = perf_counter()
            client.get("/entreprises/", query)
            times[title].append((perf_counter() - start) * 1000)
    return {title: median(measured) for title, measured in times.items()}


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or SIZES)
