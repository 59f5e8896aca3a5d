"""Hours added up, and indexes by which what came since is found."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0003_second_looks"),
        ("moderation", "0010_author_act"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Figure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("hour", models.DateTimeField(verbose_name="hour")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("arrived", "Comments sent"),
                            ("opened", "Came into a queue"),
                            ("closed", "Left a queue"),
                            ("decided", "Decisions"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("key", models.CharField(blank=True, max_length=200, verbose_name="of what")),
                ("number", models.PositiveIntegerField(verbose_name="number")),
            ],
            options={
                "verbose_name": "figure of an hour",
                "verbose_name_plural": "figures of hours",
            },
        ),
        migrations.CreateModel(
            name="FiguresUntil",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("until", models.DateTimeField()),
            ],
            options={
                "verbose_name": "end of the figures",
                "verbose_name_plural": "end of the figures",
            },
        ),
        migrations.AddIndex(
            model_name="decision",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["decided_at"], name="decision_time"
            ),
        ),
        migrations.AddIndex(
            model_name="reviewitem",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)),
                fields=["closed_at"],
                name="review_closed",
            ),
        ),
        migrations.AddField(
            model_name="figure",
            name="section",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="comments.section",
            ),
        ),
        migrations.AddConstraint(
            model_name="figuresuntil",
            constraint=models.CheckConstraint(
                condition=models.Q(("pk", 1)), name="figures_until_one_row"
            ),
        ),
        migrations.AddConstraint(
            model_name="figure",
            constraint=models.UniqueConstraint(
                fields=("hour", "section", "kind", "key"), name="figure_once"
            ),
        ),
    ]
