from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "cress.operations"
    verbose_name = "Fonctionnement du site"
