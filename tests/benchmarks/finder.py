"""
The duration of an answer of the finder, with the shipped communes, on SQLite.

    python -m tests.benchmarks.finder

It prints milliseconds in one process: the answer alone, then whole requests, with middleware and
templates.
"""

import random
from statistics import median, quantiles
from time import perf_counter

from tests.benchmarks import with_shipped_content

ROUNDS = 5


def main():
    with with_shipped_content():
        measure()


def measure():
    from django.test import Client

    from territories.finder import find
    from tests.test_finder import CERTAIN, OFFERED, SEARCH, SUGGESTIONS, UNKNOWN_NAMES

    client = Client()
    communes = names()
    queries = {
        "names of communes": communes,
        "the same, one letter wrong": [f"{name[:-1]}z" for name in communes],
        "their first three letters": [name[:3] for name in communes],
        "queries of the tests": [*CERTAIN, *OFFERED, *UNKNOWN_NAMES],
    }
    for title, texts in queries.items():
        print(title)
        report("  answer", texts, find)
        report("  page or redirect", texts, lambda text: client.get(SEARCH, {"q": text}))
        report("  suggestions", texts, lambda text: client.get(SUGGESTIONS, {"q": text}))


def names():
    """Return the names of a hundred communes, the same at each run."""
    from territories.models import Commune

    every = list(Commune.objects.order_by("insee_code").values_list("name", flat=True))
    return random.Random(2026).sample(every, 100)  # noqa: S311


def report(title, texts, do):
    do(texts[0])
    times = []
    for _ in range(ROUNDS):
        for text in texts:
            start = perf_counter()
            do(text)
            times.append((perf_counter() - start) * 1000)
    slowest = quantiles(times, n=20)[-1]
    print(f"{title:<20} median {median(times):5.1f} ms, 95 in 100 under {slowest:5.1f} ms")


if __name__ == "__main__":
    main()
