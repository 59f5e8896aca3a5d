"""Mutes and bans: made once, lifted once, and never rewritten or deleted."""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

CREATE = """
CREATE FUNCTION restriction_is_only_lifted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.lifted_at IS NOT NULL
        OR to_jsonb(NEW) - 'lifted_at' <> to_jsonb(OLD) - 'lifted_at'
    THEN
        RAISE EXCEPTION 'a restriction is lifted, and nothing else'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_lifted BEFORE UPDATE OR DELETE ON comments_restriction
    FOR EACH ROW EXECUTE FUNCTION restriction_is_only_lifted();
"""
DROP = """
DROP TRIGGER only_lifted ON comments_restriction;
DROP FUNCTION restriction_is_only_lifted();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0003_second_looks"),
    ]

    operations = [
        migrations.AddField(
            model_name="sitesettings",
            name="address_days",
            field=models.PositiveSmallIntegerField(
                default=30,
                help_text="For the other names of an address, and to hold new names from it.",
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="a network address is remembered for (days)",
            ),
        ),
        migrations.AddField(
            model_name="sitesettings",
            name="moderator_ban_days",
            field=models.PositiveSmallIntegerField(
                default=7,
                help_text="Senior moderators ban for longer, and for good.",
                verbose_name="longest ban by a moderator (days)",
            ),
        ),
        migrations.AddField(
            model_name="sitesettings",
            name="strike_days",
            field=models.PositiveSmallIntegerField(
                default=90,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="strikes count for (days)",
            ),
        ),
        migrations.CreateModel(
            name="Restriction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("mute", "Muted"), ("ban", "Banned")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("from_at", models.DateTimeField(verbose_name="from")),
                ("until", models.DateTimeField(null=True, verbose_name="until")),
                (
                    "words",
                    models.TextField(blank=True, verbose_name="reason that the author reads"),
                ),
                (
                    "addresses",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=32),
                        default=list,
                        editable=False,
                        size=None,
                    ),
                ),
                (
                    "names_held_until",
                    models.DateTimeField(null=True, verbose_name="new names held until"),
                ),
                ("lifted_at", models.DateTimeField(null=True, verbose_name="lifted at")),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="restrictions",
                        to="comments.author",
                    ),
                ),
            ],
            options={
                "verbose_name": "restriction",
                "verbose_name_plural": "restrictions",
                "indexes": [
                    models.Index(fields=["author"], name="restriction_author"),
                    django.contrib.postgres.indexes.GinIndex(
                        condition=models.Q(
                            ("lifted_at", None), ("names_held_until__isnull", False)
                        ),
                        fields=["addresses"],
                        name="restriction_addresses",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None), ("until__gt", models.F("from_at")), _connector="OR"
                        ),
                        name="restriction_lasts",
                    )
                ],
            },
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
