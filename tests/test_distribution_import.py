"""The shares of every department are imported as a distribution, never as territories."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.core.management import CommandError, call_command

from cress.base.files.tables import read_sheets
from territories.distribution_import import CODES, plan_distribution
from territories.models import Distribution, Statistic, Territory
from tests.factories import make_distribution, make_region, make_source, make_territory
from tests.html import plain

D = Decimal
HEADER = "nature;code;nom;part_2008;part_2015"
OTHERS = [
    "pays;FR;France hors Mayotte;9,91;10,48",
    "ensemble;P;France de province;10,9;11,59",
    "region;28;Normandie;10,2;11,08",
    "region;90;Val de Vie;9,5;10,00",
]


@pytest.fixture
def vintage(db):
    """A made-up home region of two departments, and the source of the file."""
    make_region(code="90", name="Val de Vie")
    make_territory(kind="country", code="FR", name="France", outline="")
    make_territory(code="85", name="Vendée")
    make_territory(code="2A", name="Corse-du-Sud")
    return make_source(slug="clap-2015", vintage="2015")


def share_of(code):
    """Return the share of a made-up department: 5 to 15 %, in steps of a tenth."""
    return D(50 + CODES.index(code)) / 10


def row(code, share=None, name=None):
    name = name or {"85": "Vendée", "2A": "Corse-du-Sud"}.get(code, f"Pays {code}")
    text = f"{share_of(code) if share is None else share}".replace(".", ",")
    return f"departement;{code};{name};9,00;{text}"


def file(*changed, without=(), header=HEADER, others=OTHERS):
    """Return a file of every department; `changed` are rows that take the place of others."""
    codes = {line.split(";")[1] for line in changed}
    rows = [row(code) for code in CODES if code not in codes and code not in without]
    return "\n".join([header, *others, *rows, *changed])


def planned(text, source):
    return plan_distribution(read_sheets(BytesIO(text.encode())), source)


def refusals(text, source):
    plan = planned(text, source)
    assert plan.parts == {}
    return plain(" ".join(plan.refusals))


def test_a_file_of_every_department_leaves_a_distribution_and_the_home_figures(vintage):
    planned(file(row("976", share="")), vintage).write(accept_warnings=True)

    distribution = Distribution.objects.get()
    assert (distribution.source, distribution.measure) == (vintage, "employee_share")
    assert distribution.size == 100
    assert distribution.missing == "Pays 976 n’a pas de chiffre."
    assert (distribution.lowest, distribution.lowest_name) == (D("5.00"), "Pays 01")
    assert (distribution.highest, distribution.highest_name) == (D("14.90"), "Pays 974")
    assert distribution.quartile_1 == D("7.48")  # 7.475, to the even digit
    assert distribution.median == D("9.95")
    assert distribution.quartile_3 == D("12.42")  # 12.425, to the even digit
    assert distribution.counts() == dict.fromkeys([D(n) / 2 for n in range(10, 30)], 5)
    assert {
        (s.territory.name, s.employee_share) for s in Statistic.objects.select_related("territory")
    } == {
        ("France", D("10.48")),
        ("Val de Vie", D("10.00")),
        ("Vendée", share_of("85")),
        ("Corse-du-Sud", share_of("2A")),
    }


def test_departments_of_other_regions_become_no_territory_and_no_page(client, vintage):
    before = Territory.objects.count()

    planned(file(), vintage).write(accept_warnings=True)

    assert Territory.objects.count() == before
    for address in ["/territoires/", "/recherche/?q=Pays+14", "/territoires/recherche/?q=Pays+14"]:
        assert "pays-14" not in client.get(address).text, address
    assert "Pays 14" not in client.get("/territoires/").text
    assert client.get("/territoires/14-pays-14/").status_code == 404


def test_a_rank_is_from_the_highest_share_and_equal_shares_are_tied(vintage):
    planned(file(row("85", share="14,80"), row("2A", share="14,70")), vintage).write(True)

    ranks = {
        rank.territory.code: (rank.position, rank.is_tied)
        for rank in Distribution.objects.get().ranks.select_related("territory")
    }

    # 976 has 15,00, 974 has 14,90, 973 has 14,80 and 972 has 14,70.
    assert ranks == {"85": (3, True), "2A": (5, True)}


def test_the_file_is_shown_first_then_written_and_then_changes_nothing(vintage, tmp_path, capsys):
    path = tmp_path / "departements.csv"
    path.write_text(file(), encoding="utf-8")

    def run(*options):
        command = ["import_figures", str(path), "--source", "clap-2015", "--every-department"]
        call_command(*command, *options)
        return plain(capsys.readouterr().out)

    shown = run()
    assert "Répartition : part des salariés, 101 départements : de 5,00 % (Pays 01) à" in shown
    assert "Répartition : tranches : 21 à ajouter, 0 à changer, 0 à retirer" in shown
    assert "À ajouter : Vendée : part des salariés" in shown
    assert shown.endswith("Rien n'est écrit ; ajoutez --apply pour le faire.")
    assert not Distribution.objects.exists()

    assert run("--apply", "--accept-warnings").endswith("C'est écrit.")
    assert Distribution.objects.get().size == 101

    path.write_text(file(row("85", share="15,20")), encoding="utf-8")
    changed = run("--apply", "--accept-warnings")
    assert "rangs des départements : 0 à ajouter, 2 à changer, 0 à retirer" in changed
    assert Distribution.objects.get().highest_name == "Vendée"
    assert sum(Distribution.objects.get().counts().values()) == 101

    assert run("--apply").endswith("Rien à changer.")


def test_the_year_of_the_source_is_read(vintage):
    older = make_source(vintage="2008", year=2008)

    planned(file(), older).write(accept_warnings=True)

    assert Distribution.objects.get().highest == D("9.00")


def test_the_title_of_insee_is_understood(vintage):
    header = (
        "Code département;Nom;Poids de l’économie sociale dans les emplois salariés du "
        "territoire (%)"
    )
    rows = [";".join(row(code).split(";")[n] for n in (1, 2, 4)) for code in CODES]

    plan = planned("\n".join([header, *rows]), vintage)

    assert plan.refusals == []
    assert "101 départements" in plan.summaries[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (file(header="nature;code;nom;x;y"), "Aucune ligne de titres"),
        (file(header="nature;code;nom;part_2010;part_2012"), "Aucune part n'est de l'année"),
        (
            file(header="nature;code;nom;part_2015;part 2015 (%)"),
            "2 colonnes donnent part des salariés",
        ),
        (
            file(header="x;code;nom;part_2008;part_2015"),
            "Aucune colonne ne dit quelles lignes sont des départements",
        ),
        (file(row("14"), row("14")), "« Pays 14 » est déjà à la ligne"),
        (file(row("14", share="110")), "« 110 » n'est pas une part possible"),
        (file(row("14", share="onze")), "« onze » n'est pas un nombre"),
        (file(row("85", name="Dordogne")), "« 85 » et « Dordogne » ne désignent pas le même"),
        (file(row("24", name="Vendée")), "« 24 » et « Vendée » ne désignent pas le même"),
        (file(row("99", share="9")), "« 99 » n'est pas le code d'un département"),
        (file(without=CODES[20:]), "Le fichier n'a que 20 départements"),
        (file(others=[OTHERS[0]] * 2), "« France hors Mayotte » est déjà à la ligne"),
    ],
    ids=lambda text: text[-40:],
)
def test_a_file_that_is_not_understood_is_refused_in_french(vintage, text, message):
    if message.startswith("Aucune part"):
        assert "2010 et 2012" in refusals(text, vintage)
    assert message in refusals(text, vintage)


def test_a_file_whose_shares_are_mostly_missing_is_refused(vintage):
    text = file(*[row(code, share="") for code in CODES[20:]])

    assert "Seuls 20 départements" in plain(" ".join(planned(text, vintage).refusals))


def test_a_refused_file_is_never_written(vintage, tmp_path):
    path = tmp_path / "departements.csv"
    path.write_text(file(row("14"), row("14")), encoding="utf-8")

    with pytest.raises(CommandError, match="corrigez le fichier"):
        call_command(
            "import_figures", str(path), "--source=clap-2015", "--every-department", "--apply"
        )

    assert not Distribution.objects.exists()
    assert not Statistic.objects.exists()


def test_absent_departments_are_named_and_wait_to_be_confirmed(vintage):
    plan = planned(file(without=["48", "976"]), vintage)

    assert "Il manque des départements : 48, 976." in plain(" ".join(plan.warnings))


def test_bins_and_ranks_that_are_no_longer_true_are_removed(vintage):
    old = make_distribution(source=vintage)
    old.bins.create(start=D("40.0"), departments=100)
    old.ranks.create(territory=make_territory(code="990"), position=3)

    planned(file(), vintage).write(accept_warnings=True)

    assert D("40.0") not in Distribution.objects.get().counts()
    assert {rank.territory.code for rank in old.ranks.all()} == {"85", "2A"}
