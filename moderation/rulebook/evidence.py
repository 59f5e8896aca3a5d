"""What people decided, by score: whether an automation may be granted, and what it would do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from comments.models import Section
from moderation.automation.threshold import Choice, choose_threshold
from moderation.models import AuditDraw
from moderation.rulebook.truth import people_decided_sql
from moderation.rules.catalogue import PLACE

DECIDED_DAYS = 365  # how far back decisions count
RECENT_DAYS = 28  # what a day brings, and what nobody looked at
MOST_DECISIONS = 50_000  # the newest

_DECIDED = """
SELECT (newest.own ->> %(label)s)::float8, decided.removed
FROM ({decided}) AS decided
JOIN comments_comment comment ON comment.id = decided.comment_id
JOIN comments_article article ON article.id = comment.article_id
CROSS JOIN LATERAL (
    SELECT own FROM moderation_classification
    WHERE revision_id = decided.revision_id ORDER BY id DESC LIMIT 1) AS newest
WHERE NOT decided.in_bulk AND newest.own ->> %(label)s IS NOT NULL
    AND (%(section)s::bigint IS NULL OR article.section_id = %(section)s)
ORDER BY decided.decision_id DESC LIMIT %(most)s
"""
# By hundredths of the score that the rules read: how many comments, and how many nobody looked at.
# What rules removed is not among these while a share of it is audited: the audits speak for it.
_RECENT = """
SELECT least(99, floor(round(facts.numbers[%(place)s]::numeric, 4) * 100))::int, count(*),
    count(*) FILTER (
        WHERE comment.status = ANY(%(unseen)s) AND NOT EXISTS (
            SELECT FROM moderation_decision decision
            WHERE decision.revision_id = facts.revision_id AND decision.made_by = 'moderator')),
    min(facts.written_at)
FROM moderation_commentfacts facts
JOIN comments_commentrevision revision ON revision.id = facts.revision_id
JOIN comments_comment comment ON comment.id = revision.comment_id
WHERE facts.written_at >= %(since)s AND facts.numbers[%(place)s] BETWEEN 0 AND 1
    AND (%(section)s::bigint IS NULL OR facts.section_id = %(section)s)
GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Found:
    """Whether a threshold can be granted, and how many comments a day it would remove."""

    choice: Choice
    per_day: float

    def told(self) -> dict[str, Any]:
        """Return what an automation keeps of it."""
        choice = self.choice
        return {
            "needed": choice.needed,
            "total": choice.total,
            "steady": choice.steady,
            "refusal": choice.refusal.value if choice.refusal else "",
            "per_day": self.per_day,
            "confidence": choice.curve[0].confidence if choice.curve else choice.confidence,
            "curve": [[point.threshold, point.total, point.wrong] for point in choice.curve],
            "chosen": [choice.chosen.total, choice.chosen.wrong] if choice.chosen else None,
        }


def find(
    *, label: str, section: Section | None, target: float, confidence: float, at: datetime
) -> Found:
    """Return from where on a score keeps a target, by what people decided. Three queries."""
    decided = _decided(label, section, at)
    steps, since = _recent(label, section, at)
    choice = choose_threshold(
        scores=[score for score, _removed in decided],
        is_right=[removed for _score, removed in decided],
        target=target,
        confidence=confidence,
        undecided=[step / 100 for step, _all, unseen in steps for _ in range(unseen)],
    )
    per_day = 0.0
    if choice.chosen is not None and since is not None:
        above = sum(n for step, n, _unseen in steps if step / 100 >= choice.chosen.threshold)
        per_day = above / max(1.0, (at - since) / timedelta(days=1))
    return Found(choice=choice, per_day=per_day)


def _decided(label: str, section: Section | None, at: datetime) -> list[tuple[float, bool]]:
    decided = people_decided_sql("decision.decided_at >= %(since)s")
    values = {
        "label": label,
        "section": section.pk if section else None,
        "since": at - timedelta(days=DECIDED_DAYS),
        "most": MOST_DECISIONS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DECIDED.format(decided=decided), values)
        return [(float(score), bool(removed)) for score, removed in cursor.fetchall()]


def _recent(
    label: str, section: Section | None, at: datetime
) -> tuple[Sequence[tuple[int, int, int]], datetime | None]:
    since = at - timedelta(days=RECENT_DAYS)
    are_audited = AuditDraw.objects.filter(drawn_at__gte=since).exists()
    values = {
        "place": PLACE[f"own.{label}"] + 1,
        "section": section.pk if section else None,
        "since": since,
        "unseen": ["published"] if are_audited else ["published", "removed"],
    }
    with connection.cursor() as cursor:
        cursor.execute(_RECENT, values)
        rows = cursor.fetchall()
    first = min((row[3] for row in rows), default=None)
    return [(step, number, unseen) for step, number, unseen, _first in rows], first
