"""Second looks of the demo: most agree, a few do not, one waits for the senior, some wait for all.

Chance would pick too few of so small a newspaper's decisions to show anything: here it is two of
three. They are answered through the doors that the desk uses.
"""

from datetime import datetime, timedelta

from django.db.models import F
from django.utils.translation import gettext as _

from integrations.demo.days import Staff
from moderation.double_review import answer, settle
from moderation.models import Action, Decision, DoubleReview, Look, MadeBy, Policy

LOOKED_AFTER = timedelta(minutes=95)
SETTLED_AFTER = timedelta(hours=20)
LEFT_WAITING = 4  # the latest ones


def look_again(*, staff: Staff, now: datetime) -> None:
    """Have the moderators look at each other's decisions, and the senior settle the older cases."""
    standing = (
        Decision.objects.filter(
            made_by=MadeBy.MODERATOR,
            action__in=(Action.APPROVE, Action.REMOVE),
            actor__in=staff.moderators,
            version=F("comment__version"),
            comment__withdrawn_at=None,
        )
        .select_related("policy")
        .order_by("decided_at", "id")
    )
    chosen = [decision for n, decision in enumerate(standing) if n % 3 != 2]
    for number, decision in enumerate(chosen):
        review, _made = DoubleReview.objects.get_or_create(
            decision=decision,
            defaults={"comment_id": decision.comment_id, "drawn_at": decision.decided_at},
        )
        at = decision.decided_at + LOOKED_AFTER
        if number < len(chosen) - LEFT_WAITING and at < now:
            _answer(review, differs=number % 7 == 3, staff=staff, at=at)
    differing = DoubleReview.objects.filter(state=Look.DISAGREED).order_by("answered_at")
    for review in list(differing)[:-1]:
        if review.answered_at is not None and review.answered_at + SETTLED_AFTER < now:
            settle(
                review=review,
                senior=staff.senior,
                action=Action(review.decision.action),
                policy=review.decision.policy,
                note=_("Sharp, and about the matter, not the person.")
                if review.decision.action == Action.APPROVE
                else "",
                at=review.answered_at + SETTLED_AFTER,
            )


def _answer(review: DoubleReview, *, differs: bool, staff: Staff, at: datetime) -> None:
    first = review.decision
    action = Action(first.action)
    if differs:
        action = Action.REMOVE if action == Action.APPROVE else Action.APPROVE
    policy = first.policy or Policy.objects.get(slug="insults")
    answer(
        review=review,
        moderator=next(m for m in staff.moderators if m.pk != first.actor_id),
        action=action,
        policy=policy if action == Action.REMOVE else None,
        at=at,
    )
