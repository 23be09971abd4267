"""Run the jobs of the site, or print their state."""

import os

from django.core.management.base import BaseCommand, CommandError
from django.db import Error
from django.utils import timezone

from cress.base.text.typography import french
from cress.operations.databases import first_line
from cress.operations.jobs import JOBS
from cress.operations.models import JobState
from cress.operations.worker import Worker, declare_jobs, due_jobs, make_holder, run_job


class Command(BaseCommand):
    help = (
        "Fait les tâches du site, chacune à son heure : courriels, relances, anonymisation, "
        "photos, liens. La commande serve lance le sien ; plusieurs peuvent tourner à la fois."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--once", action="store_true", help="fait ce qui est dû, et s’arrête")
        choice.add_argument(
            "--status", action="store_true", help="dit les derniers et prochains passages"
        )
        choice.add_argument(
            "--parent",
            type=int,
            metavar="PID",
            help="s’arrête quand ce processus, qui l’a lancé, n’est plus là",
        )

    def handle(self, once, status, parent, **options):
        try:
            if status:
                self.print_status()
            elif once:
                self.run_due_jobs()
            else:
                Worker().run(is_orphan=lambda: parent and os.getppid() != parent)
        except Error as error:
            message = f"La base de données ne répond pas : {first_line(error)}"
            raise CommandError(message) from error

    def run_due_jobs(self):
        declare_jobs()
        holder = make_holder()
        for job in due_jobs():
            if run_job(job, holder):
                error = JobState.objects.get(name=job.name).last_error
                self.print(f"{job.label} : {f'échec, {error}' if error else 'fait'}")

    def print_status(self):
        states = {state.name: state for state in JobState.objects.all()}
        for job in JOBS:
            state = states.get(job.name) or JobState(name=job.name)
            self.print(job.label.capitalize())
            self.print(f"  dernier passage : {_last_run(state)}")
            self.print(f"  prochain passage : {_moment(state.next_run_at)}")
            self.print(f"  dernière erreur : {state.last_error or 'aucune'}")
            self.print(f"  en cours : {_holder(state)}")

    def print(self, text):
        self.stdout.write(french(text))


def _last_run(state):
    if not state.last_started_at:
        return "jamais"
    started = f"commencé le {_moment(state.last_started_at)}"
    if state.last_ended_at and state.last_ended_at >= state.last_started_at:
        return f"{started}, fini le {_moment(state.last_ended_at)}"
    return f"{started}, pas encore fini"


def _holder(state):
    if not state.leased_until:
        return "non"
    if state.leased_until < timezone.now():
        return f"interrompu, {state.holder} ne donne plus signe de vie"
    return f"oui, par {state.holder}"


def _moment(moment):
    return timezone.localtime(moment).strftime("%d/%m/%Y à %H:%M:%S") if moment else "jamais"
