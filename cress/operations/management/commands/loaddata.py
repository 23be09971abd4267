"""Django's loaddata, which also stores the versions of what it loads."""

from django.core.management.commands import loaddata

from cress.base.history.operations import Operation, operation
from cress.base.history.versions import versions_of_loaded_rows


class Command(loaddata.Command):
    def handle(self, *labels, **options):
        title = f"Fichiers : {', '.join(labels)}"
        with operation(Operation.Kind.IMPORT, title=title), versions_of_loaded_rows():
            super().handle(*labels, **options)
