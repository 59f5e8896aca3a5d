"""Calm comments between the others, for moderators who wish it.

The queue keeps its order and the list shows it. Only what is put in hand after a decision changes:
after every n-th comment it is the calm one that has waited longest in the same part of the same
queue, and then the order goes on where it was.
"""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from moderation import desk_days, selectors
from moderation.models import DeskDay, ReviewItem
from moderation.selectors import Position, QueueFilters
from moderation.sight import preferences_of


@dataclass(frozen=True, slots=True)
class Following:
    """What comes after a comment. ``then`` is where the order goes on after a calm one.

    ``since`` comments were dealt with after the last calm one; ``in_between`` is after how many a
    calm one comes, if this is one.
    """

    item: ReviewItem | None
    since: int = 0
    then: Position | None = None
    in_between: int = 0


def following(*, user: User, filters: QueueFilters, after: ReviewItem, at: datetime) -> Following:
    """Return what to put in hand after a comment, changing nothing. Four queries at most."""
    every = preferences_of(user).calm_every
    day = desk_days.today(user=user, at=at) if every is not None else None
    position = _position_after(after, day)
    since = _dealt_with(after, day)
    if every is not None and since >= every:
        calm = selectors.calm_item(user=user, filters=filters, at=at, beside=after)
        if calm is not None:
            return Following(calm, then=position, in_between=every)
    item = selectors.next_item(user=user, filters=filters, after=position, at=at)
    return Following(item, since=since)


def went_on(found: Following, *, user: User, at: datetime) -> None:
    """Note that what follows was put in hand. Two queries, and none for whoever wishes no calm."""
    if preferences_of(user).calm_every is None:
        return
    day, _new = DeskDay.objects.get_or_create(
        user=user, day=desk_days.day_of(at), defaults={"active_at": at, "steady_since": at}
    )
    day.since_calm = found.since
    if found.then is not None and found.item is not None:
        day.calm_item, day.calm_then = found.item.pk, str(found.then)
    day.save(update_fields=["since_calm", "calm_item", "calm_then"])


def in_between(item: ReviewItem | None, *, user: User, at: datetime) -> int:
    """Return after how many comments a calm one stands in between, if this is it; else 0."""
    every = preferences_of(user).calm_every
    if item is None or every is None:
        return 0
    day = desk_days.today(user=user, at=at)
    return every if day is not None and day.calm_item == item.pk else 0


def _position_after(item: ReviewItem, day: DeskDay | None) -> Position:
    """Return where the order goes on: after the comment, or where a calm one interrupted it."""
    if day is not None and day.calm_item == item.pk:
        return Position.parse(day.calm_then) or Position.of(item)
    return Position.of(item)


def _dealt_with(item: ReviewItem, day: DeskDay | None) -> int:
    """Return how many comments were dealt with since the last calm one, this one included."""
    if day is None:
        return 1
    return 0 if day.calm_item == item.pk else day.since_calm + 1
