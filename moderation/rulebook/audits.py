"""Audits: a share of what rules would remove is shown to a person instead, blind.

Whether a comment is drawn follows from its public id and the site's key alone: nobody can tell it
beforehand, and a job that is screened again draws the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.crypto import salted_hmac

from comments.models import SiteSettings
from moderation.automation.watch import Audit
from moderation.bulk import insert_rows
from moderation.models import AuditDraw, Decision
from moderation.rulebook.truth import people_decided
from moderation.rules.evaluation import Match, RuleAction, Verdict

MOST_DRAWS = 20_000  # of a rule, the newest: more than any window holds
_LARGEST = 2**64


@dataclass(frozen=True, slots=True)
class Drawn:
    """A comment that is held as an audit: what a decision would have kept of the rules."""

    comment_id: int
    revision_id: int
    verdict: Verdict
    matched: list[dict[str, Any]]
    shadow: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Audits:
    """The audits of a rule: those decided, oldest first, and how many wait."""

    decided: Sequence[Audit]
    waiting: int


def share_of(site: SiteSettings) -> float:
    """Return the share of what rules would remove that is drawn, 0..1."""
    return float(site.audit_percent) / 100


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


def audits_of(key: str, *, since: datetime) -> Audits:
    """Return what people said of the comments that a rule would have removed. Two queries.

    The last word about the text counts, as ``moderation.rulebook.truth`` has it; what was taken
    back, or is not decided yet, waits. What came of appeals is left out: chance did not draw it.
    """
    draws = AuditDraw.objects.filter(rules__contains=[key], drawn_at__gte=since).order_by("-id")
    drawn = dict(draws.values_list("revision_id", "probability")[:MOST_DRAWS])
    found = people_decided(list(drawn), with_appeals=False).values()
    words = [word for word in found if not word.in_bulk]
    return Audits(
        decided=[
            Audit(is_right=word.removed, probability=drawn[word.revision_id])
            for word in sorted(words, key=lambda word: word.decision_id)
        ],
        waiting=len(drawn) - len(words),
    )


def _newest_decisions(comment_ids: Sequence[int]) -> Mapping[int, int]:
    found = Decision.objects.filter(comment__in=comment_ids).order_by("comment_id", "-id")
    return dict(found.distinct("comment_id").values_list("comment_id", "id"))
