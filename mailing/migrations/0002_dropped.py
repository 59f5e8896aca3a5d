"""A letter that has nothing left to tell is dropped."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mailing", "0001_letters"),
    ]

    operations = [
        migrations.AlterField(
            model_name="letter",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "waiting"),
                    ("sent", "sent"),
                    ("dropped", "nothing left to tell"),
                    ("given_up", "given up"),
                ],
                default="waiting",
                max_length=10,
            ),
        ),
    ]
