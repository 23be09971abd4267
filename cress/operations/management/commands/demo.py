"""Serve the whole site with its content, from nothing."""

import os
import secrets
import signal
import socket
import sys
from functools import partial

from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from cress.accounts.models import User
from cress.operations import demonstration
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
            call_command("migrate", verbosity=0, skip_checks=True)
            if not has_content():
                call_command("load_content", verbosity=0)
            call_command("collectstatic", interactive=False, verbosity=0)
            password = self.set_account()
        except CommandError as error:  # a database of another version
            sys.exit(str(error))
        except DatabaseError as error:
            sys.exit(f"La base de données ne répond pas : {str(error).splitlines()[0]}")
        self.refuse_busy_port(port)  # someone may have taken it meanwhile
        serve(HOST, port, when_ready=partial(self.announce, port, password))

    def announce(self, port, password):
        if self.ends_with_terminal:  # Granian would start its workers again
            signal.signal(signal.SIGHUP, signal.getsignal(signal.SIGTERM))
        self.stdout.write(f"Site : http://{HOST}:{port}/")
        self.stdout.write(
            f"Gestion : http://{HOST}:{port}/admin/  compte demo, mot de passe {password}"
        )
        self.stdout.flush()

    def refuse_busy_port(self, port):
        """Find it out ourselves: Granian shares its port with whoever else shares theirs."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                sys.exit(f"Le port {port} n’est pas libre : choisissez-en un autre avec --port.")

    def set_account(self):
        """Give the account `demo` a password that is known now, and return it."""
        password = os.environ.get("DEMO_PASSWORD") or secrets.token_urlsafe(9)
        account, _ = User.objects.get_or_create(
            username="demo", defaults={"email": "demo@localhost"}
        )
        account.is_staff = account.is_active = True
        if not account.check_password(password):  # a new one, even the same, ends its sessions
            account.set_password(password)
        account.save()
        account.groups.add(Group.objects.get(name="Responsable"))
        return password
