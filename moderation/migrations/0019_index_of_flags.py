"""Flags are found by who raised them: their questions."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0006_revision_words"),
        ("moderation", "0018_queue_delay"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(
                condition=models.Q(("action", "flag")),
                fields=["actor", "-id"],
                name="decision_flags",
            ),
        ),
    ]
