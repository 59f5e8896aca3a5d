"""A closer look at a classification: asked for, answered once, and then as it is."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

CREATE = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON moderation_closerlook
    FOR EACH ROW WHEN (OLD.made_at IS NOT NULL) EXECUTE FUNCTION refuse_change();
"""
DROP = "DROP TRIGGER append_only ON moderation_closerlook;"


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0004_learned_heads"),
    ]

    operations = [
        migrations.CreateModel(
            name="CloserLook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "asked_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="asked at",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("leased_until", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField(null=True, verbose_name="made at")),
                ("model", models.CharField(blank=True, max_length=80, verbose_name="model")),
                ("spans", models.JSONField(default=list)),
                (
                    "classification",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="closer_look",
                        to="moderation.classification",
                    ),
                ),
            ],
            options={
                "verbose_name": "closer look",
                "verbose_name_plural": "closer looks",
                "indexes": [
                    models.Index(
                        condition=models.Q(("made_at", None)),
                        fields=["attempts", "id"],
                        name="closer_look_due",
                    )
                ],
            },
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
