"""Second looks at decisions, and how long a card was in hand before it was decided."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0003_second_looks"),
        ("moderation", "0006_section_assignment"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="taken_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="reviewitem",
            name="claimed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="DoubleReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting for a second moderator"),
                            ("agreed", "Both decided the same"),
                            ("disagreed", "They differ: waiting for a senior moderator"),
                            ("settled", "Settled by a senior moderator"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("drawn_at", models.DateTimeField(verbose_name="drawn at")),
                ("claimed_until", models.DateTimeField(null=True)),
                (
                    "skipped_by",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "second_action",
                    models.CharField(
                        blank=True,
                        choices=[("approve", "Approved"), ("remove", "Removed")],
                        max_length=10,
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True)),
                ("same_action", models.BooleanField(null=True)),
                ("same_policy", models.BooleanField(null=True)),
                (
                    "reference_action",
                    models.CharField(
                        blank=True,
                        choices=[("approve", "Approved"), ("remove", "Removed")],
                        max_length=10,
                    ),
                ),
                (
                    "note",
                    models.CharField(blank=True, max_length=500, verbose_name="note for both"),
                ),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "claimed_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "comment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="comments.comment",
                    ),
                ),
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="second_look",
                        to="moderation.decision",
                    ),
                ),
                (
                    "reference_policy",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="moderation.policy",
                    ),
                ),
                (
                    "second_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="second_looks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "second_policy",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="moderation.policy",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "second look",
                "verbose_name_plural": "second looks",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["id"],
                        name="second_look_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("state", "disagreed")),
                        fields=["id"],
                        name="second_look_differs",
                    ),
                    models.Index(
                        condition=models.Q(("answered_at__isnull", False)),
                        fields=["answered_at"],
                        name="second_look_answered_at",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_at", None), ("second_by", None), ("state", "waiting")
                            ),
                            models.Q(
                                models.Q(("state", "waiting"), _negated=True),
                                ("answered_at__isnull", False),
                                ("same_action__isnull", False),
                                ("second_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="second_look_answered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("settled_at__isnull", False),
                                ("settled_by__isnull", False),
                                ("state", "settled"),
                            ),
                            models.Q(
                                models.Q(("state", "settled"), _negated=True),
                                ("settled_at", None),
                                ("settled_by", None),
                            ),
                            _connector="OR",
                        ),
                        name="second_look_settled",
                    ),
                ],
            },
        ),
    ]
