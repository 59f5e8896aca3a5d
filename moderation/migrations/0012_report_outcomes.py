"""Reports that were answered before get the outcome of the decision that answered them."""

from django.db import migrations

# Before, a report was answered by the decision of the same moment, and by nothing else.
ANSWER = """
UPDATE comments_report report
SET outcome = CASE decision.action WHEN 'remove' THEN 'agreed' ELSE 'disagreed' END,
    resolved_by_id = decision.actor_id
FROM moderation_decision decision
WHERE decision.comment_id = report.comment_id AND decision.decided_at = report.resolved_at
    AND decision.action IN ('approve', 'remove')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0005_report_outcome"),
        ("moderation", "0011_hourly_figures"),
    ]

    operations = [migrations.RunSQL(ANSWER, migrations.RunSQL.noop)]
