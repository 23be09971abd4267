"""Remove the files of photos that are deleted or unpublished."""

import logging

from django.core.management.base import BaseCommand

from enterprises.models import Photo
from enterprises.photos.store import orphans

logger = logging.getLogger(__name__)


def prune():
    """Remove the files that no photo needs; yield each. One that cannot be removed is logged."""
    for path in orphans(Photo.objects, Photo.originals_that_may_come_back()):
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            logger.error("A file that no photo needs was not removed: %s", error)
        else:
            yield path


class Command(BaseCommand):
    help = (
        "Supprime les fichiers dont aucune photo n’a plus besoin. Sans --apply, dit seulement "
        "lesquels."
    )

    def add_arguments(self, parser):
        parser.add_argument("--apply", action="store_true", help="supprime pour de bon")

    def handle(self, apply, **options):
        if apply:
            self.stdout.write(f"Fichiers supprimés\u202f: {len(list(prune()))}")
            return
        files = orphans(Photo.objects, Photo.originals_that_may_come_back())
        for path in files:
            self.stdout.write(str(path))
        self.stdout.write(
            f"Fichiers à supprimer\u202f: {len(files)}. "
            "Rien n’est changé\u202f; ajoutez --apply pour le faire."
        )
