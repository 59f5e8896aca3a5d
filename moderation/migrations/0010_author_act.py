"""What moderators do about authors: an append-only history."""

import uuid

import django.contrib.postgres.functions
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

CREATE = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON moderation_authoract
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
DROP = "DROP TRIGGER append_only ON moderation_authoract;"


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0004_restriction"),
        ("moderation", "0009_batches"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="rule",
            name="kind",
            field=models.CharField(
                choices=[
                    ("score", "score"),
                    ("words", "words"),
                    ("links", "links"),
                    ("first_comment", "first_comment"),
                    ("unscored", "unscored"),
                    ("pre_moderated", "pre_moderated"),
                    ("author_muted", "author_muted"),
                ],
                max_length=20,
                verbose_name="when",
            ),
        ),
        migrations.CreateModel(
            name="AuthorAct",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        default=uuid.uuid4,
                        editable=False,
                        unique=True,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("note", "Note"),
                            ("strike", "Strike"),
                            ("mute", "Muted"),
                            ("ban", "Banned"),
                            ("undo", "Taken back"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("until", models.DateTimeField(null=True, verbose_name="counts until")),
                ("note", models.TextField(blank=True, max_length=2000, verbose_name="note")),
                (
                    "actor",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="author_acts",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="moderator",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acts",
                        to="comments.author",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="author_acts",
                        to="moderation.decision",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="moderation.policy",
                    ),
                ),
                (
                    "restriction",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="act",
                        to="comments.restriction",
                    ),
                ),
                (
                    "undoes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_by",
                        to="moderation.authoract",
                    ),
                ),
            ],
            options={
                "verbose_name": "act about an author",
                "verbose_name_plural": "acts about authors",
                "indexes": [
                    models.Index(fields=["author", "-id"], name="author_act_author"),
                    models.Index(
                        condition=models.Q(("decision__isnull", False)),
                        fields=["decision"],
                        name="author_act_decision",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["mute", "ban"]), ("restriction__isnull", False)),
                            models.Q(
                                models.Q(("kind__in", ["mute", "ban"]), _negated=True),
                                ("restriction", None),
                            ),
                            _connector="OR",
                        ),
                        name="author_act_restricts",
                    )
                ],
            },
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
