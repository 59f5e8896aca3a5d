"""Erasures that were asked for, and when what was last emptied."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Emptied",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule", models.SlugField(max_length=40, unique=True)),
                ("ran_at", models.DateTimeField(verbose_name="ran at")),
                ("rows", models.PositiveIntegerField(default=0, verbose_name="emptied")),
                (
                    "rows_in_all",
                    models.PositiveBigIntegerField(default=0, verbose_name="emptied in all"),
                ),
                ("seconds", models.FloatField(default=0, verbose_name="took (seconds)")),
            ],
            options={
                "verbose_name": "run of retention",
                "verbose_name_plural": "runs of retention",
            },
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("author_id", models.BigIntegerField(null=True)),
                ("user_id", models.BigIntegerField(null=True)),
                (
                    "comments_stay",
                    models.BooleanField(verbose_name="published comments stay, without a name"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting for its day"),
                            ("running", "Under way"),
                            ("done", "Done"),
                            ("cancelled", "Called off"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked at")),
                ("due_at", models.DateTimeField(verbose_name="due at")),
                ("runs", models.PositiveSmallIntegerField(default=0)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("leased_until", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished at")),
                ("counts", models.JSONField(default=dict, verbose_name="what was emptied")),
            ],
            options={
                "verbose_name": "erasure",
                "verbose_name_plural": "erasures",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("waiting", "running"))),
                        fields=("author_id",),
                        name="erasure_author_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("waiting", "running"))),
                        fields=("user_id",),
                        name="erasure_user_once",
                    ),
                ],
            },
        ),
    ]
