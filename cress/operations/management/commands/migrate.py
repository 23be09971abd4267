"""Django's migrate, which first refuses a database of a trial or of a newer version."""

from django.core.management.commands import migrate

from cress.operations.databases import refuse_unknown_database


class Command(migrate.Command):
    def handle(self, *args, **options):
        refuse_unknown_database(options["database"])
        super().handle(*args, **options)
