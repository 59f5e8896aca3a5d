"""Many comments decided as one: begin, stop, go on, take back. Workers do it (``batch_steps``).

Every comment is decided as it was when the batch began, by the same door as by hand.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from accounts.models import User
from comments.models import Comment, Status
from moderation.blind import waits_blind
from moderation.bulk import insert_rows
from moderation.decisions import LEADS_TO
from moderation.models import (
    BATCHES_UNDER_WAY,
    Action,
    Batch,
    BatchComment,
    BatchState,
    Outcome,
    Policy,
    ReviewItem,
)
from moderation.scope import sections_of
from moderation.wakeup import wake_batches

IN_BULK = (Action.APPROVE, Action.REMOVE)


class NothingToDecide(Exception):
    """None of the comments is to be decided: they are as asked for already, or there are none."""


def decidable(*, comments: QuerySet[Comment], action: Action, by: User) -> QuerySet[Comment]:
    """Narrow comments to those that a batch of this person takes.

    Left out are those in sections of others, those that their author withdrew or that are being
    screened, those that check the rules (each is read by itself), and those that are as asked for
    already and wait for nobody.
    """
    waits = Exists(ReviewItem.objects.filter(comment=OuterRef("pk"), is_open=True))
    if not by.is_moderator:
        return comments.none()
    sections = sections_of(by)
    if sections is not None:
        comments = comments.filter(article__section__in=sections)
    return (
        comments.filter(withdrawn_at=None)
        .exclude(status=Status.SUBMITTED)
        .filter(waits | ~Q(status=LEADS_TO[action]))
        .exclude(waits_blind())
    )


def start_batch(
    *,
    by: User,
    action: Action,
    comments: QuerySet[Comment],
    criterion: Mapping[str, Any],
    policy: Policy | None = None,
    note: str = "",
    key: uuid.UUID | None = None,
) -> Batch:
    """Begin to approve or remove comments, each as it is at this moment, and wake a worker.

    ``criterion`` says for people how they were found; see ``moderation.selection``. ``key`` makes
    a form that is sent twice begin one batch: the second call returns the first one's. Raises
    NothingToDecide, and ValueError for a removal without a policy or another action.
    """
    if action not in IN_BULK:
        raise ValueError("A batch approves or removes.")
    if action == Action.REMOVE and policy is None:
        raise ValueError("A removal names the policy that its author is told about.")
    chosen = decidable(comments=comments, action=action, by=by)
    try:
        with transaction.atomic():
            batch = Batch(
                public_id=key or uuid.uuid4(),
                action=action,
                policy=policy if action == Action.REMOVE else None,
                note=note,
                criterion=dict(criterion),
                started_by=by,
                matched=0,
            )
            batch.save(force_insert=True)  # before all else: whoever sends the same waits here
            found = list(chosen.order_by("pk").values_list("pk", "version", "article__section_id"))
            if not found:
                raise NothingToDecide
            insert_rows(BatchComment, [_row(batch, pk, seen) for pk, seen, _section in found])
            batch.matched = len(found)
            batch.sections = sorted({section for _pk, _seen, section in found})
            batch.save(update_fields=["matched", "sections"])
            transaction.on_commit(wake_batches, robust=True)
    except IntegrityError:
        if key is None:
            raise
        return Batch.objects.get(public_id=key, started_by=by)
    return batch


def _row(batch: Batch, comment_id: int, version: int) -> dict[str, Any]:
    return {
        "batch": batch.pk,
        "comment": comment_id,
        "version": version,
        "outcome": Outcome.LEFT,
        "why": "",
    }


def stop(batch: Batch) -> None:
    """Have no further chunk taken, there or back. Returns when the one in hand is finished, and
    what was decided stays."""
    Batch.objects.filter(pk=batch.pk, state__in=BATCHES_UNDER_WAY).update(
        state=Case(
            When(state=BatchState.RUNNING, then=Value(BatchState.STOPPED)),
            default=Value(BatchState.UNDO_STOPPED),
        )
    )


def go_on(batch: Batch) -> None:
    """Take a stopped batch up where it was, there or back."""
    Batch.objects.filter(pk=batch.pk, state=BatchState.STOPPED).update(state=BatchState.RUNNING)
    Batch.objects.filter(pk=batch.pk, state=BatchState.UNDO_STOPPED).update(
        state=BatchState.UNDOING
    )
    transaction.on_commit(wake_batches, robust=True)


def undo_batch(batch: Batch, *, by: User) -> None:
    """Have everything that a batch decided taken back; one that is running takes no more.

    Skipped is what somebody decided since.
    """
    Batch.objects.filter(
        pk=batch.pk,
        decided__gt=0,
        state__in=(BatchState.RUNNING, BatchState.STOPPED, BatchState.DONE),
    ).update(state=BatchState.UNDOING, undone_by=by, finished_at=None)
    transaction.on_commit(wake_batches, robust=True)


def may_steer(user: User, batch: Batch) -> bool:
    """Whether this person may stop a batch, have it go on and take it back: whoever began it, and
    seniors."""
    return user.is_senior or (user.is_moderator and batch.started_by_id == user.pk)
