"""Let both groups of the staff see to the former names of communes."""

from django.db import migrations

from cress.rights import every_action, give

FORMER_COMMUNES = every_action({"territories": ["formercommune"]})


def give_former_communes(apps, schema_editor):
    give(apps, "Rédaction", FORMER_COMMUNES)
    give(apps, "Responsable", FORMER_COMMUNES)


class Migration(migrations.Migration):
    dependencies = [
        ("cress", "0002_contact_desk"),
        ("territories", "0002_centres_and_former_communes"),
    ]

    operations = [migrations.RunPython(give_former_communes, migrations.RunPython.noop)]
