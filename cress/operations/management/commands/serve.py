"""Serve the site in production."""

from django.core.management.base import BaseCommand, CommandError

from cress.base.web.checks import site_url_problem
from cress.operations.server import serve


class Command(BaseCommand):
    help = "Sert le site avec Granian, migrations et fichiers statiques déjà en place."

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1", help="adresse d’écoute")
        parser.add_argument("--port", type=int, default=8000, help="port d’écoute")

    def handle(self, host, port, **options):
        if problem := site_url_problem():
            raise CommandError(problem)
        serve(host, port)
