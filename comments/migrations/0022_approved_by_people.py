"""What stands because a person approved it, apart from what stands because no rule held it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0021_audits_changed_at_the_desk"),
    ]

    operations = [
        migrations.AddField(
            model_name="author",
            name="approved_count",
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name="comment",
            name="approved_by_person",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
    ]
