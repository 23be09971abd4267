"""Create the two groups of the staff: « Rédaction » and « Responsable »."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

CONTENT = {
    "territories": [
        "territory",
        "source",
        "statistic",
        "keyfigure",
        "intercommunality",
        "commune",
    ],
    "policies": ["lever", "action", "argument", "resource", "term"],
    "enterprises": ["enterprise", "sector", "family"],
    "pages": ["page", "service", "mission", "person"],
}
# Responsable has these besides everything Rédaction has.
RESPONSIBILITY = [
    "pages.change_legal_page",
    "pages.view_siteidentity",
    "pages.add_siteidentity",
    "pages.change_siteidentity",
    "auth.view_user",
    "auth.add_user",
    "auth.change_user",
    "auth.delete_user",
]


def permissions(apps, names):
    """Return the permissions named « app.codename »; a name that is not known is an error."""
    model = apps.get_model("auth", "Permission")
    return [
        model.objects.get(content_type__app_label=app, codename=codename)
        for app, codename in (name.split(".") for name in names)
    ]


def create_groups(apps, schema_editor):
    # Django creates permissions after the last migration: here they are needed at once.
    for label in [*CONTENT, "auth"]:
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None

    editing = [
        f"{app}.{action}_{model}"
        for app, models in CONTENT.items()
        for model in models
        for action in ["view", "add", "change", "delete"]
    ]
    group = apps.get_model("auth", "Group")
    group.objects.get_or_create(name="Rédaction")[0].permissions.add(*permissions(apps, editing))
    group.objects.get_or_create(name="Responsable")[0].permissions.add(
        *permissions(apps, editing + RESPONSIBILITY)
    )


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("territories", "0001_initial"),
        ("policies", "0001_initial"),
        ("enterprises", "0001_initial"),
        ("pages", "0001_initial"),
    ]

    operations = [migrations.RunPython(create_groups, migrations.RunPython.noop)]
