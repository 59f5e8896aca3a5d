"""What colleagues do in a queue while somebody has its list on the screen."""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import User
from moderation.models import Decision, MadeBy, Queue, ReviewItem
from moderation.scope import comments_visible_to, items_visible_to

MOST_SETTLED = 100  # the newest; a list that is older than that is loaded anew


def newest_decision_id() -> int:
    """Return the highest id of a decision so far: what comes later is news. One query."""
    return Decision.objects.order_by("-id").values_list("id", flat=True).first() or 0


def settled_since(*, user: User, queue: Queue, since: int) -> Sequence[Decision]:
    """Return what others decided out of a queue since a decision (an id). One query."""
    found = Decision.objects.filter(
        comment__in=comments_visible_to(user),
        made_by=MadeBy.MODERATOR,
        from_queue=queue,
        id__gt=since,
    )
    found = found.exclude(actor=user).select_related("comment", "actor", "policy")
    return list(found.order_by("-id")[:MOST_SETTLED])


def held_by_others(*, user: User, queue: Queue, at: datetime) -> Sequence[ReviewItem]:
    """Return what others have in hand in a queue. One query; there are as many as people."""
    found = items_visible_to(user).filter(is_open=True, queue=queue, claimed_until__gt=at)
    found = found.filter(claimed_by__isnull=False).exclude(claimed_by=user)
    return list(found.select_related("comment", "claimed_by").order_by("id"))
