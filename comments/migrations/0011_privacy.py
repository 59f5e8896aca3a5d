"""How long things are kept, who was erased, and restrictions that give up addresses."""

import django.core.validators
from django.db import migrations, models

# While erasing, a restriction lets go of the addresses it names, and of nothing else.
ERASING = """
CREATE OR REPLACE FUNCTION restriction_is_only_lifted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('ordstyrer.erasing', true) = 'on' THEN
        IF to_jsonb(NEW) - 'addresses' = to_jsonb(OLD) - 'addresses' THEN
            RETURN NEW;
        END IF;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.lifted_at IS NOT NULL
        OR to_jsonb(NEW) - 'lifted_at' <> to_jsonb(OLD) - 'lifted_at'
    THEN
        RAISE EXCEPTION 'a restriction is lifted, and nothing else'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION restriction_is_only_lifted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.lifted_at IS NOT NULL
        OR to_jsonb(NEW) - 'lifted_at' <> to_jsonb(OLD) - 'lifted_at'
    THEN
        RAISE EXCEPTION 'a restriction is lifted, and nothing else'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0010_address_keys"),
    ]

    operations = [
        migrations.RunSQL(ERASING, BEFORE),
        migrations.AddField(
            model_name="author",
            name="erased_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="sitesettings",
            name="address_hash_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                default=90,
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="a comment's hash of a network address goes after (days)",
            ),
        ),
        migrations.AddField(
            model_name="sitesettings",
            name="admin_log_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                default=730,
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="the log of the engine room goes after (days)",
            ),
        ),
        migrations.AddField(
            model_name="sitesettings",
            name="delivery_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                default=90,
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="deliveries of webhooks go after (days)",
            ),
        ),
        migrations.AddField(
            model_name="sitesettings",
            name="erased_comments",
            field=models.CharField(
                choices=[
                    ("stay", "They stay, as those of a deleted reader"),
                    ("go", "They go; their places in the threads stay"),
                ],
                default="stay",
                max_length=10,
                verbose_name="comments of readers who had themselves erased",
            ),
        ),
        migrations.AddField(
            model_name="sitesettings",
            name="erasure_grace_days",
            field=models.PositiveSmallIntegerField(
                default=0, verbose_name="an erasure may be called off for (days)"
            ),
        ),
        migrations.AddField(
            model_name="sitesettings",
            name="guest_email_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                default=365,
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="a guest's e-mail address goes after their last comment (days)",
            ),
        ),
        migrations.AddField(
            model_name="sitesettings",
            name="letter_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                default=30,
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="the record of a letter that was sent goes after (days)",
            ),
        ),
        migrations.AddField(
            model_name="sitesettings",
            name="removed_text_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                default=365,
                null=True,
                validators=[django.core.validators.MinValueValidator(30)],
                verbose_name="the text of removed comments goes after (days)",
            ),
        ),
        migrations.AddField(
            model_name="sitesettings",
            name="report_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                default=180,
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="the words of answered reports go after (days)",
            ),
        ),
        migrations.AddField(
            model_name="sitesettings",
            name="sign_in_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                default=7,
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="attempts to sign in go after (days)",
            ),
        ),
    ]
