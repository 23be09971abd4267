from django.apps import AppConfig
from django.db.models.signals import post_save, pre_save

from cress.base.search.fields import rewrite


class EnterprisesConfig(AppConfig):
    name = "enterprises"
    verbose_name = "Entreprises"

    def ready(self):
        enterprise = self.get_model("Enterprise")
        for name in enterprise.NAMED_BY:
            model = enterprise._meta.get_field(name).related_model
            pre_save.connect(note_rename, sender=model)
            post_save.connect(rewrite_words, sender=model)


def note_rename(instance, raw, **kwargs):
    """Note whether a row is saved under another name than the stored one."""
    stored = None if raw or instance._state.adding else type(instance)._base_manager
    name = stored and stored.filter(pk=instance.pk).values_list("name", flat=True).first()
    instance.is_renamed = name is not None and name != instance.name


def rewrite_words(instance, **kwargs):
    """Write again what the enterprises that have the name of a row are searched by."""
    if instance.is_renamed:
        named_by = instance.enterprises.model.NAMED_BY
        rewrite(instance.enterprises.select_related(*named_by))
