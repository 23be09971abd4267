"""
The duration of a search of the site, with a short list of enterprises and a long one.

    python -m tests.benchmarks.search [ROWS]
    python -m tests.postgresql python -m tests.benchmarks.search

It prints the milliseconds of whole requests with a thousand enterprises and with ROWS, the ratio of
the two, and the ratio to one reading of all the names of the enterprises, in the same run.
"""

import sys
from statistics import median
from time import perf_counter

from tests.benchmarks import with_shipped_content
from tests.benchmarks.directory import fill

SHORT_LIST, ROUNDS = 1000, 9
RARE, FREQUENT = "at most one row in a hundred", "more rows"
QUERIES = {
    "Vierzon": RARE,  # a commune
    "crèche Vierzon": RARE,
    "quartier 500": RARE,  # a number of one name
    "insertion": RARE,  # a word of the texts
    "astronautique": RARE,  # nothing
    "insertoin": RARE,  # a letter wrong
    "atelier": FREQUENT,
    "association": FREQUENT,
    "atelier Cher": FREQUENT,
    "déchets": FREQUENT,  # a lever, and the name of a sector
}


def main(rows):
    with with_shipped_content(on_sqlite=False) as folder:
        times = {}
        for size in [SHORT_LIST, rows]:
            fill(folder / "list.csv", size)
            times[size] = {query: measure("/recherche/", query) for query in QUERIES}
            times[size]["directory"] = measure("/entreprises/", "Vierzon")
        scan = duration(read_all)
        print(f"All the names of {rows} enterprises, read once: {scan:.0f} ms")
        print(f"{'':16}{SHORT_LIST:>8}{rows:>9}  growth  of a reading")
        for query, milliseconds in times[rows].items():
            before = times[SHORT_LIST][query]
            print(
                f"{query:16}{before:8.1f}{milliseconds:9.1f}{milliseconds / before:8.1f}"
                f"{milliseconds / scan:14.2f}  {QUERIES.get(query, RARE)}"
            )


def measure(path, query):
    from django.test import Client

    client = Client()
    client.get(path, {"q": query})
    return duration(lambda: client.get(path, {"q": query}))


def duration(do):
    """Return the median milliseconds of a call."""
    times = []
    for _ in range(ROUNDS):
        start = perf_counter()
        do()
        times.append((perf_counter() - start) * 1000)
    return median(times)


def read_all():
    """Look for a piece of a word in all names, as a search without an index would."""
    from enterprises.models import Enterprise

    return list(Enterprise.objects.filter(folded_name__contains="stronaut").values_list("pk"))


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 100_000)
