"""What the site writes starts with SITE_URL: the Host header of a request changes nothing."""

import gzip
import re

import pytest

from cress.opendata import views
from cress.opendata.formats import FILES
from tests.test_site import listed_in, public_paths

SITE_URL = "https://ess.example"
HOSTS = ["localhost:1001", "localhost:1002", "other.example", "ess.example"]
PDFS = [
    "/plaquette.pdf",
    "/territoires/18-cher/plaquette.pdf",
    "/leviers/transports-voirie/fiche.pdf",
    "/feuille-de-route.pdf?territoire=18&levier=transports-voirie",
]
DATA = [f"/donnees/{name}" for name in FILES]
OTHERS = [
    "/partage/site.png",
    "/partage/territoire-18.png",
    "/donnees/catalogue.jsonld",
    "/donnees/entreprises.schema.json",
    "/donnees/entreprises.json?departement=18",
    "/sitemap.xml",
    "/sitemap-pages.xml",
    "/sitemap-entreprises-1.xml",
    "/robots.txt",
    "/site.webmanifest",
]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, monkeypatch):
    """A server that accepts any host, with an empty cache for files of any number of rows."""
    settings.SITE_URL = SITE_URL
    settings.ALLOWED_HOSTS = ["*"]
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(views, "MOST_IN_MEMORY", 0)
    return tmp_path


def body(client, address, host):
    response = client.get(address, headers={"Host": host})
    assert response.status_code == 200, address
    return b"".join(response)


def names(content):
    """Return the hosts of HOSTS, with their ports, that a file names; PDFs are searched as is."""
    return [host for host in HOSTS[:-1] if host.encode() in content]


@pytest.mark.parametrize("address", [*PDFS, *DATA, *OTHERS])
def test_every_host_gets_the_same_bytes_and_shares_one_cached_file(
    client, content, folder, address
):
    files = {host: body(client, address, host) for host in HOSTS}

    assert len(set(files.values())) == 1, address
    assert names(files[HOSTS[0]]) == []
    cached = [
        path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")
    ]
    assert len(cached) <= 1
    assert len(cached) == 1 or address in OTHERS or "entreprises" not in address


def test_pages_name_the_site_and_never_the_host(client, content):
    """Canonical address, Open Graph, structured data, links: every page, under two ports."""
    paths = public_paths(client)
    for path in paths:
        pages = [body(client, path, host) for host in HOSTS[:2]]
        if path != "/contact/":  # it holds a stamp of the time
            assert pages[0] == pages[1], path
        for page in pages:
            assert names(page) == [], path
        assert f'href="{SITE_URL}{path}"'.encode() in pages[0]
    assert len(paths) > 40


@pytest.mark.parametrize("address", ["/", "/territoires/", "/territoires/18-cher/"])
def test_structured_data_and_open_graph_start_with_the_address_of_the_site(
    client, content, address
):
    page = body(client, address, HOSTS[0]).decode()
    graph = re.findall(r'property="og:(?:url|image)" content="([^"]+)"', page)
    data = re.findall(r'"(?:item|contentUrl|url)": "(http[^"]+)"', page)

    assert len(graph) == 2
    for absolute in [*graph, *data]:
        assert absolute.startswith((f"{SITE_URL}/", "https://cresscentre.org")), absolute


def test_the_sitemap_and_robots_start_with_the_address_of_the_site(client, content):
    for part in ["/sitemap.xml", *listed_in(client, "/sitemap.xml")]:
        locations = re.findall(rb"<loc>(.*?)</loc>", body(client, part, HOSTS[0]))
        assert locations
        assert all(each.startswith(f"{SITE_URL}/".encode()) for each in locations)
    assert f"Sitemap: {SITE_URL}/sitemap.xml".encode() in body(client, "/robots.txt", HOSTS[0])


def test_the_qr_code_of_an_edition_leads_to_the_site(client, content, monkeypatch):
    drawn = []
    monkeypatch.setattr("cress.printing.content._qr_code", lambda address: drawn.append(address))

    for pdf in PDFS:
        client.get(pdf, headers={"Host": HOSTS[0]})

    assert len(drawn) == len(PDFS)
    assert all(address.startswith(f"{SITE_URL}/") for address in drawn)


def test_a_gzipped_file_of_data_names_the_site(client, content):
    response = client.get(
        "/donnees/entreprises.json", headers={"Host": HOSTS[0], "Accept-Encoding": "gzip"}
    )

    text = gzip.decompress(response.content).decode()
    assert f'"{SITE_URL}/donnees/entreprises/"' in text
    assert "localhost" not in text
