"""Serve the whole site with its content, from nothing."""

import os
import secrets
import socket

from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader

from cress import demonstration
from cress.management.commands.load_content import has_content
from cress.server import serve

HOST = "127.0.0.1"


class Command(BaseCommand):
    help = "Prépare et sert le site avec son contenu, sur cette machine seulement."
    requires_system_checks = []

    def add_arguments(self, parser):
        demonstration.add_arguments(parser)

    def handle(self, port, **options):
        try:
            self.refuse_busy_port(port)
            self.refuse_newer_database()
            call_command("migrate", verbosity=0, skip_checks=True)
            if not has_content():
                call_command("load_content", verbosity=0)
            call_command("collectstatic", interactive=False, verbosity=0)
            password = self.set_account()
        except KeyboardInterrupt:
            raise CommandError("Arrêté avant d’être prêt.", returncode=130) from None
        except OperationalError as error:
            raise CommandError(f"La base de données ne répond pas : {error}") from error
        self.stdout.write(f"Site : http://{HOST}:{port}/")
        self.stdout.write(
            f"Gestion : http://{HOST}:{port}/admin/  compte demo, mot de passe {password}"
        )
        self.stdout.flush()
        serve(HOST, port)

    def refuse_busy_port(self, port):
        """Find it out ourselves: Granian shares its port with whoever else shares theirs."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except (OSError, OverflowError) as error:
                raise CommandError(
                    f"Le port {port} n’est pas libre : choisissez-en un autre avec --port."
                ) from error

    def refuse_newer_database(self):
        """A migration that this code does not know was applied by a newer version."""
        loader = MigrationLoader(connection)
        apps = {app for app, _ in loader.disk_migrations}
        unknown = sorted(
            f"{app}.{name}"
            for app, name in set(loader.applied_migrations) - set(loader.disk_migrations)
            if app in apps
        )
        if unknown:
            raise CommandError(
                "La base vient d’une version plus récente du site "
                f"(migration {unknown[0]}) : rien n’a été changé."
            )

    def set_account(self):
        """Give the account `demo` a password that is known now, and return it."""
        password = os.environ.get("DEMO_PASSWORD") or secrets.token_urlsafe(9)
        account, _ = User.objects.get_or_create(username="demo")
        account.is_staff = account.is_active = True
        account.set_password(password)
        account.save()
        account.groups.add(Group.objects.get(name="Responsable"))
        return password
