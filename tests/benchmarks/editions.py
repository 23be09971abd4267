"""
How long a printed edition takes at first, then from the cache, compared with its page.

    python -m tests.benchmarks.editions

Prints seconds and the ratio to the page of the same territory, measured in one run.
"""

from statistics import median
from time import perf_counter
from urllib.parse import urlencode

from tests.benchmarks import with_shipped_content

ROUNDS = 7


def main():
    with with_shipped_content():
        measure()


def measure():
    from django.conf import settings
    from django.test import Client

    from policies.models import Lever
    from territories.models import Territory

    client = Client()
    client.get("/leviers/transports-voirie/fiche.pdf")  # makes the folder
    for territory in Territory.objects.with_page():
        address = territory.get_absolute_url()
        path = f"{address}plaquette.pdf" if territory.is_department else "/plaquette.pdf"
        compare(client, territory.name, address, path)
    slugs = list(Lever.objects.published().values_list("slug", flat=True))
    for levers in [slugs[:1], slugs[:4], slugs]:
        query = urlencode([("territoire", "18"), *(("levier", slug) for slug in levers)])
        compare(
            client,
            f"roadmap of {len(levers)}",
            f"/feuille-de-route/?{query}",
            f"/feuille-de-route.pdf?{query}",
        )
    folder = settings.DATA_DIR / "editions"
    print("kB:", sorted(round(file.stat().st_size / 1000) for file in folder.glob("*.pdf")))


def compare(client, name, page_path, path):
    """Print how long an edition takes at first and again, compared with a page."""
    page = timed(client, page_path, ROUNDS)
    first = timed(client, path, 1)
    again = timed(client, path, ROUNDS)
    print(
        f"{name:20} first {first:.3f} s, again {again:.4f} s "
        f"({again / page:.1f} times the page, {page:.4f} s)"
    )


def timed(client, path, rounds):
    """Return the median seconds of a successful request."""
    times = []
    for _ in range(rounds):
        start = perf_counter()
        assert client.get(path).status_code == 200, path
        times.append(perf_counter() - start)
    return median(times)


if __name__ == "__main__":
    main()
