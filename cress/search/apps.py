from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "cress.search"
    verbose_name = "Recherche"
