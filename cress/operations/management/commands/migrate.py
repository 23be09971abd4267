"""Django's migrate, which refuses a database of a trial, and completes the histories."""

from django.core.management.commands import migrate

from cress.base.history.versions import store_first_versions
from cress.operations.databases import refuse_unknown_database


class Command(migrate.Command):
    def handle(self, *args, **options):
        refuse_unknown_database(options["database"])
        super().handle(*args, **options)
        is_partial = options["app_label"] or options["plan"] or options["check_unapplied"]
        if not is_partial:
            store_first_versions()
