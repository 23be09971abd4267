"""The sitemap: an index of parts that stays cheap and complete for a long list of enterprises."""

from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cress.chamber import sitemaps
from enterprises.models import Enterprise
from policies.models import Lever
from territories.models import Statistic, Territory
from tests.factories import make_enterprise, make_sector, make_territory
from tests.test_site import listed_in, public_paths

NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def make_many(count):
    department, sector = make_territory(), make_sector()
    Enterprise.objects.bulk_create(
        Enterprise(
            name=f"Comité {n}",
            slug=f"comite-{n}",
            department=department,
            sector=sector,
            is_example=False,
        )
        for n in range(count)
    )


def test_the_index_and_its_parts_follow_the_protocol(client, content):
    index = ElementTree.fromstring(client.get("/sitemap.xml").content)  # noqa: S314
    pages = ElementTree.fromstring(client.get("/sitemap-pages.xml").content)  # noqa: S314

    assert index.tag == f"{NAMESPACE}sitemapindex"
    assert {entry.tag for entry in index} == {f"{NAMESPACE}sitemap"}
    assert pages.tag == f"{NAMESPACE}urlset"
    assert {entry.tag for entry in pages} == {f"{NAMESPACE}url"}
    response = client.get("/sitemap.xml")
    assert response["Content-Type"] == "application/xml"
    assert response["X-Robots-Tag"] == "noindex"
    assert client.post("/sitemap.xml").status_code == 405


def last_change(client, part, path):
    """Return the date that a part of the sitemap gives for a path, or None."""
    entries = ElementTree.fromstring(client.get(part).content)  # noqa: S314
    [entry] = [e for e in entries if e.findtext(f"{NAMESPACE}loc") == f"http://testserver{path}"]
    return entry.findtext(f"{NAMESPACE}lastmod")


def test_a_page_has_the_date_of_its_last_change(client, content):
    old, new = "2026-01-02", "2026-03-04"
    for model in [Territory, Statistic, Lever, Enterprise]:
        model.objects.update(updated_at=f"{old}T12:00Z")
    Statistic.objects.filter(territory__code="18").update(updated_at=f"{new}T12:00Z")
    Lever.objects.filter(slug="transports-voirie").update(updated_at=f"{new}T12:00Z")
    Enterprise.objects.filter(slug="isa-groupe").update(updated_at=f"{new}T12:00Z")

    pages, places = "/sitemap-pages.xml", "/sitemap-territoires.xml"
    for part, path, date in [
        (pages, "/territoires/18-cher/", new),
        (pages, "/territoires/36-indre/", old),
        (pages, "/leviers/transports-voirie/", new),
        (pages, "/leviers/politique-de-la-ville/", old),
        (places, "/territoires/18-cher/bourges/", new),
        (places, "/territoires/36-indre/chateauroux/", old),
        ("/sitemap-entreprises-1.xml", "/entreprises/isa-groupe/", new),
        ("/sitemap-entreprises-1.xml", "/entreprises/sefard/", old),
        (pages, "/leviers/", None),  # a list: it changes with each of its rows
    ]:
        assert last_change(client, part, path) == date, path


def test_every_enterprise_of_a_long_list_is_listed_once(client, db, monkeypatch):
    monkeypatch.setattr(sitemaps, "PART", 4)
    make_many(9)
    make_enterprise(slug="cachee", is_published=False)

    parts = listed_in(client, "/sitemap.xml")
    listed = [path for path in public_paths(client) if path.startswith("/entreprises/c")]

    assert parts[2:] == [f"/sitemap-entreprises-{n}.xml" for n in (1, 2, 3)]
    assert sorted(listed) == [f"/entreprises/comite-{n}/" for n in range(9)]


def test_a_part_is_within_the_limit_of_the_protocol():
    assert sitemaps.PART <= 50_000


def test_the_cost_of_a_part_does_not_grow_with_the_list(client, db, monkeypatch):
    monkeypatch.setattr(sitemaps, "PART", 5)

    def queries(path):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    make_many(5)
    few = [queries("/sitemap.xml"), queries("/sitemap-entreprises-1.xml")]
    Enterprise.objects.update(is_published=False)
    for n in range(30):
        make_enterprise(slug=f"autre-{n}")

    assert [queries("/sitemap.xml"), queries("/sitemap-entreprises-1.xml")] == few == [1, 2]


def test_a_change_is_in_the_sitemap_at_once(client, db):
    make_many(2)
    before = public_paths(client)
    Enterprise.objects.filter(slug="comite-0").update(slug="autre")
    Enterprise.objects.filter(slug="comite-1").update(is_published=False)

    after = public_paths(client)

    assert set(before) - set(after) == {"/entreprises/comite-0/", "/entreprises/comite-1/"}
    assert set(after) - set(before) == {"/entreprises/autre/"}


@pytest.mark.parametrize("number", ["0", "2", "99999", "9" * 40, "x", "-1"])
def test_a_part_that_does_not_exist_is_not_found(client, content, number):
    assert client.get(f"/sitemap-entreprises-{number}.xml").status_code == 404


def test_an_empty_list_has_no_part(client, db):
    assert listed_in(client, "/sitemap.xml") == ["/sitemap-pages.xml", "/sitemap-territoires.xml"]
    assert client.get("/sitemap-entreprises-1.xml").status_code == 404
