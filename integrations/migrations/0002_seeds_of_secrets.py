from django.db import migrations, models

import integrations.webhooks.signing


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0001_notices"),
    ]

    operations = [
        migrations.RemoveField(model_name="endpoint", name="old_secret"),
        migrations.RemoveField(model_name="endpoint", name="secret"),
        migrations.AddField(
            model_name="endpoint",
            name="old_seed",
            field=models.CharField(blank=True, default="", editable=False, max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="endpoint",
            name="seed",
            field=models.CharField(
                default=integrations.webhooks.signing.new_seed, editable=False, max_length=64
            ),
        ),
    ]
