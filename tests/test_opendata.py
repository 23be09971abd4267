"""The open data: files that validate, say where they come from, and answer bad addresses."""

import csv
import json
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from frictionless import Dialect, Resource, Schema
from frictionless.formats import CsvControl
from pytest_django.asserts import assertContains, assertNotContains

from cress.chamber.models import SiteIdentity
from cress.opendata.datasets import DATASETS
from cress.opendata.formats import FILES
from enterprises.models import Enterprise
from policies.models import Lever
from territories.models import KeyFigure, MapGrid, Source, Statistic, Territory
from tests.factories import (
    make_action,
    make_commune,
    make_enterprise,
    make_family,
    make_identity,
    make_intercommunality,
    make_key_figure,
    make_lever,
    make_region,
    make_sector,
    make_source,
    make_statistic,
    make_term,
    make_territory,
)
from tests.html import Document, plain
from tests.test_sharing import data_of

ROOT = "http://testserver"
SLUGS = [dataset.slug for dataset in DATASETS]
ADDRESSES = [
    *(f"/donnees/{name}" for name in FILES),
    *(f"/donnees/{slug}.schema.json" for slug in SLUGS),
    "/donnees/catalogue.jsonld",
]
UNKNOWN_LICENCE = "à préciser par la CRESS"

# Promises to those who read the files: a name may be added, none changed nor taken away.
SOURCE_COLUMNS = [
    "id_source",
    "producteur",
    "source",
    "millesime",
    "serie",
    "champ",
    "adresse_source",
]
COMMON_COLUMNS = ["diffuseur", "licence", "mise_a_jour"]
SHARE_COLUMNS = ["part_salaries", "part_etablissements", "decimales"]
PROMISED = {
    "chiffres": [
        *["code", "territoire", "nature", "salaries", "etablissements", "note"],
        *SHARE_COLUMNS,
        *SOURCE_COLUMNS,
    ],
    "chiffres-cles": ["libelle", "valeur", "valeur_numerique", "unite", "note", *SOURCE_COLUMNS],
    "territoires": ["code", "nom", "nature", "page", *SHARE_COLUMNS, *SOURCE_COLUMNS],
    "leviers": [
        "levier",
        "rang",
        "titre",
        "famille",
        "resume",
        "actions",
        "mots",
        "provenance",
        "credit",
        "page",
    ],
    "entreprises": [
        "entreprise",
        "siret",
        "siren",
        "denomination",
        "nom_usuel",
        "exemple",
        "activite_principale",
        "nomenclature_activite",
        "categorie_juridique",
        "famille_ess",
        "secteur",
        "nom_secteur",
        "code_insee",
        "commune",
        "epci_siren",
        "departement",
        "latitude",
        "longitude",
        "source_position",
        "effectif_min",
        "effectif_max",
        "effectif",
        "source_effectif",
        "annee_creation",
        "resume",
        "note",
        "site_web",
        "leviers",
        "page",
    ],
}


def rows_of(client, address):
    """Return the rows of a CSV file for programs, by column."""
    response = client.get(f"/donnees/{address}")
    assert response.status_code == 200, response.text
    return list(csv.DictReader(StringIO(response.content.decode("utf-8"), newline="")))


def french_rows_of(client, address):
    """Return the rows of a CSV file as a French Excel reads it."""
    content = client.get(f"/donnees/{address}").content.decode("utf-8-sig")
    return list(csv.DictReader(StringIO(content, newline=""), delimiter=";"))


def json_of(client, address):
    response = client.get(f"/donnees/{address}")
    assert response.status_code == 200, response.text
    return response.json()


def column(rows, name):
    return [row[name] for row in rows]


def faults(content, schema, **control):
    """Return what frictionless says against a CSV file."""
    dialect = Dialect(controls=[CsvControl(**control)])
    resource = Resource(content, format="csv", schema=Schema(schema), dialect=dialect)
    return resource.validate().flatten(["type", "note"])


# The files are what they say they are


@pytest.mark.parametrize("slug", SLUGS)
def test_every_csv_file_obeys_its_table_schema(client, content, slug):
    schema = json_of(client, f"{slug}.schema.json")
    file = client.get(f"/donnees/{slug}.csv").content

    assert faults(file, schema) == []
    assert file.count(b"\r\n") >= 6


@pytest.mark.parametrize("slug", SLUGS)
def test_every_csv_file_for_excel_obeys_its_table_schema_with_decimal_commas(client, content, slug):
    schema = json_of(client, f"{slug}.schema.json")
    for field in schema["fields"]:
        if field["type"] == "number":
            field["decimalChar"] = ","
    file = client.get(f"/donnees/{slug}-excel.csv").content

    assert file.startswith("\ufeff".encode())
    assert faults(file.removeprefix("\ufeff".encode()), schema, delimiter=";") == []


def test_a_file_that_disobeys_its_table_schema_is_found(client, content):
    schema = json_of(client, "chiffres.schema.json")
    file = client.get("/donnees/chiffres.csv").content

    assert faults(file.replace(b"10.79", b"10,79"), schema) != []
    assert faults(file.replace(b"10.79", b"110.79"), schema) != []
    assert faults(file.replace(b"\r\n18,", b"\r\n,"), schema) != []
    assert faults(file + file.splitlines(keepends=True)[-1], schema) != []  # the key


@pytest.mark.parametrize("slug", SLUGS)
def test_a_file_with_odd_rows_obeys_its_table_schema(client, db, slug):
    region = make_region()
    source = make_source(decimals=0, series="", scope="", url="")
    make_statistic(source=source, territory=region, employee_share=None, employee_count=0)
    make_statistic(source=source, employee_share="100", note='Un "mot",\nune ligne ; un point.')
    make_key_figure(value="=1+1", unit="", note="")
    make_key_figure(value="2,6 millions")
    commune = make_commune(longitude=-0.05, latitude=47.5)
    make_enterprise(commune=commune, family=make_family(), founded=1000, name="+33", summary="@x")
    make_enterprise(headcount_min=0, headcount_max=0, website="https://a.example/?b=1,2;3")
    make_enterprise(is_example=False, summary="", siret="00000001800017", legal_category="9220")
    make_enterprise(is_example=False, summary="", activity_code="88.10A", usual_name="L’atelier")
    make_lever(summary="\tTabulation", text="")
    make_action(text="Avec « guillemets » et = signe")
    schema = json_of(client, f"{slug}.schema.json")

    assert faults(client.get(f"/donnees/{slug}.csv").content, schema) == []


@pytest.mark.parametrize("slug", SLUGS)
def test_columns_keep_the_names_that_were_promised(client, content, slug):
    [header, *_] = client.get(f"/donnees/{slug}.csv").text.splitlines()
    named = header.split(",")
    schema = json_of(client, f"{slug}.schema.json")

    assert set(PROMISED[slug]) | set(COMMON_COLUMNS) <= set(named)
    assert column(schema["fields"], "name") == named
    assert set(schema["primaryKey"]) <= set(named)
    assert client.get(f"/donnees/{slug}-excel.csv").text.splitlines()[0] == "\ufeff" + ";".join(
        named
    )


@pytest.mark.parametrize("slug", SLUGS)
def test_all_formats_hold_the_same_rows(client, content, slug):
    rows = rows_of(client, f"{slug}.csv")
    records = json_of(client, f"{slug}.json")["donnees"]
    french = french_rows_of(client, f"{slug}-excel.csv")

    assert len(rows) == len(records) == len(french) >= 6
    for row, record, french_row in zip(rows, records, french, strict=True):
        assert list(row) == list(record) == list(french_row)
        for name, value in record.items():
            if value is None:
                assert row[name] == french_row[name] == ""
            elif isinstance(value, list):
                assert row[name] == french_row[name] == "|".join(value)
            elif isinstance(value, float):
                assert float(row[name]) == float(french_row[name].replace(",", ".")) == value
                assert "," not in row[name]
                assert "." not in french_row[name]
            else:
                assert row[name] == french_row[name] == str(value)
    if f"{slug}.geojson" in FILES:
        features = json_of(client, f"{slug}.geojson")["features"]
        assert column(features, "properties") == records


def test_the_files_hold_what_the_site_publishes(client, content):
    assert len(rows_of(client, "chiffres.csv")) == Statistic.objects.count() == 12
    assert len(rows_of(client, "chiffres-cles.csv")) == KeyFigure.objects.count() == 6
    assert len(rows_of(client, "territoires.csv")) == Territory.objects.count() == 8
    assert len(rows_of(client, "leviers.csv")) == 13
    assert len(rows_of(client, "entreprises.csv")) == 6


def test_what_is_not_published_is_in_no_file(client, content):
    hidden = make_lever(title="Levier caché", slug="levier-cache", is_published=False)
    make_enterprise(name="Entreprise cachée", is_published=False)
    enterprise = make_enterprise(name="Entreprise visible")
    enterprise.levers.add(hidden)

    for address in ADDRESSES:
        response = client.get(address)
        for text in ["Levier caché", "levier-cache", "Entreprise cachée"]:
            assertNotContains(response, text)
    assertContains(client.get("/donnees/entreprises.csv"), "Entreprise visible")
    refusal = client.get("/donnees/entreprises.csv?levier=levier-cache")
    assert refusal.status_code == 400


# Figures


def test_shares_keep_the_decimals_that_their_source_prints(client, content):
    rows = {(row["code"], row["id_source"]): row for row in rows_of(client, "chiffres.csv")}
    french = {(r["code"], r["id_source"]): r for r in french_rows_of(client, "chiffres-excel.csv")}

    printed, in_the_atlas = ("24", "clap-2015-territoires"), ("24", "atlas-2020")
    assert rows[printed]["part_salaries"] == "10.50"
    assert rows[in_the_atlas]["part_salaries"] == "10.5"
    assert french[printed]["part_salaries"] == "10,50"
    assert french[in_the_atlas]["part_salaries"] == "10,5"
    assert [rows[printed]["decimales"], rows[in_the_atlas]["decimales"]] == ["2", "1"]


def test_shares_are_numbers_in_json(client, content):
    records = json_of(client, "chiffres.json?departement=18")["donnees"]

    assert column(records, "part_salaries") == [10.79]
    assert column(records, "decimales") == [2]


def test_what_is_not_known_is_empty_and_never_zero(client, db):
    make_statistic(employee_share=None, establishment_share="0", employee_count=0)
    row, [record] = rows_of(client, "chiffres.csv")[0], json_of(client, "chiffres.json")["donnees"]

    assert [row["part_salaries"], row["etablissements"]] == ["", ""]
    assert [record["part_salaries"], record["etablissements"]] == [None, None]
    assert [row["note"], record["note"]] == ["", None]
    assert [row["part_etablissements"], row["salaries"]] == ["0.00", "0"]
    assert [record["part_etablissements"], record["salaries"]] == [0, 0]


def test_key_figures_are_given_as_their_source_writes_them_and_as_numbers(client, content):
    values = {
        record["valeur"]: record["valeur_numerique"]
        for record in json_of(client, "chiffres-cles.json")["donnees"]
    }

    assert values == {
        "10,6": 10.6,
        "9\u202f000": 9000,
        "2,15": 2.15,
        "1 sur 5": None,
        "Des milliers": None,
    }


def test_both_regional_shares_of_the_print_are_in_the_files_with_their_reserve(client, content):
    region = next(
        row
        for row in rows_of(client, "chiffres.csv")
        if row["code"] == "24" and row["id_source"] == "clap-2015-territoires"
    )
    key_figure = rows_of(client, "chiffres-cles.csv")[0]

    assert [region["part_salaries"], key_figure["valeur"]] == ["10.50", "10,6"]
    assert "10,6" in region["note"]
    assert "10,50" in key_figure["note"]


def test_every_figure_bears_its_source_and_vintage(client, content):
    for row in rows_of(client, "chiffres.csv"):
        source = Source.objects.get(slug=row["id_source"])
        assert row["producteur"] == source.producer
        assert row["source"] == source.title
        assert row["millesime"] == source.vintage
        assert row["serie"] == source.series
        assert row["champ"] == source.scope
        assert row["adresse_source"] == source.url


def test_territories_bear_the_shares_of_the_newest_whole_vintage(client, content):
    source = make_source(title="Flores 2023", vintage="2023", year=2023, decimals=1)
    for territory in Territory.objects.departments():
        make_statistic(territory=territory, source=source, employee_share="9.3")
    rows = {row["code"]: row for row in rows_of(client, "territoires.csv")}

    assert [rows["18"]["part_salaries"], rows["18"]["millesime"]] == ["9.3", "2023"]
    assert rows["18"]["part_etablissements"] == ""
    assert [rows["24"]["part_salaries"], rows["24"]["source"]] == ["", ""]  # not in this vintage
    sources = json_of(client, "territoires.json")["metadonnees"]["sources"]
    assert column(sources, "millesime") == ["2023"]


# Who, when, under what licence


@pytest.mark.parametrize("slug", SLUGS)
def test_every_file_says_who_publishes_it_when_and_under_what_licence(client, content, slug):
    name = SiteIdentity.objects.get().full_name
    said = json_of(client, f"{slug}.json")["metadonnees"]

    for row in [*rows_of(client, f"{slug}.csv"), *french_rows_of(client, f"{slug}-excel.csv")]:
        assert row["diffuseur"] == name
        assert row["licence"] == UNKNOWN_LICENCE
        assert row["mise_a_jour"] == "2026-11-23"
    assert said["diffuseur"] == name
    assert [said["licence"], said["adresse_licence"]] == [UNKNOWN_LICENCE, None]
    assert said["mise_a_jour"] == "2026-11-23"
    for address in [said["schema"], said["catalogue"], said["page"].partition("#")[0]]:
        assert client.get(address.removeprefix(ROOT)).status_code == 200
    assert said["page"].endswith(f"#{slug}")


def test_the_sources_of_the_figures_are_listed_in_json(client, content):
    sources = json_of(client, "chiffres.json")["metadonnees"]["sources"]

    assert len(sources) == Source.objects.filter(statistics__isnull=False).distinct().count() == 6
    assert {
        "producteur": "Insee",
        "source": "Clap 2015",
        "millesime": "2015",
        "serie": "Clap",
        "adresse": None,
    } in sources


def test_the_licence_that_the_owner_gives_is_everywhere(client, content):
    SiteIdentity.objects.update(
        data_licence="Licence Ouverte", data_licence_url="https://licence.example/"
    )

    assert {row["licence"] for row in rows_of(client, "leviers.csv")} == {"Licence Ouverte"}
    said = json_of(client, "territoires.geojson")["metadonnees"]
    assert [said["licence"], said["adresse_licence"]] == [
        "Licence Ouverte",
        "https://licence.example/",
    ]
    catalogue = json_of(client, "catalogue.jsonld")
    files = [f for dataset in catalogue["dcat:dataset"] for f in dataset["dcat:distribution"]]
    for described in [catalogue, *files]:
        assert described["dct:license"] == {"@id": "https://licence.example/"}
    assert data_of(client.get("/territoires/"))["Dataset"]["license"] == "https://licence.example/"
    for page in ["/donnees/", "/mentions-legales/"]:
        assertContains(
            client.get(page), '<a href="https://licence.example/">Licence Ouverte</a>', html=True
        )


def test_the_page_says_that_the_licence_is_not_given_yet(client, content):
    assertContains(client.get("/donnees/"), "n’a pas encore précisé la licence")
    SiteIdentity.objects.update(data_licence="Licence de la maison")
    assertNotContains(client.get("/donnees/"), "n’a pas encore précisé la licence")
    assertContains(client.get("/donnees/"), "Licence de la maison")


def test_those_whose_drawings_and_places_are_used_are_credited(client, content):
    outlines = json_of(client, "territoires.geojson")["metadonnees"]["credits"]
    centres = json_of(client, "entreprises.geojson")["metadonnees"]["credits"]

    assert "MapSVG, CC BY 4.0" in outlines[0]
    assert "GeoNames, CC BY 4.0" in centres[0]
    assert "GeoNames" in rows_of(client, "entreprises.csv")[0]["source_position"]
    text = Document(client.get("/donnees/").text).text
    assert outlines[0] in text
    assert centres[0] in text


OLD = datetime(2020, 1, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("slug", "changed"),
    [
        ("chiffres", Statistic),
        ("chiffres", Source),
        ("chiffres", Territory),
        ("chiffres-cles", KeyFigure),
        ("chiffres-cles", Source),
        ("territoires", Territory),
        ("territoires", Statistic),
        ("territoires", Source),
        ("leviers", Lever),
        ("entreprises", Enterprise),
    ],
)
def test_a_row_is_dated_from_the_last_change_of_what_it_says(client, db, slug, changed):
    region = make_region()
    source = make_source()
    make_statistic(territory=region, source=source)
    make_statistic(source=source)
    make_key_figure(source=source)
    make_lever()
    make_enterprise(department=Territory.objects.departments().first())
    for model in [Statistic, Source, Territory, KeyFigure, Lever, Enterprise]:
        model.objects.update(updated_at=OLD)
    before = client.get(f"/donnees/{slug}.csv")
    assert {row["mise_a_jour"] for row in rows_of(client, f"{slug}.csv")} == {"2020-01-02"}

    changed.objects.first().save()

    today = timezone.localdate().isoformat()
    assert today in column(rows_of(client, f"{slug}.csv"), "mise_a_jour")
    assert json_of(client, f"{slug}.json")["metadonnees"]["mise_a_jour"] == today
    datasets = {d["dct:identifier"]: d for d in json_of(client, "catalogue.jsonld")["dcat:dataset"]}
    assert datasets[slug]["dct:modified"]["@value"] == today
    assert client.get(f"/donnees/{slug}.csv")["ETag"] != before["ETag"]


# Formulas


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "  =", "＝"])
def test_no_cell_is_a_formula_for_a_spreadsheet(client, db, start):
    formula = f"{start}1+1|cmd"
    enterprise = make_enterprise(name=formula)

    for row in [
        *rows_of(client, "entreprises.csv"),
        *french_rows_of(client, "entreprises-excel.csv"),
    ]:
        assert row["nom_usuel"] == f"'{formula}"
    [record] = json_of(client, "entreprises.json")["donnees"]
    assert record["nom_usuel"] == Enterprise.objects.get(pk=enterprise.pk).name


def test_a_negative_number_is_no_formula(client, db):
    make_enterprise(commune=make_commune(longitude=-0.05, latitude=47.5))

    assert rows_of(client, "entreprises.csv")[0]["longitude"] == "-0.05"
    assert french_rows_of(client, "entreprises-excel.csv")[0]["longitude"] == "-0,05"


# Maps


def positions(geometry):
    return [place for ring in geometry["coordinates"] for place in ring]


def test_every_department_and_the_region_have_a_valid_outline(client, content):
    collection = json_of(client, "territoires.geojson")
    west, south, east, north = collection["bbox"]
    drawn = [f for f in collection["features"] if f["geometry"]]

    assert collection["type"] == "FeatureCollection"
    assert sorted(column(drawn, "id")) == ["18", "24", "28", "36", "37", "41", "45"]
    assert -0.1 < west < 0.1
    assert 3.0 < east < 3.3
    assert 46.2 < south < 46.5
    assert 48.8 < north < 49.0
    for feature in drawn:
        [ring] = feature["geometry"]["coordinates"]
        assert ring[0] == ring[-1]
        area = sum(
            x * other_y - other_x * y
            for (x, y), (other_x, other_y) in zip(ring, ring[1:], strict=False)
        )
        assert area > 0, feature["id"]  # counter-clockwise
        for longitude, latitude in ring:
            assert west <= longitude <= east
            assert south <= latitude <= north
    assert {west, south, east, north} <= {
        degrees for f in drawn for place in positions(f["geometry"]) for degrees in place
    }
    [country] = [f for f in collection["features"] if f["id"] == "FR"]
    assert country["geometry"] is None
    assert country["properties"]["page"] is None
    assert drawn[0]["properties"]["page"] == f"{ROOT}/territoires/18-cher/"


def test_an_outline_comes_back_to_the_map_it_was_drawn_on(client, content):
    features = {f["id"]: f for f in json_of(client, "territoires.geojson")["features"]}

    grid = MapGrid.objects.get()
    corners = {grid.point(*place) for place in positions(features["18"]["geometry"])}

    assert Territory.objects.get(code="18").outline.startswith("M1691 1507l39-9 61 50")
    assert {(1691, 1507), (1730, 1498), (1791, 1548)} <= corners


def test_an_enterprise_stands_at_the_centre_of_its_commune(client, content):
    collection = json_of(client, "entreprises.geojson")

    for feature in collection["features"]:
        commune = Enterprise.objects.get(slug=feature["id"]).commune
        assert feature["geometry"] == {
            "type": "Point",
            "coordinates": [commune.longitude, commune.latitude],
        }
        said = feature["properties"]
        assert [said["longitude"], said["latitude"]] == feature["geometry"]["coordinates"]
    assert "centre-bourg" in collection["metadonnees"]["description"]
    assert "non leur adresse" in collection["metadonnees"]["description"]


def test_an_enterprise_of_an_unknown_place_is_not_on_the_map(client, db):
    make_enterprise()
    make_enterprise(commune=make_commune())

    collection = json_of(client, "entreprises.geojson")

    assert column(collection["features"], "geometry") == [None, None]
    assert "bbox" not in collection
    assert {row["source_position"] for row in rows_of(client, "entreprises.csv")} == {""}


def test_only_what_has_a_place_has_a_map(client, content):
    assert {name for name in FILES if name.endswith(".geojson")} == {
        "territoires.geojson",
        "entreprises.geojson",
    }


# Filters


def test_a_department_is_taken_out_of_every_file_that_has_departments(client, content):
    for address in ["chiffres.csv", "territoires.csv"]:
        assert column(rows_of(client, f"{address}?departement=18"), "code") == ["18"]
    assert column(rows_of(client, "entreprises.csv?departement=18"), "entreprise") == ["isa-groupe"]
    assert column(french_rows_of(client, "chiffres-excel.csv?departement=18"), "code") == ["18"]
    collection = json_of(client, "territoires.geojson?departement=18")
    assert column(collection["features"], "id") == ["18"]
    assert collection["metadonnees"]["filtres"] == {"departement": ["18"]}


def test_several_values_are_all_kept(client, content):
    rows = rows_of(client, "chiffres.csv?departement=18&departement=37&departement=18")

    assert sorted(column(rows, "code")) == ["18", "37"]


def test_filters_narrow_each_other(client, content):
    lever = "developpement-economique-et-touristique"
    illustrated = rows_of(client, f"entreprises.csv?levier={lever}")
    in_the_loir_et_cher = rows_of(client, f"entreprises.csv?levier={lever}&departement=41")

    assert sorted(column(illustrated, "departement")) == ["28", "37", "41"]
    assert column(in_the_loir_et_cher, "entreprise") == ["odyssee-creation"]
    assert rows_of(client, f"entreprises.csv?levier={lever}&departement=18") == []


def test_an_enterprise_of_two_levers_that_are_asked_for_is_there_once(client, content):
    query = (
        "levier=emploi-et-insertion-professionnelle"
        "&levier=protection-et-mise-en-valeur-de-l-environnement"
    )

    assert column(rows_of(client, f"entreprises.csv?{query}"), "entreprise") == ["isa-groupe"]
    assert len(rows_of(client, f"leviers.csv?{query}")) == 2


def test_enterprises_are_chosen_by_sector_and_family(client, content):
    assert column(rows_of(client, "entreprises.csv?secteur=industrie"), "entreprise") == ["sefard"]
    rows = rows_of(client, "entreprises.csv?famille_ess=cooperative")
    assert sorted(column(rows, "entreprise")) == ["odyssee-creation", "sefard"]


# Bad addresses


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


def test_what_is_typed_comes_back_short_and_without_hidden_signs(client, departments):
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
def test_a_file_that_does_not_exist_is_said_so_in_french(client, departments, name):
    response = client.get(f"/donnees/{name}")

    assert response.status_code == 404
    if "/" not in name and "%2f" not in name:
        assert list(response.json()) == ["erreur"]
        assert response["Access-Control-Allow-Origin"] == "*"
        assert len(response.json()["erreur"]) < 500


def test_the_names_of_the_files_are_given_to_who_asks_for_another(client, departments):
    reason = client.get("/donnees/chifres.csv").json()["erreur"]

    assert reason.startswith("Ce fichier n’existe pas.")
    assert "chiffres.csv, chiffres.json" in reason


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_the_files_are_only_read(client, departments, method):
    for address in ["/donnees/", *ADDRESSES]:
        assert getattr(client, method)(address).status_code == 405, address


def test_more_filters_than_anyone_needs_are_refused(client, departments):
    response = client.get("/donnees/chiffres.csv?" + "departement=18&" * 1001)

    assert response.status_code == 400


# How the files are served


def test_a_file_that_has_not_changed_is_not_sent_again(client, content):
    marks = set()
    for address in ADDRESSES:
        first = client.get(address)
        again = client.get(address, headers={"If-None-Match": first["ETag"]})
        other = client.get(address, headers={"If-None-Match": '"autre"'})

        assert first.status_code == 200
        assert first["ETag"].startswith('"'), address  # strong
        assert [again.status_code, again.content] == [304, b""], address
        assert again["ETag"] == first["ETag"]
        assert [other.status_code, other.content] == [200, first.content], address
        marks.add(first["ETag"])
    assert len(marks) == len(ADDRESSES) == 23


def test_a_file_is_announced_as_what_it_is(client, content):
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


def test_a_head_request_tells_what_a_get_would(client, content):
    for address in ADDRESSES:
        told, sent = client.head(address), client.get(address)
        assert b"".join(told) == b""
        for name in ["ETag", "Content-Type", "Content-Disposition", "Access-Control-Allow-Origin"]:
            assert told[name] == sent[name], address
        again = client.head(address, headers={"If-None-Match": sent["ETag"]})
        assert again.status_code == 304, address


def test_no_page_for_people_is_open_to_the_scripts_of_other_sites(client, content):
    for page in ["/", "/donnees/", "/territoires/18-cher/"]:
        assert "Access-Control-Allow-Origin" not in client.get(page)


def test_a_deleted_row_changes_the_mark_of_the_file(client, content):
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
        commune = make_commune(department=department, intercommunality=make_intercommunality())
        enterprise = make_enterprise(commune=commune, family=make_family(), sector=make_sector())
        lever = make_lever()
        enterprise.levers.add(lever, make_lever())
        make_action(lever=lever)
        lever.terms.add(make_term())

    grow()
    with CaptureQueriesContext(connection) as with_one:
        small = client.get(address)
    for _ in range(9):
        grow()
    with CaptureQueriesContext(connection) as with_ten:
        large = client.get(address)

    assert small.status_code == large.status_code == 200
    assert len(with_one) == len(with_ten) <= 9
    if "schema" not in address and "catalogue" not in address:
        assert len(large.content) > len(small.content) * 2
        assert len(with_ten) <= 9


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_files_of_an_empty_site_stand(client, db, address):
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


def test_the_catalogue_leads_to_every_file(client, content):
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
        schema = client.get(file["dct:conformsTo"]["@id"].removeprefix(ROOT))
        assert schema.json()["fields"]


def test_the_catalogue_uses_only_words_that_it_explains(client, content):
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


def test_the_catalogue_says_who_when_where_and_from_what(client, content):
    datasets = {d["dct:identifier"]: d for d in json_of(client, "catalogue.jsonld")["dcat:dataset"]}
    figures = datasets["chiffres"]

    assert figures["dct:publisher"]["foaf:name"] == SiteIdentity.objects.get().full_name
    assert figures["dct:modified"] == {"@type": "xsd:date", "@value": "2026-11-23"}
    assert figures["dct:spatial"] == {"@id": "http://id.insee.fr/geo/region/24"}
    assert figures["dct:temporal"]["dcat:startDate"]["@value"] == "2013"
    assert figures["dct:temporal"]["dcat:endDate"]["@value"] == "2020"
    assert datasets["territoires"]["dct:temporal"]["dcat:endDate"]["@value"] == "2015"
    assert len(figures["dct:provenance"]) == 6
    assert {"@id": "https://www.insee.fr/fr/statistiques/5895500"} in figures["dct:source"]
    rights = figures["dcat:distribution"][0]["dct:rights"]["rdfs:label"]["@value"]
    assert UNKNOWN_LICENCE in rights
    assert "dct:license" not in figures["dcat:distribution"][0]
    drawn = datasets["territoires"]["dcat:distribution"][0]["dct:rights"]["rdfs:label"]["@value"]
    assert "MapSVG, CC BY 4.0" in drawn
    assert "dct:temporal" not in datasets["leviers"]  # no vintage is known


# SIRENE


def test_a_cell_that_holds_a_list_says_what_parts_its_items(client, content):
    fields = {f["name"]: f for f in json_of(client, "leviers.schema.json")["fields"]}

    assert [fields["actions"]["type"], fields["actions"]["delimiter"]] == ["list", "|"]
    assert "delimiter" not in fields["titre"]


def test_columns_that_sirene_has_too_bear_its_names(client, content):
    fields = {f["name"]: f for f in json_of(client, "entreprises.schema.json")["fields"]}

    assert "SIRENE\u202f: codeCommuneEtablissement" in fields["code_insee"]["description"]
    assert "SIRENE\u202f: denominationUsuelleEtablissement" in fields["nom_usuel"]["description"]


# The page


def test_the_page_documents_every_file_and_every_column(client, content):
    document = Document(client.get("/donnees/").text)

    links = document.attributes("href")
    for address in ADDRESSES:
        assert address in links
    for dataset in DATASETS:
        assert dataset.slug in document.attributes("id")
        for each in dataset.columns:
            assert each.name in document.text
            assert each.title in document.text
        for each in dataset.filters:
            assert each.parameter in document.text
    assert "Mise à jour\u202f: 23 novembre 2026" in document.text


def test_the_page_lists_every_source_with_its_vintage(client, content):
    text = plain(Document(client.get("/donnees/").text).text)
    table = text[text.index("Qui publie les chiffres") :]

    assert Source.objects.count() >= 7
    for source in Source.objects.all():
        assert plain(source.citation) in table
        assert plain(source.vintage) in table


def test_the_page_tells_the_contradictions_of_the_print(client, content):
    text = plain(Document(client.get("/donnees/").text).text)
    told = text[text.index("Contradictions et réserves connues") :]

    assert "Chiffre clé « 10,6 % » La plaquette imprime aussi 10,50 %" in told
    assert "Chiffre clé « 1 sur 5 » Affirmation de la plaquette" in told
    assert "Flores remplace Clap" in told
    for note in Statistic.objects.exclude(note="").values_list("note", flat=True):
        assert plain(note) in told


def test_the_page_tells_what_no_source_gives_of_the_departments(client, content):
    def told():
        text = plain(Document(client.get("/donnees/").text).text)
        return text[text.index("Ce qui n'est pas connu") :].partition("CRESS Centre-Val")[0]

    assert "le millésime le plus récent est 2015 (Insee - Clap 2015)" in told()
    assert "Insee Analyses Centre-Val de Loire n° 81, novembre 2021, millésime fin 2018" in told()
    assert "Panorama" not in told()  # it is older
    assert "Aucune source ne donne le nombre de salariés de chaque département." in told()

    source = make_source(title="Flores 2023", vintage="2023", year=2023)
    for department in Territory.objects.departments():
        assert "Flores 2023" not in told()  # it is being typed in
        make_statistic(territory=department, source=source, employee_count=7)

    assert "le millésime le plus récent" not in told()
    assert "nombre de salariés" not in told()
    assert "Aucune source ne donne le nombre d'établissements employeurs" in told()


def test_the_page_of_an_empty_site_claims_nothing(client, db):
    text = Document(client.get("/donnees/").text).text

    for title in ["Les sources", "Contradictions", "Ce qui n’est pas connu", "Mise à jour\u202f:"]:
        assert title not in text
    assert "chiffres" in text


def test_the_page_leads_machines_to_the_catalogue(client, content):
    links = [a for tag, a in Document(client.get("/donnees/").text).tags if tag == "link"]

    assert {
        "rel": "alternate",
        "type": "application/ld+json",
        "title": "Catalogue des données",
        "href": "/donnees/catalogue.jsonld",
    } in links


def test_every_page_leads_to_the_open_data(client, content):
    for page in ["/", "/leviers/", "/plan-du-site/"]:
        assert "/donnees/" in Document(client.get(page).text).attributes("href")


def test_the_figures_of_a_territory_can_be_taken_from_its_page(client, content):
    cher = Document(client.get("/territoires/18-cher/").text).attributes("href")
    region = Document(client.get("/territoires/24-centre-val-de-loire/").text).attributes("href")

    for name in ["chiffres-excel.csv", "chiffres.csv", "chiffres.json"]:
        assert f"/donnees/{name}?departement=18" in cher
        assert f"/donnees/{name}" in region
    assert "/donnees/" in cher


def test_a_territory_without_figures_offers_none_to_take(client, db):
    assertNotContains(client.get(make_territory().get_absolute_url()), "Télécharger ces chiffres")


def test_search_engines_are_told_where_the_table_of_shares_can_be_taken(client, content):
    files = data_of(client.get("/territoires/"))["Dataset"]["distribution"]

    assert len(files) == 3
    for file in files:
        response = client.get(file["contentUrl"].removeprefix(ROOT))
        assert response.status_code == 200
        assert response["Content-Type"].startswith(file["encodingFormat"])


def test_json_keeps_french_letters_readable(client, content):
    text = client.get("/donnees/leviers.json").text

    assert "Développement économique" in text
    assert "\\u00" not in text
    assert json.loads(text)
