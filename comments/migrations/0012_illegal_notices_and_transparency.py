import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0011_privacy"),
    ]

    operations = [
        migrations.AddField(
            model_name="sitesettings",
            name="exports_statements",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="Site admins get them as files on the desk; nothing is sent anywhere.",
                verbose_name="exports statements of reasons for the EU database",
            ),
        ),
        migrations.AddField(
            model_name="sitesettings",
            name="illegal_notice_days",
            field=models.PositiveSmallIntegerField(
                db_default=180,
                default=180,
                help_text="Counted from the decision. Then name, address and words are erased.",
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="who filed a notice is remembered for (days)",
            ),
        ),
        migrations.AddField(
            model_name="sitesettings",
            name="shows_transparency",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Everybody reads at /transparency/ how the site moderates, in numbers.",
                verbose_name="shows its transparency report",
            ),
        ),
        migrations.AddField(
            model_name="sitesettings",
            name="takes_illegal_notices",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="From anybody, at /notices/illegal/: answered by a person, with a letter.",
                verbose_name="takes notices of illegal content",
            ),
        ),
    ]
