"""Which texts the public has read. What is public now was so since it was decided last.

Of comments that were edited before, only the version of now is known to have been public.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0008_appeals"),
    ]

    operations = [
        migrations.AddField(
            model_name="sitesettings",
            name="edit_history",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="To everybody, and only versions that were public themselves.",
                verbose_name="show what was edited",
            ),
        ),
        migrations.AddField(
            model_name="sitesettings",
            name="edit_minutes",
            field=models.PositiveSmallIntegerField(
                db_default=15,
                default=15,
                help_text="Counted from when it was sent; each new text is checked again. 0: never.",
                verbose_name="a comment can be edited for (minutes)",
            ),
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                (
                    "revision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="publication",
                        serialize=False,
                        to="comments.commentrevision",
                    ),
                ),
                ("is_first", models.BooleanField()),
                ("published_at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(null=True)),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="comments.article",
                    ),
                ),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="publications",
                        to="comments.comment",
                    ),
                ),
            ],
            options={
                "verbose_name": "publication",
                "verbose_name_plural": "publications",
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_first", True)),
                        fields=["article", "published_at"],
                        name="publication_news",
                    )
                ],
            },
        ),
        migrations.RunSQL(
            "INSERT INTO comments_publication"
            " (revision_id, comment_id, article_id, published_at, is_first)"
            " SELECT current_revision_id, id, article_id,"
            " coalesce(status_changed_at, submitted_at), true"
            " FROM comments_comment WHERE status = 'published'",
            migrations.RunSQL.noop,
        ),
    ]
