"""The models of the site, without those of the versions of their rows."""

from django.apps import apps

from cress.base.history.versions import is_version


def models_of(*labels):
    """Return the models of apps, or of all apps."""
    configs = [apps.get_app_config(label) for label in labels] or apps.get_app_configs()
    models = [model for config in configs for model in config.get_models()]
    return [model for model in models if not is_version(model)]
