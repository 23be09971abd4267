"""Where communes are, how their names fold, and what the files of a newer year change."""

import csv
import json
from shutil import copytree

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count

from cress.base.search.queries import read_query
from cress.base.text.folding import fold, fold_place_name
from cress.contact.models import Message
from enterprises.models import Enterprise
from territories.models import Commune, FormerCommune, Intercommunality, MapGrid
from territories.outlines import geometry, rings
from territories.projection import distance, lambert93, wgs84
from tests.factories import make_commune, make_enterprise, make_message
from tests.html import plain
from tests.test_content import FIXTURES


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Vendœuvres", "vendoeuvres"),
        ("VENDOEUVRES", "vendoeuvres"),
        ("Ballan-Miré", "ballan mire"),
        ("Les Aix-d'Angillon", "les aix d angillon"),
        ("Les Aix-d’Angillon", "les aix d angillon"),
        ("  Saint–Amand   Montrond ", "saint amand montrond"),
        ("ﬁlière réemploi", "filiere reemploi"),
        ("Ætré", "aetre"),
        ("\u202eréÉ\u0301\x00", "ree"),
        ("😀", ""),
    ],
)
def test_the_same_words_fold_alike_however_typed(typed, folded):
    assert fold(typed) == folded


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("ST AMAND-MONTROND", "saint amand montrond"),
        ("Ste Thorette", "sainte thorette"),
        ("Sully s/Loire", "sully sur loire"),
        ("Sully S / Loire", "sully sur loire"),
        ("Châteauneuf/Loire", "chateauneuf sur loire"),
        ("Ouzouer s Loire", "ouzouer sur loire"),
        ("Les Aix-d’Angillon", "les aix d angillon"),
        ("", ""),
    ],
)
def test_the_abbreviations_of_place_names_are_written_in_full(typed, folded):
    assert fold_place_name(typed) == folded


# What pyproj 3.7 makes of these (EPSG:4326 to EPSG:2154), in metres.
REFERENCE = pytest.mark.parametrize(
    ("longitude", "latitude", "easting", "northing"),
    [
        (2.5651, 47.1965, 667_073.849, 6_677_447.375),
        (0.6848, 47.3948, 525_386.876, 6_701_944.172),
        (1.9039, 47.9025, 618_105.552, 6_756_358.019),
    ],
)


@REFERENCE
def test_a_point_is_projected_like_the_reference(longitude, latitude, easting, northing):
    assert lambert93(longitude, latitude) == pytest.approx((easting, northing), abs=0.001)


@REFERENCE
def test_a_projected_point_comes_back_like_the_reference(longitude, latitude, easting, northing):
    # A thousandth of a metre is a hundred-millionth of a degree.
    assert wgs84(easting, northing) == pytest.approx((longitude, latitude), abs=2e-8)


@pytest.mark.parametrize("place", [(3.0, 46.5), (-0.5, 46.0), (0.05, 48.95), (3.2, 46.3), (8, 42)])
def test_a_point_that_is_projected_comes_back_to_itself(place):
    assert wgs84(*lambert93(*place)) == pytest.approx(place, abs=1e-11)


def test_the_corner_of_the_map_is_where_the_reference_puts_it():
    # pyproj 3.7, from EPSG:2154 (474000, 6875000) to EPSG:4326
    assert GRID.place(0, 0) == pytest.approx((-0.0855614325534926, 48.93522955552334), abs=1e-11)


SQUARE = "M0 0h100v100h-100z"
GRID = MapGrid(west=474_000, north=6_875_000, unit=100)


def test_an_outline_is_a_closed_polygon_that_turns_counter_clockwise():
    [ring] = geometry(SQUARE, GRID)["coordinates"]

    assert geometry(SQUARE, GRID)["type"] == "Polygon"
    assert len(ring) == 5
    assert ring[0] == ring[-1] == [-0.0856, 48.9352]
    assert ring[1][1] < 48.9  # first south, along the west side
    assert geometry("M0 0v100h100v-100z", GRID)["coordinates"][0] == ring
    assert sorted(geometry("M0 0h100v100h-100", GRID)["coordinates"][0]) == sorted(ring)


def test_an_outline_in_two_pieces_is_two_polygons():
    both = geometry(f"{SQUARE}M500 500h10v10z", GRID)

    assert both["type"] == "MultiPolygon"
    assert both["coordinates"][0] == geometry(SQUARE, GRID)["coordinates"]
    assert len(both["coordinates"][1][0]) == 4


@pytest.mark.parametrize("outline", ["", "M0 0", "M0 0h10z"])
def test_an_outline_without_a_surface_has_no_geometry(outline):
    assert geometry(outline, GRID) is None


def test_the_map_counts_in_hundreds_of_metres_from_its_north_west_corner():
    assert GRID.point(2.5651, 47.1965) == (1931, 1976)


def test_the_distance_between_tours_and_orleans_is_some_107_kilometres():
    assert distance((0.6848, 47.3948), (1.9039, 47.9025)) == pytest.approx(107.6, abs=0.5)


def test_a_row_keeps_its_folded_name(db):
    commune = make_commune(name="Vendœuvres")
    assert Commune.objects.get(folded_name="vendoeuvres") == commune

    commune.name = "Neuvy-Pailloux"
    commune.save()
    assert Commune.objects.get(pk=commune.pk).folded_name == "neuvy pailloux"


def test_most_communes_of_the_shipped_content_are_on_the_map(content):
    kinds = dict(Commune.objects.values_list("centre_kind").annotate(count=Count("pk")))
    assert kinds == {"geonames": 830, "mairie": 856, "": 68}
    assert Commune.objects.filter(longitude__isnull=False).count() == 1686
    assert not Commune.objects.filter(population__isnull=True).exists()
    assert not Commune.objects.filter(folded_name="").exists()


def test_former_names_lead_to_the_commune_of_today(content):
    assert FormerCommune.objects.get(name="Laverdines").commune.name == "Baugy"


def edit(folder, name, change):
    """Rewrite one of the files with `change`, a function from its rows to its rows."""
    path = folder / name
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows = list(change(rows))
    fields = list(rows[0])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields)
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def vintage(tmp_path):
    """A copy of the shipped files, to make a newer vintage of."""
    return copytree(FIXTURES, tmp_path / "vintage")


def state():
    return [
        list(model.objects.order_by("pk").values())
        for model in [Commune, Intercommunality, FormerCommune]
    ]


def test_the_same_vintage_changes_nothing(content, capsys):
    before = state()

    call_command("load_geography", "--apply")

    assert "Rien à changer." in capsys.readouterr().out
    assert state() == before


def test_an_intercommunality_is_written_with_its_joined_letters(content, vintage):
    def change(rows):
        for row in rows:
            yield row | {"nom": row["nom"].replace("Cœur", "Coeur")}

    edit(vintage, "epci.csv", change)
    edit(vintage, "communes.csv", lambda rows: rows)

    call_command("load_geography", str(vintage), "--apply")

    names = list(Intercommunality.objects.values_list("name", flat=True))
    assert "CC Cœur de Berry" in names
    assert not [name for name in names if "oeur" in name]


@pytest.fixture
def newer(vintage):
    """Achères joins Baugy, Allogny grows, and Ville-Neuve appears in an EPCI of its own."""

    def change_communes(rows):
        for row in rows:
            if row["nom"] == "Allogny":
                row["population"] = "2000"
            if row["nom"] != "Achères":
                yield row
        yield {
            "code_insee": "18999",
            "nom": "Ville-Neuve-d'Œuvre",
            "departement": "18",
            "codes_postaux": "18999",
            "population": "12",
            "epci_siren": "999999999",
            "siren": "",
        }

    def change_groupings(rows):
        yield from rows
        yield {"siren": "999999999", "nom": "CC neuve", "type": "CC", "population": ""}

    def change_former(rows):
        yield from rows
        yield {
            "code_insee": "18001",
            "nom": "Achères",
            "type": "commune-deleguee",
            "commune_actuelle": "18023",
        }

    edit(vintage, "communes.csv", change_communes)
    edit(vintage, "epci.csv", change_groupings)
    edit(vintage, "communes_anciennes.csv", change_former)
    return vintage


def test_a_newer_vintage_is_shown_before_it_is_written(content, newer, capsys):
    before = state()

    call_command("load_geography", str(newer))

    output = capsys.readouterr().out
    assert "communes : 1 à ajouter, 2 à changer, 1 à retirer" in output
    assert "+ Ville-Neuve-d’Œuvre (18999)" in output
    assert "~ Allogny (18004) : population : 1142 → 2000" in output
    assert "~ Baugy (18023) : codes postaux : 18800 → 18250 18800" in output
    assert "- Achères (18001)" in output
    assert "intercommunalités : 1 à ajouter, 0 à changer, 0 à retirer" in output
    assert "anciennes communes : 1 à ajouter, 0 à changer, 0 à retirer" in output
    assert "Rien n’est écrit" in output
    assert state() == before


def test_a_newer_vintage_is_written_with_apply(content, newer, capsys):
    call_command("load_geography", str(newer), "--apply")

    assert Commune.objects.get(insee_code="18004").population == 2000
    assert not Commune.objects.filter(insee_code="18001").exists()
    town = Commune.objects.get(insee_code="18999")
    assert (town.intercommunality.name, town.folded_name) == ("CC neuve", "ville neuve d oeuvre")
    assert FormerCommune.objects.get(name="Achères").commune.name == "Baugy"

    call_command("load_geography", str(newer), "--apply")
    assert "Rien à changer." in capsys.readouterr().out


# Communes that merge


def absorb(vintage, code, into, name="Achères"):
    """Make a commune of the vintage a part of another, as the yearly files do."""
    edit(vintage, "communes.csv", lambda rows: [r for r in rows if r["code_insee"] != code])
    part = {"code_insee": code, "nom": name, "type": "commune-deleguee", "commune_actuelle": into}
    edit(vintage, "communes_anciennes.csv", lambda rows: [*rows, part])


def test_all_that_is_in_a_merged_commune_moves_to_its_successor(content, vintage, capsys):
    old, new = (Commune.objects.get(insee_code=code) for code in ["18001", "41018"])
    make_enterprise(name="Un exemple", commune=old)
    make_enterprise(name="Une retirée", commune=old, is_published=False)
    make_enterprise(name="Une listée", commune=old, is_example=False, summary="")
    make_message(commune=old)
    absorb(vintage, "18001", "41018")

    call_command("load_geography", str(vintage))
    dry_run = plain(capsys.readouterr().out)
    assert Commune.objects.filter(insee_code="18001").exists()
    call_command("load_geography", str(vintage), "--apply")

    for output in [dry_run, plain(capsys.readouterr().out)]:
        assert "Commune remplacée : Achères (18001) → Blois (41018) : " in output
        assert "entreprises : 3" in output
        assert "messages : 1" in output
    assert not Commune.objects.filter(insee_code="18001").exists()
    enterprises = Enterprise.objects.filter(name__startswith="Un")
    assert {enterprise.commune for enterprise in enterprises} == {new}
    assert {enterprise.department for enterprise in enterprises} == {new.department}
    assert enterprises.matching(read_query("blois")).count() == 3
    assert not enterprises.matching(read_query("acheres")).exists()
    for enterprise in enterprises:
        enterprise.full_clean()
    assert Message.objects.get().commune == new


def test_a_merged_commune_without_a_successor_is_refused_while_content_is_in_it(content, vintage):
    town = Commune.objects.get(insee_code="18001")
    edit(vintage, "communes.csv", lambda rows: [r for r in rows if r["code_insee"] != "18001"])
    message = make_message(commune=town)
    before = state()

    for options in [[], ["--apply"]]:
        with pytest.raises(CommandError) as refusal:
            call_command("load_geography", str(vintage), *options)
        assert "Achères (18001) n’est plus dans communes.csv" in str(refusal.value)
        assert "18001,Achères,ancien-nom," in str(refusal.value)
    assert state() == before

    message.delete()
    call_command("load_geography", str(vintage), "--apply")
    assert not Commune.objects.filter(insee_code="18001").exists()


def test_a_commune_with_two_successors_is_refused_while_content_is_in_it(content, vintage):
    make_enterprise(commune=Commune.objects.get(insee_code="18001"))
    absorb(vintage, "18001", "18023")
    absorb(vintage, "18001", "18097", name="Achères-le-Bas")

    with pytest.raises(CommandError, match="Baugy .*Fussy .*N’en gardez qu’une"):
        call_command("load_geography", str(vintage), "--apply")


def test_a_commune_that_changes_its_code_keeps_what_is_in_it(content, vintage):
    enterprise = make_enterprise(commune=Commune.objects.get(insee_code="18001"))

    def renumber(rows):
        for row in rows:
            yield row | ({"code_insee": "18998"} if row["code_insee"] == "18001" else {})

    edit(vintage, "communes.csv", renumber)
    part = {
        "code_insee": "18001",
        "nom": "Achères",
        "type": "ancien-nom",
        "commune_actuelle": "18998",
    }
    edit(vintage, "communes_anciennes.csv", lambda rows: [*rows, part])

    call_command("load_geography", str(vintage), "--apply")

    enterprise.refresh_from_db()
    assert enterprise.commune.insee_code == "18998"


def test_a_merged_commune_keeps_the_postcodes_of_all_its_parts(content, vintage, capsys):
    absorb(vintage, "18001", "18023")  # 18250 and 18800

    for _ in range(2):
        call_command("load_geography", str(vintage), "--apply")
        assert Commune.objects.get(insee_code="18023").postcodes == "18250 18800"

    assert "Rien à changer." in capsys.readouterr().out.splitlines()[-1]


@pytest.mark.parametrize(
    ("code", "postcodes"), [("28012", "28220 28290"), ("28406", "28140 28150")]
)
def test_shipped_communes_have_the_postcodes_of_all_their_parts(content, code, postcodes):
    assert Commune.objects.get(insee_code=code).postcodes == postcodes


@pytest.mark.parametrize(
    ("name", "change", "reason"),
    [
        ("communes.csv", lambda rows: [*rows, rows[0]], "deux fois"),
        ("communes.csv", lambda rows: [*rows, rows[0] | {"code_insee": "1"}], "cinq caractères"),
        (
            "communes.csv",
            lambda rows: [*rows[1:], rows[0] | {"population": "beaucoup"}],
            "beaucoup.» n’est pas un nombre",
        ),
        ("communes.csv", lambda rows: [*rows[1:], rows[0] | {"departement": "75"}], "inconnu"),
        ("communes.csv", lambda rows: [*rows[1:], rows[0] | {"epci_siren": "1"}], "inconnu"),
        ("epci.csv", lambda rows: [*rows[1:], rows[0] | {"type": "GRAND"}], "GRAND"),
        (
            "communes_anciennes.csv",
            lambda rows: [*rows, rows[0] | {"nom": "Ys", "commune_actuelle": "29000"}],
            "inconnu",
        ),
        (
            "centres.csv",
            lambda rows: [*rows[1:], rows[0] | {"origine": "clocher"}],
            "clocher",
        ),
        (
            "centres.csv",
            lambda rows: [*rows[1:], rows[0] | {"lon": "près de Bourges"}],
            "près de Bourges",
        ),
    ],
)
def test_a_faulty_vintage_is_refused_in_french(content, vintage, name, change, reason):
    edit(vintage, name, change)
    before = state()

    with pytest.raises(CommandError, match=reason):
        call_command("load_geography", str(vintage), "--apply")

    assert state() == before


def test_a_vintage_without_centres_nor_outlines_keeps_those_that_are_stored(content, newer, capsys):
    kept = Commune.objects.exclude(insee_code__in=["18001", "18999"]).order_by("pk")
    before = list(kept.values_list("longitude", "latitude", "centre_kind"))
    outlines = dict(Intercommunality.objects.values_list("siren", "outline"))
    (newer / "centres.csv").unlink()
    (newer / "epci_contours.json").unlink()

    call_command("load_geography", str(newer), "--apply")

    assert list(kept.values_list("longitude", "latitude", "centre_kind")) == before
    after = dict(Intercommunality.objects.values_list("siren", "outline"))
    assert after == outlines | {"999999999": ""}
    assert "grilles de la carte" not in capsys.readouterr().out


def test_centres_without_an_origin_are_of_no_kind(content, vintage):
    def forget_the_origin(rows):
        for row in rows:
            del row["origine"]
            yield row

    edit(vintage, "centres.csv", lambda rows: list(forget_the_origin(rows)))

    call_command("load_geography", str(vintage), "--apply")

    assert Commune.objects.filter(longitude__isnull=False, centre_kind="").count() == 1686


# Outlines of EPCI


def edit_contours(folder, change):
    path = folder / "epci_contours.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def test_every_shipped_intercommunality_has_an_outline_and_some_are_cut(content):
    assert not Intercommunality.objects.filter(outline="").exists()
    # Dreux, Normandie Sud Eure, Cléry, Bertranges and Houdan have communes in other regions.
    assert Intercommunality.objects.filter(is_cut=True).count() == 5
    chartres = Intercommunality.objects.get(name="CA Chartres Métropole")
    assert len(rings(chartres.outline)) == 2  # a hole
    assert MapGrid.objects.get().grouping_borders


def test_newer_outlines_are_shown_in_brief_and_written(content, vintage, capsys):
    def move(content):
        content["limites"] = "M0 0h9"
        content["epci"][0]["d"] = "M0 0h9v9z"

    edit_contours(vintage, move)

    call_command("load_geography", str(vintage), "--apply")

    output = capsys.readouterr().out
    assert "grilles de la carte : 0 à ajouter, 1 à changer" in output
    assert max(map(len, output.splitlines())) < 250
    assert MapGrid.objects.get().grouping_borders == "M0 0h9"
    assert Intercommunality.objects.get(siren="200000800").outline == "M0 0h9v9z"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda content: content.pop("limites"), "forme attendue"),
        (lambda content: content["epci"][0].pop("d"), "forme attendue"),
        (lambda content: content["epci"][0].update(label=["ici"]), "forme attendue"),
        (lambda content: content["epci"][0].update(d="<script>"), "Un tracé SVG"),
        (lambda content: content.update(x0=0), "grille de la carte"),
    ],
)
def test_faulty_outlines_are_refused_in_french(content, vintage, change, reason):
    edit_contours(vintage, change)
    before = state()

    with pytest.raises(CommandError, match=reason):
        call_command("load_geography", str(vintage), "--apply")

    assert state() == before


def test_outlines_that_are_not_json_are_refused(content, vintage):
    (vintage / "epci_contours.json").write_bytes(b"\xff{")

    with pytest.raises(CommandError, match="epci_contours.json ne se lit pas"):
        call_command("load_geography", str(vintage))


def test_a_missing_file_is_named(content, vintage):
    (vintage / "epci.csv").unlink()

    with pytest.raises(CommandError, match="epci.csv ne se lit pas"):
        call_command("load_geography", str(vintage))


def test_a_file_without_a_column_is_refused(content, vintage):
    (vintage / "epci.csv").write_text("siren,nom\n1,CC\n", encoding="utf-8")

    with pytest.raises(CommandError, match="epci.csv\u202f: Il manque une colonne nommée type"):
        call_command("load_geography", str(vintage))
