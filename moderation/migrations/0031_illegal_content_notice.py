import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import moderation.models.illegal_content_notice

HARMFUL_SPEECH = "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH"
EU_NAMES = {
    "insults": ("STATEMENT_CATEGORY_CYBER_VIOLENCE", ["KEYWORD_CYBER_HARASSMENT"]),
    "hate": (HARMFUL_SPEECH, ["KEYWORD_HATE_SPEECH"]),
    "threats": ("STATEMENT_CATEGORY_VIOLENCE", ["KEYWORD_INCITEMENT_VIOLENCE_HATRED"]),
    "privacy": ("STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", []),
    "illegal": (HARMFUL_SPEECH, []),
}


def name_known_policies(apps, schema_editor):
    """Give the policies that a site started with what they are called in the EU database."""
    policies = apps.get_model("moderation", "Policy").objects
    policies.filter(slug="illegal").update(is_illegal=True)
    for slug, (category, keywords) in EU_NAMES.items():
        policies.filter(slug=slug).update(eu_category=category, eu_keywords=keywords)


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0012_illegal_notices_and_transparency"),
        ("moderation", "0030_erasing"),
    ]

    operations = [
        migrations.AddField(
            model_name="policy",
            name="eu_category",
            field=models.CharField(
                choices=[
                    ("STATEMENT_CATEGORY_ANIMAL_WELFARE", "Animal welfare"),
                    ("STATEMENT_CATEGORY_CONSUMER_INFORMATION", "Consumer information"),
                    ("STATEMENT_CATEGORY_CYBER_VIOLENCE", "Cyber violence"),
                    (
                        "STATEMENT_CATEGORY_CYBER_VIOLENCE_AGAINST_WOMEN",
                        "Cyber violence against women",
                    ),
                    (
                        "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
                        "Data protection and privacy violations",
                    ),
                    ("STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH", "Illegal or harmful speech"),
                    (
                        "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS",
                        "Intellectual property infringements",
                    ),
                    (
                        "STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
                        "Negative effects on civic discourse or elections",
                    ),
                    (
                        "STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE",
                        "Type of illegal content not specified",
                    ),
                    (
                        "STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
                        "Other violation of the site's rules",
                    ),
                    ("STATEMENT_CATEGORY_PROTECTION_OF_MINORS", "Protection of minors"),
                    ("STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY", "Risk for public security"),
                    ("STATEMENT_CATEGORY_SCAMS_AND_FRAUD", "Scams and fraud"),
                    ("STATEMENT_CATEGORY_SELF_HARM", "Self-harm"),
                    (
                        "STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS",
                        "Unsafe and prohibited products",
                    ),
                    ("STATEMENT_CATEGORY_VIOLENCE", "Violence"),
                ],
                db_default="STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
                default="STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
                max_length=80,
                verbose_name="category in the EU database",
            ),
        ),
        migrations.AddField(
            model_name="policy",
            name="eu_keywords",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("KEYWORD_COPYRIGHT_INFRINGEMENT", "Copyright infringement"),
                        ("KEYWORD_CYBER_BULLYING_INTIMIDATION", "Bullying or intimidation"),
                        ("KEYWORD_CYBER_HARASSMENT", "Harassment"),
                        ("KEYWORD_CYBER_INCITEMENT", "Incitement to cyber violence"),
                        ("KEYWORD_DEFAMATION", "Defamation"),
                        ("KEYWORD_DISCRIMINATION", "Discrimination"),
                        ("KEYWORD_HATE_SPEECH", "Hate speech"),
                        ("KEYWORD_HIDDEN_ADVERTISEMENT", "Hidden advertisement"),
                        ("KEYWORD_INAUTHENTIC_ACCOUNTS", "Inauthentic accounts"),
                        ("KEYWORD_INCITEMENT_VIOLENCE_HATRED", "Incitement to violence or hatred"),
                        (
                            "KEYWORD_MISINFORMATION_DISINFORMATION",
                            "Misinformation or disinformation",
                        ),
                        ("KEYWORD_PHISHING", "Phishing"),
                        ("KEYWORD_SUICIDE", "Suicide"),
                        ("KEYWORD_TERRORIST_CONTENT", "Terrorist content"),
                    ],
                    max_length=60,
                ),
                blank=True,
                db_default=models.Value(
                    [],
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), size=None
                    ),
                ),
                default=list,
                size=None,
                verbose_name="keywords in the EU database",
            ),
        ),
        migrations.AddField(
            model_name="policy",
            name="is_illegal",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="A removal for this reason says that the comment is illegal.",
                verbose_name="the law forbids it",
            ),
        ),
        migrations.AddField(
            model_name="policy",
            name="legal_ground",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="Where the law forbids it: “Penal Code, section 185”. Authors read it.",
                max_length=500,
                verbose_name="which law",
            ),
        ),
        migrations.CreateModel(
            name="IllegalContentNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "reference",
                    models.CharField(
                        default=moderation.models.illegal_content_notice.new_reference,
                        editable=False,
                        max_length=9,
                        unique=True,
                        verbose_name="reference",
                    ),
                ),
                ("submission_key", models.UUIDField(editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("hate", "Hatred against a group of people"),
                            ("threats", "Threats, or incitement to violence"),
                            ("defamation", "Defamation"),
                            ("privacy", "Somebody's private life or personal data"),
                            ("minors", "Sexual abuse of children"),
                            ("terrorism", "Terrorism"),
                            ("fraud", "Fraud, or forbidden goods"),
                            ("copyright", "Copyright or trade marks"),
                            ("other", "Another law"),
                        ],
                        max_length=12,
                        verbose_name="what law it breaks",
                    ),
                ),
                (
                    "explanation",
                    models.TextField(blank=True, max_length=5000, verbose_name="why it is illegal"),
                ),
                (
                    "legal_ground",
                    models.CharField(blank=True, max_length=500, verbose_name="the law, if known"),
                ),
                ("name", models.CharField(blank=True, max_length=80, verbose_name="name")),
                (
                    "email",
                    models.EmailField(blank=True, max_length=254, verbose_name="e-mail address"),
                ),
                ("in_good_faith", models.BooleanField(verbose_name="stated in good faith")),
                ("notifier_key", models.CharField(blank=True, editable=False, max_length=32)),
                ("language", models.CharField(blank=True, editable=False, max_length=10)),
                ("filed_at", models.DateTimeField(verbose_name="filed at")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("illegal", "Removed: against the law"),
                            ("rules", "Removed: against the rules of the site"),
                            ("kept", "Left on the page"),
                            ("withdrawn", "Taken out by its author"),
                        ],
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "answer",
                    models.TextField(
                        blank=True, max_length=2000, verbose_name="words to the notifier"
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided at")),
                (
                    "told_outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("illegal", "Removed: against the law"),
                            ("rules", "Removed: against the rules of the site"),
                            ("kept", "Left on the page"),
                            ("withdrawn", "Taken out by its author"),
                        ],
                        max_length=10,
                    ),
                ),
                ("told_at", models.DateTimeField(null=True)),
                ("forgotten_at", models.DateTimeField(null=True)),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="illegal_notices",
                        to="comments.comment",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answered_notices",
                        to="moderation.decision",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="comments.commentrevision",
                    ),
                ),
                (
                    "told_decision",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="moderation.decision",
                    ),
                ),
            ],
            options={
                "verbose_name": "notice of illegal content",
                "verbose_name_plural": "notices of illegal content",
                "indexes": [
                    models.Index(fields=["filed_at"], name="illegal_notice_filed"),
                    models.Index(
                        condition=models.Q(("outcome", "")),
                        fields=["filed_at"],
                        name="illegal_notice_open",
                    ),
                    models.Index(
                        condition=models.Q(("forgotten_at", None)),
                        fields=["decided_at"],
                        name="illegal_notice_unforgotten",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("in_good_faith", True)),
                        name="illegal_notice_in_good_faith",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decision", None), ("outcome", "")),
                            models.Q(
                                models.Q(("outcome", ""), _negated=True),
                                ("decided_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="illegal_notice_open_or_decided",
                    ),
                ],
            },
        ),
        migrations.RunPython(name_known_policies, migrations.RunPython.noop),
    ]
