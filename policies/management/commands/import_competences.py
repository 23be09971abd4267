"""Take the competences that each EPCI declares, from a file of Banatic."""

from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from cress.base.files.tables import TableError
from cress.base.text.numbers import format_number
from cress.base.text.typography import french
from policies.competences.imports import plan_declarations
from policies.competences.models import Nomenclature

REFUSALS_SHOWN = 40
SIREN_SHOWN = 5


class Command(BaseCommand):
    help = (
        "Compare un fichier de Banatic (CSV : une ligne par compétence, ou une colonne par "
        "compétence) avec les compétences déclarées du site, et dit ce qui change. N’écrit "
        "qu’avec --apply."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="fichier CSV de Banatic")
        parser.add_argument(
            "--as-of",
            metavar="AAAA-MM-JJ",
            help="date de l’état que le fichier décrit, montrée sur les pages ; obligatoire",
        )
        parser.add_argument(
            "--nomenclature",
            type=int,
            choices=Nomenclature.values,
            help="celle des codes, si le fichier ne la montre pas",
        )
        parser.add_argument("--apply", action="store_true", help="écrit pour de bon")

    def handle(self, file, as_of, nomenclature, apply, **options):
        try:
            plan = plan_declarations(file, _read_date(as_of), nomenclature)
            self.show(plan)
            if plan.refusals:
                raise CommandError("Rien n’est écrit : corrigez ce qui est refusé.")
            if not plan.changes:
                self.say("Rien à changer.")
            elif apply:
                plan.write()
                self.say("C’est écrit.")
            else:
                self.say("Rien n’est écrit ; ajoutez --apply pour le faire.")
        except TableError as error:
            raise CommandError(str(error)) from error

    def show(self, plan):
        for refusal in plan.refusals[:REFUSALS_SHOWN]:
            self.say(f"Refusé : {refusal}")
        if len(plan.refusals) > REFUSALS_SHOWN:
            self.say(f"… et {format_number(len(plan.refusals) - REFUSALS_SHOWN)} autres refus.")
        if plan.nomenclature:
            self.say(f"Les codes sont lus dans la nomenclature de {plan.nomenclature}.")
        for change in plan.changes:
            self.say(f"À écrire : {change}")
        if plan.unchanged:
            self.say(f"Sans changement : {_counted(plan.unchanged)}")
        for grouping in plan.missing:
            self.say(f"Absente du fichier, gardée telle quelle : {grouping} ({grouping.siren})")
        if plan.elsewhere:
            self.say(f"Laissés de côté, inconnus du site : {_listed(plan.elsewhere)}")
        for year in sorted({year for year, _ in plan.unused}):
            codes = " ".join(sorted(code for found, code in plan.unused if found == year))
            self.say(f"Codes de {year} qu’aucun levier n’emploie, gardés : {codes}")

    def say(self, text):
        self.stdout.write(french(text))


def _counted(groupings):
    count = len(groupings)
    return f"{count} intercommunalité{'s' if count > 1 else ''}"


def _listed(sirens):
    count = f"{format_number(len(sirens))} SIREN"
    return count if len(sirens) > SIREN_SHOWN else f"{count} ({', '.join(sorted(sirens))})"


def _read_date(text):
    try:
        return date.fromisoformat(text or "")
    except ValueError as error:
        raise CommandError(
            "Donnez la date de l’état que le fichier décrit : --as-of 2026-07-01 pour le "
            "1er juillet 2026."
        ) from error
