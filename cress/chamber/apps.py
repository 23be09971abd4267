from django.apps import AppConfig


class ChamberConfig(AppConfig):
    name = "cress.chamber"
    verbose_name = "La chambre et ses pages"

    def ready(self):
        from cress.chamber import checks  # noqa: F401  registers the check
