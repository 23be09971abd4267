"""Import the figures of a vintage from a file."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from cress.base.files.tables import TableError, read_sheets
from territories.distribution_import import plan_distribution
from territories.figure_import import plan_import
from territories.models import Source


class Command(BaseCommand):
    help = (
        "Compare un fichier de chiffres (.xlsx ou CSV) avec ceux d’une source, et dit ce qui "
        "change. N’écrit qu’avec --apply."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="classeur Excel (.xlsx) ou fichier CSV")
        parser.add_argument(
            "--source",
            required=True,
            metavar="REPÈRE",
            help="repère de la source des chiffres, à créer d’abord dans la gestion",
        )
        parser.add_argument(
            "--every-department",
            action="store_true",
            help="le fichier donne les parts de tous les départements de France : en garder la "
            "répartition, et les chiffres de la région seule",
        )
        parser.add_argument("--apply", action="store_true", help="écrit pour de bon")
        parser.add_argument(
            "--accept-warnings", action="store_true", help="écrit malgré ce qui est à vérifier"
        )

    def handle(self, file, source, every_department, apply, accept_warnings, **options):
        make_plan = plan_distribution if every_department else plan_import
        try:
            with file.open("rb") as opened:
                plan = make_plan(read_sheets(opened), self.find_source(source))
            self.show(plan)
            if plan.refusals:
                raise CommandError("Rien n’est écrit : corrigez le fichier, puis recommencez.")
            if not plan:
                self.stdout.write("Rien à changer.")
            elif apply:
                plan.write(accept_warnings)
                self.stdout.write("C’est écrit.")
            else:
                self.stdout.write("Rien n’est écrit ; ajoutez --apply pour le faire.")
        except OSError as error:
            raise CommandError(f"{file} ne s’ouvre pas : {error.strerror}.") from error
        except TableError as error:
            hint = " (--accept-warnings)" if apply and not accept_warnings else ""
            raise CommandError(f"{error}{hint}") from error

    def find_source(self, slug):
        if source := Source.objects.filter(slug=slug).first():
            return source
        known = ", ".join(Source.objects.values_list("slug", flat=True))
        raise CommandError(
            f"Aucune source n’a ce repère. Créez-la dans la gestion, ou choisissez : {known}."
        )

    def show(self, plan):
        for title, lines in [
            ("Refusé", plan.refusals),
            ("À vérifier", plan.warnings),
            ("Colonne laissée de côté", plan.ignored_headings),
            ("À ajouter", plan.additions),
            ("À changer", plan.changes),
            ("Sans changement", plan.unchanged),
            ("Répartition", plan.summaries),
        ]:
            for line in lines:
                self.stdout.write(f"{title} : {line}")
