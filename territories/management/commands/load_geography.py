"""Load the files of the official geographic code of a year."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cress.base.files.tables import TableError
from cress.base.text.typography import french
from territories.geography import compare


class Command(BaseCommand):
    help = (
        "Compare communes.csv, epci.csv et communes_anciennes.csv avec la base et, s’ils sont là, "
        "centres.csv et epci_contours.json ; dit ce qui change. N’écrit qu’avec --apply."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "folder",
            nargs="?",
            type=Path,
            default=settings.BASE_DIR / "fixtures",
            help="dossier des fichiers",
        )
        parser.add_argument("--apply", action="store_true", help="écrit pour de bon")

    def handle(self, folder, apply, **options):
        try:
            plan = compare(folder)
            for model, difference in plan.differences.items():
                self.stdout.write(
                    f"{model._meta.verbose_name_plural} : {len(difference.added)} à ajouter, "
                    f"{len(difference.changed)} à changer, {len(difference.removed)} à retirer"
                )
                for line in difference.lines():
                    self.stdout.write(f"  {line}")
            for line in plan.replacement_lines():
                self.stdout.write(french(f"Commune remplacée : {line}"))
            if not plan:
                self.stdout.write("Rien à changer.")
            elif apply:
                plan.write()
                self.stdout.write(
                    "C’est écrit. Donnez son millésime à la source des communes, dans la gestion."
                )
            else:
                self.stdout.write("Rien n’est écrit ; ajoutez --apply pour le faire.")
        except TableError as error:
            raise CommandError(str(error)) from error
