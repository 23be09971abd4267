from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "cress.base"
    verbose_name = "Socle"

    def ready(self):
        from cress.base.web import checks  # noqa: F401  registers the check
