"""A trial keeps every decision that its rules go against, and no words of what they say."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

# What trials before had kept: 2,000 of a kind at most, drawn by chance.
_AS_DECISIONS = """
INSERT INTO moderation_trialsurprises (trial_id, kind, first, decisions, lowest, highest)
SELECT trial_id, kind, 0, array_agg(decision_id ORDER BY revision_id),
    min(decision_id), max(decision_id)
FROM moderation_trialfinding GROUP BY trial_id, kind
"""


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0036_letters_about_what_is_hidden"),
    ]

    operations = [
        migrations.CreateModel(
            name="TrialSurprises",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("removes", "Moderators approved it, and this would remove it"),
                            ("publishes", "Moderators removed it, and this would publish it"),
                        ],
                        max_length=10,
                    ),
                ),
                ("first", models.PositiveIntegerField()),
                (
                    "decisions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
                ("lowest", models.BigIntegerField()),
                ("highest", models.BigIntegerField()),
                (
                    "trial",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="surprises",
                        to="moderation.trial",
                    ),
                ),
            ],
            options={
                "verbose_name": "surprises of a trial",
                "verbose_name_plural": "surprises of trials",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("trial", "kind", "first"), name="trial_surprises_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(_AS_DECISIONS, migrations.RunSQL.noop),
        migrations.DeleteModel(name="TrialFinding"),
    ]
