"""Let both groups of the staff see to the photos of enterprises."""

from django.db import migrations

from cress.rights import every_action, give

PHOTOS = every_action({"enterprises": ["photo"]})


def give_photos(apps, schema_editor):
    give(apps, "Rédaction", PHOTOS)
    give(apps, "Responsable", PHOTOS)


class Migration(migrations.Migration):
    dependencies = [
        ("cress", "0003_former_communes"),
        ("enterprises", "0003_photo_and_pictogram"),
    ]

    operations = [migrations.RunPython(give_photos, migrations.RunPython.noop)]
