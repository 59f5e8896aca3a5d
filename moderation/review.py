"""Two moderators, one comment: who has it, until when, and who may decide it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Q, Value, When

from accounts.models import User
from comments.models import Status
from moderation.author_acts import Measures
from moderation.decisions import StatusConflict, decide, newest_decision
from moderation.models import Action, Decision, Policy, Queue, ReviewItem, Skip
from moderation.wakeup import wake_watching


class ClaimedByAnother(Exception):
    """Somebody else has the item, until ``item.claimed_until``."""

    def __init__(self, item: ReviewItem) -> None:
        super().__init__(f"item {item.public_id} is with {item.claimed_by}")
        self.item = item


class NotYours(Exception):
    """The item is for senior moderators."""


def may_decide(user: User, item: ReviewItem) -> bool:
    """Whether this person may decide this item: what was escalated is for seniors."""
    return user.is_senior if item.queue == Queue.ESCALATED else user.is_moderator


def claim(*, item: ReviewItem, moderator: User, at: datetime) -> ReviewItem:
    """Take an item, or lengthen one's own claim, for CLAIM_SECONDS from ``at``.

    ``claimed_at`` stays what it was while one's own claim lasts: it is what a decision's time is
    measured from.

    Raises ClaimedByAnother while somebody else's claim lasts and NotYours. A closed item is
    returned as it is: there is nothing to take.
    """
    if not may_decide(moderator, item):
        raise NotYours
    until = at + timedelta(seconds=settings.CLAIM_SECONDS)
    free = Q(claimed_by=None) | Q(claimed_by=moderator) | Q(claimed_until__lte=at)
    taken = ReviewItem.objects.filter(free, pk=item.pk, is_open=True).update(
        claimed_by=moderator,
        claimed_at=Case(
            When(claimed_by=moderator, claimed_until__gt=at, then=F("claimed_at")),
            default=Value(at),
        ),
        claimed_until=until,
    )
    item.refresh_from_db()
    if not taken and item.is_open:
        raise ClaimedByAnother(item)
    return item


def release(*, item: ReviewItem, moderator: User) -> None:
    """Give an item back; nothing happens when it is not one's own."""
    ReviewItem.objects.filter(pk=item.pk, claimed_by=moderator).update(
        claimed_by=None, claimed_at=None, claimed_until=None
    )


def skip(*, item: ReviewItem, moderator: User, at: datetime) -> None:
    """Leave an item to others: it is given back, and it is kept who left it and when."""
    if item.is_open:
        Skip.objects.create(item=item, moderator=moderator, skipped_at=at)
    release(item=item, moderator=moderator)


def resolve(
    *,
    item: ReviewItem,
    moderator: User,
    action: Action,
    seen_version: int,
    at: datetime,
    policy: Policy | None = None,
    note: str = "",
    also: Measures | None = None,
) -> Decision:
    """Decide an item's comment as it was seen.

    Raises NotYours, ClaimedByAnother, and what ``decisions.decide`` raises (StatusConflict when
    somebody was quicker: it comes before the claim, because it says more).
    """
    if not may_decide(moderator, item):
        raise NotYours
    if not item.is_open:
        # What waits now, if anything, is another item with its own queue and its own claim.
        raise StatusConflict(comment=item.comment, winner=newest_decision(item.comment))
    another = item.claimed_by_id not in (None, moderator.pk)
    if another and item.claimed_until is not None and item.claimed_until > at:
        raise ClaimedByAnother(item)
    if item.is_blind:
        transaction.on_commit(wake_watching, robust=True)
    return decide(
        comment=item.comment,
        action=action,
        actor=moderator,
        seen_version=seen_version,
        at=at,
        policy=policy,
        note=note,
        taken_at=item.claimed_at if item.claimed_by_id == moderator.pk else None,
        also=also,
    )


def is_undoable(decision: Decision) -> bool:
    """Whether there is something to go back to: ``decisions.undo`` asks the same of the database.

    Reads ``decision.comment``.
    """
    comment = decision.comment
    is_last = comment.version == decision.version and comment.withdrawn_at is None
    return is_last and decision.action != Action.UNDO and decision.from_status != Status.SUBMITTED


def may_undo(user: User, decision: Decision) -> bool:
    """Whether it is this person's to take back.

    What a senior moderator answered is for seniors to reopen; a flag is taken back by whoever
    raised it, or by a senior. Whoever removed a comment does not undo what its appeal brought.
    """
    if decision.from_queue == Queue.ESCALATED:
        return user.is_senior
    if decision.action == Action.APPROVE and decision.from_status == Status.REMOVED:
        appeal = getattr(decision, "restored_on_appeal", None)
        first = appeal.decision if appeal is not None else None
        if first is not None and first.actor_id == user.pk:
            return False
    if decision.action == Action.FLAG:
        return user.is_senior or (user.is_moderator and decision.actor_id == user.pk)
    return user.is_moderator


def release_others(*, keeping: ReviewItem, moderator: User) -> None:
    """Give back everything this person holds but one item: one card is in hand at a time."""
    held = ReviewItem.objects.filter(claimed_by=moderator).exclude(pk=keeping.pk)
    held.update(claimed_by=None, claimed_at=None, claimed_until=None)
