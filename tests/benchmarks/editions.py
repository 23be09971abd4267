"""
How long a printed edition takes: typeset first, then served again, beside a page.

    python -m tests.benchmarks.editions

Prints seconds and the ratio to the page of the same territory, measured in one run.
"""

from statistics import median
from time import perf_counter

from tests.benchmarks import with_shipped_content

ROUNDS = 7


def main():
    with with_shipped_content():
        measure()


def measure():
    from django.conf import settings
    from django.test import Client

    from territories.models import Territory

    client = Client()
    for territory in Territory.objects.with_page():
        page = timed(client, territory.get_absolute_url(), ROUNDS)
        path = f"{territory.get_absolute_url()}plaquette.pdf"
        if not territory.is_department:
            path = "/plaquette.pdf"
        client.get("/leviers/transports-voirie/fiche.pdf")  # the folder is there
        first = timed(client, path, 1)
        again = timed(client, path, ROUNDS)
        print(
            f"{territory.name:20} first {first:.3f} s, again {again:.4f} s "
            f"({again / page:.1f} times the page, {page:.4f} s)"
        )
    folder = settings.DATA_DIR / "editions"
    print("kB:", sorted(round(file.stat().st_size / 1000) for file in folder.glob("*.pdf")))


def timed(client, path, rounds):
    """Return the median seconds of a request that is answered."""
    times = []
    for _ in range(rounds):
        start = perf_counter()
        assert client.get(path).status_code == 200, path
        times.append(perf_counter() - start)
    return median(times)


if __name__ == "__main__":
    main()
