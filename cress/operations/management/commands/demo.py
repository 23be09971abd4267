"""Serve the whole site with its content, from nothing."""

import os
import secrets
import signal
import socket
import sys
from functools import partial

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from cress.accounts.models import User
from cress.operations import demonstration
from cress.operations.databases import first_line
from cress.operations.management.commands.load_content import has_content
from cress.operations.server import serve

HOST = "127.0.0.1"


class Command(BaseCommand):
    help = "Prépare et sert le site avec son contenu, sur cette machine seulement."
    requires_system_checks = []

    def add_arguments(self, parser):
        demonstration.add_arguments(parser)

    def handle(self, port, **options):
        self.ends_with_terminal = signal.getsignal(signal.SIGHUP) != signal.SIG_IGN  # nohup
        self.refuse_busy_port(port)
        try:
            password = self.prepare()
        except CommandError as error:  # a database of another version
            sys.exit(str(error))
        except Error as error:
            sys.exit(f"La base de données ne répond pas : {first_line(error)}")
        except OSError as error:
            sys.exit(f"Le dossier {settings.DATA_DIR} ne peut pas être écrit : {error.strerror}.")
        self.refuse_busy_port(port)  # another program may have taken it meanwhile
        self.print("  serveur")
        serve(HOST, port, when_ready=partial(self.announce, port, password))

    def prepare(self):
        """Make all that the site needs, printing each step; return the password of the account."""
        self.print("Préparation…")
        self.print("  base de données")
        call_command("migrate", verbosity=0, skip_checks=True)
        if not has_content():
            self.print("  contenu de départ : le plus long, et la première fois seulement")
            call_command("load_content", verbosity=0)
        self.print("  fichiers statiques")
        call_command("collectstatic", interactive=False, verbosity=0)
        self.print("  compte de gestion")
        return self.set_account()

    def announce(self, port, password):
        if self.ends_with_terminal:  # Granian would start its workers again
            signal.signal(signal.SIGHUP, signal.getsignal(signal.SIGTERM))
        self.print(f"Données : {settings.DATA_DIR}")
        if "DATABASE_URL" in os.environ:
            self.print("Pour repartir de zéro : arrêtez le site, et donnez une autre base vide.")
        else:
            self.print(
                "Pour repartir de zéro : arrêtez le site, et supprimez ce dossier ou donnez-en un "
                "autre avec --data."
            )
        if not os.environ.get("DEMO_PASSWORD"):
            self.print(
                "Le mot de passe change à chaque démarrage, car le site n’en garde aucun en clair. "
                "Pour garder le même, donnez-le dans DEMO_PASSWORD."
            )
        self.print(f"Site : http://{HOST}:{port}/")
        self.print(f"Gestion : http://{HOST}:{port}/admin/  compte demo, mot de passe {password}")

    def print(self, text):
        self.stdout.write(text)
        self.stdout.flush()

    def refuse_busy_port(self, port):
        """Exit if a program listens on the port: Granian would share it with some programs."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                sys.exit(f"Le port {port} n’est pas libre : choisissez-en un autre avec --port.")

    def set_account(self):
        """Give the account `demo` the password of the environment or a new one; return it."""
        password = os.environ.get("DEMO_PASSWORD") or secrets.token_urlsafe(9)
        account, _ = User.objects.get_or_create(
            username="demo", defaults={"email": "demo@localhost"}
        )
        account.is_staff = account.is_active = True
        if not account.check_password(password):  # setting it, even the same, ends its sessions
            account.set_password(password)
        account.save()
        account.groups.add(Group.objects.get(name="Responsable"))
        return password
