"""Anonymise the messages without activity for twelve months; the worker does it once a day."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from cress.contact import privacy


class Command(BaseCommand):
    help = (
        "Anonymise les messages sans activité depuis douze mois. Sans --apply, dit seulement "
        "lesquels."
    )

    def add_arguments(self, parser):
        parser.add_argument("--apply", action="store_true", help="anonymise pour de bon")

    def handle(self, apply, **options):
        expired = privacy.expired()
        if apply:
            self.stdout.write(f"Messages anonymisés : {privacy.anonymise(expired)}")
            return
        for message in expired.order_by("last_activity_at", "pk"):
            last_day = timezone.localtime(message.last_activity_at).strftime("%d/%m/%Y")
            self.stdout.write(f"{message.reference}, dernière activité le {last_day}")
        self.stdout.write(
            f"Messages à anonymiser : {expired.count()}. "
            "Rien n’est changé ; ajoutez --apply pour le faire."
        )
