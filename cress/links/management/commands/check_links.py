"""Visit the links of the site: to run once a day."""

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.text import slugify

from cress.base.text.numbers import format_number
from cress.base.text.typography import french
from cress.chamber.models import SiteIdentity
from cress.links.models import LinkCheck
from cress.links.rounds import visit_links
from cress.links.visits import Visitor

MOST = 2000  # links in a round
MINUTES = 30  # for a round


class Command(BaseCommand):
    help = (
        "Visite les sites des entreprises et les ressources, ceux qui attendent depuis le plus "
        "longtemps d’abord. Les liens morts se lisent dans la gestion du site."
    )

    def add_arguments(self, parser):
        parser.add_argument("--most", type=int, default=MOST, help=f"liens au plus ({MOST})")
        parser.add_argument("--minutes", type=float, default=MINUTES, help=f"au plus ({MINUTES})")

    def handle(self, most, minutes, **options):
        checks = list(visit_links(Visitor(_name()), most=max(most, 0), seconds=minutes * 60))
        failing = [check for check in checks if check.failing_since]
        for check in failing:
            self._say(f"{check.url} : {check.answer}")
        self._say(f"Liens visités : {format_number(len(checks))}, dont en panne : {len(failing)}")
        self._say(f"Liens morts (deux jours de panne) : {LinkCheck.objects.dead().count()}")

    def _say(self, text):
        self.stdout.write(french(text))


def _name():
    """Return the name under which the site visits others, as HTTP takes it."""
    name = slugify(SiteIdentity.objects.current().name) or "site"
    return f"{name}-verification-des-liens" + (f" (+{settings.SITE_URL})" * bool(settings.SITE_URL))
