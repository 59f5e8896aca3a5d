"""Ways to say which comments are meant when many are decided as one.

A ``Selection`` is made from what a page sends, counted and sampled on the page that asks "really?",
and made again from what that page sends. ``up_to`` keeps out what came between the two.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from comments.models import Article, Author, Comment
from moderation import selectors
from moderation.models import ReviewItem
from moderation.scope import comments_visible_to, items_visible_to
from moderation.score_range import ScoreRange
from moderation.selectors import QueueFilters


class Kind(StrEnum):
    """How comments were chosen; the words are stored with a batch."""

    COMMENTS = "comments"  # one by one
    ALIKE = "alike"  # those that say nearly the same
    QUEUE = "queue"
    SCORES = "scores"
    AUTHOR = "author"
    ARTICLE = "article"


@dataclass(frozen=True, slots=True)
class Selection:
    """Comments, and how they were chosen: ``criterion`` is what a batch keeps of that."""

    comments: QuerySet[Comment]
    criterion: dict[str, Any]
    up_to: int  # the newest id that was there: of an item where only what waits is meant


def newest(*, waiting: bool) -> int:
    """Return what ``up_to`` is at this moment: an id of an item, or of a comment."""
    if waiting:
        return selectors.newest_id()
    return Comment.objects.order_by("-id").values_list("id", flat=True).first() or 0


def one_by_one(
    public_ids: Sequence[uuid.UUID], *, user: User, kind: Kind = Kind.COMMENTS
) -> Selection:
    """Comments that somebody marked."""
    comments = comments_visible_to(user).filter(public_id__in=public_ids)
    return Selection(comments, {"kind": kind.value}, up_to=0)


def in_queue(
    filters: QueueFilters, *, user: User, at: datetime, query: str, up_to: int | None = None
) -> Selection:
    """Everything of a queue that the filters leave in. ``query`` is their address."""
    criterion = {"kind": Kind.QUEUE.value, "queue": filters.queue.value, "query": query}
    return _waiting(selectors.matching(user=user, filters=filters, at=at), criterion, up_to)


def by_score(
    scores: ScoreRange,
    filters: QueueFilters,
    *,
    user: User,
    at: datetime,
    query: str,
    up_to: int | None = None,
) -> Selection:
    """What of a queue scored inside a range. ``query`` is the address of queue and filters."""
    items = selectors.matching(user=user, filters=filters, at=at).filter(scores.condition)
    criterion = {
        "kind": Kind.SCORES.value,
        "label": scores.label,
        "low": scores.low,
        "high": scores.high,
        "queue": filters.queue.value,
        "query": query,
    }
    return _waiting(items, criterion, up_to)


def of_author(
    author: Author, *, user: User, everything: bool, up_to: int | None = None
) -> Selection:
    """What an author has waiting, or everything they wrote."""
    criterion = {
        "kind": Kind.AUTHOR.value,
        "author": str(author.key),
        "everything": everything,
    }
    return _around(Q(author=author), criterion, user, up_to)


def under_article(
    article: Article, *, user: User, everything: bool, up_to: int | None = None
) -> Selection:
    """What waits under an article, or everything under it."""
    criterion = {
        "kind": Kind.ARTICLE.value,
        "article": article.slug,
        "title": article.title,
        "everything": everything,
    }
    return _around(Q(article=article), criterion, user, up_to)


def _around(condition: Q, criterion: dict[str, Any], user: User, up_to: int | None) -> Selection:
    if not criterion["everything"]:
        items = items_visible_to(user).filter(
            is_open=True, comment__in=Comment.objects.filter(condition)
        )
        return _waiting(items, criterion, up_to)
    up_to = newest(waiting=False) if up_to is None else up_to
    comments = comments_visible_to(user).filter(condition, pk__lte=up_to)
    return Selection(comments, criterion, up_to)


def _waiting(
    items: QuerySet[ReviewItem], criterion: dict[str, Any], up_to: int | None
) -> Selection:
    up_to = newest(waiting=True) if up_to is None else up_to
    found = items.filter(pk__lte=up_to).order_by()
    return Selection(Comment.objects.filter(pk__in=found.values("comment")), criterion, up_to)
