"""A comment's status changes soon after it is stored: leave room for the row's next version."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("comments", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE comments_comment SET (fillfactor = 70);"
            " ALTER TABLE comments_author SET (fillfactor = 80);"
            " ALTER TABLE comments_article SET (fillfactor = 50);",
            migrations.RunSQL.noop,
        )
    ]
