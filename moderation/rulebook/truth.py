"""What people decided about texts: the one place that says what rules are measured by.

The last word of a moderator about that very revision counts, if it approves or removes and nobody
took it back. Where a senior settled a second look at it, the senior's answer counts instead; where
somebody of the rules called the decision wrong (``Correction``), the opposite does. What rules
decided, or a system that was imported, is nobody's word.

Trials and automations both ask here, so that a correction counts in both from the next query on.

What was decided on appeal counts for trials: an overturned removal was wrong, and a rule's removal
that somebody let stand is a person's removal. It does not count where a share is estimated, for
automations and their audits: authors pick what they appeal, and only ever removals, so that the
share would follow how readily they object. There the word stands that was given before.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from moderation.bulk import as_array

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
    AND {appeals} AND {among}
ORDER BY decision.revision_id, decision.id DESC
"""
_NOT_ON_APPEAL = """
NOT EXISTS (SELECT FROM moderation_appeal appeal WHERE appeal.restoring_id = decision.id)
"""

# What rules removed and a person let stand when the author objected.
_CONFIRMED = """
SELECT decision.revision_id, decision.comment_id, decision.id AS decision_id,
    correction.id IS NULL AS removed, correction.id IS NOT NULL AS corrected, false AS in_bulk
FROM moderation_appeal appeal
JOIN moderation_decision decision ON decision.id = appeal.decision_id
LEFT JOIN moderation_correction correction ON correction.decision_id = decision.id
WHERE appeal.state = 'upheld' AND decision.made_by = 'rule'
    AND decision.revision_id = ANY(%(revisions)s::bigint[])
"""


@dataclass(frozen=True, slots=True)
class Word:
    """What people decided about a revision, corrected.

    ``policy_id`` is that of the removal, if it was one. What was decided ``in_bulk`` nobody read
    text by text: by score it is the model's own word. ``decision_id`` is a rule's where a person
    let that rule's removal stand on appeal.
    """

    revision_id: int
    comment_id: int
    decision_id: int
    removed: bool
    corrected: bool
    in_bulk: bool


_WORD = "revision_id, comment_id, decision_id, removed, corrected, in_bulk"


def people_decided_sql(among: str = "true", *, with_appeals: bool = False) -> str:
    """Return a query for what people decided, to be a part of another.

    Its columns are revision_id, comment_id, decision_id, decided_at, removed, policy_id, corrected
    and in_bulk; one row for each revision. ``among`` is a condition about ``decision``
    (moderation_decision); it narrows which decisions are looked at at all, so let it leave out
    whole revisions or none of their decisions. ``with_appeals``: an overturned removal is one no
    more.
    """
    appeals = "true" if with_appeals else _NOT_ON_APPEAL
    return _PEOPLE_DECIDED.format(among=among, appeals=appeals)


def people_decided(revision_ids: Sequence[int], *, with_appeals: bool = True) -> dict[int, Word]:
    """Return what people decided about revisions, by revision; what nobody decided is left out.

    Without ``with_appeals`` it is what they said before anybody objected. One query.
    """
    if not revision_ids:
        return {}
    # The bounds let the index of people's decisions be read in one stretch.
    decided = people_decided_sql(
        "decision.revision_id BETWEEN %(first)s AND %(last)s"
        " AND decision.revision_id = ANY(%(revisions)s::bigint[])",
        with_appeals=with_appeals,
    )
    confirmed = f"UNION ALL {_CONFIRMED}" if with_appeals else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_WORD} FROM ({decided}) AS decided {confirmed}"  # noqa: S608, no value
            " ORDER BY decision_id",
            {
                "first": min(revision_ids),
                "last": max(revision_ids),
                "revisions": as_array(revision_ids),
            },
        )
        return {row[0]: Word(*row) for row in cursor.fetchall()}  # the last word counts
