"""Audits: a share of what rules would remove is shown to a person instead, blind.

Whether a comment is drawn follows from its public id and the site's key alone: nobody can tell it
beforehand, and a job that is screened again draws the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils.crypto import salted_hmac

from comments.models import SiteSettings
from moderation.automation.watch import Audit
from moderation.bulk import insert_rows
from moderation.models import Action, AuditDraw, Decision
from moderation.rules.evaluation import Match, RuleAction, Verdict
from moderation.settled import settled_decisions

_LARGEST = 2**64


@dataclass(frozen=True, slots=True)
class Drawn:
    """A comment that is held as an audit: what a decision would have kept of the rules."""

    comment_id: int
    revision_id: int
    verdict: Verdict
    matched: list[dict[str, Any]]
    shadow: list[dict[str, Any]]


def share_now() -> float:
    """Return the share of what rules would remove that is drawn, 0..1. One query."""
    return float(SiteSettings.current().audit_percent) / 100


def chances(public_id: UUID) -> tuple[float, float]:
    """Return two numbers, 0 up to 1, that a comment has for ever: one draws, one places it."""
    digest = salted_hmac("moderation.audits", str(public_id), algorithm="sha256").digest()
    first, second = (int.from_bytes(digest[at : at + 8]) / _LARGEST for at in (0, 8))
    return first, second


def keep(drawn: Sequence[Drawn], *, moved: set[int], share: float, at: datetime) -> None:
    """Store the draws whose comments were held by it, in the transaction that held them."""
    held = [one for one in drawn if one.comment_id in moved]
    if not held:
        return
    newest = _newest_decisions([one.comment_id for one in held])
    insert_rows(
        AuditDraw,
        [
            {
                "decision": newest[one.comment_id],
                "comment": one.comment_id,
                "revision": one.revision_id,
                "rules": [match.key for match in removing(one.verdict.matched)],
                "probability": share,
                "matched": one.matched,
                "shadow": one.shadow,
                "drawn_at": at,
            }
            for one in held
        ],
    )


def removing(matched: Sequence[Match]) -> list[Match]:
    """Return the matches that act and remove."""
    return [match for match in matched if match.acts and match.action is RuleAction.REMOVE]


def audits_of(key: str, *, since: datetime) -> list[Audit]:
    """Return what people said of the comments that a rule would have removed, oldest first.

    The last word about the text counts; what was taken back, or not decided yet, does not.
    """
    word = settled_decisions().filter(comment=OuterRef("comment"), revision=OuterRef("revision"))
    found = (
        AuditDraw.objects.filter(rules__contains=[key], drawn_at__gte=since)
        .annotate(word=Subquery(word.values("action")[:1]), said=Subquery(word.values("id")[:1]))
        .exclude(word=None)
        .order_by("said")
    )
    return [
        Audit(is_right=action == Action.REMOVE, probability=probability)
        for action, probability in found.values_list("word", "probability")
    ]


def waiting_of(key: str, *, since: datetime) -> int:
    """Count the audits of a rule that nobody decided yet."""
    word = settled_decisions().filter(comment=OuterRef("comment"), revision=OuterRef("revision"))
    found = AuditDraw.objects.filter(rules__contains=[key], drawn_at__gte=since)
    return found.annotate(word=Subquery(word.values("action")[:1])).filter(word=None).count()


def _newest_decisions(comment_ids: Sequence[int]) -> Mapping[int, int]:
    found = Decision.objects.filter(comment__in=comment_ids).order_by("comment_id", "-id")
    return dict(found.distinct("comment_id").values_list("comment_id", "id"))
