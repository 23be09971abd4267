"""Receive the people to call, whose rows pages.0002 has brought to contact_person."""

import cress.editing.fields
from django.db import migrations, models


def follow_the_model(apps, schema_editor):
    """Keep the rights given on the model, and what the admin's log says of its rows."""
    content_type = apps.get_model("contenttypes", "ContentType")
    content_type.objects.filter(app_label="contact", model="person").delete()
    content_type.objects.filter(app_label="pages", model="person").update(app_label="contact")


def go_back(apps, schema_editor):
    content_type = apps.get_model("contenttypes", "ContentType")
    content_type.objects.filter(app_label="contact", model="person").update(app_label="pages")


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("pages", "0002_person_moves_to_contact"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Person",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "name",
                            cress.editing.fields.FrenchCharField(
                                max_length=100, verbose_name="nom"
                            ),
                        ),
                        (
                            "role",
                            cress.editing.fields.FrenchCharField(
                                blank=True, max_length=150, verbose_name="fonction"
                            ),
                        ),
                        (
                            "email",
                            models.EmailField(
                                max_length=254, unique=True, verbose_name="adresse électronique"
                            ),
                        ),
                        (
                            "telephone",
                            models.CharField(
                                blank=True,
                                help_text="« 02 38 00 00 00 »",
                                max_length=20,
                                verbose_name="téléphone",
                            ),
                        ),
                        ("order", models.PositiveSmallIntegerField(default=0, verbose_name="rang")),
                    ],
                    options={
                        "verbose_name": "personne à contacter",
                        "verbose_name_plural": "personnes à contacter",
                        "ordering": ["order", "name", "email"],
                    },
                ),
            ],
        ),
        migrations.RunPython(follow_the_model, go_back),
    ]
