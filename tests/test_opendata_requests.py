"""Requests for open data: filters, errors, headers, the catalogue."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cress.chamber.models import SiteIdentity
from cress.opendata.formats import FILES
from territories.models import Statistic
from tests.data_files import (
    ADDRESSES,
    ROOT,
    SLUGS,
    UNKNOWN_LICENCE,
    column,
    french_rows_of,
    json_of,
    rows_of,
)
from tests.factories import (
    make_action,
    make_bin,
    make_commune,
    make_competence,
    make_distribution,
    make_enterprise,
    make_family,
    make_identity,
    make_intercommunality,
    make_key_figure,
    make_legal_text,
    make_lever,
    make_rank,
    make_region,
    make_rule,
    make_sector,
    make_source,
    make_statistic,
    make_term,
    make_territory,
)

# Filters


def test_every_file_with_departments_can_be_filtered_by_department(client, content):
    for address in ["chiffres.csv", "territoires.csv"]:
        assert {*column(rows_of(client, f"{address}?departement=18"), "code")} == {"18"}
    assert column(rows_of(client, "entreprises.csv?departement=18"), "entreprise") == ["isa-groupe"]
    french = french_rows_of(client, "chiffres-excel.csv?departement=18")
    assert {*column(french, "code")} == {"18"}
    collection = json_of(client, "territoires.geojson?departement=18")
    assert column(collection["features"], "id") == ["18"]
    assert collection["metadonnees"]["filtres"] == {"departement": ["18"]}


def test_several_values_of_a_filter_are_all_kept(client, content):
    rows = rows_of(client, "chiffres.csv?departement=18&departement=37&departement=18")

    assert {*column(rows, "code")} == {"18", "37"}


def test_filters_are_combined(client, content):
    lever = "developpement-economique-et-touristique"
    illustrated = rows_of(client, f"entreprises.csv?levier={lever}")
    in_the_loir_et_cher = rows_of(client, f"entreprises.csv?levier={lever}&departement=41")

    assert sorted(column(illustrated, "departement")) == ["28", "37", "41"]
    assert column(in_the_loir_et_cher, "entreprise") == ["odyssee-creation"]
    assert rows_of(client, f"entreprises.csv?levier={lever}&departement=18") == []


def test_an_enterprise_of_two_requested_levers_is_listed_once(client, content):
    query = (
        "levier=emploi-et-insertion-professionnelle"
        "&levier=protection-et-mise-en-valeur-de-l-environnement"
    )

    assert column(rows_of(client, f"entreprises.csv?{query}"), "entreprise") == ["isa-groupe"]
    assert len(rows_of(client, f"leviers.csv?{query}")) == 2


def test_enterprises_are_filtered_by_sector_and_family(client, content):
    assert column(rows_of(client, "entreprises.csv?secteur=industrie"), "entreprise") == ["sefard"]
    rows = rows_of(client, "entreprises.csv?famille_ess=cooperative")
    assert sorted(column(rows, "entreprise")) == ["odyssee-creation", "sefard"]


# Errors


@pytest.fixture
def departments(db):
    """The departments of the region, and nothing else."""
    make_region(code="24")
    return [make_territory(code=code) for code in ["18", "28", "36", "37", "41", "45"]]


BAD_QUERIES = [
    "departement=99",
    "departement=",
    "departement=18&departement=x",
    "departement=18,37",
    "departement=18%00",
    "departement=%00",
    "departement=%ff%fe",
    "departement=" + "1" * 10_000,
    "departement=18'%20OR%201=1--",
    "departement=%F0%9F%9A%80",
    "departement=24",
    "inconnu=18",
    "%00=18",
    "=",
    "territory__code=18",
    "x" * 10_000 + "=1",
]


FILES_WITH_DEPARTMENTS = [
    name for name in FILES if name.startswith(("chiffres.", "territoires", "entreprises"))
]


@pytest.mark.parametrize("query", BAD_QUERIES, ids=lambda query: query[:30])
@pytest.mark.parametrize("name", FILES_WITH_DEPARTMENTS)
def test_a_bad_filter_is_refused_in_french_and_writes_nothing(client, departments, name, query):
    with CaptureQueriesContext(connection) as queries:
        response = client.get(f"/donnees/{name}?{query}")

    assert response.status_code == 400
    assert response["Content-Type"] == "application/json"
    assert response["Access-Control-Allow-Origin"] == "*"
    [(key, reason)] = response.json().items()
    assert key == "erreur"
    assert reason.startswith("Le filtre «\u202f")
    assert "Valeurs possibles\u202f: 18, 28, 36, 37, 41, 45." in reason or (
        "Filtres possibles\u202f: departement" in reason
    )
    assert len(reason) < 400
    assert "\x00" not in reason
    assert all(query["sql"].lstrip("(").startswith("SELECT") for query in queries)


@pytest.mark.parametrize(
    "address",
    [
        "chiffres-cles.csv?departement=18",
        "leviers.json?departement=18",
        "chiffres.schema.json?departement=18",
        "catalogue.jsonld?x=1",
        "chiffres.csv?levier=transports-voirie",
    ],
)
def test_a_filter_that_a_file_does_not_have_is_refused(client, departments, address):
    response = client.get(f"/donnees/{address}")

    assert response.status_code == 400
    assert "n’existe pas ici" in response.json()["erreur"]


def test_an_error_quotes_the_value_shortened_without_hidden_characters(client, departments):
    reason = client.get("/donnees/chiffres.csv?departement=1%E2%80%AE<b>" + "9" * 50).json()

    assert f"«\u202f1��b�{'9' * 35}…\u202f»" in reason["erreur"]


@pytest.mark.parametrize(
    "name",
    [
        "inconnu.csv",
        "chiffres.xml",
        "chiffres.geojson",
        "chiffres",
        "chiffres.csv%00",
        "%00",
        "%ff.csv",
        "🚀.json",
        "x" * 10_000,
        "inconnu.schema.json",
        "..%2fsecret.csv",
        "CHIFFRES.CSV",
    ],
)
def test_an_unknown_file_gets_a_french_error(client, departments, name):
    response = client.get(f"/donnees/{name}")

    assert response.status_code == 404
    if "/" not in name and "%2f" not in name:
        assert list(response.json()) == ["erreur"]
        assert response["Access-Control-Allow-Origin"] == "*"
        assert len(response.json()["erreur"]) < 800


def test_the_error_of_an_unknown_file_lists_the_files(client, departments):
    reason = client.get("/donnees/chifres.csv").json()["erreur"]

    assert reason.startswith("Ce fichier n’existe pas.")
    assert "chiffres.csv, chiffres.json" in reason


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_the_files_cannot_be_written(client, departments, method):
    for address in ["/donnees/", *ADDRESSES]:
        assert getattr(client, method)(address).status_code == 405, address


def test_a_thousand_filters_are_refused(client, departments):
    response = client.get("/donnees/chiffres.csv?" + "departement=18&" * 1001)

    assert response.status_code == 413


# Headers


def test_an_unchanged_file_is_not_sent_again(client, content):
    etags = set()
    for address in ADDRESSES:
        first = client.get(address)
        again = client.get(address, headers={"If-None-Match": first["ETag"]})
        other = client.get(address, headers={"If-None-Match": '"autre"'})

        assert first.status_code == 200
        assert first["ETag"].startswith('"'), address  # strong
        assert [again.status_code, again.content] == [304, b""], address
        assert again["ETag"] == first["ETag"]
        assert [other.status_code, other.content] == [200, first.content], address
        etags.add(first["ETag"])
    assert len(etags) == len(ADDRESSES) == 43


def test_a_file_has_the_headers_of_its_format(client, content):
    kinds = {
        "csv": "text/csv; charset=utf-8",
        "json": "application/json",
        "geojson": "application/geo+json",
        "jsonld": "application/ld+json",
    }
    for address in ADDRESSES:
        response = client.get(address)
        name = address.removeprefix("/donnees/")
        assert response["Content-Type"] == kinds[name.rpartition(".")[2]], address
        way = "attachment" if name.endswith(".csv") else "inline"
        assert response["Content-Disposition"] == f'{way}; filename="{name}"'
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Access-Control-Allow-Origin"] == "*", address
        assert "public" in response["Cache-Control"], address
        assert "max-age=300" in response["Cache-Control"], address
        assert "Last-Modified" not in response, address
        assert "Cookie" not in response.get("Vary", ""), address
        assert not response.cookies, address


def test_a_head_request_gets_the_headers_of_a_get_request(client, content):
    for address in ADDRESSES:
        head, sent = client.head(address), client.get(address)
        assert b"".join(head) == b""
        for name in ["ETag", "Content-Type", "Content-Disposition", "Access-Control-Allow-Origin"]:
            assert head[name] == sent[name], address
        again = client.head(address, headers={"If-None-Match": sent["ETag"]})
        assert again.status_code == 304, address


@pytest.mark.parametrize(
    "address", [*ADDRESSES, "/donnees/inconnu.csv", "/donnees/chiffres.csv?departement=99"]
)
def test_a_browser_may_ask_what_other_sites_may_read(client, departments, address):
    """A script of another site that sends If-None-Match first sends OPTIONS."""
    response = client.options(
        address,
        headers={
            "Origin": "https://other.example",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "if-none-match",
        },
    )

    assert [response.status_code, response.content] == [204, b""]
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Access-Control-Allow-Headers"] == "*"
    for header in ["Allow", "Access-Control-Allow-Methods"]:
        assert response[header] == "GET, HEAD, OPTIONS"
    assert client.post(address)["Allow"] == "GET, HEAD, OPTIONS"
    exposed = client.get(address)["Access-Control-Expose-Headers"]
    assert {"ETag", "Content-Disposition"} <= set(exposed.split(", "))


def test_html_pages_are_closed_to_the_scripts_of_other_sites(client, content):
    for page in ["/", "/donnees/", "/territoires/18-cher/"]:
        assert "Access-Control-Allow-Origin" not in client.get(page)


def test_a_deleted_row_changes_the_etag_of_the_file(client, content):
    before = client.get("/donnees/chiffres.csv")["ETag"]

    Statistic.objects.first().delete()

    assert client.get("/donnees/chiffres.csv")["ETag"] != before


@pytest.mark.parametrize("address", [*ADDRESSES, "/donnees/entreprises.json?departement={code}"])
def test_queries_do_not_grow_with_the_rows(client, db, address):
    make_identity()
    region, source = make_region(), make_source()
    make_statistic(territory=region, source=source)
    department = make_territory()
    address = address.format(code=department.code)

    def grow():
        other = make_territory()
        make_statistic(territory=other, source=source)
        make_key_figure(source=source)
        distribution = make_distribution()
        make_bin(distribution=distribution)
        make_rank(distribution=distribution, territory=other)
        commune = make_commune(department=department, intercommunality=make_intercommunality())
        enterprise = make_enterprise(commune=commune, family=make_family(), sector=make_sector())
        lever = make_lever()
        enterprise.levers.add(lever, make_lever())
        make_action(lever=lever)
        make_rule(lever=lever, legal_text=make_legal_text())
        make_competence(lever=lever)
        lever.terms.add(make_term())

    grow()
    with CaptureQueriesContext(connection) as with_one:
        small = client.get(address)
    for _ in range(9):
        grow()
    with CaptureQueriesContext(connection) as with_ten:
        large = client.get(address)

    assert small.status_code == large.status_code == 200
    assert len(with_one) == len(with_ten) <= (10 if "?" in address else 9)
    if "schema" not in address and "catalogue" not in address:
        assert len(large.content) > len(small.content) * 2


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_empty_site_has_valid_files(client, db, address):
    response = client.get(address)

    assert response.status_code == 200
    assert "None" not in response.text
    if address.endswith(".csv"):
        assert response.content.count(b"\r\n") == 1
    elif address.endswith(".geojson"):
        assert response.json()["features"] == []
    elif address.endswith("e.json") or "schema" in address:
        assert response.json()["fields"]
    elif address.endswith(".json"):
        assert response.json()["donnees"] == []
        assert response.json()["metadonnees"]["mise_a_jour"] is None


# The catalogue


def test_the_catalogue_lists_every_file(client, content):
    catalogue = json_of(client, "catalogue.jsonld")
    datasets = catalogue["dcat:dataset"]
    files = [file for dataset in datasets for file in dataset["dcat:distribution"]]

    assert catalogue["@type"] == "dcat:Catalog"
    assert catalogue["@id"] == f"{ROOT}/donnees/"
    assert column(datasets, "dct:identifier") == SLUGS
    assert sorted(file["dcat:downloadURL"]["@id"] for file in files) == sorted(
        f"{ROOT}/donnees/{name}" for name in FILES
    )
    for file in files:
        response = client.get(file["dcat:downloadURL"]["@id"].removeprefix(ROOT))
        assert response.status_code == 200
        media_type = response["Content-Type"].partition(";")[0]
        assert file["dcat:mediaType"]["@id"].endswith(f"/media-types/{media_type}")
        assert file["dcat:accessURL"] == file["dcat:downloadURL"]
        if "-excel.csv" in file["@id"]:
            assert "dct:conformsTo" not in file
        else:
            schema = client.get(file["dct:conformsTo"]["@id"].removeprefix(ROOT))
            assert schema.json()["fields"]
    for dataset in datasets:
        page = dataset["dcat:landingPage"]["@id"]
        assert dataset["@id"] == page == f"{ROOT}/donnees/{dataset['dct:identifier']}/"
        assert client.get(page.removeprefix(ROOT)).status_code == 200


def test_the_catalogue_declares_its_vocabularies(client, content):
    catalogue = json_of(client, "catalogue.jsonld")

    def words(value):
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from [key] if ":" in key else []
                yield from words(inner)
            yield from [value["@type"]] if ":" in value.get("@type", "") else []
        elif isinstance(value, list):
            for inner in value:
                yield from words(inner)

    used = {word.partition(":")[0] for word in words(catalogue["dcat:dataset"])}
    assert used == {"dcat", "dct", "foaf", "rdfs", "vcard", "xsd"}
    assert used == set(catalogue["@context"])
    assert all(address.startswith("http") for address in catalogue["@context"].values())


def test_the_catalogue_gives_publisher_date_region_and_sources(client, content):
    datasets = {d["dct:identifier"]: d for d in json_of(client, "catalogue.jsonld")["dcat:dataset"]}
    figures = datasets["chiffres"]

    assert figures["dct:publisher"]["foaf:name"] == SiteIdentity.objects.get().full_name
    assert figures["dct:modified"] == {"@type": "xsd:date", "@value": "2026-11-23"}
    assert figures["dct:spatial"] == {"@id": "http://id.insee.fr/geo/region/24"}
    assert figures["dct:temporal"]["dcat:startDate"]["@value"] == "2008"
    assert figures["dct:temporal"]["dcat:endDate"]["@value"] == "2020"
    assert datasets["territoires"]["dct:temporal"]["dcat:endDate"]["@value"] == "2015"
    assert len(figures["dct:provenance"]) == 9
    assert {"@id": "https://www.insee.fr/fr/statistiques/5895500"} in figures["dct:source"]
    rights = figures["dcat:distribution"][0]["dct:rights"]["rdfs:label"]["@value"]
    assert UNKNOWN_LICENCE in rights
    assert "dct:license" not in figures["dcat:distribution"][0]
    drawn = datasets["territoires"]["dcat:distribution"][0]["dct:rights"]["rdfs:label"]["@value"]
    assert "MapSVG, CC BY 4.0" in drawn
    assert "dct:temporal" not in datasets["leviers"]  # no vintage is known
