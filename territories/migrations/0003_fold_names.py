"""Fill the folded names of the rows that are there already."""

from django.db import migrations


def save_each(apps, schema_editor):
    for name in ["Commune", "Intercommunality"]:
        for row in apps.get_model("territories", name).objects.all():
            row.save(update_fields=["folded_name"])


class Migration(migrations.Migration):
    dependencies = [("territories", "0002_centres_and_former_communes")]

    operations = [migrations.RunPython(save_each, migrations.RunPython.noop)]
