"""Send the mail that waits, now; the worker sends each mail at its time."""

from django.core.management.base import BaseCommand

from cress.contact import outbox
from cress.contact.models import Mail


class Command(BaseCommand):
    help = (
        "Envoie les courriels qui attendent, sans attendre l’heure de leur prochain essai. "
        "Plusieurs envois peuvent avoir lieu en même temps."
    )

    def handle(self, **options):
        report = outbox.send(Mail.objects.waiting())
        waiting = Mail.objects.waiting().count()
        self.stdout.write(
            f"Partis : {report.sent}. Échecs : {report.failed}. En attente : {waiting}."
        )
