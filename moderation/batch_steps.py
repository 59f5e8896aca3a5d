"""What workers do with a batch: the next chunk, there or back.

A worker holds the row of the batch while it decides a chunk, and all of the chunk is one
transaction: whatever kills the worker, the database lets go of the row and nothing is half done.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.models import User
from comments.models import Comment
from moderation.decisions import database_now, decide_all, proposal_of, undo_all
from moderation.models import (
    BATCHES_UNDER_WAY,
    Action,
    Batch,
    BatchComment,
    BatchState,
    Classification,
    Decision,
    MadeBy,
    Outcome,
    ReviewItem,
    Why,
)
from moderation.review import may_decide, may_undo
from moderation.scope import comments_visible_to

log = structlog.get_logger(__name__)

CHUNK = 50  # comments at a time: a colleague who decides one of them waits for a moment only
PAUSE = timedelta(seconds=2)  # between two attempts at a chunk
MOST_ATTEMPTS = 3  # at a comment that fails


def take_chunk() -> bool:
    """Decide or take back the next comments of the batch that waited longest; whether there was
    one. Safe to call from many workers at once. Raises what the database raises."""
    batch = None
    try:
        with transaction.atomic():
            batch = _next_batch()
            if batch is None:
                return False
            _carry_on(batch)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        if batch is None:
            raise
        _rest(batch)
        log.exception("batch_failed", batch=batch.pk, attempts=batch.attempts + 1)
    return True


def _next_batch() -> Batch | None:
    """Take the row of the batch whose turn it is, unless other workers have them all."""
    rested = Q(rests_until=None) | Q(rests_until__lte=Now())
    return (
        Batch.objects.select_for_update(skip_locked=True, no_key=True)
        .filter(rested, state__in=BATCHES_UNDER_WAY)
        .order_by(F("stepped_at").asc(nulls_first=True), "id")
        .first()
    )


def _rest(batch: Batch) -> None:
    """Try the same chunk again in a moment, comment by comment."""
    Batch.objects.filter(pk=batch.pk).update(
        attempts=F("attempts") + 1,
        rests_until=Now() + PAUSE,
        alone=batch.alone or CHUNK,
    )


def _carry_on(batch: Batch) -> None:
    began, at = time.monotonic(), database_now()
    actor = batch.undone_by if batch.goes_back else batch.started_by
    if actor is None or not actor.is_moderator:  # not any more
        batch.state = BatchState.UNDO_STOPPED if batch.goes_back else BatchState.STOPPED
        batch.save(update_fields=["state"])
        return
    size = 1 if batch.alone else CHUNK
    outcome = Outcome.DECIDED if batch.goes_back else Outcome.LEFT
    members = list(
        BatchComment.objects.filter(batch=batch, outcome=outcome)
        .select_related("decision")
        .order_by("id")[:size]
    )
    if batch.alone and batch.attempts >= MOST_ATTEMPTS:
        for member in members:
            _pass_over(member, Why.FAILED, back=batch.goes_back)
    elif batch.goes_back:
        _take_back(batch, members, actor=actor, at=at)
    else:
        _decide(batch, members, actor=actor, at=at)
    BatchComment.objects.bulk_update(members, ["outcome", "why", "decision", "holder"])
    _keep_account(batch, members, at=at)
    batch.busy_seconds += time.monotonic() - began
    batch.save()


def _decide(batch: Batch, members: Sequence[BatchComment], *, actor: User, at: datetime) -> None:
    seen = _look(members, actor=actor, at=at)
    scores = Classification.newest_of_each(c.current_revision_id for c in seen.comments.values())
    taken, proposals = [], []
    for member in members:
        if seen.hindrance(member, version=member.version):
            continue
        comment = seen.comments[member.comment_id]
        scored = scores.get(comment.current_revision_id)
        taken.append(member)
        proposals.append(
            proposal_of(
                actor=actor,
                action=Action(batch.action),
                comment=comment,
                seen_version=member.version,
                before=seen.newest.get(comment.pk),
                classification_id=scored.pk if scored else None,
                policy_id=batch.policy_id,
                note=batch.note,
                batch_id=batch.pk,
            )
        )
    decide_all(proposals, at=at)
    made = dict(
        Decision.objects.filter(
            batch=batch, action=batch.action, comment__in=[m.comment_id for m in taken]
        ).values_list("comment_id", "id")
    )
    for member in taken:
        member.outcome, member.decision_id = Outcome.DECIDED, made[member.comment_id]


def _take_back(batch: Batch, members: Sequence[BatchComment], *, actor: User, at: datetime) -> None:
    seen = _look(members, actor=actor, at=at)
    taken, pairs = [], []
    for member in members:
        decision = member.decision
        if decision is None or seen.hindrance(member, version=decision.version, back=True):
            continue
        if not may_undo(actor, decision):
            _pass_over(member, Why.SENIOR, back=True)
            continue
        taken.append(member)
        pairs.append((seen.comments[member.comment_id], decision))
    undo_all(pairs, actor=actor, at=at, batch_id=batch.pk)
    for member in taken:
        member.outcome = Outcome.UNDONE


@dataclass(frozen=True, slots=True)
class _Seen:
    """The comments of a chunk as they are now, locked, and what stands in the way of each."""

    comments: Mapping[int, Comment]
    items: Mapping[int, ReviewItem]
    newest: Mapping[int, Decision]
    visible: frozenset[int]
    actor: User
    at: datetime

    def hindrance(self, member: BatchComment, *, version: int, back: bool = False) -> bool:
        """Whether a comment is passed over; the member then says why."""
        comment = self.comments[member.comment_id]
        item, newest = self.items.get(comment.pk), self.newest.get(comment.pk)
        why = self._why(comment, item, newest, version)
        if why is not None:
            _pass_over(
                member,
                why,
                back=back,
                winner=newest if why == Why.DECIDED else None,
                holder_id=item.claimed_by_id if item and why == Why.CLAIMED else None,
            )
        return why is not None

    def _why(
        self, comment: Comment, item: ReviewItem | None, newest: Decision | None, version: int
    ) -> Why | None:
        if comment.pk not in self.visible:
            return Why.ELSEWHERE
        if comment.withdrawn_at is not None:
            return Why.WITHDRAWN
        if comment.version != version:
            # A rule decides again only what its author changed.
            by_people = newest is not None and newest.made_by == MadeBy.MODERATOR
            overtaken = newest is not None and newest.version > version and by_people
            return Why.DECIDED if overtaken else Why.CHANGED
        if item is None:
            overrules = newest is not None and not may_undo(self.actor, newest)
            return Why.SENIOR if overrules else None
        if not may_decide(self.actor, item):
            return Why.SENIOR
        another = item.claimed_by_id not in (None, self.actor.pk)
        until = item.claimed_until
        return Why.CLAIMED if another and until is not None and until > self.at else None


def _look(members: Sequence[BatchComment], *, actor: User, at: datetime) -> _Seen:
    """Lock the comments, in the order of their ids as everybody does, and read all around them."""
    ids = [member.comment_id for member in members]
    locked = Comment.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    comments = {comment.pk: comment for comment in locked}
    items = ReviewItem.objects.filter(comment__in=ids, is_open=True)
    newest = (
        Decision.objects.filter(comment__in=ids)
        .order_by("comment_id", "-id")
        .distinct("comment_id")
    )
    visible = comments_visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True)
    return _Seen(
        comments=comments,
        items={item.comment_id: item for item in items},
        newest={decision.comment_id: decision for decision in newest},
        visible=frozenset(visible),
        actor=actor,
        at=at,
    )


def _pass_over(
    member: BatchComment,
    why: Why,
    *,
    back: bool,
    winner: Decision | None = None,
    holder_id: int | None = None,
) -> None:
    member.outcome, member.why = (Outcome.KEPT if back else Outcome.SKIPPED), why
    member.decision = winner or member.decision
    member.holder_id = holder_id


def _keep_account(batch: Batch, members: Sequence[BatchComment], *, at: datetime) -> None:
    """Add what became of a chunk to the counts; a batch without anything left is done."""

    def number(outcome: Outcome) -> int:
        return sum(member.outcome == outcome for member in members)

    if batch.goes_back:
        batch.undone += number(Outcome.UNDONE)
        batch.kept += number(Outcome.KEPT)
    else:
        batch.decided += number(Outcome.DECIDED)
        batch.skipped += number(Outcome.SKIPPED)
    batch.attempts, batch.rests_until = 0, None
    batch.alone = max(0, batch.alone - len(members))
    batch.stepped_at = at
    if not batch.left:
        batch.state = BatchState.UNDONE if batch.goes_back else BatchState.DONE
        batch.finished_at = at
