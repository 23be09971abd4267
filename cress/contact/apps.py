from django.apps import AppConfig


class ContactConfig(AppConfig):
    name = "cress.contact"
    verbose_name = "Messages et contacts"

    def ready(self):
        from cress.accounts.leaving import HANDOVERS
        from cress.contact import checks  # noqa: F401  registers the check
        from cress.contact.desk.handover import DeskHandover

        HANDOVERS.append(DeskHandover())
