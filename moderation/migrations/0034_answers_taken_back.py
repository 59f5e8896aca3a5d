"""Answers to appeals can be taken back, and are told in letters that the site may write anew."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TOLD = """
UPDATE moderation_appeal SET told_at = decided_at, letter = true WHERE decided_at IS NOT NULL;
"""  # what was settled before was written about at once


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0018_told_settings"),
        ("moderation", "0033_readers_of_what_was_reported"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AnswerTakenBack",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waiting"),
                            ("upheld", "The decision stands"),
                            ("overturned", "Overturned"),
                            ("closed", "Settled otherwise"),
                        ],
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField()),
                ("reason", models.TextField(blank=True)),
                ("note", models.TextField(blank=True)),
                ("letter", models.BooleanField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "answer to an appeal that was taken back",
                "verbose_name_plural": "answers to appeals that were taken back",
                "ordering": ("id",),
            },
        ),
        migrations.AddField(
            model_name="appeal",
            name="letter",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="appeal",
            name="lifting",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lifted_on_appeal",
                to="moderation.authoract",
            ),
        ),
        migrations.AddField(
            model_name="appeal",
            name="told_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="appeal",
            name="turned_down",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), default=list, size=None
            ),
        ),
        migrations.AlterField(
            model_name="lettertext",
            name="kind",
            field=models.CharField(
                choices=[
                    ("removed", "A comment was removed"),
                    ("muted", "A moderator reads the author’s comments first"),
                    ("banned", "The author cannot write comments"),
                    ("restored", "The removal of a comment was taken back"),
                    ("lifted", "A mute or a ban was lifted"),
                    ("several", "Several decisions in one letter"),
                    ("received", "An appeal has arrived"),
                    ("upheld", "An appeal was decided: the decision stands"),
                    ("overturned", "An appeal was decided: the decision was wrong"),
                    ("closed", "An appeal was settled before anybody decided it"),
                    ("reopened", "The answer to an appeal was taken back"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="appeal",
            index=models.Index(
                condition=models.Q(("decided_at__isnull", False), ("told_at", None)),
                fields=["decided_at"],
                name="appeal_untold",
            ),
        ),
        migrations.AddField(
            model_name="answertakenback",
            name="appeal",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="taken_back",
                to="moderation.appeal",
            ),
        ),
        migrations.AddField(
            model_name="answertakenback",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="answertakenback",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="answertakenback",
            name="lifting",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answer_taken_back",
                to="moderation.authoract",
            ),
        ),
        migrations.AddField(
            model_name="answertakenback",
            name="restoring",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answer_taken_back",
                to="moderation.decision",
            ),
        ),
        migrations.RunSQL(TOLD, migrations.RunSQL.noop),
    ]
