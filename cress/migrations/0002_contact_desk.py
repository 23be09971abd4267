"""Let both groups of the staff work at the contact desk."""

from django.db import migrations

from cress.rights import every_action, give

DESK = [
    "contact.view_message",
    "contact.change_message",
    "contact.view_mail",
    "contact.change_mail",
]
# Responsable also says where messages go, and answers for personal data.
RESPONSIBILITY = [
    *every_action({"contact": ["subject", "route"]}),
    "contact.manage_personal_data",
]


def open_the_desk(apps, schema_editor):
    give(apps, "Rédaction", DESK)
    give(apps, "Responsable", DESK + RESPONSIBILITY)


class Migration(migrations.Migration):
    dependencies = [
        ("cress", "0001_groups"),
        ("contact", "0002_desk"),
    ]

    operations = [migrations.RunPython(open_the_desk, migrations.RunPython.noop)]
