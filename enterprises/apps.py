from django.apps import AppConfig
from django.db.models.signals import post_save


class EnterprisesConfig(AppConfig):
    name = "enterprises"
    verbose_name = "Entreprises"

    def ready(self):
        post_save.connect(update_searched_text, sender="territories.Commune")


def update_searched_text(instance, created, raw, **kwargs):
    """Update the searched text of the enterprises of a commune that was renamed."""
    if created or raw:
        return
    for enterprise in instance.enterprises.exclude(searched__contains=instance.folded_name):
        enterprise.commune = instance
        enterprise.save(update_fields=["searched"])
