"""Make the missing files of photos again from their originals."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from enterprises.models import Photo
from enterprises.photos.store import missing_renditions, originals_folder, restore


class Command(BaseCommand):
    help = (
        "Refait, à partir des originaux gardés, les fichiers de photos qui manquent sur le "
        "disque. Sans --apply, dit seulement lesquels."
    )

    def add_arguments(self, parser):
        parser.add_argument("--apply", action="store_true", help="refait pour de bon")

    def handle(self, apply, **options):
        photos = Photo.objects.published().select_related("enterprise").order_by("pk")
        incomplete = [photo for photo in photos if missing_renditions(photo)]
        lost = [photo for photo in incomplete if not self._restored(photo, apply)]
        count = len(incomplete) - len(lost)
        if apply:
            self.stdout.write(f"Photos refaites\u202f: {count}")
        else:
            self.stdout.write(
                f"Photos à refaire\u202f: {count}. "
                "Rien n’est changé\u202f; ajoutez --apply pour le faire."
            )
        if lost:
            names = ", ".join(photo.enterprise.name for photo in lost)
            raise CommandError(
                f"Photos à envoyer de nouveau, car leur original manque\u202f: {names}"
            )

    def _restored(self, photo, apply):
        """Restore a photo, or only list it; return False if its original is gone."""
        if not (originals_folder() / photo.original).exists():
            return False
        count = len(missing_renditions(photo))
        self.stdout.write(f"{photo.enterprise.name}\u202f: {count} fichiers à refaire")
        if apply:
            try:
                restore(photo)
            except OSError as error:
                raise CommandError(f"Le disque ne peut pas être écrit\u202f: {error}") from error
            except ValidationError:  # the original is damaged
                return False
        return True
