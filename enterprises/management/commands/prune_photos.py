"""Remove the files of photos that are deleted or unpublished."""

from django.core.management.base import BaseCommand

from enterprises.models import Photo
from enterprises.photos.store import orphans


class Command(BaseCommand):
    help = (
        "Supprime les fichiers dont aucune photo n’a plus besoin. Sans --apply, dit seulement "
        "lesquels."
    )

    def add_arguments(self, parser):
        parser.add_argument("--apply", action="store_true", help="supprime pour de bon")

    def handle(self, apply, **options):
        files = orphans(Photo.objects)
        if apply:
            for path in files:
                path.unlink(missing_ok=True)
            self.stdout.write(f"Fichiers supprimés : {len(files)}")
            return
        for path in files:
            self.stdout.write(str(path))
        self.stdout.write(
            f"Fichiers à supprimer : {len(files)}. "
            "Rien n’est changé ; ajoutez --apply pour le faire."
        )
