from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "cress.accounts"
    verbose_name = "Comptes"

    def ready(self):
        from cress.accounts.roles import apply_roles

        post_migrate.connect(apply_roles)
