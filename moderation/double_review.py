"""Blind double review: some decisions are made again by somebody who knows nothing of the first.

``moderation.draws`` chose which. The second moderator is never the first one; their answer changes
nothing about the comment. Where the two differ, a senior moderator who was neither of them says
what is right.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from accounts.models import User
from moderation.models import Action, DoubleReview, Look, Policy
from moderation.scope import comments_visible_to

FRESH = timedelta(days=14)  # nobody is asked about older decisions


class NotAsked(Exception):
    """This person is not asked for this answer, or not any more."""


def waiting_for(user: User, *, at: datetime) -> QuerySet[DoubleReview]:
    """Return the second looks that this person may be asked for, the oldest first.

    Never their own decisions, nor what they skipped. What changed since (taken back, decided anew,
    edited, withdrawn) is not asked any more.
    """
    return (
        DoubleReview.objects.filter(
            state=Look.WAITING,
            drawn_at__gt=at - FRESH,
            comment__in=comments_visible_to(user),
            decision__version=F("comment__version"),
            comment__withdrawn_at=None,
        )
        .exclude(decision__actor=user)
        .exclude(skipped_by__contains=[user.pk])
        .order_by("id")
    )


def take_next(*, moderator: User, at: datetime) -> DoubleReview | None:
    """Hand out the next second look, for CLAIM_SECONDS: the one in hand, or one nobody else has."""
    until = at + timedelta(seconds=settings.CLAIM_SECONDS)
    with transaction.atomic():
        asked = waiting_for(moderator, at=at).select_for_update(skip_locked=True, of=("self",))
        mine = asked.filter(claimed_by=moderator).first()
        review = mine or asked.filter(Q(claimed_by=None) | Q(claimed_until__lte=at)).first()
        if review is not None:
            review.claimed_by, review.claimed_until = moderator, until
            review.save(update_fields=["claimed_by", "claimed_until"])
    return review


def skip(*, review: DoubleReview, moderator: User) -> None:
    """Leave a second look to somebody else: this person is not asked for it again."""
    with transaction.atomic():
        locked = DoubleReview.objects.select_for_update().get(pk=review.pk)
        if locked.state != Look.WAITING or moderator.pk in locked.skipped_by:
            return
        locked.skipped_by.append(moderator.pk)
        if locked.claimed_by_id == moderator.pk:
            locked.claimed_by = locked.claimed_until = None
        locked.save(update_fields=["skipped_by", "claimed_by", "claimed_until"])


def answer(
    *,
    review: DoubleReview,
    moderator: User,
    action: Action,
    at: datetime,
    policy: Policy | None = None,
) -> DoubleReview:
    """Record what the second moderator would have decided; the comment stays as it is.

    Raises NotAsked when it is not theirs to answer (their own decision, another section, in a
    colleague's hand, answered by now, changed since), and ValueError for a removal without policy.
    """
    _refuse_incomplete(action, policy)
    with transaction.atomic():
        locked = (
            waiting_for(moderator, at=at)
            .select_for_update(of=("self",))
            .select_related("decision")
            .filter(Q(claimed_by=moderator) | Q(claimed_by=None) | Q(claimed_until__lte=at))
            .filter(pk=review.pk)
            .first()
        )
        if locked is None:
            raise NotAsked
        first = locked.decision
        locked.second_by, locked.second_action, locked.second_policy = moderator, action, policy
        locked.answered_at = at
        locked.same_action = first.action == action
        both_removed = locked.same_action and action == Action.REMOVE
        locked.same_policy = first.policy_id == locked.second_policy_id if both_removed else None
        agreed = locked.same_action and locked.same_policy is not False
        locked.state = Look.AGREED if agreed else Look.DISAGREED
        locked.claimed_by = locked.claimed_until = None
        locked.save()
    return locked


def last_answer_of(moderator: User) -> DoubleReview | None:
    """Return the last second look that this person answered, if it can still be taken back."""
    last = DoubleReview.objects.filter(second_by=moderator).order_by("-answered_at", "-id").first()
    return last if last is not None and last.state != Look.SETTLED else None


def take_back(*, review: DoubleReview, moderator: User, at: datetime) -> None:
    """Take one's own answer back, as long as no senior moderator settled it: it is asked again.

    Raises NotAsked.
    """
    until = at + timedelta(seconds=settings.CLAIM_SECONDS)
    in_hand = DoubleReview.objects.filter(state=Look.WAITING, claimed_by=moderator)
    taken = DoubleReview.objects.filter(
        pk=review.pk, second_by=moderator, state__in=(Look.AGREED, Look.DISAGREED)
    ).update(
        state=Look.WAITING,
        second_by=None,
        second_action="",
        second_policy=None,
        answered_at=None,
        same_action=None,
        same_policy=None,
        claimed_by=moderator,
        claimed_until=until,
    )
    if not taken:
        raise NotAsked
    # What was in hand goes back: the one that was taken back comes first, whichever is older.
    in_hand.exclude(pk=review.pk).update(claimed_by=None, claimed_until=None)


def may_settle(user: User, review: DoubleReview) -> bool:
    """Whether this person may say which answer is right: a senior who gave neither of them.

    Reads ``review.decision``.
    """
    return user.is_senior and user.pk not in (review.decision.actor_id, review.second_by_id)


def settle(
    *,
    review: DoubleReview,
    senior: User,
    action: Action,
    at: datetime,
    policy: Policy | None = None,
    note: str = "",
) -> DoubleReview:
    """Mark a senior moderator's answer as the reference. The comment itself stays as it is.

    Raises NotAsked when it is not theirs to settle or is settled by now, and ValueError for a
    removal without policy.
    """
    _refuse_incomplete(action, policy)
    with transaction.atomic():
        locked = (
            DoubleReview.objects.select_for_update(of=("self",))
            .select_related("decision")
            .filter(pk=review.pk, state=Look.DISAGREED, comment__in=comments_visible_to(senior))
            .first()
        )
        if locked is None or not may_settle(senior, locked):
            raise NotAsked
        locked.state, locked.settled_by, locked.settled_at = Look.SETTLED, senior, at
        locked.reference_action, locked.reference_policy, locked.note = action, policy, note
        locked.save()
    return locked


def _refuse_incomplete(action: Action, policy: Policy | None) -> None:
    if action == Action.REMOVE and policy is None:
        raise ValueError("A removal names the policy.")
