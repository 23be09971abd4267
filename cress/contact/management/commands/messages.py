"""Count the messages that are stored, and the mails that wait."""

from django.core.management.base import BaseCommand

from cress.contact.models import Mail, Message


class Command(BaseCommand):
    help = "Compte les messages enregistrés et les courriels en attente."

    def add_arguments(self, parser):
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--count", action="store_true", help="messages enregistrés, un nombre")
        choice.add_argument(
            "--waiting", action="store_true", help="courriels en attente, un nombre"
        )

    def handle(self, count, waiting, **options):
        if count:
            self.stdout.write(str(Message.objects.count()))
        elif waiting:
            self.stdout.write(str(Mail.objects.waiting().count()))
        else:
            for label, rows in [
                ("Messages enregistrés", Message.objects),
                ("Messages à traiter", Message.objects.to_treat()),
                ("Messages à relancer", Message.objects.overdue()),
                ("Courriels en attente", Mail.objects.waiting()),
                ("Courriels abandonnés", Mail.objects.given_up()),
            ]:
                self.stdout.write(f"{label} : {rows.count()}")
