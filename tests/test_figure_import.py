"""A file of figures is read, compared row by row, and written whole or not at all."""

import re
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook
from pytest_django.asserts import assertContains

from cress.base.files.tables import TableError, read_sheets, workbooks
from territories.figure_import import plan_import
from territories.models import Statistic, Territory
from tests.factories import make_region, make_source, make_statistic, make_territory
from tests.html import plain

CASES = Path(__file__).parent / "cases"
NAMES = ["Cher", "Eure-et-Loir", "Indre", "Indre-et-Loire", "Loir-et-Cher", "Loiret"]
CODES = ["18", "28", "36", "37", "41", "45"]
HEADER = "Territoire;Part des salariés;Part des établissements"
REGION = "Centre-Val de Loire;10,6;11,2"
ROWS = [f"{name};10,{n};11,{n}" for n, name in enumerate(NAMES, 1)]
WHOLE = "\r\n".join([HEADER, *ROWS, REGION])


@pytest.fixture
def source(content):
    """A vintage without a figure yet, beside the shipped content."""
    return make_source(slug="flores-2023", vintage="2023", year=2023, series="Flores", decimals=1)


@pytest.fixture
def bare(db):
    """A department « Val » and its vintage, and nothing else."""
    make_territory(name="Val", code="90", with_article="le Val", of="du Val")
    return make_source(decimals=2)


def planned(file, source):
    data = file.encode() if isinstance(file, str) else file
    return plan_import(read_sheets(BytesIO(data)), source)


def workbook(*rows, formats=(), title="Chiffres", change=lambda book: None):
    """Return the bytes of an Excel workbook; `formats` gives formats of numbers by cell."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for cell, number_format in dict(formats).items():
        sheet[cell].number_format = number_format
    change(book)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def repacked(data, name, change):
    """Return the workbook with one of its parts changed."""
    file = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for part in old.namelist():
            content = old.read(part)
            new.writestr(part, change(content) if part == name else content)
    return file.getvalue()


def figures(source):
    """Return what is stored of a source: {code: (its four figures)}."""
    return {
        row.territory.code: (
            row.employee_share,
            row.establishment_share,
            row.employee_count,
            row.establishment_count,
        )
        for row in source.statistics.select_related("territory")
    }


def share_of(plan):
    """Return the only share of employees that the plan adds, as text."""
    assert plan.refusals == []
    [change] = plan.additions
    return str(change.values["employee_share"][1])


# The journey


@pytest.fixture
def run(source, tmp_path, capsys):
    """Run the command on a file's content and return what it output, folded to plain text."""

    def run(content, *options, name="chiffres.csv", slug=source.slug):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        call_command("import_figures", str(path), "--source", slug, *options)
        return plain(capsys.readouterr().out)

    return run


def test_a_vintage_is_first_shown_then_written_and_the_same_file_then_changes_nothing(
    client, run, source
):
    output = run(WHOLE)
    assert "À ajouter : Loiret : part des salariés 10,6 %, part des" in output
    assert output.endswith("Rien n'est écrit ; ajoutez --apply pour le faire.")
    assert figures(source) == {}

    assert run(WHOLE, "--apply").endswith("C'est écrit.")
    assert figures(source)["18"] == (Decimal("10.1"), Decimal("11.1"), None, None)
    assert len(figures(source)) == 7
    assertContains(client.get("/territoires/18-cher/"), "10,1\u202f%")

    before = list(Statistic.objects.order_by("pk").values())
    output = run(WHOLE, "--apply")
    assert output.endswith("Rien à changer.")
    assert "À vérifier" not in output
    assert output.count("Sans changement : ") == 7
    assert list(Statistic.objects.order_by("pk").values()) == before


def test_a_warning_stops_the_import_until_it_is_accepted(run, source):
    partial = "\n".join([HEADER, *ROWS])

    with pytest.raises(CommandError, match="--accept-warnings"):
        run(partial, "--apply")
    assert figures(source) == {}

    run(partial, "--apply", "--accept-warnings")
    assert len(figures(source)) == 6


def test_a_refusal_stops_the_import_of_the_whole_file(run, source):
    with pytest.raises(CommandError, match="Rien n’est écrit"):
        run(WHOLE.replace("10,3", "98"), "--apply", "--accept-warnings")

    assert figures(source) == {}


def test_a_plan_with_a_refusal_is_never_written(source):
    plan = planned(WHOLE.replace("10,3", "98"), source)

    with pytest.raises(TableError):
        plan.write(accept_warnings=True)

    assert figures(source) == {}


def test_a_row_that_the_database_refuses_undoes_the_whole_import(source):
    plan = planned(WHOLE, source)
    make_statistic(source=source, territory=Territory.objects.get(code="45"))  # a colleague’s

    with pytest.raises(TableError, match="La base refuse une ligne\u202f: [A-Z].* (a déjà|existe)"):
        plan.write()

    assert set(figures(source)) == {"45"}


def test_a_correction_says_what_it_replaces_and_keeps_what_the_file_does_not_give(run, source):
    cher = Territory.objects.get(code="18")
    make_statistic(
        source=source, territory=cher, employee_share="10.4", employee_count=9, note="À garder."
    )

    with pytest.raises(CommandError, match="À vérifier|à vérifier"):
        run(WHOLE, "--apply")
    output = run(WHOLE, "--apply", "--accept-warnings")

    assert "seraient remplacés" in output
    assert "À changer : Cher : part des salariés 10,4 % → 10,1 %, part des" in output
    assert figures(source)["18"] == (Decimal("10.1"), Decimal("11.1"), 9, None)
    assert source.statistics.get(territory=cher).note == "À garder."


def test_an_empty_cell_erases_nothing(source):
    make_statistic(source=source, territory=Territory.objects.get(code="18"), employee_share="10.1")

    plan = planned(f"{HEADER}\nCher;;11,1", source)

    assert [list(change.values) for change in plan.changes] == [["establishment_share"]]


def test_an_unknown_source_is_refused_with_the_known_ones(run):
    with pytest.raises(CommandError, match="Aucune source.*clap-2015-territoires"):
        run(WHOLE, slug="flores-2024")


def test_a_missing_file_is_reported(source, tmp_path):
    for path in [tmp_path / "absent.csv", tmp_path]:
        with pytest.raises(CommandError, match="ne s’ouvre pas"):
            call_command("import_figures", str(path), "--source", source.slug)


def test_reading_a_file_asks_little_of_the_database(source, django_assert_num_queries):
    with django_assert_num_queries(2):
        planned(WHOLE, source)


# How files come


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", "\t", ","])
@pytest.mark.parametrize("point", [",", "."])
def test_french_csv_is_read_however_excel_wrote_it(source, encoding, separator, point):
    text = WHOLE.replace("10,", f"10{point}").replace("11,", f"11{point}")
    if separator == "," and point == ",":
        text = re.sub(r"(\d+,\d+)", r'"\1"', text)
    file = text.replace(";", separator).encode(encoding)

    plan = planned(file, source)

    assert (plan.refusals, plan.warnings) == ([], [])
    assert len(plan.additions) == 7
    assert plan.additions[0].values == {
        "employee_share": (None, Decimal("10.1")),
        "establishment_share": (None, Decimal("11.1")),
    }


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Part des salariés", "employee_share"),
        ("PART DES SALARIES (EN %)", "employee_share"),
        ("% salariés", "employee_share"),
        ("Salariés (%)", "employee_share"),
        ("Part de l’ESS dans l'emploi", "employee_share"),
        ("Poids de l’économie sociale et solidaire dans l’emploi salarié", "employee_share"),
        ("Part des effectifs", "employee_share"),
        ("part des établissements employeurs", "establishment_share"),
        ("Part des établissements", "establishment_share"),
        ("% établissements", "establishment_share"),
        ("Salariés", "employee_count"),
        ("Nombre de salariés de l’ESS", "employee_count"),
        ("Effectifs salariés", "employee_count"),
        ("Établissements", "establishment_count"),
        ("Nombre d'établissements employeurs", "establishment_count"),
    ],
)
def test_a_measure_is_known_by_its_synonyms(bare, heading, field):
    plan = planned(f"Nom;{heading}\nVal;11", bare)

    assert plan.refusals == []
    assert list(plan.additions[0].values) == [field]


@pytest.mark.parametrize(
    "heading",
    [
        "Part des salariés à temps partiel",
        "Salariés en ETP",
        "Rémunérations",
        "Entreprises",
        "Part",
    ],
)
def test_another_measure_is_never_read_as_one_of_the_site(bare, heading):
    plan = planned(f"Nom;{heading};Part des salariés\nVal;1;11", bare)

    assert plan.ignored_headings == [heading]
    assert list(plan.additions[0].values) == ["employee_share"]


@pytest.mark.parametrize(
    ("heading", "cell", "code"),
    [
        ("Territoire", "Cher", "18"),
        ("Département", "CHER", "18"),
        ("Libellé", "le Cher", "18"),
        ("Nom du département", "Département du Cher", "18"),
        ("Nom", "18 - Cher", "18"),
        ("Nom", "Cher (18)", "18"),
        ("DEP", "18", "18"),
        ("Code département", "45", "45"),
        ("Territoire", "Indre et Loire", "37"),
        ("Territoire", "Région", "24"),
        ("Territoire", "Région Centre-Val de Loire", "24"),
        ("DEP", "45.0", "45"),
        ("N° du département", "18", "18"),
        ("Département", "18", "18"),
        ("Territoire", "France", "FR"),
    ],
)
def test_a_territory_is_known_by_its_code_or_its_name(source, heading, cell, code):
    plan = planned(f"{heading};Part des salariés\n{cell};10,5", source)

    assert plan.refusals == []
    assert [change.statistic.territory.code for change in plan.additions] == [code]


@pytest.mark.parametrize(
    ("cell", "share"),
    [
        ("10,79", "10.79"),
        ("10.79", "10.79"),
        ("10,79 %", "10.79"),
        ("10,79\u202f%", "10.79"),
        ("10,79\u00a0%", "10.79"),
        ("11", "11.00"),
        ("  11,5  ", "11.50"),
    ],
)
def test_a_share_is_read_as_french_readers_write_it(bare, cell, share):
    assert share_of(planned(f"Nom;Part des salariés\nVal;{cell}", bare)) == share


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u202f", "\u2009", ""])
def test_a_count_is_read_with_any_space_between_its_thousands(bare, space):
    plan = planned(f"Nom;Salariés\nVal;92{space}500", bare)

    assert [change.values for change in plan.additions] == [{"employee_count": (None, 92_500)}]


@pytest.mark.parametrize("cell", ["", "-", "–", "nd", "N.D.", "ns", "s", "…", "///"])
def test_a_figure_that_is_not_given_stays_empty(bare, cell):
    plan = planned(f"Nom;Part des salariés;Salariés\nVal;11;{cell}", bare)

    assert plan.refusals == []
    assert list(plan.additions[0].values) == ["employee_share"]


def test_titles_above_and_notes_below_the_table_are_skipped(source):
    file = f"L’ESS en 2023\n\n{WHOLE}\n\nSource : Insee, Flores 2023.\nDonnées au 31/12;;\n"

    plan = planned(file, source)

    assert (plan.refusals, plan.warnings) == ([], [])
    assert len(plan.additions) == 7


# Workbooks


def test_a_workbook_is_read_with_its_merged_titles_and_its_percentages(source):
    rows = [[name, 0.1079, 0.111] for name in [*NAMES, "Centre-Val de Loire"]]
    file = workbook(
        ["Part de l’ESS", None, None],
        [],
        HEADER.split(";"),
        *rows,
        ["Source : Insee, Flores 2023"],
        formats={f"{column}{line}": "0.00%" for column in "BC" for line in range(4, 11)},
        change=lambda book: book.active.merge_cells("A1:C1"),
    )
    source.decimals = 2

    plan = planned(file, source)

    assert (plan.refusals, plan.warnings) == ([], [])
    assert len(plan.additions) == 7
    assert plan.additions[0].values["employee_share"][1] == Decimal("10.79")


@pytest.mark.parametrize(
    ("value", "number_format", "share"),
    [
        (0.1079, "0.00%", "10.79"),
        (0.1079, "0%", "10.79"),
        (0.1, "0 %", "10.00"),
        (0.07 + 0.05, "0%", "12.00"),
        (10.79, "General", "10.79"),
        (10.79, '0.00" %"', "10.79"),
        (10.79, r"0.00\ \%", "10.79"),
        (11, "0", "11.00"),
        ("10,79", "@", "10.79"),
        ("10,79\u202f%", "@", "10.79"),
    ],
)
def test_a_share_of_a_workbook_is_the_one_that_excel_shows(bare, value, number_format, share):
    file = workbook(["Nom", "Part des salariés"], ["Val", value], formats={"B2": number_format})

    plan = planned(file, bare)

    assert share_of(plan) == share
    assert plan.warnings == []


def test_the_digits_that_a_computer_adds_to_a_number_are_not_taken(bare):
    file = repacked(
        workbook(["Nom", "Part des salariés"], ["Val", 0.12], formats={"B2": "0%"}),
        "xl/worksheets/sheet1.xml",
        lambda part: part.replace(b"<v>0.12</v>", b"<v>0.12000000000000001</v>"),
    )

    plan = planned(file, bare)

    assert share_of(plan) == "12.00"
    assert plan.warnings == []


def test_the_code_of_a_department_may_be_a_number(bare):
    file = workbook(["Code département", "Part des salariés"], [90, 11])

    assert share_of(planned(file, bare)) == "11.00"


def test_the_stored_result_of_a_formula_is_taken(bare):
    file = repacked(
        workbook(["Nom", "Part des salariés"], ["Val", "=A1"]),
        "xl/worksheets/sheet1.xml",
        lambda part: re.sub(rb"<f>A1</f><v\s*/>|<f>A1</f><v></v>", b"<f>A1</f><v>10.79</v>", part),
    )

    assert share_of(planned(file, bare)) == "10.79"


def test_a_formula_without_a_stored_result_is_refused(bare):
    plan = planned(workbook(["Nom", "Part des salariés"], ["Val", "=1+9.79"]), bare)

    assert plan.refusals == [
        "Ligne 2, part des salariés\u202f: «\u202fformule sans résultat enregistré\u202f» n’est "
        "pas un nombre. Corrigez-le, ou videz la cellule."
    ]


@pytest.mark.parametrize("value", [True, "#DIV/0!", "10/10/2026"])
def test_a_cell_that_is_no_number_is_refused(bare, value):
    plan = planned(workbook(["Nom", "Part des salariés"], ["Val", value]), bare)

    assert len(plan.refusals) == 1
    assert "n’est pas un nombre" in plan.refusals[0]


def test_a_date_that_excel_made_of_a_number_is_refused(bare):
    file = workbook(["Nom", "Part des salariés"], ["Val", 45_000], formats={"B2": "dd/mm"})

    assert "n’est pas un nombre" in planned(file, bare).refusals[0]


def add_sheet(book, title="Notes", rows=(), state="visible"):
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(row)
    sheet.sheet_state = state


TABLE = [["Nom", "Part des salariés"], ["Val", 11]]


def test_the_sheet_with_the_table_is_found_among_others(bare):
    file = workbook(["Lisez-moi"], change=lambda book: add_sheet(book, "Chiffres", TABLE))

    assert share_of(planned(file, bare)) == "11.00"


def test_a_hidden_sheet_is_skipped(bare):
    file = workbook(*TABLE, change=lambda book: add_sheet(book, "2015", TABLE, state="hidden"))

    assert share_of(planned(file, bare)) == "11.00"


def test_two_sheets_with_a_table_are_refused_by_their_names(bare):
    file = workbook(*TABLE, title="2022", change=lambda book: add_sheet(book, "2023", TABLE))

    plan = planned(file, bare)

    assert len(plan.refusals) == 1
    assert "«\u202f2022\u202f», «\u202f2023\u202f»" in plan.refusals[0]
    assert not plan


def test_a_workbook_is_known_by_its_content_whatever_its_name(run, source):
    rows = [row.split(";") for row in WHOLE.split("\r\n")]

    run(workbook(*rows), "--apply", name="chiffres.csv")

    assert len(figures(source)) == 7


# Files that are no table


def bomb():
    """A workbook of some kilobytes that opens into twenty megabytes."""
    return repacked(workbook(*TABLE), "xl/styles.xml", lambda part: part + b" " * 20_000_000)


def entities():
    """A workbook whose sheet declares an entity that would grow without end."""
    return repacked(
        workbook(*TABLE),
        "xl/worksheets/sheet1.xml",
        lambda part: b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>' + part,
    )


NO_TABLE = {
    "nothing": (b"", "vide"),
    "blank lines": (b"\xef\xbb\xbf\r\n \r\n;;\r\n", "vide"),
    "an empty workbook": (workbook(), "vide"),
    "a PDF": (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", "est un PDF"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"a" * 30, "est une image"),
    "a NUL": (WHOLE.encode() + b"\nCher\0;1;1", "Ligne 9"),
    "no known encoding": (b"Nom;Salari\x81s\nVal;1", "CSV UTF-8"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"a" * 99, ".xls"),
    "half a workbook": (workbook(*TABLE)[:1500], "pas comme un classeur"),
    "another archive": (repacked(workbook(), "", lambda part: part)[:30], "pas comme un classeur"),
    "a broken sheet": (
        repacked(workbook(*TABLE), "xl/worksheets/sheet1.xml", lambda part: part[:-30]),
        "pas comme un classeur",
    ),
    "entities": (entities(), "pas comme un classeur"),
    "a bomb": (bomb(), "trop gros"),
    "too many bytes": (b"Nom;Salaries\n" + b"Val;1\n" * 200_000, "dépasse un mégaoctet"),
    "too many lines": (b"Nom;Salaries\n" + b"Val;1\n" * 1000, "dépasse 1000 lignes"),
    "too many rows": (workbook(*TABLE, *[["x"]] * 1000), "dépasse 1000 lignes"),
    "too many sheets": (
        workbook(*TABLE, change=lambda book: [add_sheet(book, f"{n}") for n in range(50)]),
        "plus de 50 feuilles",
    ),
    "a quote left open": (b'Nom;Salaries\n"Val;1\n', "Ligne 2"),
    "an endless cell": (b'Nom;Salaries\n"' + b"a" * 200_000 + b'";1\n', "Ligne 2"),
}


@pytest.mark.parametrize("case", NO_TABLE)
def test_a_file_that_is_no_table_is_refused_in_french(run, source, case):
    file, reason = NO_TABLE[case]

    with pytest.raises(CommandError, match=re.escape(reason)) as refused:
        run(file, "--apply", "--accept-warnings")

    assert str(refused.value).endswith(".")
    assert figures(source) == {}


def test_a_workbook_as_large_as_may_be_still_opens(bare, monkeypatch):
    file = workbook(*TABLE)
    with ZipFile(BytesIO(file)) as archive:
        unpacked = sum(part.file_size for part in archive.infolist())

    monkeypatch.setattr(workbooks, "MOST_UNPACKED_BYTES", unpacked)
    assert share_of(planned(file, bare)) == "11.00"

    monkeypatch.setattr(workbooks, "MOST_UNPACKED_BYTES", unpacked - 1)
    with pytest.raises(TableError, match="trop gros"):
        planned(file, bare)


def test_a_thousand_lines_are_taken(bare):
    plan = planned("Nom;Salariés\nVal;1\n" + "x;\n" * 998, bare)

    assert len(plan.additions) == 1


def test_a_cell_lost_at_the_far_end_of_the_sheet_costs_nothing(bare):
    file = workbook(*TABLE, change=lambda book: book.active.cell(1_048_576, 16_384, "x"))

    assert share_of(planned(file, bare)) == "11.00"


# Tables that are refused


REFUSED = {
    "no heading": ("Cher;10,1;11,1", "Aucune ligne de titres"),
    "a heading that is not known": ("Nom;Chômage\nCher;10", "Aucune ligne de titres"),
    "bars for separators": (WHOLE.replace(";", "|"), "Aucune ligne de titres"),
    "commas for separators and decimals": (
        WHOLE.replace(";", ","),
        "plus de cellules que de titres",
    ),
    "one row with other separators": (
        f"{HEADER}\n{ROWS[0]}\nIndre,10.1,11.1;;\nLoiret;10,1,11,1;",
        "« 10,1,11,1 » n’est pas un nombre",
    ),
    "headings without a row": (HEADER, "Aucun chiffre"),
    "the same measure twice": ("Nom;Salariés;Effectifs\nCher;1;2", "2 colonnes donnent nombre de"),
    "a row given twice": (
        f"{HEADER}\n{ROWS[0]}\n{ROWS[0]}",
        "Ligne 3 : le Cher est déjà à la ligne 2",
    ),
    "a department by name and by code": (
        "Département;Salariés\nCher;9\n18;9",
        "Ligne 3 : le Cher est déjà",
    ),
    "a total": (
        f"{HEADER}\n{ROWS[0]}\nTotal;10,5;11",
        "Ligne 3 : « Total » n’est pas un territoire",
    ),
    "another department": (
        f"{HEADER}\nSarthe;10,5;11",
        "Ligne 2 : « Sarthe » n’est pas un territoire",
    ),
    "the code of another region’s department": (
        "Code;Nom;Salariés\n24;Dordogne;9",
        "Ligne 2 : « 24 » et « Dordogne » ne désignent pas le même territoire",
    ),
    "another department by its code and its name": (
        "Code;Nom;Salariés\n72;Sarthe;9",
        "Ligne 2 : « 72 Sarthe » n’est pas un territoire",
    ),
    "a code against its name": ("Code;Nom;Salariés\n18;Indre;9", "ne désignent pas le même"),
    "no territory": (f"{HEADER}\n;10,5;11", "Ligne 2 : des chiffres sans territoire"),
    "98 %": (f"{HEADER}\nCher;98 %;11", "Ligne 2, part des salariés : « 98 % » n’est pas une part"),
    "a share over a hundred": (f"{HEADER}\nCher;1079;11", "n’est pas une part possible"),
    "a fraction": (f"{HEADER}\nCher;0,1079;11", "une part de 0,1079 s’écrit 10,79"),
    "a negative share": (f"{HEADER}\nCher;-10;11", "n’est pas une part possible"),
    "a share in words": (f"{HEADER}\nCher;un sur dix;11", "« un sur dix » n’est pas un nombre"),
    "half a salaried person": ("Nom;Salariés\nCher;12,5", "n’est pas un nombre entier"),
    "thousands in English": ("Nom;Salariés\nCher;85,268.5", "n’est pas un nombre"),
    "a count in per cent": ("Nom;Salariés\nCher;10 %", "n’est pas un nombre entier"),
    "a negative count": ("Nom;Salariés\nCher;-1", "n’est pas un nombre entier"),
    "more than the country’s": ("Nom;Salariés\nCher;50000001", "n’est pas un nombre entier"),
    "more digits than there are": (f"Nom;Salariés\nCher;{'9' * 10_000}", "n’est pas un nombre"),
    "a name of ten thousand signs": (f"Nom;Salariés\n{'a' * 10_000};1", "n’est pas un territoire"),
    "a formula of a spreadsheet": ("Nom;Salariés\nCher;=1+1", "« =1+1 » n’est pas un nombre"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_table_that_cannot_be_taken_is_refused_by_its_line(run, source, case, capsys):
    file, reason = REFUSED[case]

    with pytest.raises(CommandError):
        run(file, "--apply", "--accept-warnings")

    output = plain(capsys.readouterr().out)
    assert re.search(f"Refusé : .*{re.escape(plain(reason))}", output)
    assert len(output) < 2_000
    assert "À vérifier" not in output
    assert figures(source) == {}


CODES_OF_ANOTHER_KIND = {
    "by its heading": "Code département;Part des salariés\n24;10,9",
    "by another heading": "DEP;Part des salariés\n24;10,9",
    "in the column of departments": "Département;Part des salariés\n24;10,9",
    "as a number": "Code département;Part des salariés\n24.0;10,9",
    "by a code alone": "Code;Part des salariés\n24;10,9",
    "by a code alone among names": "Code;Territoire;Part des salariés\n24;;10,9",
    "in the column of names": "Territoire;Part des salariés\n24;10,9",
    "by its name": "Code;Nom;Part des salariés\n24;Dordogne;10,9",
    "by its name and code": "Nom;Part des salariés\n24 Dordogne;10,9",
    "by the nature of the row": "Nature;Code;Part des salariés\ndépartement;24;10,9",
    "by nature and name": "Nature;Code;Nom;Part des salariés\ndépartement;24;Dordogne;10,9",
    "against its nature": "Nature;Code;Nom;Part des salariés\ndépartement;24;Région;10,9",
}


@pytest.mark.parametrize("case", CODES_OF_ANOTHER_KIND)
def test_the_department_24_is_never_written_as_the_region(source, case):
    plan = planned(CODES_OF_ANOTHER_KIND[case], source)

    assert len(plan.refusals) == 1
    assert plain(plan.refusals[0]).startswith("Ligne ")
    assert not plan


def test_the_department_24_among_home_departments_is_refused_at_its_line(run, source, capsys):
    with pytest.raises(CommandError):
        run((CASES / "33b_code24_nouvelle_source.csv").read_bytes(), "--apply")

    output = plain(capsys.readouterr().out)
    assert "Refusé : Ligne 3 : « 24 » n'est pas le code d'un territoire du site" in output
    assert figures(source) == {}


def test_in_a_file_of_all_departments_those_of_other_regions_are_refused(source):
    rows = [f"{n:02};Ailleurs-{n};10,{n % 10}" for n in range(1, 96) if f"{n:02}" not in CODES]
    home = [f"{code};{name};10,1" for code, name in zip(CODES, NAMES, strict=True)]

    plan = planned("\n".join(["Code;Nom;Part des salariés", *rows, *home]), source)

    assert len(plan.refusals) == len(rows) == 89
    assert "24" not in [change.statistic.territory.code for change in plan.additions]


@pytest.mark.parametrize(
    "row", ["région;24;Centre-Val de Loire", "région;24;", ";24;Centre-Val de Loire"]
)
def test_the_region_is_known_by_its_nature_or_its_name_beside_its_code(source, row):
    plan = planned(f"Nature;Code;Nom;Part des salariés\n{row};10,5", source)

    assert plan.refusals == []
    assert [change.statistic.territory.code for change in plan.additions] == ["24"]


def test_a_file_names_all_that_is_wrong_at_once(source):
    plan = planned(f"{HEADER}\nCher;98;x\nSarthe;10;11\n;1;1", source)

    assert [refusal[:7] for refusal in plan.refusals] == [
        "Ligne 2",
        "Ligne 2",
        "Ligne 3",
        "Ligne 4",
    ]


# What surprises


def warnings_of(file, source):
    plan = planned(file, source)
    assert plan.refusals == []
    return [plain(warning) for warning in plan.warnings]


def test_missing_territories_are_named(source):
    file = "\n".join([HEADER, *ROWS[:5]])

    [warning] = warnings_of(file, source)

    assert warning.startswith("Il manque : Loiret, Centre-Val de Loire.")


def test_a_territory_whose_cells_are_empty_is_missing(source):
    [warning] = warnings_of(WHOLE.replace(ROWS[0], "Cher;;nd"), source)

    assert warning.startswith("Il manque : Cher.")


def test_a_territory_that_an_earlier_file_gave_is_not_missing(source):
    make_statistic(source=source, territory=Territory.objects.get(code="45"))

    assert warnings_of("\n".join([HEADER, *ROWS[:5], REGION]), source) == []


@pytest.mark.parametrize(
    ("cell", "warned"), [("5", 0), ("4,99", 1), ("20", 0), ("20,01", 1), ("1", 1), ("50", 1)]
)
def test_a_share_out_of_the_usual_surprises(bare, cell, warned):
    make_region()
    bare.decimals = 2
    output = warnings_of(f"Nom;Part des salariés\nVal;{cell}\nRégion;10", bare)

    assert sum("hors des parts habituelles, de 5 à 20 %" in warning for warning in output) == warned
    assert len(output) == warned


@pytest.mark.parametrize(
    ("cell", "gap"),
    [
        ("12,79", None),
        ("12,80", "2,01 points de plus"),
        ("8,79", None),
        ("8,78", "2,01 points de moins"),
    ],
)
def test_a_jump_of_a_share_from_the_last_vintage_surprises(bare, cell, gap):
    val = Territory.objects.get(code="90")
    older = make_source(vintage="2010", year=2010)
    make_statistic(territory=val, source=older, employee_share="7.00")
    make_statistic(
        territory=val, source=make_source(vintage="fin 2013", year=2013), employee_share="10.79"
    )

    output = warnings_of(f"Nom;Part des salariés\nVal;{cell}", bare)

    expected = f"Ligne 2, Val, part des salariés : {cell} %, contre 10,79 % (fin 2013) : {gap}."
    assert output == ([expected] if gap else [])


def test_a_correction_is_not_a_jump_from_the_figure_that_it_corrects(bare):
    val = Territory.objects.get(code="90")
    make_statistic(territory=val, source=bare, employee_share="15.00")

    output = warnings_of("Nom;Part des salariés\nVal;10,79", bare)

    assert len(output) == 1
    assert "seraient remplacés" in output[0]


@pytest.mark.parametrize(("cell", "warned"), [("120", False), ("121", True), ("79", True)])
def test_a_jump_of_a_count_surprises(bare, cell, warned):
    val = Territory.objects.get(code="90")
    last = make_source(vintage="2010", year=2010)
    make_statistic(territory=val, source=last, employee_count=100)

    output = warnings_of(f"Nom;Salariés\nVal;{cell}", bare)

    expected = f"Ligne 2, Val, nombre de salariés : {cell}, contre 100 (2010)."
    assert output == ([expected] if warned else [])


def test_more_decimals_than_the_source_publishes_surprise_and_are_rounded(bare):
    bare.decimals = 1

    plan = planned("Nom;Part des salariés\nVal;10,25", bare)

    assert [plain(warning) for warning in plan.warnings] == [
        "Ligne 2, Val, part des salariés : 10,3 %, arrondi de 10,25 aux décimales que la source "
        "publie (1)."
    ]
    assert share_of(plan) == "10.3"
