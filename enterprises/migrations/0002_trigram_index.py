"""The trigram index of the searched text, on PostgreSQL alone: SQLite reads the rows."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations


def create_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE INDEX enterprise_searched ON enterprises_enterprise "
            "USING gin (searched gin_trgm_ops)"
        )


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX enterprise_searched")


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0001_initial")]

    operations = [
        TrigramExtension(),  # does nothing on SQLite
        migrations.RunPython(create_index, drop_index),
    ]
