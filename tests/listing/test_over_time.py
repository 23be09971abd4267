"""A list imported again: what changes, what staff have edited, what was killed."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.conf import settings as project
from django.core.management import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cress.base.history.operations import Operation, operation
from cress.base.history.undo import undo
from enterprises.listing import imports
from enterprises.models import Enterprise, Sector
from tests.demo import runs_once
from tests.factories import (
    make_enterprise,
    make_lever,
    make_sector,
    make_staff,
)
from tests.html import plain
from tests.listing.rows import OTHER, SIRET, line, listed, table
from tests.made_up_enterprises import made_up_rows, made_up_siret, write_list


def test_nothing_is_written_unless_asked_for(bourges, take):
    output = take(table(line(ape="88.10A"), line("1234")), apply=False)

    assert "Ajoutées : 1" in output
    assert "Refusées : 1" in output
    assert "Secteur à ajouter : Santé humaine et action sociale" in output
    assert "Rien n'est écrit ; ajoutez --apply pour le faire." in output
    assert not Enterprise.objects.exists()
    assert Sector.objects.count() == 1


def test_a_dry_run_only_reads(bourges, take):
    take(table(line()))

    with CaptureQueriesContext(connection) as queries:
        take(table(line(name="La Ruche neuve"), line(OTHER)), apply=False)

    assert not [q["sql"] for q in queries if not q["sql"].startswith("SELECT")]


def test_the_same_list_twice_changes_nothing(bourges, take):
    rows = table(
        line(ape="88.10A", tranche_effectifs="01"), line(OTHER, ape="", tranche_effectifs="")
    )
    take(rows)
    before = list(Enterprise.objects.values())

    output = take(rows)

    assert "Inchangées : 2" in output
    assert "Ajoutées : 0" in output
    assert list(Enterprise.objects.values()) == before


def test_a_newer_list_changes_what_staff_have_not_edited(bourges, take):
    take(table(line(tranche_effectifs="01")))
    pk, slug = listed().pk, listed().slug

    output = take(table(line(name="La Grande Ruche", tranche_effectifs="11")))

    enterprise = listed()
    assert (enterprise.pk, enterprise.slug) == (pk, slug)
    assert enterprise.name == "La Grande Ruche"
    assert enterprise.headcount_min == 10
    assert "Changées : 1" in output
    assert "Ligne 2 (changée) : Change : nom, effectif, en toutes lettres." in output


def test_what_staff_edited_is_kept_and_reported(bourges, take):
    take(table(line(tranche_effectifs="01", ape="10.71C")))
    enterprise = listed()
    enterprise.name = "La Ruche de l’équipe"
    enterprise.headcount_min = enterprise.headcount_max = 2
    enterprise.sector = make_sector(name="Miel")
    enterprise.save()

    newer = table(line(name="La Grande Ruche", tranche_effectifs="11", ape="10.71C"))
    for _ in range(2):  # reported each time, kept each time
        output = take(newer)

        enterprise.refresh_from_db()
        assert enterprise.name == "La Ruche de l’équipe"
        assert enterprise.sector.name == "Miel"
        assert enterprise.headcount_as_printed == "1 ou 2 salariés"
        assert "Gardé : nom (le fichier dit « La Grande Ruche »)" in output
        assert "Gardé : secteur (le fichier dit « Industrie »)" in output
        assert "effectif, en toutes lettres (le fichier dit « 10 à 19 salariés »)" in output
        assert "Lignes où le travail de l'équipe est gardé : 1" in output
        assert "Inchangées : 1" in output


def test_what_staff_edited_does_not_keep_the_rest_from_changing(bourges, take):
    take(table(line(ape="10.71C")))
    Enterprise.objects.update(name="À nous")

    take(table(line(name="La Grande Ruche", ape="88.10A")))

    assert listed().name == "À nous"
    assert listed().activity_code == "88.10A"


NOT_UNDERSTOOD = {
    "ape": ["88.91Y", "85.3J", "88.1", "[ND]"],
    "tranche_effectifs": ["99", "[ND]", "quelques-uns"],
    "effectif": ["02", "12,5"],
    "site_web": ["contact@ruche.example", "néant", "[ND]"],
    "categorie_juridique": ["92", "[ND]"],
    "secteur": ["Jardins"],
    "famille_ess": ["amicale", "[ND]"],
}


@pytest.mark.parametrize("column", NOT_UNDERSTOOD)
def test_what_is_not_understood_erases_nothing(bourges, take, column):
    known = {
        "ape": "10.71C",
        "tranche_effectifs": "11",
        "site_web": "ruche.example",
        "categorie_juridique": "8210",
    }
    take(table(line(**known)))
    before = Enterprise.objects.values().get()
    for value in NOT_UNDERSTOOD[column]:
        take(table(line(**{column: value})))

        assert Enterprise.objects.values().get() == before


def test_an_activity_of_another_nomenclature_erases_nothing(bourges, take):
    take(table(line(ape="10.71C")))
    before = Enterprise.objects.values().get()

    for nomenclature in ["NAF2025", "NAFRev1", "NAF1993"]:
        take(table(line(ape="10.71C", nomenclature_activite=nomenclature)))

        assert Enterprise.objects.values().get() == before


CLEARED = {
    "activity_code": ("", "ape", "10.71C", "88.10A"),
    "website": ("", "site_web", "ruche.example", "autre.example"),
    "usual_name": ("", "nom_usuel", "L’Atelier", "Le Fournil"),
    "family": (None, "famille_ess", "mutuelle", "fondation"),
    "legal_category": ("", "categorie_juridique", "9220", "8210"),
}


@pytest.mark.parametrize("field", CLEARED)
def test_a_field_that_staff_cleared_stays_empty_whatever_the_file_gives(bourges, take, field):
    empty, column, first, newer = CLEARED[field]
    take(table(line(**{column: first})))
    Enterprise.objects.update(**{field: empty})

    for value in [first, newer]:
        output = take(table(line(**{column: value})))

        assert getattr(listed(), field) == empty
        assert "Gardé : " in output


def test_a_headcount_that_staff_cleared_stays_empty(bourges, take):
    rows = table(line(tranche_effectifs="11"))
    take(rows)
    Enterprise.objects.update(
        headcount_min=None, headcount_max=None, headcount_as_printed="", headcount_source=""
    )

    assert "Gardé : effectif, en toutes lettres (le fichier dit" in take(rows)
    assert listed().headcount_min is None


def test_a_commune_that_staff_cleared_stays_empty(bourges, take):
    take(table(line()))
    Enterprise.objects.update(commune=None)

    assert "Gardé : commune (le fichier dit « Bourges »)" in take(table(line()))
    assert listed().commune is None


def test_a_field_that_was_imported_empty_is_filled_by_a_newer_file(bourges, take):
    take(table(line(ape="", site_web="")))

    take(table(line(ape="88.10A", site_web="ruche.example")))

    assert listed().activity_code == "88.10A"
    assert listed().website == "https://ruche.example"


def test_an_enterprise_that_staff_unpublished_stays_so(bourges, take):
    take(table(line()))
    Enterprise.objects.update(is_published=False)

    output = take(table(line()))

    assert not listed().is_published
    assert "Gardé : publié (le fichier dit « oui »)" in output


def test_an_enterprise_of_the_staff_is_completed_by_its_siret(bourges, take):
    example = make_enterprise(
        name="La Ruche", siret=SIRET, commune=bourges, summary="Une ruche.", website=""
    )
    example.levers.add(make_lever())

    output = take(table(line(name="RUCHE", site_web="ruche.example", tranche_effectifs="01")))

    example.refresh_from_db()
    assert example.name == "La Ruche"
    assert example.is_example
    assert example.summary == "Une ruche."
    assert example.levers.count() == 1
    assert example.website == "https://ruche.example"
    assert example.headcount_max == 2
    assert "Gardé : nom (le fichier dit « RUCHE »)" in output


def test_a_column_that_the_file_lacks_changes_nothing(bourges, take):
    take(table(line(ape="10.71C", site_web="ruche.example", famille_ess="mutuelle")))
    before = Enterprise.objects.values().get()

    take(table(line()))

    assert Enterprise.objects.values().get() == before


def test_the_address_of_another_enterprise_is_not_taken(bourges, take):
    take(table(line()))
    Enterprise.objects.update(siret=OTHER)  # as staff corrected it

    output = take(table(line()))

    assert "Son adresse est celle d'une autre entreprise du site : La Ruche." in output
    assert Enterprise.objects.count() == 1


def test_a_siret_given_twice_is_taken_once_wherever_it_stands(bourges, take, monkeypatch):
    monkeypatch.setattr(imports, "BATCH", 2)
    output = take(table(line(), line(name="Bis"), line(OTHER), line(name="Ter")))

    assert "Ligne 3 (refusée) : Ce SIRET est déjà à la ligne 2." in output
    assert "Ligne 5 (refusée) : Ce SIRET est déjà à la ligne 2." in output
    assert listed().name == "La Ruche"


def test_each_batch_makes_the_same_number_of_queries_whatever_its_length(bourges, take):
    def queries(count):
        rows = [line(made_up_siret(n), f"Ruche {n}", ape="10.71C") for n in range(count)]
        with CaptureQueriesContext(connection) as caught:
            take(table(*rows))
        return len([q for q in caught if q["sql"].startswith("SELECT")])

    queries(1)

    assert queries(10) == queries(200) <= 12


def test_a_list_longer_than_a_batch_is_taken_whole(bourges, take, monkeypatch):
    monkeypatch.setattr(imports, "BATCH", 7)

    output = take(table(*(line(made_up_siret(n), f"Ruche {n}") for n in range(50))))

    assert "Ajoutées : 50" in output
    assert Enterprise.objects.count() == 50
    assert len(set(Enterprise.objects.values_list("slug", flat=True))) == 50


def test_what_the_database_refuses_is_reported_with_its_lines(bourges, take, monkeypatch):
    monkeypatch.setattr(imports, "slug_of", lambda entry: "la-meme-adresse")

    with pytest.raises(CommandError) as refusal:
        take(table(line(ape="88.10A"), line(OTHER)))

    assert "La base refuse les lignes 2 à 3" in plain(str(refusal.value))
    assert not Enterprise.objects.exists()
    assert Sector.objects.count() == 1  # what the batch made before is undone with it


# An import that is killed


# Runs manage.py, and gets a signal in its fourth batch: all of it is written, nothing committed.
DIE = """
import os, sys
from django.core.management import execute_from_command_line
from cress.base.history.operations import Operation, operation
from cress.base.history.undo import undo
from enterprises.listing import imports

merge, batches = imports._merge, iter(range(100))

def merge_and_die(entries, reader):
    outcomes = merge(entries, reader)
    if next(batches) == 3:
        os.kill(os.getpid(), signum)
    return outcomes

imports._merge = merge_and_die
signum = int(sys.argv.pop())
execute_from_command_line(["manage.py", *sys.argv[1:]])
"""


@pytest.fixture
def site(data):
    """A site of its own with the shipped content: run Python there, look at its list."""

    def run(*arguments):
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=project.BASE_DIR,
            env={
                "SECRET_KEY": "only-for-tests",
                "DATA_DIR": str(data),
                "DJANGO_SETTINGS_MODULE": "cress.settings",
            },
            capture_output=True,
            text=True,
            timeout=120,
        )

    def rows():
        with closing(sqlite3.connect(data / "cress.sqlite3")) as database:
            return database.execute(
                "SELECT siret, slug, name, commune_id, sector_id, imported "
                "FROM enterprises_enterprise WHERE siret <> '' ORDER BY siret"
            ).fetchall()

    def added():
        with closing(sqlite3.connect(data / "cress.sqlite3")) as database:
            return database.execute(
                "SELECT added FROM base_operation WHERE kind = 'import' ORDER BY id DESC"
            ).fetchone()[0]

    run.rows, run.added = rows, added
    return run


@runs_once
@pytest.mark.parametrize(
    ("signum", "code", "last_line"),
    [(signal.SIGKILL, -signal.SIGKILL, ""), (signal.SIGINT, 1, "relancez la même commande")],
)
def test_an_import_that_is_killed_is_finished_by_the_same_command(
    site, tmp_path, signum, code, last_line
):
    path = tmp_path / "liste.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        write_list(file, made_up_rows(5000))
    command = ["import_enterprises", str(path), "--apply"]
    script = "import django; django.setup()" + DIE

    killed = site("-c", script, *command, str(int(signum)))

    before = site.rows()
    assert killed.returncode == code
    assert last_line in killed.stderr
    assert len(before) == 3 * imports.BATCH
    assert site.added() >= len(before)  # and the sectors
    finished, again = [site("manage.py", *command) for _ in range(2)]
    after = site.rows()
    assert "Inchangées : 3 000" in plain(finished.stdout)
    assert "Ajoutées : 2 000" in plain(finished.stdout)
    assert "Inchangées : 5 000" in plain(again.stdout)
    assert len(after) == len({siret for siret, *_ in after}) == 5000
    assert set(before) < set(after)


# The bin


def test_an_enterprise_in_the_bin_is_neither_added_nor_published_again(bourges, take):
    take(table(line()))
    with operation(Operation.Kind.DELETE) as deletion:
        listed().delete()

    output = take(table(line(), line(OTHER)))
    assert "Elle est dans la corbeille" in output
    assert "Ajoutées : 1" in output
    assert not Enterprise.objects.filter(siret=SIRET).exists()

    take(table(line(statutDiffusionEtablissement="P")))
    undo(deletion.row, make_staff(), lambda action, model, row: True)
    assert not listed().is_published


def test_an_import_that_is_undone_may_be_taken_again_and_keeps_what_staff_wrote(bourges, take):
    take(table(line()))
    take(table(line(name="La Ruche neuve"), line(OTHER)))
    imported = Operation.objects.filter(kind=Operation.Kind.IMPORT).latest("pk")

    undo(imported, make_staff(), lambda action, model, row: True)
    assert listed().name == "La Ruche"
    assert not Enterprise.objects.filter(siret=OTHER).exists()

    enterprise = listed()
    enterprise.name = "La Ruche des voisins"
    enterprise.save()
    output = take(table(line(name="La Ruche neuve")))
    assert listed().name == "La Ruche des voisins"
    assert "Lignes où le travail de l'équipe est gardé : 1" in output
