from django.apps import AppConfig
from django.db.models.signals import post_migrate


class BaseConfig(AppConfig):
    name = "cress.base"
    verbose_name = "Ce qui a été fait"

    def ready(self):
        from cress.base.history.versions import keep_versions_of_links
        from cress.base.search.fields import make_indexes

        keep_versions_of_links()
        post_migrate.connect(make_indexes)
        from cress.base.history import operation_admin  # noqa: F401  registers the admin
        from cress.base.web import checks  # noqa: F401  registers the check
