"""A cache that cannot be written is no failure: visitors still get the page, and it is logged."""

import gzip
import resource
import signal
from contextlib import contextmanager

import pytest

from cress.base.files.cache import CachedFile
from cress.opendata import views

PDF, PNG = b"%PDF", b"\x89PNG"
CSV, JSON = "\ufeffentreprise;".encode(), b'{"metadonnees"'
# Address, first bytes of the answer, folder of its cache.
CACHED = {
    "/plaquette.pdf": (PDF, "editions"),
    "/territoires/18-cher/plaquette.pdf": (PDF, "editions"),
    "/leviers/transports-voirie/fiche.pdf": (PDF, "editions"),
    "/feuille-de-route.pdf?territoire=18&levier=transports-voirie": (PDF, "editions"),
    "/partage/site.png": (PNG, "share"),
    "/partage/territoire-18.png": (PNG, "share"),
    "/donnees/entreprises-excel.csv": (CSV, "opendata"),
    "/donnees/entreprises.json": (JSON, "opendata"),
    "/donnees/entreprises.json?departement=18": (JSON, "opendata"),
}
cached_address = pytest.mark.parametrize("address", CACHED)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, monkeypatch):
    """An empty data folder; files of any number of rows are compressed and cached."""
    monkeypatch.setattr(views, "MOST_IN_MEMORY", 0)
    settings.DATA_DIR = tmp_path
    return tmp_path


def answer(client, address):
    """Check the answer to an address; return its bytes, decompressed."""
    response = client.get(address)
    content = b"".join(response)
    response.close()
    assert response.status_code == 200, address
    if response.get("Content-Encoding") == "gzip":
        content = gzip.decompress(content)
    assert content.startswith(CACHED[address][0])
    return content


@contextmanager
def no_file_may_grow():
    """Make every write to a file fail in this process, as on a full disk (EFBIG)."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)


@cached_address
def test_a_page_is_answered_while_the_disk_is_full(client, content, folder, caplog, address):
    with no_file_may_grow(), pytest.raises(OSError, match="large"):
        (folder / "probe").write_bytes(b"x" * 10_000)
    with no_file_may_grow():
        first = answer(client, address)
        second = answer(client, address)
    kept = [file.name for file in (folder / CACHED[address][1]).glob("[!.]*")]

    assert len(first) == len(second)
    assert kept == [] or "departement" in address
    if "?departement" not in address:
        assert "The cache cannot keep" in caplog.text


@cached_address
def test_a_page_is_answered_when_a_file_stands_in_the_place_of_the_folder(
    client, content, folder, caplog, address
):
    in_the_way = folder / CACHED[address][1]
    in_the_way.write_bytes(b"")

    answer(client, address)

    assert in_the_way.is_file()
    assert "cannot" in caplog.text


@cached_address
def test_a_page_is_answered_when_a_folder_stands_in_the_place_of_the_file(
    client, content, folder, address
):
    answer(client, address)
    for file in (folder / CACHED[address][1]).glob("[!.]*"):
        file.unlink()
        file.mkdir()

    answer(client, address)


@cached_address
def test_a_page_is_answered_when_the_lock_file_is_a_folder(client, content, folder, address):
    (folder / CACHED[address][1] / ".lock").mkdir(parents=True)

    answer(client, address)


def test_a_full_disk_does_not_remove_the_older_file(folder, caplog):
    older = CachedFile("share", "site", "1", "png")
    older.write(b"older")
    newer = CachedFile("share", "site", "2", "png")

    with no_file_may_grow():
        assert newer.read_or_make(lambda: b"newer" * 5000) == b"newer" * 5000

    assert older.read() == b"older"
    assert newer.read() is None
    assert [file.name for file in (folder / "share").iterdir()] == ["site.1.png"]


def test_the_newest_files_of_a_name_stay(folder):
    for digest in "123":
        CachedFile("share", "site", digest, "png", keep=2).write(digest.encode())
        CachedFile("share", "site-2", digest, "png").write(digest.encode())

    names = sorted(file.name for file in (folder / "share").iterdir())

    assert names == ["site-2.3.png", "site.2.png", "site.3.png"]
