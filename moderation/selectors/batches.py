"""Batches: the list, one of them, what was passed over in it, and samples of what to decide."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import BigIntegerField, Count, F, Func, Q, QuerySet, Value
from django.db.models.functions import Left
from django.http import Http404

from accounts.models import User
from comments.models import Comment
from moderation.models import Batch, BatchComment
from moderation.scope import comments_visible_to, sections_of
from moderation.selectors.queues import EXCERPT_LENGTH, PAGE_SIZE


@dataclass(frozen=True, slots=True)
class BatchPage:
    """Batches, newest first; the page after this one begins under ``next_before`` (an id)."""

    batches: list[Batch]
    next_before: int | None


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Comments that a batch, or its undoing, passed over, in the order of the batch.

    ``numbers`` counts all of them by reason; ``hidden`` are those in sections of others, which are
    counted and not shown. The page after this one begins behind ``next_after`` (an id).
    """

    members: Sequence[BatchComment]
    numbers: Mapping[str, int]
    hidden: int
    next_after: int | None


def batches_visible_to(user: User) -> QuerySet[Batch]:
    """Return the batches that this person may open: their own, and those that reached into a
    section of theirs."""
    batches = Batch.objects.select_related("started_by", "undone_by", "policy")
    if not user.is_moderator:
        return batches.none()
    sections = sections_of(user)
    if sections is None:
        return batches
    return batches.filter(Q(started_by=user) | Q(sections__overlap=list(sections)))


def batches_page(*, user: User, before: int | None = None, size: int = PAGE_SIZE) -> BatchPage:
    """Return batches with who began them, newest first. One query."""
    found = batches_visible_to(user)
    if before is not None:
        found = found.filter(pk__lt=before)
    batches = list(found[: size + 1])
    more = len(batches) > size
    return BatchPage(batches[:size], batches[size - 1].pk if more else None)


def batch_for(*, user: User, public_id: uuid.UUID) -> Batch:
    """Return one batch. Raises Http404."""
    batch = batches_visible_to(user).filter(public_id=public_id).first()
    if batch is None:
        raise Http404
    return batch


def passed_over(
    *, user: User, batch: Batch, after: int | None = None, size: int = PAGE_SIZE
) -> PassedOver:
    """Return what a batch passed over and why. Three queries."""
    found = BatchComment.objects.filter(batch=batch).exclude(why="")
    numbers = dict(found.order_by().values_list("why").annotate(n=Count("id")).order_by("-n"))
    seen = found.filter(comment__in=comments_visible_to(user))
    hidden = sum(numbers.values()) - seen.count()
    page = seen if after is None else seen.filter(pk__gt=after)
    members = list(
        page.select_related(
            *("comment__article", "holder"),
            *("decision__actor", "decision__policy", "decision__rule_set"),
        )
        .annotate(excerpt=Left("comment__current_revision__body", EXCERPT_LENGTH))
        .order_by("pk")[: size + 1]
    )
    more = len(members) > size
    return PassedOver(members[:size], numbers, hidden, members[size - 1].pk if more else None)


def sample(comments: QuerySet[Comment], *, seed: int, size: int) -> list[Comment]:
    """Return some of the comments with article and text, at random: the same for the same
    ``seed`` while nothing changes. One query."""
    shuffled = Func(
        F("pk"), Value(seed), function="hashint8extended", output_field=BigIntegerField()
    )
    return list(
        comments.select_related("article", "current_revision").order_by(shuffled, "pk")[:size]
    )
