"""A file of Banatic: both shapes, both nomenclatures, and what is wrong with it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from policies.competences import imports
from policies.competences.imports import plan_declarations
from policies.models import DeclaredCompetence
from tests.demo import manage, runs_once
from tests.factories import make_competence, make_declared_competence, make_intercommunality
from tests.html import plain
from tests.postgresql import why_missing
from tests.waits import LIMIT, wait_until

VAL, BOIS, ELSEWHERE = "900000001", "900000002", "911111111"
AS_OF = "2026-07-01"


@pytest.fixture(autouse=True)
def site(db):
    """Two EPCI, and competences whose codes show the nomenclature of a file."""
    make_intercommunality(siren=VAL, name="CC du Val")
    make_intercommunality(siren=BOIS, name="CC du Bois")
    for old, new in [("1510", "2080 2085"), ("9935", "7000"), ("4530", "6000"), ("3005", "3500")]:
        make_competence(codes_2021=old, codes_2025=new)
    make_competence(codes_2025="3005")  # the same digits mean another thing


@pytest.fixture
def run(tmp_path):
    """Return a function that imports a text, and returns what the command prints."""

    def run(text, *options, encoding="utf-8", as_of=AS_OF):
        path = tmp_path / "banatic.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        output = StringIO()
        arguments = ["--as-of", as_of] if as_of is not None else []
        try:
            call_command("import_competences", path, *arguments, *options, stdout=output)
        except CommandError as error:
            output.write(f"ERREUR {error}")
        return plain(output.getvalue())

    return run


def stored(siren=VAL):
    rows = DeclaredCompetence.objects.filter(intercommunality__siren=siren)
    return set(rows.values_list("nomenclature", "code"))


# Both shapes, both nomenclatures

LONG = f"SIREN;Code compétence\n{VAL};1510\n{VAL};9935\n{BOIS};4530\n"
WIDE = (
    "N° SIREN;Nom du groupement;C1510;C9935;C4530\n"
    f"{VAL};CC du Val;1;1;0\n{BOIS};CC du Bois;0;0;1\n"
)


def test_nothing_is_written_without_apply(run):
    output = run(LONG)

    assert "À écrire : CC du Val : 2 codes" in output
    assert "Rien n'est écrit ; ajoutez --apply pour le faire." in output
    assert not DeclaredCompetence.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(LONG.replace("Code compétence", heading), id=heading)
        for heading in ["code_competence", "code", "Compétence", "CODE DE LA COMPÉTENCE"]
    ]
    + [
        pytest.param(LONG.replace(";1510", ";C1510"), id="a letter before the code"),
        pytest.param(LONG.replace(";1510", ";1510 - Collecte"), id="a title after the code"),
        pytest.param(f"SIREN;code\n{VAL};1510 9935\n{BOIS};4530", id="several codes in a cell"),
        pytest.param(LONG + f"{VAL};1510\n", id="a line twice"),
        pytest.param(f"siren;code;exercée\n{VAL};1510;oui\n{VAL};9935;Oui\n{VAL};4530;non\n"
                     f"{BOIS};4530;X\n", id="a column that says yes or no"),
        WIDE,
        pytest.param(WIDE.replace("C1510", "1510"), id="bare codes as headings"),
        pytest.param(WIDE.replace("C1510", "1510 – Collecte"), id="headings with titles"),
        pytest.param(WIDE.replace(";1", ";Oui").replace(";0", ";Non"), id="yes and no"),
        pytest.param(WIDE.replace(";0", ";"), id="empty cells"),
        pytest.param(WIDE.replace("Val;1", "Val;Intérêt communautaire"), id="partly"),
        pytest.param(WIDE + f"{VAL};CC du Val;1;1;0\n", id="a line for each member"),
        pytest.param(WIDE.replace(VAL, f'"{VAL[:3]} {VAL[3:6]} {VAL[6:]}"'), id="spaced siren"),
        pytest.param(WIDE.replace(VAL, f'"=""{VAL}"""'), id="siren as a formula"),
        pytest.param(WIDE.replace(VAL, f"{VAL}.0"), id="siren as a number"),
    ],
)  # fmt: skip
def test_both_shapes_are_read_however_they_are_typed(run, text):
    output = run(text, "--apply")

    assert "C'est écrit." in output
    assert stored(VAL) == {(2021, "1510"), (2021, "9935")}
    assert stored(BOIS) == {(2021, "4530")}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("text", [LONG, WIDE], ids=["long", "wide"])
def test_encodings_and_separators_of_spreadsheets_are_read(run, text, delimiter, encoding):
    run(text.replace(";", delimiter), "--apply", encoding=encoding)

    assert stored(BOIS) == {(2021, "4530")}


def test_codes_of_2025_are_recognised(run):
    output = run(f"siren;code\n{VAL};2080\n{VAL};7000\n{VAL};3005\n", "--apply")

    assert "Les codes sont lus dans la nomenclature de 2025." in output
    assert stored() == {(2025, "2080"), (2025, "7000"), (2025, "3005")}


def test_headings_may_name_both_nomenclatures(run):
    run(f"siren;code_2021;codes_2025\n{VAL};1510;2080 2085\n{VAL};9999;\n", "--apply")

    assert stored() == {(2021, "1510"), (2021, "9999"), (2025, "2080"), (2025, "2085")}


@pytest.mark.parametrize("codes", [["3005"], ["9999"], ["1510", "2080"]])
def test_an_unclear_nomenclature_is_asked_for(run, codes):
    text = "siren;code\n" + "".join(f"{VAL};{code}\n" for code in codes)

    refused = run(text, "--apply")

    assert "Les codes du fichier ne montrent pas leur nomenclature" in refused
    assert "--nomenclature 2021" in refused
    assert not stored()
    assert "C'est écrit." in run(text, "--apply", "--nomenclature", "2025")
    assert stored() == {(2025, code) for code in codes}


def test_a_code_of_no_lever_is_kept_and_named(run):
    output = run(LONG + f"{VAL};1234\n", "--apply")

    assert "Codes de 2021 qu'aucun levier n'emploie, gardés : 1234" in output
    assert (2021, "1234") in stored()


# What becomes of the rows


def test_a_newer_file_replaces_the_rows_of_the_epci_that_it_names(run):
    run(LONG, "--apply")

    output = run(f"siren;code\n{VAL};1510\n{VAL};4530\n", "--apply", as_of="2026-09-15")

    assert "CC du Val : 2 codes (+4530 -9935)" in output.replace("−", "-")
    assert f"Absente du fichier, gardée telle quelle : CC du Bois ({BOIS})" in output
    assert stored(VAL) == {(2021, "1510"), (2021, "4530")}
    assert stored(BOIS) == {(2021, "4530")}
    dates = DeclaredCompetence.objects.values_list("intercommunality__siren", "as_of")
    assert set(dates) == {(VAL, date(2026, 9, 15)), (BOIS, date(2026, 7, 1))}


def test_the_same_file_changes_nothing(run):
    run(LONG, "--apply")

    output = run(LONG, "--apply")

    assert "Sans changement : 2 intercommunalités" in output
    assert "Rien à changer." in output


def test_an_epci_that_declares_nothing_in_the_file_keeps_its_rows(run):
    run(WIDE, "--apply")

    output = run(
        WIDE.replace("CC du Bois;0;0;1", "CC du Bois;0;0;0"), "--apply", as_of="2026-09-15"
    )

    assert "Absente du fichier, gardée telle quelle : CC du Bois" in output
    assert stored(BOIS) == {(2021, "4530")}


def test_an_older_file_is_refused(run):
    run(LONG, "--apply")

    output = run(LONG, "--apply", as_of="2025-01-01")

    assert "Le site a déjà un état plus récent, au 1er juillet 2026" in output
    assert set(DeclaredCompetence.objects.values_list("as_of", flat=True)) == {date(2026, 7, 1)}


def test_groupings_of_elsewhere_are_left_aside_and_counted(run):
    output = run(LONG + f"{ELSEWHERE};1510\n{ELSEWHERE};pas un code\n", "--apply")

    assert f"Laissés de côté, inconnus du site : 1 SIREN ({ELSEWHERE})" in output
    assert "C'est écrit." in output


def test_a_failure_while_writing_keeps_the_former_rows(run, monkeypatch, tmp_path):
    run(LONG, "--apply")
    (tmp_path / "banatic.csv").write_text(f"siren;code\n{VAL};4530\n{VAL};9935\n")
    plan = plan_declarations(tmp_path / "banatic.csv", date(2026, 9, 15))

    def fail(rows):
        raise OSError

    monkeypatch.setattr(imports, "bulk_add", fail)

    with pytest.raises(OSError):  # noqa: PT011
        plan.write()

    assert stored(VAL) == {(2021, "1510"), (2021, "9935")}


# What is wrong with a file


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (LONG.replace(f"{VAL};9935", "90000000;9935"), "Ligne 3 : « 90000000 » n'est pas un SIREN"),
        (LONG.replace(f"{VAL};9935", ";9935"), "Ligne 3 : « » n'est pas un SIREN"),
        (LONG.replace(";9935", ";Eau"), "Ligne 3 : « Eau » n'est pas un code de compétence"),
        (LONG.replace(";9935", ";993"), "Ligne 3 : « 993 » n'est pas un code de compétence"),
        (LONG.replace(";9935", ",9935"), "Ligne 3 : 1 cellules, au lieu de 2."),
        (LONG + "Source : un ministère\n", "Ligne 5 : 1 cellules, au lieu de 2."),
        (
            WIDE.replace("Val;1;1;0", "Val;1;peut-être;0"),
            "Ligne 2 : colonne 9935 : « peut-être » ne veut dire ni oui ni non.",
        ),
        (
            f"siren;code;exercée\n{VAL};1510;parfois\n",
            "Ligne 2 : « parfois » ne veut dire ni oui ni non.",
        ),
        (
            WIDE + f"{VAL};CC du Val;1;0;0\n",
            f"Ligne 4 : le SIREN {VAL} n'a pas les mêmes compétences qu'à la ligne 2.",
        ),
        ("SIREN|code\n900000001|1510\n", "Il manque une colonne nommée N° SIREN ou SIREN"),
        ("code;nom\n1510;CC du Val\n", "Il manque une colonne nommée N° SIREN"),
        (f"SIREN;nom\n{VAL};CC du Val\n", "Aucune compétence n'est reconnue."),
        (
            f"SIREN;1510 a;C1510\n{VAL};1;1\n",
            "Deux colonnes donnent le code 1510 : « 1510 a » et « C1510 ».",
        ),
        ("SIREN;code\n", "Aucune ligne sous les titres."),
        (
            f"SIREN;code\n{ELSEWHERE};1510\n",
            "Aucun SIREN du fichier n'est celui d'une intercommunalité du site.",
        ),
        ("", "Le fichier est vide."),
        (b"PK\x03\x04...", "Ce fichier est un classeur ou une archive."),
        (LONG.replace(";9935", ';"9935'), "n guillemet y manque"),
        (LONG.encode() + "éé".encode("cp1252"), "La ligne 5 n'est pas en UTF-8"),
    ],
)
def test_what_is_wrong_has_a_french_answer_and_changes_nothing(run, text, answer):
    make_declared_competence(code="1234", nomenclature=2021)

    output = run(text, "--apply")

    assert answer in output
    assert "ERREUR" in output
    assert DeclaredCompetence.objects.values_list("code", flat=True).get() == "1234"


def test_a_file_of_errors_shows_the_first_and_counts_the_others(run):
    output = run("siren;code\n" + f"{VAL};non\n" * 50)

    assert output.count("Refusé :") == 40
    assert "… et 10 autres refus." in output


def test_a_file_that_is_not_there_has_a_french_answer(tmp_path):
    with pytest.raises(CommandError, match="ne se lit pas"):
        call_command("import_competences", tmp_path / "absent.csv", "--as-of", AS_OF)


@pytest.mark.parametrize("as_of", [None, "", "01/07/2026", "2026-02-30"])
def test_the_date_is_asked_for(run, as_of):
    assert "Donnez la date de l'état que le fichier décrit" in run(LONG, as_of=as_of)


def test_a_date_to_come_is_refused(run):
    tomorrow = timezone.localdate() + timedelta(days=1)

    assert "n'est pas encore passé" in run(LONG, "--apply", as_of=tomorrow.isoformat())
    assert not stored()


# Two imports at once, on a real server

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


@runs_once
@pytest.mark.postgresql
@pytest.mark.skipif(bool(why_missing()), reason=why_missing())
def test_two_imports_at_once_write_one_after_the_other(prepared, tmp_path):
    path = tmp_path / "banatic.csv"
    path.write_text(f"siren;code_2021\n{VAL};1510\n", encoding="utf-8")
    make = (
        "from territories.models import Intercommunality as Model;"
        f"Model.objects.create(siren='{VAL}', name='CC du Val', kind='CC')"
    )
    with prepared.bare_postgresql() as server:
        site = {"DATABASE_URL": server.url}
        manage(tmp_path, "shell", "--no-imports", "-c", make, **site)

        def import_file(_):
            return manage(
                tmp_path, "import_competences", str(path), "--as-of", AS_OF, "--apply", **site
            )

        with (
            psycopg.connect(server.url) as holder,
            psycopg.connect(server.url, autocommit=True) as watcher,
            ThreadPoolExecutor() as pool,
        ):
            # Nobody writes until both are about to.
            holder.execute("LOCK TABLE policies_declaredcompetence IN SHARE ROW EXCLUSIVE MODE")
            imports = [pool.submit(import_file, number) for number in range(2)]
            wait_until(lambda: watcher.execute(WAITING).fetchone() == (2,))
            holder.rollback()
            output = [each.result(LIMIT) for each in imports]
            rows = watcher.execute("SELECT code FROM policies_declaredcompetence").fetchall()

    assert all("C’est écrit." in text for text in output)
    assert rows == [("1510",)]
