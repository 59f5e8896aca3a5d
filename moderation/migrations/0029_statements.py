"""Statements of reasons, and every wording of a policy; what is stored stays as it was."""

import uuid

import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

CREATE = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON moderation_policyversion
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE FUNCTION statement_is_only_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR to_jsonb(NEW) - '{told_at,letter,author_id}'::text[]
            <> to_jsonb(OLD) - '{told_at,letter,author_id}'::text[]
        OR (OLD.told_at IS NOT NULL
            AND (NEW.told_at, NEW.letter) IS DISTINCT FROM (OLD.told_at, OLD.letter))
    THEN
        RAISE EXCEPTION 'a statement is told, and nothing else'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_told BEFORE UPDATE OR DELETE ON moderation_statement
    FOR EACH ROW EXECUTE FUNCTION statement_is_only_told();
"""
DROP = """
DROP TRIGGER append_only ON moderation_policyversion;
DROP TRIGGER only_told ON moderation_statement;
DROP FUNCTION statement_is_only_told();
"""


def first_versions(apps, schema_editor):
    """Keep each policy that is there as its own first version."""
    version = apps.get_model("moderation", "PolicyVersion")
    version.objects.bulk_create(
        version(policy=policy, number=1, name=policy.name, summary=policy.text)
        for policy in apps.get_model("moderation", "Policy").objects.all()
    )


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0008_appeals"),
        ("moderation", "0028_appeals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PolicyVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("summary", models.TextField(verbose_name="in one sentence")),
                ("text", models.TextField(blank=True, verbose_name="text of the page")),
                (
                    "valid_from",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="valid from",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="what changed")),
                (
                    "changed_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="changed by",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="moderation.policy",
                    ),
                ),
            ],
            options={
                "verbose_name": "version of a policy",
                "verbose_name_plural": "versions of policies",
                "ordering": ("policy_id", "-number"),
            },
        ),
        migrations.CreateModel(
            name="Statement",
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
                            ("removed", "Comment removed"),
                            ("hidden", "Comment taken off the page until a moderator has looked"),
                            ("muted", "Every comment is read before others see it"),
                            ("banned", "No comments are taken"),
                            ("restored", "Decision about a comment taken back"),
                            ("lifted", "Mute or ban taken back"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("own", "The site itself"),
                            ("report", "Readers' reports"),
                            ("notice", "A notice of illegal content"),
                        ],
                        max_length=10,
                    ),
                ),
                ("automated_detection", models.BooleanField()),
                (
                    "automated_decision",
                    models.CharField(
                        choices=[
                            ("fully", "A machine decided"),
                            (
                                "partially",
                                "A person decided on many at once that a machine had gathered",
                            ),
                            ("not", "A person decided"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "reports",
                    models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
                ),
                ("made_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
                ("letter", models.BooleanField(db_default=False, default=False)),
                (
                    "about",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ends",
                        to="moderation.statement",
                    ),
                ),
                (
                    "act",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statement",
                        to="moderation.authoract",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="comments.author",
                    ),
                ),
                (
                    "comment",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="comments.comment",
                    ),
                ),
                (
                    "decision",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statement",
                        to="moderation.decision",
                    ),
                ),
                (
                    "policy_version",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="moderation.policyversion",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="comments.commentrevision",
                    ),
                ),
            ],
            options={
                "verbose_name": "statement of reasons",
                "verbose_name_plural": "statements of reasons",
            },
        ),
        migrations.AddConstraint(
            model_name="policyversion",
            constraint=models.UniqueConstraint(
                fields=("policy", "number"), name="policy_version_once"
            ),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(fields=["author", "-id"], name="statement_author"),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(
                condition=models.Q(("comment__isnull", False)),
                fields=["comment", "-id"],
                name="statement_comment",
            ),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(
                condition=models.Q(("about__isnull", False)),
                fields=["about"],
                name="statement_about",
            ),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(
                condition=models.Q(("told_at", None)), fields=["made_at"], name="statement_untold"
            ),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(fields=["made_at"], name="statement_made"),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("act", None), ("comment__isnull", False), ("decision__isnull", False)
                    ),
                    models.Q(("act__isnull", False), ("comment", None), ("decision", None)),
                    _connector="OR",
                ),
                name="statement_of_one_thing",
            ),
        ),
        migrations.RunPython(first_versions, migrations.RunPython.noop),
        migrations.RunSQL(CREATE, DROP),
    ]
