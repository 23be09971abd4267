from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "cress.pages"
    verbose_name = "La chambre et ses pages"

    def ready(self):
        from cress.pages import checks  # noqa: F401  registers the check
