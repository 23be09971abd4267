"""
The duration of a search of the site, with a list of enterprises of any size.

    python -m tests.benchmarks.search [ROWS]
    python -m tests.postgresql python -m tests.benchmarks.search

It prints the milliseconds of whole requests, and the queries of each.
"""

import sys
from statistics import median
from time import perf_counter

from tests.benchmarks import with_shipped_content
from tests.benchmarks.directory import fill

ROUNDS = 7
QUERIES = {
    "a word of half the list": "atelier",
    "a word within others": "ami",
    "a commune": "Bourges",
    "a word and a commune": "crèche Vierzon",
    "a word and a department": "atelier Cher",
    "a lever": "déchets",
    "a word of the texts": "insertion",
    "a name of the list": "regie de quartier 500",
    "nothing": "astronautique",
    "a letter wrong": "bourjes",
    "a postcode": "41100",
}


def main(rows):
    with with_shipped_content(on_sqlite=False) as folder:
        fill(folder / "list.csv", rows)
        measure()


def measure():
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    for title, query in QUERIES.items():
        for page in ["", "2"]:
            address = ["/recherche/", {"q": query, "page": page}]
            with CaptureQueriesContext(connection) as queries:
                client.get(*address)
            slowest = max(float(query["time"]) * 1000 for query in queries)
            times = []
            for _ in range(ROUNDS):
                start = perf_counter()
                client.get(*address)
                times.append((perf_counter() - start) * 1000)
            print(
                f"{title:<24} page {page or 1}: median {median(times):6.1f} ms, at most "
                f"{max(times):6.1f} ms, {len(queries)} queries, the slowest {slowest:4.0f} ms"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 100_000)
