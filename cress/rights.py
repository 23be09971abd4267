"""Rights of the two groups of the staff, as migrations give them."""

from django.contrib.auth.management import create_permissions

ACTIONS = ["view", "add", "change", "delete"]


def every_action(models):
    """Return the permission names of all that one may do with {app: [model, …]}."""
    return [
        f"{app}.{action}_{model}"
        for app, names in models.items()
        for model in names
        for action in ACTIONS
    ]


def give(apps, group_name, names):
    """
    Give a group the permissions named « app.codename », making the group if need be.

    Django creates permissions after the last migration: here they are needed at once.
    A name that is not known is an error.
    """
    for label in {name.partition(".")[0] for name in names}:
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    permission = apps.get_model("auth", "Permission")
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=group_name)
    group.permissions.add(
        *(
            permission.objects.get(content_type__app_label=app, codename=codename)
            for app, codename in (name.split(".") for name in names)
        )
    )
