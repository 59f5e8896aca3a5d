"""Letters about comments that are off the page until a moderator has looked, and about their return."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0035_audits_in_the_log"),
    ]

    operations = [
        migrations.AlterField(
            model_name="lettertext",
            name="kind",
            field=models.CharField(
                choices=[
                    ("removed", "A comment was removed"),
                    ("hidden", "A comment is off the page until a moderator has looked"),
                    ("returned", "A moderator has looked: a comment is on the page again"),
                    ("muted", "A moderator reads the author’s comments first"),
                    ("banned", "The author cannot write comments"),
                    ("restored", "The removal of a comment was taken back"),
                    ("lifted", "A mute or a ban was lifted"),
                    ("several", "Several decisions in one letter"),
                    ("received", "An appeal has arrived"),
                    ("upheld", "An appeal was decided: the decision stands"),
                    ("overturned", "An appeal was decided: the decision was wrong"),
                    ("closed", "An appeal was settled before anybody decided it"),
                    ("reopened", "The answer to an appeal was taken back"),
                ],
                max_length=10,
            ),
        ),
    ]
