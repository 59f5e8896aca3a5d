"""How much waits in each of several parts of the queues, and since when, in one look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min

from accounts.models import User
from moderation.scope import items_visible_to
from moderation.selectors.queues import QueueFilters, condition_of

MOST_LOOKED_AT = 20_000


@dataclass(frozen=True, slots=True)
class PartState:
    """How many comments wait in a part of a queue, and since when the oldest.

    ``is_capped`` says that more waited than was looked at: there may be more, all of them younger.
    """

    open_items: int
    oldest_at: datetime | None
    is_capped: bool


def part_states(*, user: User, parts: Sequence[QueueFilters], at: datetime) -> list[PartState]:
    """Return how each part stands, counted among the MOST_LOOKED_AT that came first.

    One query, however many parts there are; none for no part.
    """
    if not parts:
        return []
    queues = {part.queue for part in parts}
    looked_at = items_visible_to(user).filter(is_open=True, queue__in=queues).order_by("id")
    asked = [condition_of(part, at=at) for part in parts]
    found = looked_at[: MOST_LOOKED_AT + 1].aggregate(
        looked_at=Count("pk"),
        **{f"open_{n}": Count("pk", filter=condition) for n, condition in enumerate(asked)},
        **{f"oldest_{n}": Min("opened_at", filter=condition) for n, condition in enumerate(asked)},
    )
    is_capped = found["looked_at"] > MOST_LOOKED_AT
    return [
        PartState(found[f"open_{n}"], found[f"oldest_{n}"], is_capped) for n in range(len(parts))
    ]
