"""What people approved before it was counted."""

from django.db import migrations

_COMMENTS = """
WITH word AS (
    SELECT DISTINCT ON (decision.revision_id) decision.revision_id, decision.action
    FROM moderation_decision decision
    WHERE decision.made_by = 'moderator' AND decision.action IN ('approve', 'remove')
        AND NOT EXISTS (
            SELECT FROM moderation_decision undoing
            WHERE undoing.supersedes_id = decision.id AND undoing.action = 'undo')
    ORDER BY decision.revision_id, decision.id DESC
)
UPDATE comments_comment comment SET approved_by_person = true
FROM word
WHERE word.revision_id = comment.current_revision_id AND word.action = 'approve'
    AND comment.status = 'published'
"""
_AUTHORS = """
UPDATE comments_author author SET approved_count = counted.number
FROM (SELECT author_id, count(*) AS number FROM comments_comment
    WHERE approved_by_person GROUP BY author_id) AS counted
WHERE author.id = counted.author_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0022_approved_by_people"),
        ("moderation", "0037_every_surprise"),
    ]

    operations = [
        migrations.RunSQL(_COMMENTS, migrations.RunSQL.noop),
        migrations.RunSQL(_AUTHORS, migrations.RunSQL.noop),
    ]
