"""Let both groups of the staff see which links are dead."""

from django.db import migrations

from cress.rights import give


def show_links(apps, schema_editor):
    for group in ["Rédaction", "Responsable"]:
        give(apps, group, ["links.view_linkcheck"])


class Migration(migrations.Migration):
    dependencies = [("cress", "0001_groups"), ("links", "0001_initial")]

    operations = [migrations.RunPython(show_links, migrations.RunPython.noop)]
