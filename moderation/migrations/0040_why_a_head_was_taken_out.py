from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0039_letters_about_notices"),
    ]

    operations = [
        migrations.AddField(
            model_name="headswitch",
            name="why",
            field=models.CharField(
                blank=True,
                choices=[
                    ("not_better", "no longer better than the model as it was shipped"),
                    ("too_few", "too few decisions are left to judge it by"),
                ],
                default="",
                max_length=20,
                verbose_name="reason",
            ),
        ),
    ]
