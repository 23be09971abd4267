from django.apps import AppConfig


class LinksConfig(AppConfig):
    name = "cress.links"
    verbose_name = "Liens du site"
