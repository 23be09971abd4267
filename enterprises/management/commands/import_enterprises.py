"""Take a list of establishments of the ESS: Sirene's, or the chamber's."""

from collections import Counter
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from cress.base.files.long_tables import Table, TableError
from cress.base.files.spreadsheets import french_writer
from cress.base.text.numbers import format_number
from cress.base.text.typography import french
from enterprises.listing.columns import COLUMNS, REQUIRED
from enterprises.listing.entries import Reader
from enterprises.listing.errors import ListError
from enterprises.listing.imports import Fate, import_rows
from enterprises.siret import spaced_siret

LINES_SHOWN = 40  # on the screen; the report has them all
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
            reader = Reader(Table(file, COLUMNS, REQUIRED), apply)
            with _report(report) as write:
                self._tell(*_take(reader, write))
        except (TableError, ListError) as error:
            raise CommandError(french(str(error))) from error
        except KeyboardInterrupt as error:
            raise CommandError(
                "Arrêté. Ce qui est écrit le reste ; relancez la même commande pour reprendre."
            ) from error
        for name in reader.new_sectors.values():
            self._say(f"Secteur {'ajouté' if apply else 'à ajouter'} : {name}")
        if not apply:
            self._say("Rien n’est écrit ; ajoutez --apply pour le faire.")

    def _tell(self, fates, kept, told):
        for outcome in told[:LINES_SHOWN]:
            said = [*outcome.reasons, *(f"Gardé : {what}." for what in outcome.kept)]
            self._say(f"Ligne {outcome.line} ({outcome.fate.value}) : {' '.join(said)}")
        if len(told) > LINES_SHOWN:
            self._say("… D’autres lignes sont à lire : --report FICHIER.csv les donne toutes.")
        for fate in Fate:
            self._say(f"{fate.value.capitalize()}s : {format_number(fates[fate])}")
        self._say(f"Lignes où le travail de l’équipe est gardé : {format_number(kept)}")

    def _say(self, text):
        self.stdout.write(french(text))


def _take(reader, write):
    """Import; return how many lines met each fate, how many kept something, those to tell."""
    fates, kept, told = Counter(), 0, []
    table = reader.table
    rows = tqdm(table.rows(), total=table.line_count - 1, unit=" lignes", disable=None)
    for outcome in import_rows(rows, reader):
        fates[outcome.fate] += 1
        kept += bool(outcome.kept)
        if outcome.is_news:
            write(_cells(outcome))
        if outcome.is_for_the_eye and len(told) <= LINES_SHOWN:
            told.append(outcome)
    return fates, kept, told


@contextmanager
def _report(path):
    """Yield the function that writes a row of the report; of no report, if there is no path."""
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
        french(" ".join(outcome.reasons)),
    ]
