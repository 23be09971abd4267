from django.db import migrations, models
from django.utils import timezone


class Migration(migrations.Migration):
    dependencies = [("policies", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name=name,
            name="updated_at",
            field=models.DateTimeField(
                auto_now=True, default=timezone.now, verbose_name="dernière modification"
            ),
            preserve_default=False,
        )
        for name in ["rule", "competence"]
    ]
