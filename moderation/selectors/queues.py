"""Queues: what waits, in which order, how much, since when.

A page of a queue is found by the position of its first row (key-set paging), so that the tenth
page costs what the first does and a row that leaves the queue moves no other.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan, TupleLessThanOrEqual
from django.db.models.functions import Left
from django.http import Http404

from accounts.models import User
from comments.models import Comment
from moderation.jobs import readers_backlog
from moderation.models import Queue, ReviewItem
from moderation.scope import items_visible_to
from moderation.selectors.skips import longest_skipped, unskipped

PAGE_SIZE = 50
EXCERPT_LENGTH = 240  # characters of the text that a line of a record shows
ROW_LENGTH = 800  # of the text in a row of the list, which is decided on without opening it
MOST_NEW = 100  # counting stops there: "Show 99+ new"
MOST_LATE = 10_000
LATE_SECONDS = 60
LARGEST_URGENCY = 1000
CALM_BELOW = 0.2  # the strongest score of a calm comment
Condition = Q | TupleLessThan | TupleLessThanOrEqual


class Sort:
    """Orders of a queue; the words stand in addresses."""

    URGENT = "urgent"
    NEWEST = "newest"
    OLDEST = "oldest"
    VALUES = (URGENT, NEWEST, OLDEST)


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a queue: a row stands there, or stood there before it was decided."""

    urgency: int
    item_id: int

    @classmethod
    def of(cls, item: ReviewItem) -> "Position":
        """Where this item stands."""
        return cls(urgency=item.urgency, item_id=item.pk)

    @classmethod
    def parse(cls, text: str) -> "Position | None":
        """Read what ``str`` wrote, or None: an address that was typed over starts at the top."""
        urgency, _dot, item_id = text.partition(".")
        if not (urgency.isascii() and urgency.isdigit() and item_id.isascii()):
            return None
        if not item_id.isdigit() or len(urgency) > 4 or len(item_id) > 18:
            return None
        return cls(urgency=min(int(urgency), LARGEST_URGENCY), item_id=int(item_id))

    def __str__(self) -> str:
        return f"{self.urgency}.{self.item_id}"


@dataclass(frozen=True, slots=True)
class QueueFilters:
    """Which part of a queue, in which order. ``label`` is the strongest score of a comment."""

    queue: Queue = Queue.WAITING
    sort: str = Sort.URGENT
    section_id: int | None = None
    article_id: int | None = None
    label: str = ""
    min_score: float | None = None
    waited: timedelta | None = None  # at least that long

    @property
    def narrow(self) -> bool:
        """Whether anything is left out."""
        return self != QueueFilters(queue=self.queue, sort=self.sort)


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of rows. ``next`` is where the following page starts after, or None at the end."""

    items: list[ReviewItem]
    next: Position | None
    starts_at_top: bool


@dataclass(frozen=True, slots=True)
class Lateness:
    """Screening is behind: so many comments, the oldest of them waiting for so long."""

    waiting: int
    waited: timedelta

    @property
    def is_capped(self) -> bool:
        """Whether there are more than were counted."""
        return self.waiting > MOST_LATE


def item_for(*, user: User, public_id: uuid.UUID) -> ReviewItem:
    """Return one item with its comment, open or closed. Raises Http404."""
    item = (
        items_visible_to(user)
        .select_related("comment", "claimed_by", "article")
        .filter(public_id=public_id)
        .first()
    )
    if item is None:
        raise Http404
    return item


def queue_page(
    *,
    user: User,
    filters: QueueFilters,
    at: datetime,
    after: Position | None = None,
    holding: ReviewItem | None = None,
    size: int = PAGE_SIZE,
) -> QueuePage:
    """Return a page of open items with article, claim and the beginning of the text.

    It starts behind ``after``, else at the top. ``holding`` is an item that shall be on it: where
    it is not, the page that begins with it is returned instead. Two queries at most.
    """
    page = _page(user, filters, at, [_before(filters, after)] if after else [], size)
    on_page = holding is None or any(item.pk == holding.pk for item in page)
    if holding is not None and not on_page and _belongs(holding, filters, at):
        page = _page(user, filters, at, [_from(filters, Position.of(holding))], size)
        after = Position.of(holding)
    more = len(page) > size
    return QueuePage(
        items=page[:size],
        next=Position.of(page[size - 1]) if more else None,
        starts_at_top=after is None,
    )


def next_item(
    *, user: User, filters: QueueFilters, after: Position, at: datetime
) -> ReviewItem | None:
    """Return the item to look at after this position that nobody else has; the top follows the end.

    What the person skipped comes when nothing else is left, the longest ago first. Three queries
    at most.
    """
    items = _free(user, filters, at)
    others = unskipped(items, user)
    return (
        others.filter(_before(filters, after)).first()
        or others.first()
        or longest_skipped(items, user)
    )


def first_item(*, user: User, filters: QueueFilters, at: datetime) -> ReviewItem | None:
    """Return the first item of a queue that nobody else has; what one skipped comes last.

    Two queries at most.
    """
    items = _free(user, filters, at)
    return unskipped(items, user).first() or longest_skipped(items, user)


def calm_item(
    *, user: User, filters: QueueFilters, at: datetime, beside: ReviewItem
) -> ReviewItem | None:
    """Return the item with low scores that has waited longest and nobody else has. One query."""
    calm = _free(user, filters, at).filter(top_score__lt=CALM_BELOW).exclude(pk=beside.pk)
    return calm.order_by("id").first()


def newest_id() -> int:
    """Return the highest id of an item so far: what comes later is new. One query."""
    return ReviewItem.objects.order_by("-id").values_list("id", flat=True).first() or 0


def count_new(*, user: User, filters: QueueFilters, seen: int, at: datetime) -> int:
    """Count what came into the queue since ``seen`` (an id), up to MOST_NEW. One query.

    What one holds oneself is not news: an undone decision comes back under a new id.
    """
    others = Q(claimed_by=None) | ~Q(claimed_by=user)
    return _narrowed(user, filters, at).filter(others, id__gt=seen)[:MOST_NEW].count()


def lateness() -> Lateness | None:
    """Return how far screening is behind, or None while it keeps up. One query."""
    waiting, waited = readers_backlog(most=MOST_LATE + 1)
    if waited is None or waited < timedelta(seconds=LATE_SECONDS):
        return None
    return Lateness(waiting=waiting, waited=waited)


def last_arrival() -> datetime | None:
    """Return when a comment was last sent, whatever became of it. One query."""
    newest = Comment.objects.order_by("-submitted_at").values_list("submitted_at", flat=True)
    return newest.first()


def _page(
    user: User, filters: QueueFilters, at: datetime, bounds: list[Condition], size: int
) -> list[ReviewItem]:
    items = (
        _narrowed(user, filters, at)
        .filter(*bounds)
        .order_by(*_order(filters))
        .select_related("comment", "article", "claimed_by")
        .only(
            *("public_id", "queue", "urgency", "top_label", "top_score", "is_open", "opened_at"),
            "is_blind",
            *("claimed_until", "claimed_by__name", "claimed_by__email"),
            *("comment__public_id", "comment__author_name", "comment__parent_id"),
            "comment__current_revision_id",
            "comment__version",
            *("article__title", "article__slug"),
        )
        .annotate(excerpt=Left("comment__current_revision__body", ROW_LENGTH))
    )
    return list(items[: size + 1])


def _narrowed(user: User, filters: QueueFilters, at: datetime) -> QuerySet[ReviewItem]:
    return items_visible_to(user).filter(condition_of(filters, at=at))


def condition_of(filters: QueueFilters, *, at: datetime) -> Q:
    """Return what an item fulfils that waits in this part of a queue."""
    asked = Q(is_open=True, queue=filters.queue)
    if filters.section_id is not None:
        asked &= Q(section_id=filters.section_id)
    if filters.article_id is not None:
        asked &= Q(article_id=filters.article_id)
    if filters.label:
        asked &= Q(top_label=filters.label)
    if filters.min_score is not None:
        asked &= Q(top_score__gte=filters.min_score)
    if filters.waited is not None:
        asked &= Q(opened_at__lte=at - filters.waited)
    return asked


def _free(user: User, filters: QueueFilters, at: datetime) -> QuerySet[ReviewItem]:
    nobody_else = Q(claimed_by=None) | Q(claimed_by=user) | Q(claimed_until__lte=at)
    items = _narrowed(user, filters, at).filter(nobody_else)
    return items.select_related("comment", "claimed_by").order_by(*_order(filters))


def _belongs(item: ReviewItem, filters: QueueFilters, at: datetime) -> bool:
    """Whether an item is in this part of the queue: the same tests as ``_narrowed``, in memory."""
    score = item.top_score or 0.0
    return (
        item.is_open
        and item.queue == filters.queue
        and filters.section_id in (None, item.section_id)
        and filters.article_id in (None, item.article_id)
        and filters.label in ("", item.top_label)
        and (filters.min_score is None or score >= filters.min_score)
        and (filters.waited is None or item.opened_at <= at - filters.waited)
    )


_ORDERS = {
    Sort.URGENT: ("-urgency", "-id"),
    Sort.NEWEST: ("-id",),
    Sort.OLDEST: ("id",),
}


def _order(filters: QueueFilters) -> tuple[str, ...]:
    return _ORDERS[filters.sort]


def _before(filters: QueueFilters, position: Position) -> Condition:
    """Behind a position in the order of the list. A comparison of rows: the index starts there."""
    if filters.sort == Sort.NEWEST:
        return Q(id__lt=position.item_id)
    if filters.sort == Sort.OLDEST:
        return Q(id__gt=position.item_id)
    return TupleLessThan(Tuple(F("urgency"), F("id")), (position.urgency, position.item_id))


def _from(filters: QueueFilters, position: Position) -> Condition:
    """At a position or behind it."""
    if filters.sort == Sort.NEWEST:
        return Q(id__lte=position.item_id)
    if filters.sort == Sort.OLDEST:
        return Q(id__gte=position.item_id)
    return TupleLessThanOrEqual(Tuple(F("urgency"), F("id")), (position.urgency, position.item_id))


def matching(*, user: User, filters: QueueFilters, at: datetime) -> QuerySet[ReviewItem]:
    """Return everything of a queue that the filters leave in, in no order."""
    return _narrowed(user, filters, at)
