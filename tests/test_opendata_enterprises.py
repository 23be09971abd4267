"""The open data of enterprises: rows, filters, ETags, and files of many rows."""

import gzip
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from threading import Barrier
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from cress.base.files import locks
from cress.chamber.models import SiteIdentity
from cress.opendata import packed, views
from cress.opendata.datasets import ENTERPRISES
from cress.opendata.formats import files_of
from cress.opendata.queries import Selection
from enterprises.directory import Directory
from enterprises.filters import DirectoryFilter
from enterprises.models import Enterprise, Family, Sector
from policies.models import Lever
from territories.models import Commune, Intercommunality
from tests.busy import no_spare_thread
from tests.data_files import column, faults, json_of, rows_of
from tests.factories import (
    make_commune,
    make_enterprise,
    make_family,
    make_identity,
    make_intercommunality,
    make_lever,
    make_photo,
    make_sector,
    make_territory,
)
from tests.html import Document, plain

NAMES = [name for name, _ in files_of(ENTERPRISES)]
CSV = "/donnees/entreprises.csv"


def make_listed(**fields):
    return make_enterprise(**{"is_example": False, "summary": ""} | fields)


@pytest.fixture
def town(db):
    department = make_territory(code="18")
    grouping = make_intercommunality(siren="200011781")
    return make_commune(
        name="Bourges",
        insee_code="18033",
        department=department,
        intercommunality=grouping,
        longitude=2.4,
        latitude=47.08,
    )


@pytest.fixture
def sirens(town):
    """An example and two listed establishments, each with values that the others lack."""
    health = make_sector(name="Santé", slug="sante")
    association = make_family(name="Association", slug="association")
    lever = make_lever(slug="un-levier")
    example = make_enterprise(slug="exemple", name="L’Œuvre du val", commune=town)
    example.levers.add(lever, make_lever(slug="un-autre"))
    make_listed(
        slug="liste-1",
        name="Comité des fêtes",
        usual_name="Le Comité",
        siret="00000001800017",
        commune=town,
        sector=health,
        family=association,
        headcount_min=1,
        headcount_max=2,
        activity_code="94.99Z",
        legal_category="9220",
    )
    make_listed(slug="liste-2", name="Régie", headcount_min=250, headcount_max=499)


@pytest.fixture
def on_the_disk(monkeypatch, tmp_path, settings):
    """Gzip every file, as if it had many rows, in a cache for this test."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(views, "MOST_IN_MEMORY", 0)
    return tmp_path / "opendata"


def fetch(client, address, method="get", **headers):
    """Return the answer and all its bytes; close it if it was streamed."""
    response = getattr(client, method)(address, headers=headers)
    return response, b"".join(response)


# Rows


def test_listed_establishments_have_their_columns_of_sirene(client, sirens):
    rows = {row["entreprise"]: row for row in rows_of(client, "entreprises.csv")}
    listed, example = rows["liste-1"], rows["exemple"]

    assert sorted(rows) == ["exemple", "liste-1", "liste-2"]
    assert [listed["siret"], listed["siren"]] == ["00000001800017", "000000018"]
    assert [listed["denomination"], listed["nom_usuel"]] == ["Comité des fêtes", "Le Comité"]
    assert [listed["activite_principale"], listed["nomenclature_activite"]] == [
        "94.99Z",
        "NAFRev2",
    ]
    assert listed["categorie_juridique"] == "9220"
    assert [listed["exemple"], listed["resume"], listed["leviers"]] == ["non", "", ""]
    assert listed["page"].endswith("/entreprises/liste-1/")
    assert [example["exemple"], example["leviers"]] == ["oui", "un-levier|un-autre"]
    assert [example["nom_usuel"], example["siret"], example["nomenclature_activite"]] == [
        "L’Œuvre du val",
        "",
        "",
    ]


def test_an_unpublished_establishment_is_in_no_file(client, sirens):
    Enterprise.objects.filter(slug="liste-1").update(is_published=False)

    for name in NAMES:
        assert "Comité" not in client.get(f"/donnees/{name}").text


def test_the_list_obeys_its_table_schema(client, sirens, on_the_disk):
    schema = json_of(client, "entreprises.schema.json")
    _, content = fetch(client, CSV)

    assert faults(content, schema) == []


def test_two_rows_with_the_same_siret_do_not_obey_the_table_schema(client, sirens):
    schema = json_of(client, "entreprises.schema.json")
    content = client.get(CSV).content
    [line] = [line for line in content.splitlines(keepends=True) if b"liste-1," in line]

    assert faults(content + line.replace(b"liste-1,", b"liste-3,"), schema) != []


def test_an_establishment_without_a_place_has_no_position(client, sirens):
    features = {f["id"]: f for f in json_of(client, "entreprises.geojson")["features"]}

    assert features["liste-2"]["geometry"] is None
    assert features["liste-1"]["geometry"] == {"type": "Point", "coordinates": [2.4, 47.08]}
    assert json_of(client, "entreprises.geojson")["bbox"] == [2.4, 47.08, 2.4, 47.08]


def test_no_column_is_about_a_person():
    columns = " ".join(f"{each.name} {each.title} {each.sirene}" for each in ENTERPRISES.columns)

    for word in ["prenom", "sexe", "naissance", "dirigeant", "courriel", "telephone"]:
        assert word not in columns.lower()


# Filters


def queries_of_the_directory():
    """Return a query string for each choice of the directory, and for some combinations."""
    filters = DirectoryFilter(QueryDict())
    single = [
        f"{name}={key}"
        for name, field in filters.fields.items()
        if hasattr(field, "choices") and name != "tri"
        for key, _ in field.choices[1:25]
    ]
    texts = ["q=oeuvre", "q=ŒUVRE+du+VAL", "q=comité", "q=bourges", "q=zzzz", "q=100%25+val"]
    together = ["q=bourges&exemples=oui", "departement=18&effectif=1-9&epci=241800507&q=le+comité"]
    near = ["commune=18033&departement=18", "tri=ajout"]
    return ["", *single, *texts, *together, *near]


def test_a_file_has_the_rows_that_the_directory_shows_for_the_same_query(client, content):
    bourges = Commune.objects.get(insee_code="18033")
    for n, (headcount, family) in enumerate(product([0, 5, 20, 300, None], Family.objects.all())):
        make_listed(
            name=["Comité", "L’Œuvre du val", "Atelier"][n % 3],
            commune=bourges if n % 2 else None,
            department=bourges.department,
            sector=Sector.objects.all()[n % 2],
            family=family,
            headcount_min=headcount,
            headcount_max=headcount,
        )
    queries = queries_of_the_directory()
    found = set()
    for query in queries:
        filters = DirectoryFilter(QueryDict(query))
        directory = Directory(filters)
        shown = [e.slug for number in (1, 2) for e in directory.page(number)][: directory.count]
        rows = rows_of(client, f"entreprises.csv?{filters.data_query}")

        assert not filters.errors, query
        assert len(rows) == directory.count, query
        assert set(column(rows, "entreprise")) == set(shown), query
        found.add(len(rows))
    assert len(queries) > 50
    assert len(found) > 5


def test_the_directory_links_to_the_files_of_its_results(client, sirens):
    page = Document(client.get("/entreprises/?q=comité&effectif=1-9&tri=ajout").text)
    links = [link for link in page.attributes("href") if link.startswith("/donnees/entreprises")]

    assert len(links) == 4
    for link in links:
        assert client.get(link).status_code == 200
    assert column(json_of(client, links[2].removeprefix("/donnees/"))["donnees"], "entreprise") == [
        "liste-1"
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("effectif=1-9&effectif=250", ["liste-1", "liste-2"]),
        ("secteur=sante&secteur=sante", ["liste-1"]),
        ("levier=un-levier&levier=un-autre", ["exemple"]),
        ("exemples=oui&exemples=oui", ["exemple"]),
        ("departement=18&" * 500, ["exemple", "liste-1"]),
    ],
)
def test_a_repeated_filter_keeps_the_rows_of_all_its_values_once(client, sirens, query, expected):
    rows = rows_of(client, f"entreprises.csv?{query}")

    assert sorted(column(rows, "entreprise")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("comites+de+fete", ["liste-1"]),
        ("OEUVRES", ["exemple"]),
        ("bourges", ["exemple", "liste-1"]),
        ("sante+associations", ["liste-1"]),
        ("00000001800017", ["liste-1"]),
        ("000+000+018+00017", ["liste-1"]),
        ("regies", ["liste-2"]),
        ("s.c.i.c.", ["exemple"]),
        ("al", []),  # inside « val »
    ],
)
def test_a_text_is_looked_for_in_all_that_the_directory_reads(client, sirens, text, expected):
    example = Enterprise.objects.get(slug="exemple")
    example.text = "Une SCIC depuis 2012."
    example.save()

    rows = rows_of(client, f"entreprises.csv?q={text}")

    assert sorted(column(rows, "entreprise")) == expected


def test_the_page_of_the_dataset_says_what_a_text_is_looked_for_in(client, sirens):
    page = plain(Document(client.get("/donnees/entreprises/").text).text)

    assert "Mots du nom, de la commune, du département, du secteur, de la famille, du" in page
    assert "un d'au moins 2 lettres" in page


def test_the_metadata_give_the_filters_that_were_applied(client, sirens):
    metadata = json_of(client, "entreprises.json?q=+Comité+&effectif=1-9&effectif=1-9")[
        "metadonnees"
    ]

    assert metadata["filtres"] == {"q": ["Comité"], "effectif": ["1-9"]}


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("q=%C3%A9", "au moins deux lettres"),
        ("q=a+b+c", "au moins deux lettres"),
        ("q=%25%25%25%25", "au moins deux lettres"),
        ("q=____", "au moins deux lettres"),
        ("q=", "est vide"),
        ("q=%00bourges", "caractère nul"),
        ("q=" + "a" * 10_000, "au plus 100 signes"),
        ("q=" + "%F0%9F%9A%80" * 50, "au moins deux lettres"),
        ("q=bourges&" * 500, "ne se répète pas"),
        ("effectif=2", "0, 1-9, 10-49, 250, 50-249"),
        ("effectif=%2500", "ne connaît pas"),
        ("exemples=non", "Valeurs possibles\u202f: oui."),
        ("exemples=", "ne connaît pas"),
        ("epci=18", "ne connaît pas"),
        ("levier=un-levier%00", "ne connaît pas"),
        ("secteur=" + "x" * 10_000, "ne connaît pas"),
        ("commune=18033", "n’existe pas ici"),
        ("tri=ajout", "n’existe pas ici"),
        ("pres_de=Bourges", "n’existe pas ici"),
        ("page=2", "n’existe pas ici"),
    ],
    ids=lambda text: text[:30],
)
@pytest.mark.parametrize("name", ["entreprises.csv", "entreprises.geojson"])
def test_an_invalid_filter_is_refused_with_the_reason(client, sirens, name, query, reason):
    response = client.get(f"/donnees/{name}?{query}")

    assert response.status_code == 400
    assert response["Access-Control-Allow-Origin"] == "*"
    error = response.json()["erreur"]
    assert reason in error
    assert len(error) < 300
    assert "\x00" not in error


def test_an_error_does_not_list_every_intercommunality(client, content):
    error = client.get(f"{CSV}?epci=000000000").json()["erreur"]

    assert "et 70 autres" in error
    assert len(error) < 300


def test_wildcards_and_quotes_of_sql_have_no_effect(client, sirens):
    for text in ["zzz%25", "%25zzz_", "com%25zzz", "zzz'+OR+1=1--"]:
        assert rows_of(client, f"entreprises.csv?q={text}") == [], text


# ETags: a file is new when one of its values has changed


def rename(enterprise):
    enterprise.name = "Autre nom"
    enterprise.save()


CHANGES = {
    "another name": rename,
    "a withdrawal": lambda e: Enterprise.objects.filter(pk=e.pk).update(is_published=False),
    "a deletion": lambda e: e.delete(),
    "a new one": lambda e: make_listed(department=e.department, sector=e.sector),
    "a lever less": lambda e: e.levers.remove(e.levers.first()),
    "a lever for another": lambda e: e.levers.set([make_lever()]),
    "a lever that is withdrawn": lambda e: Lever.objects.update(is_published=False),
    "a lever of another address": lambda e: Lever.objects.update(slug="autre"),
    "a sector of another name": lambda e: Sector.objects.update(name="Autre"),
    "a family of another address": lambda e: Family.objects.update(slug="autre"),
    "a commune of another name": lambda e: Commune.objects.update(name="Autre"),
    "a centre that moves": lambda e: Commune.objects.update(latitude=1),
    "a commune that joins another EPCI": lambda e: Commune.objects.update(
        intercommunality=make_intercommunality()
    ),
    "an EPCI of another number": lambda e: Intercommunality.objects.update(siren="123456789"),
    "the licence": lambda e: SiteIdentity.objects.update(data_licence="Libre"),
    "the publisher": lambda e: SiteIdentity.objects.update(full_name="Une autre chambre"),
}


@pytest.fixture
def enterprise(town):
    make_identity()
    enterprise = make_enterprise(commune=town, family=make_family())
    enterprise.levers.add(make_lever())
    make_listed(commune=town, sector=enterprise.sector, siret="00000001800017")
    return enterprise


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("name", ["entreprises.json", "entreprises.json?departement=18"])
def test_a_changed_value_changes_the_etag(client, enterprise, on_the_disk, name, change):
    def read():
        response, content = fetch(client, f"/donnees/{name}")
        rows = json.loads(content)["donnees"]
        return response["ETag"], [row | {"mise_a_jour": ""} for row in rows]

    etag, rows = read()
    assert read() == (etag, rows)

    change(enterprise)

    response, _ = fetch(client, f"/donnees/{name}", **{"If-None-Match": etag})
    new_etag, new_rows = read()
    assert response.status_code == 200
    assert new_etag != etag
    assert new_rows != rows


@pytest.mark.parametrize(
    "change",
    [
        lambda e: make_photo(enterprise=e),
        lambda e: make_listed(department=e.department, sector=e.sector, is_published=False),
        lambda e: None,
    ],
    ids=["a photo", "one that is not published", "nothing"],
)
def test_a_change_outside_the_file_keeps_its_etag(client, enterprise, on_the_disk, change):
    before, _ = fetch(client, CSV)

    change(enterprise)

    again, _ = fetch(client, CSV, **{"If-None-Match": before["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("query", ["", "?departement=18", "?q=entreprise"])
@pytest.mark.parametrize("name", NAMES)
def test_an_unchanged_file_gets_304_without_reading_its_rows(client, enterprise, name, query):
    etag = client.get(f"/donnees/{name}{query}")["ETag"]

    with CaptureQueriesContext(connection) as queries:
        response = client.get(f"/donnees/{name}{query}", headers={"If-None-Match": etag})

    assert [response.status_code, response.content] == [304, b""]
    assert response["ETag"] == etag
    more = {"": 0, "?departement=18": 2, "?q=entreprise": 3}  # a text asks for the synonyms too
    assert len(queries) == 6 + more[query]
    assert not any("headcount_source" in query["sql"] for query in queries)


def test_each_format_and_filter_has_its_own_etag(client, enterprise):
    make_listed(name="Ailleurs")
    queries = ["", "?departement=18", "?exemples=oui", "?q=entreprise"]
    etags = [client.get(f"/donnees/{name}{query}")["ETag"] for name in NAMES for query in queries]

    assert len(set(etags)) == len(etags) == 16


def test_an_etag_lasts_a_day_at_most(client, enterprise, monkeypatch):
    before = client.get(CSV)["ETag"]

    monkeypatch.setattr("cress.opendata.queries.timezone.localdate", lambda *_: "demain")

    assert client.get(CSV)["ETag"] != before


# Many rows


@pytest.mark.parametrize("query", ["", "?departement=18"])
@pytest.mark.parametrize("name", NAMES)
def test_a_gzipped_file_has_the_same_bytes_as_one_from_memory(
    client, sirens, monkeypatch, on_the_disk, name, query
):
    address = f"/donnees/{name}{query}"
    first, streamed = fetch(client, address)
    gzipped, _ = fetch(client, address, **{"Accept-Encoding": "br, gzip"})
    head, nothing = fetch(client, address, "head")
    monkeypatch.setattr(views, "MOST_IN_MEMORY", 1000)
    small = client.get(address)

    assert nothing == b""
    assert streamed == small.content == gzip.decompress(gzipped.content)
    assert gzipped["Content-Encoding"] == "gzip"
    assert first["ETag"] == small["ETag"] == head["ETag"]
    assert gzipped["ETag"] == f"W/{small['ETag']}"
    for response in [first, gzipped]:
        assert response["Vary"] == "Accept-Encoding"
        for header in ["Content-Type", "Content-Disposition", "Access-Control-Allow-Origin"]:
            assert response[header] == small[header] == head[header]


def test_a_head_request_writes_nothing(client, enterprise, on_the_disk):
    for name in NAMES:
        assert fetch(client, f"/donnees/{name}", "head")[0].status_code == 200

    assert not on_the_disk.exists()


def test_a_whole_file_is_written_once_until_it_changes(client, enterprise, on_the_disk):
    fetch(client, CSV)
    [file] = on_the_disk.glob("*.gz")
    first = file.stat().st_mtime_ns

    with CaptureQueriesContext(connection) as queries:
        fetch(client, CSV)

    assert [each.name for each in on_the_disk.glob("*.gz")] == [file.name]
    assert file.stat().st_mtime_ns == first
    assert len(queries) == 7


def test_one_file_of_each_name_stays(client, enterprise, on_the_disk):
    on_the_disk.mkdir()
    abandoned = on_the_disk / "tmpabandoned"
    abandoned.write_bytes(b"half")
    os.utime(abandoned, (0, 0))
    fetch(client, "/donnees/entreprises.json")
    for n in range(3):
        Sector.objects.update(name=f"Secteur {n}")
        latest = fetch(client, CSV)[0]["ETag"].strip('"').removeprefix("csv-")

    [csv, json_file] = sorted(file.name for file in on_the_disk.glob("[!.]*"))
    assert csv == f"entreprises.csv.{latest}.gz"
    assert json_file.startswith("entreprises.json.")


WHOLE = [
    "departement=18&departement=45",
    "departement=45&departement=18&secteur=sante&secteur=culture",
    "q=comité",
    "effectif=1-9",
]


@pytest.mark.parametrize("query", WHOLE)
@pytest.mark.parametrize("name", NAMES)
def test_filters_that_keep_every_row_give_the_whole_cached_file(
    client, town, on_the_disk, monkeypatch, name, query
):
    """Six departments named one by one are the whole file, which is not made again."""
    for code, slug in [("18", "sante"), ("45", "culture")]:
        department = town.department if code == "18" else make_territory(code=code)
        sector = make_sector(slug=slug)
        make_listed(
            name="Comité", department=department, sector=sector, headcount_min=2, headcount_max=2
        )
    whole, content = fetch(client, f"/donnees/{name}")
    monkeypatch.setattr(packed, "_pack", None)  # nothing may be made again

    response, filtered = fetch(client, f"/donnees/{name}?{query}")
    head, _ = fetch(client, f"/donnees/{name}?{query}", "head")
    again, _ = fetch(client, f"/donnees/{name}?{query}", **{"If-None-Match": whole["ETag"]})

    assert filtered == content
    assert response["ETag"] == head["ETag"] == whole["ETag"]
    assert again.status_code == 304
    assert len(list(on_the_disk.glob("*.gz"))) == 1


def test_filtered_files_are_never_cached(client, sirens, on_the_disk):
    for n in range(30):
        _, content = fetch(client, f"{CSV}?q=comité{'+des' * (n % 3)}&departement=18")
        assert b"liste-1" in content

    assert list(on_the_disk.glob("[!.]*")) == []


def stub(write):
    """Return a format and a selection of the whole, written by a function of the file."""
    form = SimpleNamespace(write=lambda file, _: write(file))
    return form, SimpleNamespace(filters={}, digest="0")


def test_simultaneous_requests_make_the_file_once(on_the_disk):
    made, both_ask = [], Barrier(2)

    def write(file):
        made.append(1)
        time.sleep(0.3)
        file.write(b"une ligne")

    def ask(_):
        both_ask.wait()
        return gzip.decompress(packed.packed_file("x.csv", *stub(write)))

    with ThreadPoolExecutor(2) as pool:
        contents = list(pool.map(ask, range(2)))

    assert contents == [b"une ligne"] * 2
    assert len(made) == 1


def test_a_request_that_waits_too_long_is_refused(on_the_disk, monkeypatch):
    monkeypatch.setattr(locks, "PATIENCE", 0.1)

    with locks.folder_lock(on_the_disk), pytest.raises(locks.BusyError):
        packed.packed_file("x.csv", *stub(lambda file: None))


@pytest.mark.parametrize("query", ["", "?departement=18"])
def test_the_pages_keep_a_thread_while_files_are_written(client, enterprise, on_the_disk, query):
    with no_spare_thread():
        refused = client.get(f"{CSV}{query}")
        page = client.get("/donnees/")

    assert refused.status_code == 503
    assert [refused["Retry-After"], refused["Cache-Control"]] == ["5", "no-store"]
    assert "à la fois" in refused.json()["erreur"]
    assert refused["Access-Control-Allow-Origin"] == "*"
    assert page.status_code == 200
    assert fetch(client, f"{CSV}{query}")[0].status_code == 200


def test_a_slow_reader_never_holds_the_last_thread(client, enterprise, on_the_disk):
    slow = client.get(CSV)
    with no_spare_thread():
        assert client.get(CSV).status_code == 503
        # A gzipped file is sent in one piece, which holds no thread.
        assert fetch(client, CSV, **{"Accept-Encoding": "gzip"})[0].status_code == 200
        assert b"".join(slow)
        assert fetch(client, CSV)[0].status_code == 200


@pytest.mark.parametrize("query", ["", "?departement=18"])
@pytest.mark.parametrize("error", [OSError("No space left on device"), DatabaseError("gone")])
def test_a_failure_gets_a_french_error_is_logged_and_leaves_no_file(
    client, enterprise, on_the_disk, monkeypatch, caplog, error, query
):
    def records(self):
        raise error
        yield

    monkeypatch.setattr(Selection, "records", records)

    response = client.get(f"{CSV}{query}")

    assert response.status_code == 503
    assert response["Retry-After"] == "60"
    assert response.json() == {"erreur": "Ce fichier ne peut pas être écrit pour l’instant."}
    assert "entreprises.csv cannot be written" in caplog.text
    assert str(error) in caplog.text
    assert [file.name for file in on_the_disk.iterdir()] == [".lock"]
