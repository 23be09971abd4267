from django.apps import AppConfig
from django.db.models.signals import post_save


class EnterprisesConfig(AppConfig):
    name = "enterprises"
    verbose_name = "Entreprises"

    def ready(self):
        post_save.connect(search_under_new_name, sender="territories.Commune")


def search_under_new_name(instance, created, raw, **kwargs):
    """Let the enterprises of a commune that was renamed be found by its new name."""
    if created or raw:
        return
    for enterprise in instance.enterprises.exclude(searched__contains=instance.folded_name):
        enterprise.commune = instance
        enterprise.save(update_fields=["searched"])
