"""Changes of the share of audits are in the log of changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0034_answers_taken_back"),
    ]

    operations = [
        migrations.AlterField(
            model_name="rulechange",
            name="what",
            field=models.CharField(
                choices=[
                    ("rule", "Rule"),
                    ("order", "Order of the rules"),
                    ("list", "List"),
                    ("version", "Version published"),
                    ("draft", "Draft"),
                    ("correction", "Decision called wrong"),
                    ("automation", "Automation"),
                    ("audits", "Share of audits"),
                    ("trust", "Trust in authors"),
                    ("policy", "Policy"),
                    ("letter", "Text of a letter"),
                ],
                max_length=10,
            ),
        ),
    ]
