"""Fill an empty database with the content the site ships with."""

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from cress.base.history.operations import Operation, operation
from cress.base.history.versions import is_version
from territories import geography

# In the order in which they refer to each other; communes come after the territories.
FIXTURES_BEFORE_COMMUNES = ["territories"]
FIXTURES_AFTER_COMMUNES = [
    "policies",
    "competences",
    "deliberation",
    "enterprises",
    "chamber",
    "contact",
]


def has_content():
    """Whether someone's work is in the database."""
    return any(
        model.objects.exists()
        for label in ["territories", "policies", "enterprises", "chamber", "contact"]
        for model in apps.get_app_config(label).get_models()
        if not is_version(model)
    )


class Command(BaseCommand):
    help = "Remplit une base vide avec le contenu de départ. Tout ou rien."

    @operation(Operation.Kind.FIRST, title="Contenu de départ")
    def handle(self, **options):
        if has_content():
            raise CommandError("La base a déjà un contenu : rien n’a été changé.")
        verbosity = options["verbosity"]
        call_command("loaddata", *FIXTURES_BEFORE_COMMUNES, verbosity=verbosity)
        geography.compare(settings.BASE_DIR / "fixtures").write()
        call_command("loaddata", *FIXTURES_AFTER_COMMUNES, verbosity=verbosity)
