"""Statements of reasons, written in the transaction of the decision or act that they state.

Whoever decides calls in here with what was stored just now: one query for all of a batch, and none
where nothing was restricted and nothing given back.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection

from comments.models import Status
from moderation.models import Action, Automated, MadeBy, Source, StatementKind
from moderation.rules.evaluation import RuleAction

# The first words of the facts that a rule finds in a text, and not in who wrote it, where or when.
_OF_THE_TEXT = frozenset({"own", "quoted", "text", "words", "hosts", "repeats", "language"})


class Decided(NamedTuple):
    """A decision that was stored just now; ``detected``: rules had found something in the text.

    ``source`` is empty where the decision does not say: then readers' reports that it answers do.
    """

    decision_id: int
    action: str
    from_status: str
    to_status: str
    made_by: str
    detected: bool
    in_batch: bool
    source: str = ""


def state_decisions(decided: Iterable[Decided]) -> None:
    """State the restrictions among some decisions, and the ends of restrictions.

    What was imported is another system's decision, and is not stated.
    """
    steps = [
        (one.decision_id, kind, _automated(one), one.detected, one.source)
        for one in decided
        if one.made_by != MadeBy.IMPORT and (kind := kind_of(one))
    ]
    if steps:
        with connection.cursor() as cursor:
            cursor.execute(_OF_DECISIONS, [list(column) for column in zip(*steps, strict=True)])


def state_acts(act_ids: Sequence[int]) -> None:
    """State the mutes and bans among some acts, and those that are lifted."""
    if act_ids:
        with connection.cursor() as cursor:
            cursor.execute(_OF_ACTS, [list(act_ids)])


def kind_of(decided: Decided) -> StatementKind | None:
    """Return what a decision brings the author; None where they are told nothing.

    An approval of what waits ends a restriction only where it was on the page before: the database
    looks for the statement that said so.
    """
    before, after = decided.from_status, decided.to_status
    if after == Status.REMOVED:
        anew = before != Status.REMOVED or decided.action == Action.REMOVE
        return StatementKind.REMOVED if anew else None
    if before == Status.PUBLISHED and after == Status.HELD:
        return StatementKind.HIDDEN
    if before == Status.REMOVED or (before, after) == (Status.HELD, Status.PUBLISHED):
        return StatementKind.RESTORED
    return None


def found_in_text(matched: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a rule that acted had found something in the text, and not only around it."""
    return any(
        fact.partition(".")[0] in _OF_THE_TEXT
        for match in matched
        if match["action"] != RuleAction.PUBLISH and not match.get("stopped")
        for fact in match.get("by", ())
    )


def _automated(decided: Decided) -> Automated:
    if decided.made_by == MadeBy.RULE:
        return Automated.FULLY
    return Automated.PARTIALLY if decided.in_batch else Automated.NOT


# A site whose history is told afterwards has decisions that are older than its policies: the first
# wording stands for those.
_VERSION = """
    SELECT version.id FROM moderation_policyversion version
    WHERE version.policy_id = {policy}
    ORDER BY version.valid_from > {at},
        CASE WHEN version.valid_from > {at} THEN version.number ELSE -version.number END
    LIMIT 1
"""

# ``last`` is what the author was told last about the comment. An undone approval brings back the
# removal before it, under the policy of that one.
_OF_DECISIONS = f"""
INSERT INTO moderation_statement (
    kind, author_id, comment_id, revision_id, decision_id, about_id, policy_version_id, source,
    automated_detection, automated_decision, reports, made_at
)
SELECT step.kind, comment.author_id, comment.id, decision.revision_id, decision.id,
    CASE WHEN step.kind = '{StatementKind.RESTORED}' AND last.kind <> step.kind THEN last.id END,
    CASE WHEN decision.policy_id IS NOT NULL THEN version.id
        WHEN step.kind = '{StatementKind.RESTORED}' OR decision.action = '{Action.UNDO}'
        THEN last.policy_version_id END,
    CASE WHEN step.source <> '' THEN step.source
        WHEN step.kind = '{StatementKind.RESTORED}'
        THEN coalesce(last.source, '{Source.OWN_INITIATIVE}')
        WHEN answered.reports <> '{{}}' THEN '{Source.REPORT}'
        ELSE '{Source.OWN_INITIATIVE}' END,
    step.detected OR EXISTS (
        SELECT FROM moderation_auditdraw audit WHERE audit.decision_id = decision.supersedes_id
    ),
    step.automated, answered.reports, decision.decided_at
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::boolean[], %s::text[])
    AS step(decision_id, kind, automated, detected, source)
JOIN moderation_decision decision ON decision.id = step.decision_id
JOIN comments_comment comment ON comment.id = decision.comment_id
LEFT JOIN LATERAL (
    SELECT earlier.* FROM moderation_statement earlier
    WHERE earlier.comment_id = comment.id ORDER BY earlier.id DESC LIMIT 1
) last ON true
LEFT JOIN LATERAL (
    {_VERSION.format(policy="decision.policy_id", at="decision.decided_at")}
) version ON true
CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_object_agg(category, number), '{{}}') AS reports FROM (
        SELECT category, count(*) AS number FROM comments_report report
        WHERE report.comment_id = comment.id AND CASE step.kind
            WHEN '{StatementKind.REMOVED}' THEN report.resolved_at = decision.decided_at
            WHEN '{StatementKind.HIDDEN}' THEN report.resolved_at IS NULL
            ELSE false END
        GROUP BY category
    ) AS counted
) answered
WHERE decision.from_status <> '{Status.HELD}' OR decision.to_status <> '{Status.PUBLISHED}'
    OR last.kind = '{StatementKind.HIDDEN}'
ORDER BY decision.id
"""  # noqa: S608, every name and value in it is ours

_OF_ACTS = f"""
INSERT INTO moderation_statement (
    kind, author_id, act_id, about_id, policy_version_id, source, automated_detection,
    automated_decision, made_at
)
SELECT
    CASE act.kind WHEN 'mute' THEN '{StatementKind.MUTED}' WHEN 'ban' THEN '{StatementKind.BANNED}'
        ELSE '{StatementKind.LIFTED}' END,
    act.author_id, act.id,
    CASE WHEN act.kind = 'undo' THEN imposed.id END,
    coalesce(version.id, imposed.policy_version_id),
    coalesce(removal.source, imposed.source, '{Source.OWN_INITIATIVE}'),
    coalesce(removal.automated_detection, false), '{Automated.NOT}', act.made_at
FROM moderation_authoract act
LEFT JOIN moderation_authoract undone ON undone.id = act.undoes_id
LEFT JOIN moderation_statement imposed ON imposed.act_id = act.undoes_id
LEFT JOIN moderation_statement removal ON removal.decision_id = act.decision_id
LEFT JOIN LATERAL (
    {_VERSION.format(policy="act.policy_id", at="act.made_at")}
) version ON true
WHERE act.id = ANY(%s) AND (act.kind IN ('mute', 'ban') OR undone.restriction_id IS NOT NULL)
ORDER BY act.id
"""  # noqa: S608, the same
