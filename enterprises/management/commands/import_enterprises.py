"""Import a list of establishments of the ESS: Sirene's, or the chamber's."""

from collections import Counter
from contextlib import contextmanager, nullcontext
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from cress.base.files.spreadsheets import french_writer
from cress.base.files.tables import Table, TableError
from cress.base.history.operations import Operation, long_operation
from cress.base.text.numbers import format_number
from cress.base.text.typography import french
from enterprises.listing.columns import select_columns
from enterprises.listing.establishments import Reader
from enterprises.listing.imports import Fate, import_rows
from enterprises.nomenclatures import NAF_2025
from enterprises.siret import spaced_siret

LINES_SHOWN = 40  # on the screen; the report has all
HEADER = ["Ligne", "SIRET", "Ce qui en est fait", "Travail de l’équipe gardé", "Remarques"]


class Command(BaseCommand):
    help = (
        "Compare une liste d’établissements (CSV de Sirene ou de la CRESS) avec le site, et dit ce "
        "qui change. N’écrit qu’avec --apply. Interrompu, il se reprend par la même commande."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="fichier CSV, une ligne par établissement")
        parser.add_argument("--apply", action="store_true", help="écrit pour de bon")
        parser.add_argument(
            "--report", type=Path, help="fichier CSV à créer, avec le sort de chaque ligne"
        )

    def handle(self, file, apply, report, **options):
        try:
            reader = Reader(select_columns(Table(file)), apply)
            title = f"Entreprises : {file.name}"
            written = long_operation(Operation.Kind.IMPORT, title=title) if apply else nullcontext()
            with _report(report) as write, written:
                self._show(*_import(reader, write))
        except TableError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt as error:
            raise CommandError(
                "Arrêté. Ce qui est écrit le reste ; relancez la même commande pour reprendre."
            ) from error
        if count := reader.nomenclatures[NAF_2025]:
            self._print(
                f"Lignes dont l’activité est un code de la NAF 2025 : {format_number(count)}. Le "
                "site garde l’activité et le secteur qu’il connaît ; une nouvelle entreprise a "
                "le secteur de sa division, sans code d’activité."
            )
        for name in reader.new_sectors.values():
            self._print(f"Secteur {'ajouté' if apply else 'à ajouter'} : {name}")
        if not apply:
            self._print("Rien n’est écrit ; ajoutez --apply pour le faire.")

    def _show(self, fates, kept, outcomes):
        for outcome in outcomes[:LINES_SHOWN]:
            remarks = [*outcome.reasons, *(f"Gardé : {what}." for what in outcome.kept)]
            self._print(f"Ligne {outcome.line} ({outcome.fate.value}) : {' '.join(remarks)}")
        if len(outcomes) > LINES_SHOWN:
            self._print("… D’autres lignes sont à lire : --report FICHIER.csv les donne toutes.")
        for fate in Fate:
            self._print(f"{fate.value.capitalize()}s : {format_number(fates[fate])}")
        self._print(f"Lignes où le travail de l’équipe est gardé : {format_number(kept)}")

    def _print(self, text):
        self.stdout.write(french(text))


def _import(reader, write):
    """
    Import the rows, and write those of the report.

    Return how many rows met each fate, how many kept the work of staff, the outcomes to show.
    """
    fates, kept, shown = Counter(), 0, []
    table = reader.table
    rows = tqdm(table.rows(), total=table.line_count - 1, unit=" lignes", disable=None)
    for outcome in import_rows(rows, reader):
        fates[outcome.fate] += 1
        kept += bool(outcome.kept)
        if outcome.is_reported:
            write(_cells(outcome))
        if outcome.is_shown and len(shown) <= LINES_SHOWN:
            shown.append(outcome)
    return fates, kept, shown


@contextmanager
def _report(path):
    """Yield the function that writes a row of the report; it does nothing without a path."""
    if path is None:
        yield lambda row: None
        return
    try:
        file = path.open("x", encoding="utf-8", newline="")
    except OSError as error:
        raise CommandError(f"Le rapport {path} ne se crée pas : {error.strerror}.") from error
    with file:
        write = french_writer(file)
        write(HEADER)
        yield write


def _cells(outcome):
    return [
        outcome.line,
        spaced_siret(outcome.siret),
        outcome.fate.value,
        french(" ; ".join(outcome.kept)),
        french(" ".join([*outcome.reasons, *outcome.notes])),
    ]
