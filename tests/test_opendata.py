"""The files of the open data: schema, figures, dates, licence, credits, maps."""

import json
import re
from datetime import UTC, datetime

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from cress.chamber.models import SiteIdentity
from cress.opendata.formats import FILES
from enterprises.models import Enterprise
from policies.models import Competence, Lever, Rule
from territories.models import Commune, KeyFigure, MapGrid, Source, Statistic, Territory
from tests.data_files import (
    ADDRESSES,
    ROOT,
    SLUGS,
    UNKNOWN_LICENCE,
    column,
    faults,
    french_rows_of,
    json_of,
    rows_of,
)
from tests.factories import (
    make_action,
    make_commune,
    make_competence,
    make_enterprise,
    make_family,
    make_key_figure,
    make_lever,
    make_region,
    make_rule,
    make_source,
    make_statistic,
)
from tests.html import Document
from tests.test_sharing import data_of

# Other people’s programs use these names: add some, change and remove none.
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
PUBLISHED_COLUMNS = {
    "chiffres": [
        *["code", "territoire", "nature", "salaries", "etablissements", "note"],
        *SHARE_COLUMNS,
        *SOURCE_COLUMNS,
    ],
    "repartition": [
        *["part", "departements", "manque", "minimum", "departement_minimum", "quartile_1"],
        *["mediane", "quartile_3", "maximum", "departement_maximum", *SOURCE_COLUMNS],
    ],
    "repartition-tranches": ["part", "de", "a_moins_de", "departements", *SOURCE_COLUMNS],
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
    "actions": ["levier", "rang", "action", "instrument", "rencontre", "decision", "suivi", "page"],
    "regles": [
        *["numero", "levier", "rubrique", "titre", "regle", "texte", "articles"],
        *["adresse_texte", "verifie_le", "obligation", "page"],
    ],
    "competences": [
        *["levier", "intitule", "exerce_par", "autre_acteur", "communaute_de_communes"],
        *["communaute_d_agglomeration", "communaute_urbaine", "metropole", "seuil"],
        *["seuil_commune", "sans_objet_sans", "sans_objet_sous", "base_legale", "note"],
        *["certitude", "codes_banatic_2021", "codes_banatic_2025", "page"],
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
        "personnes_associees",
        "effectif",
        "source_effectif",
        "annee_creation",
        "resume",
        "site_web",
        "leviers",
        "page",
    ],
}


# Columns and rows


@pytest.mark.parametrize("slug", SLUGS)
def test_every_csv_file_obeys_its_table_schema(client, content, slug):
    schema = json_of(client, f"{slug}.schema.json")
    file = client.get(f"/donnees/{slug}.csv").content

    assert faults(file, schema) == []
    assert file.count(b"\r\n") > 3


def test_every_csv_file_that_declares_a_schema_obeys_it(client, content):
    """The variant for French spreadsheets has commas and apostrophes: it declares none."""
    checked = []
    for dataset in json_of(client, "catalogue.jsonld")["dcat:dataset"]:
        for file in dataset["dcat:distribution"]:
            address = file["dcat:downloadURL"]["@id"].removeprefix(ROOT)
            if address.endswith(".csv") and "dct:conformsTo" in file:
                schema = client.get(file["dct:conformsTo"]["@id"].removeprefix(ROOT)).json()
                assert faults(client.get(address).content, schema) == [], address
                checked.append(address)

    assert checked == [f"/donnees/{slug}.csv" for slug in SLUGS]


def test_frictionless_finds_a_file_that_does_not_obey_its_table_schema(client, content):
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
def test_columns_keep_their_published_names(client, content, slug):
    [header, *_] = client.get(f"/donnees/{slug}.csv").text.splitlines()
    named = header.split(",")
    schema = json_of(client, f"{slug}.schema.json")

    assert set(PUBLISHED_COLUMNS[slug]) | set(COMMON_COLUMNS) <= set(named)
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

    assert len(rows) == len(records) == len(french) >= 3
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
                assert row[name] == french_row[name].removeprefix("'") == str(value)
    if f"{slug}.geojson" in FILES:
        features = json_of(client, f"{slug}.geojson")["features"]
        assert column(features, "properties") == records


def test_the_files_hold_what_the_site_publishes(client, content):
    assert len(rows_of(client, "chiffres.csv")) == Statistic.objects.count() == 36
    assert len(rows_of(client, "chiffres-cles.csv")) == KeyFigure.objects.count() == 6
    assert len(rows_of(client, "territoires.csv")) == Territory.objects.count() == 8
    assert len(rows_of(client, "leviers.csv")) == 13
    assert len(rows_of(client, "entreprises.csv")) == 6


def test_unpublished_content_is_in_no_file(client, content):
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


def test_shares_keep_the_decimals_of_their_source(client, content):
    rows = {(row["code"], row["id_source"]): row for row in rows_of(client, "chiffres.csv")}
    french = {(r["code"], r["id_source"]): r for r in french_rows_of(client, "chiffres-excel.csv")}

    brochure, atlas = ("24", "clap-2015-territoires"), ("24", "atlas-2020")
    assert rows[brochure]["part_salaries"] == "10.50"
    assert rows[atlas]["part_salaries"] == "10.5"
    assert french[brochure]["part_salaries"] == "10,50"
    assert french[atlas]["part_salaries"] == "10,5"
    assert [rows[brochure]["decimales"], rows[atlas]["decimales"]] == ["2", "1"]


def test_shares_are_numbers_in_json(client, content):
    records = json_of(client, "chiffres.json?departement=18")["donnees"]

    assert column(records, "part_salaries") == [10.79, 10.79, 11.03, 10.13]
    assert column(records, "decimales") == [2, 2, 2, 2]


def test_the_rank_of_a_department_is_beside_its_figures(client, content):
    rows = {(row["code"], row["id_source"]): row for row in rows_of(client, "chiffres.csv")}

    def rank(code, source):
        row = rows[code, source]
        return row["rang_part_salaries"], row["rang_ex_aequo"]

    assert rank("18", "clap-2015-indicateurs") == ("64", "oui")
    assert rank("37", "clap-2015-indicateurs") == ("56", "non")
    assert rank("18", "clap-2015-territoires") == ("", "")
    assert rank("24", "clap-2015-indicateurs") == ("", "")


def test_a_row_keeps_its_own_decimals(client, content):
    rows = {(row["code"], row["id_source"]): row for row in rows_of(client, "chiffres.csv")}
    region, cher = (rows[code, "clap-2014-indicateurs"] for code in ["24", "18"])

    assert (region["part_salaries"], region["decimales"]) == ("10.6", "1")
    assert (cher["part_salaries"], cher["decimales"]) == ("11.03", "2")


def test_the_bins_of_a_year_hold_every_department_once(client, content):
    rows = rows_of(client, "repartition-tranches.csv")

    for year in ["2014", "2015"]:
        counts = [int(row["departements"]) for row in rows if row["millesime"] == year]
        assert sum(counts) == 100
    assert [row["a_moins_de"] for row in rows if row["de"] == "27.5"] == ["28.0", "28.0"]
    assert not [row for row in rows if row["millesime"] == "2008"]


def test_the_median_of_the_departments_is_in_a_file(client, content):
    rows = rows_of(client, "repartition.csv")

    assert [(row["millesime"], row["mediane"]) for row in rows] == [
        ("2015", "11.54"),
        ("2014", "11.54"),
        ("2008", "10.74"),
    ]
    assert {row["manque"] for row in rows} == {"Mayotte n’a pas de chiffre."}


def test_an_unknown_value_is_empty_and_never_zero(client, db):
    make_statistic(employee_share=None, establishment_share="0", employee_count=0)
    row, [record] = rows_of(client, "chiffres.csv")[0], json_of(client, "chiffres.json")["donnees"]

    assert [row["part_salaries"], row["etablissements"]] == ["", ""]
    assert [record["part_salaries"], record["etablissements"]] == [None, None]
    assert [row["note"], record["note"]] == ["", None]
    assert [row["part_etablissements"], row["salaries"]] == ["0.00", "0"]
    assert [record["part_etablissements"], record["salaries"]] == [0, 0]


def test_key_figures_are_given_as_printed_and_as_numbers(client, content):
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


def test_both_regional_shares_of_the_print_are_in_the_files_without_a_remark(client, content):
    region = next(
        row
        for row in rows_of(client, "chiffres.csv")
        if row["code"] == "24" and row["id_source"] == "clap-2015-territoires"
    )
    key_figure = rows_of(client, "chiffres-cles.csv")[0]

    assert [region["part_salaries"], key_figure["valeur"]] == ["10.50", "10,6"]
    assert [region["note"], key_figure["note"]] == ["", ""]  # the page of data explains them


def test_every_figure_has_its_source_and_vintage(client, content):
    for row in rows_of(client, "chiffres.csv"):
        source = Source.objects.get(slug=row["id_source"])
        assert row["producteur"] == source.producer
        assert row["source"] == source.title
        assert row["millesime"] == source.vintage
        assert row["serie"] == source.series
        assert row["champ"] == source.scope
        assert row["adresse_source"] == source.url


def test_territories_have_the_shares_of_the_newest_complete_vintage(client, content):
    source = make_source(title="Flores 2023", vintage="2023", year=2023, decimals=1)
    for territory in Territory.objects.departments():
        shares = {"employee_share": "9.3", "establishment_share": "10.1"}
        make_statistic(territory=territory, source=source, **shares)
    rows = {row["code"]: row for row in rows_of(client, "territoires.csv")}

    assert [rows["18"]["part_salaries"], rows["18"]["millesime"]] == ["9.3", "2023"]
    assert rows["18"]["part_etablissements"] == "10.1"
    assert [rows["24"]["part_salaries"], rows["24"]["source"]] == ["", ""]  # not in this vintage
    sources = json_of(client, "territoires.json")["metadonnees"]["sources"]
    assert column(sources, "millesime") == ["2023"]


# Publisher, date and licence


@pytest.mark.parametrize("slug", SLUGS)
def test_every_file_has_its_publisher_its_date_and_its_licence(client, content, slug):
    name = SiteIdentity.objects.get().full_name
    metadata = json_of(client, f"{slug}.json")["metadonnees"]

    for row in [*rows_of(client, f"{slug}.csv"), *french_rows_of(client, f"{slug}-excel.csv")]:
        assert row["diffuseur"] == name
        assert row["licence"] == UNKNOWN_LICENCE
        assert row["mise_a_jour"] == "2026-11-23"
    assert metadata["diffuseur"] == name
    assert [metadata["licence"], metadata["adresse_licence"]] == [UNKNOWN_LICENCE, None]
    assert metadata["mise_a_jour"] == "2026-11-23"
    for address in [metadata["schema"], metadata["catalogue"], metadata["page"]]:
        assert client.get(address.removeprefix(ROOT)).status_code == 200
    assert metadata["page"] == f"{ROOT}/donnees/{slug}/"


def test_the_sources_of_the_figures_are_listed_in_json(client, content):
    sources = json_of(client, "chiffres.json")["metadonnees"]["sources"]

    assert len(sources) == Source.objects.filter(statistics__isnull=False).distinct().count() == 9
    assert {
        "producteur": "Insee",
        "source": "Clap 2015",
        "millesime": "2015",
        "edition": None,
        "serie": "Clap",
        "adresse": None,
    } in sources


def test_the_licence_given_by_the_owner_is_in_every_file_and_page(client, content):
    SiteIdentity.objects.update(
        data_licence="Licence Ouverte", data_licence_url="https://licence.example/"
    )

    assert {row["licence"] for row in rows_of(client, "leviers.csv")} == {"Licence Ouverte"}
    metadata = json_of(client, "territoires.geojson")["metadonnees"]
    assert [metadata["licence"], metadata["adresse_licence"]] == [
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


def test_the_page_shows_that_the_licence_is_missing(client, content):
    assertContains(client.get("/donnees/"), "n’a pas encore précisé la licence")
    SiteIdentity.objects.update(data_licence="Licence de la maison")
    assertNotContains(client.get("/donnees/"), "n’a pas encore précisé la licence")
    assertContains(client.get("/donnees/"), "Licence de la maison")


@pytest.mark.parametrize(("kind", "credit"), [("geonames", "GeoNames"), ("mairie", "DILA")])
def test_the_position_of_an_enterprise_has_the_source_of_that_point(client, content, kind, credit):
    enterprise = Enterprise.objects.exclude(commune__longitude=None).first()
    Commune.objects.filter(pk=enterprise.commune_id).update(centre_kind=kind)

    rows = {row["entreprise"]: row for row in rows_of(client, "entreprises.csv")}

    assert credit in rows[enterprise.slug]["source_position"]


def test_outlines_and_town_centres_are_credited(client, content):
    outlines = json_of(client, "territoires.geojson")["metadonnees"]["credits"]
    centres = json_of(client, "entreprises.geojson")["metadonnees"]["credits"]

    assert "MapSVG, CC BY 4.0" in outlines[0]
    assert "GeoNames, CC BY 4.0" in centres[0]
    assert "GeoNames" in rows_of(client, "entreprises.csv")[0]["source_position"]
    assert "DILA" in centres[0]
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
        ("actions", Lever),
        ("regles", Rule),
        ("competences", Competence),
        ("entreprises", Enterprise),
    ],
)
def test_the_date_of_a_row_is_the_last_change_of_its_content(client, db, slug, changed):
    region = make_region()
    source = make_source()
    make_statistic(territory=region, source=source)
    make_statistic(source=source)
    make_key_figure(source=source)
    lever = make_lever()
    make_action(lever=lever)
    make_rule(lever=lever)
    make_competence(lever=lever)
    make_enterprise(department=Territory.objects.departments().first())
    for model in [Statistic, Source, Territory, KeyFigure, Lever, Rule, Competence, Enterprise]:
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


def test_an_outline_converted_back_matches_the_map(client, content):
    features = {f["id"]: f for f in json_of(client, "territoires.geojson")["features"]}

    grid = MapGrid.objects.get()
    corners = {grid.point(*place) for place in positions(features["18"]["geometry"])}

    assert Territory.objects.get(code="18").outline.startswith("M1691 1507l39-9 61 50")
    assert {(1691, 1507), (1730, 1498), (1791, 1548)} <= corners


def test_the_position_of_an_enterprise_is_the_centre_of_its_commune(client, content):
    collection = json_of(client, "entreprises.geojson")

    for feature in collection["features"]:
        commune = Enterprise.objects.get(slug=feature["id"]).commune
        assert feature["geometry"] == {
            "type": "Point",
            "coordinates": [commune.longitude, commune.latitude],
        }
        metadata = feature["properties"]
        assert [metadata["longitude"], metadata["latitude"]] == feature["geometry"]["coordinates"]
    assert "centre-bourg" in collection["metadonnees"]["description"]
    assert "non leur adresse" in collection["metadonnees"]["description"]


def test_an_enterprise_without_a_known_place_has_no_position(client, db):
    make_enterprise()
    make_enterprise(commune=make_commune())

    collection = json_of(client, "entreprises.geojson")

    assert column(collection["features"], "geometry") == [None, None]
    assert "bbox" not in collection
    assert {row["source_position"] for row in rows_of(client, "entreprises.csv")} == {""}


def test_only_datasets_with_positions_have_a_geojson_file(client, content):
    assert {name for name in FILES if name.endswith(".geojson")} == {
        "territoires.geojson",
        "entreprises.geojson",
    }


# SIRENE


def test_the_schema_gives_the_delimiter_of_a_list(client, content):
    fields = {f["name"]: f for f in json_of(client, "leviers.schema.json")["fields"]}

    assert [fields["actions"]["type"], fields["actions"]["delimiter"]] == ["list", "|"]
    assert "delimiter" not in fields["titre"]


def test_columns_of_sirene_give_its_names(client, content):
    fields = {f["name"]: f for f in json_of(client, "entreprises.schema.json")["fields"]}

    assert "SIRENE\u202f: codeCommuneEtablissement" in fields["code_insee"]["description"]
    assert "SIRENE\u202f: denominationUsuelleEtablissement" in fields["nom_usuel"]["description"]


def test_json_keeps_french_letters_readable(client, content):
    text = client.get("/donnees/leviers.json").text

    assert "Développement économique" in text
    assert "\\u00" not in text
    assert json.loads(text)


@pytest.mark.parametrize("slug", SLUGS)
def test_no_text_of_a_file_points_at_a_page(client, content, slug):
    """« Ce tableau », « ci-dessous »: a file has neither the table nor the page around it."""
    file = json_of(client, f"{slug}.json")
    texts = json.dumps([file, json_of(client, f"{slug}.schema.json")], ensure_ascii=False)

    found = re.findall(
        r".{20}\b(?:(?:ce|cette) (?:tableau|page|carte|liste|fiche|colonne)|ci-\w+)\b", texts, re.I
    )
    assert not found
    assert not Statistic.objects.filter(note__icontains="ce tableau").exists()
