"""The people to call move to the contact desk, rows and all."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0001_initial"),
        ("cress", "0001_groups"),  # it gives rights on the model under its first name
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.AlterModelTable("person", "contact_person")],
            state_operations=[migrations.DeleteModel("person")],
        ),
    ]
