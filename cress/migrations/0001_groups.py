"""Create the two groups of the staff: « Rédaction » and « Responsable »."""

from django.db import migrations

from cress.rights import every_action, give

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


def create_groups(apps, schema_editor):
    give(apps, "Rédaction", every_action(CONTENT))
    give(apps, "Responsable", every_action(CONTENT) + RESPONSIBILITY)


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
