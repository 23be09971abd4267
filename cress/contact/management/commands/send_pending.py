"""Send the mail that waits."""

import os
import signal
import threading

from django.core.management.base import BaseCommand

from cress.contact import outbox
from cress.contact.models import Mail


class Command(BaseCommand):
    help = (
        "Envoie les courriels qui attendent, sans attendre l’heure de leur prochain essai. "
        "Plusieurs envois peuvent avoir lieu en même temps."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--loop",
            action="store_true",
            help="ne s’arrête pas : envoie chaque courriel à l’heure de son essai, et les relances",
        )

        parser.add_argument(
            "--parent",
            type=int,
            metavar="PID",
            help="avec --loop : s’arrête quand ce processus, qui l’a lancé, n’est plus là",
        )

    def handle(self, loop, parent, **options):
        if loop:
            self.run(parent)
            return
        report = outbox.send(Mail.objects.waiting())
        waiting = Mail.objects.waiting().count()
        self.stdout.write(
            f"Partis : {report.sent}. Échecs : {report.failed}. En attente : {waiting}."
        )

    def run(self, parent):
        """Go on until told to stop, or until the process that started us is gone."""
        stopping = threading.Event()
        for signum in [signal.SIGINT, signal.SIGTERM]:
            signal.signal(signum, lambda *_: stopping.set())
        outbox.run(lambda seconds: stopping.wait(seconds) or (parent and os.getppid() != parent))
