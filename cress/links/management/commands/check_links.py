"""Visit the links of the site now; the worker does it once a day."""

from django.core.management.base import BaseCommand

from cress.base.text.numbers import format_number
from cress.base.text.typography import french
from cress.links.models import LinkCheck
from cress.links.rounds import MOST, SECONDS, daily_round

MINUTES = SECONDS // 60


class Command(BaseCommand):
    help = (
        "Visite les sites des entreprises et les ressources, ceux qui attendent depuis le plus "
        "longtemps d’abord. Les liens morts se lisent dans la gestion du site."
    )

    def add_arguments(self, parser):
        parser.add_argument("--most", type=int, default=MOST, help=f"liens au plus ({MOST})")
        parser.add_argument("--minutes", type=float, default=MINUTES, help=f"au plus ({MINUTES})")

    def handle(self, most, minutes, **options):
        checks = list(daily_round(most=max(most, 0), seconds=minutes * 60))
        failing = [check for check in checks if check.failing_since]
        for check in failing:
            self.print(f"{check.url} : {check.answer}")
        self.print(f"Liens visités : {format_number(len(checks))}, dont en panne : {len(failing)}")
        self.print(f"Liens morts (deux jours de panne) : {LinkCheck.objects.dead().count()}")

    def print(self, text):
        self.stdout.write(french(text))
