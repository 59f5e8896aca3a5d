"""What people decided about texts: the one place that says what rules are measured by.

The last word of a moderator about that very revision counts, if it approves or removes and nobody
took it back. Where a senior settled a second look at it, the senior's answer counts instead; where
somebody of the rules called the decision wrong (``Correction``), the opposite does. What rules
decided, or a system that was imported, is nobody's word.

Trials and automations both ask here, so that a correction counts in both from the next query on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

# The word of colleagues about ``among`` (a condition about "decision", with the caller's own
# parameters), once for each revision.
_PEOPLE_DECIDED = """
SELECT DISTINCT ON (decision.revision_id)
    decision.revision_id,
    decision.comment_id,
    decision.id AS decision_id,
    decision.decided_at,
    (coalesce(look.reference_action, decision.action) = 'remove') <> (correction.id IS NOT NULL)
        AS removed,
    coalesce(look.reference_policy_id, decision.policy_id) AS policy_id,
    correction.id IS NOT NULL AS corrected,
    decision.batch_id IS NOT NULL AS in_bulk
FROM moderation_decision decision
LEFT JOIN moderation_doublereview look
    ON look.decision_id = decision.id AND look.state = 'settled'
LEFT JOIN moderation_correction correction ON correction.decision_id = decision.id
WHERE decision.made_by = 'moderator' AND decision.action IN ('approve', 'remove')
    AND NOT EXISTS (
        SELECT FROM moderation_decision undoing
        WHERE undoing.supersedes_id = decision.id AND undoing.action = 'undo')
    AND {among}
ORDER BY decision.revision_id, decision.id DESC
"""


@dataclass(frozen=True, slots=True)
class Word:
    """What people decided about a revision, corrected.

    ``policy_id`` is that of the removal, if it was one. What was decided ``in_bulk`` nobody read
    text by text: by score it is the model's own word.
    """

    revision_id: int
    comment_id: int
    decision_id: int
    removed: bool
    corrected: bool
    in_bulk: bool


_WORD = "revision_id, comment_id, decision_id, removed, corrected, in_bulk"


def people_decided_sql(among: str = "true") -> str:
    """Return a query for what people decided, to be a part of another.

    Its columns are revision_id, comment_id, decision_id, decided_at, removed, policy_id, corrected
    and in_bulk; one row for each revision. ``among`` is a condition about ``decision``
    (moderation_decision); it narrows which decisions are looked at at all, so let it leave out
    whole revisions or none of their decisions.
    """
    return _PEOPLE_DECIDED.format(among=among)


def people_decided(revision_ids: Sequence[int]) -> dict[int, Word]:
    """Return what people decided about revisions, by revision; what nobody decided is left out.

    One query.
    """
    if not revision_ids:
        return {}
    # The bounds let the index of people's decisions be read in one stretch.
    decided = people_decided_sql(
        "decision.revision_id BETWEEN %s AND %s AND decision.revision_id = ANY(%s::bigint[])"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_WORD} FROM ({decided}) AS decided",  # noqa: S608, no value is in it
            [min(revision_ids), max(revision_ids), list(revision_ids)],
        )
        return {row[0]: Word(*row) for row in cursor.fetchall()}
