"""What is learned from moderators' decisions, kept as it was, and what policies say of scores."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# What the policies that a site started with say of the scores, where nobody said it yet.
SAYS = {
    "insults": ["insult", "toxicity"],
    "hate": ["identity_attack", "toxicity"],
    "threats": ["threat", "toxicity"],
    "spam": ["spam"],
    "sexual": ["sexually_explicit"],
}

TABLES = ("moderation_learnedhead", "moderation_headswitch")
CREATE = "".join(
    f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change();\n"
    for table in TABLES
)
DROP = "".join(f"DROP TRIGGER append_only ON {table};\n" for table in TABLES)


def tell_policies(apps, schema_editor):
    policies = apps.get_model("moderation", "Policy").objects
    for slug, labels in SAYS.items():
        policies.filter(slug=slug, labels=[]).update(labels=labels)


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0003_rescoring"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="policy",
            name="labels",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20),
                blank=True,
                default=list,
                help_text="A comment that a moderator removes for this reason should have scored high here. The model learns from it. Nothing, where the text alone does not tell.",
                size=None,
                verbose_name="says of the scores",
            ),
        ),
        migrations.CreateModel(
            name="LearnedHead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="name")),
                ("base", models.CharField(max_length=80, verbose_name="learned for the model")),
                ("document", models.JSONField(verbose_name="document")),
                ("is_good", models.BooleanField(verbose_name="good enough")),
                ("figures", models.JSONField(verbose_name="figures")),
                ("decisions", models.PositiveIntegerField(verbose_name="decisions")),
                ("fitted_at", models.DateTimeField(verbose_name="learned at")),
                (
                    "newest_decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="moderation.decision",
                    ),
                ),
            ],
            options={
                "verbose_name": "learned version",
                "verbose_name_plural": "learned versions",
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="HeadSwitch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "head",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="moderation.learnedhead",
                    ),
                ),
            ],
            options={
                "verbose_name": "switch of learned versions",
                "verbose_name_plural": "switches of learned versions",
                "ordering": ("-id",),
            },
        ),
        migrations.RunSQL(CREATE, DROP),
        migrations.RunPython(tell_policies, migrations.RunPython.noop),
    ]
