import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0015_follow_and_hints")]

    operations = [
        migrations.AddField(
            model_name="author",
            name="verified_email",
            field=models.EmailField(
                blank=True, db_default="", default="", editable=False, max_length=254
            ),
        ),
        migrations.AddField(
            model_name="author",
            name="joined_to",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="joined_guests",
                to="comments.author",
                verbose_name="joined to",
            ),
        ),
        # Links that are mailed to an address find the guests who wrote under it by this column.
        migrations.RunSQL(
            "UPDATE comments_author SET email = lower(email) WHERE email <> lower(email)",
            migrations.RunSQL.noop,
        ),
    ]
