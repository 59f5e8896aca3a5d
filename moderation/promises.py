"""Whether queues keep their promises: asked every minute, told when it changes.

A row says since when a queue is late. It is made and taken away in the transaction that tells it,
so that a worker that dies, and two that look at once, tell it once.
"""

from datetime import datetime
from enum import StrEnum

from django.db import transaction

from moderation.models import QueueDelay, QueuePromise
from moderation.selectors.states import QueueState, states_in
from moderation.signals import queue_overdue


class News(StrEnum):
    """What is new about a queue's promise."""

    LATE = "late"
    STILL_LATE = "still late"  # said each minute: who hears it knows what they said before
    IN_TIME = "in time"


@transaction.atomic
def check_promises() -> list[tuple[QueueState, News]]:
    """Compare each queue with its promise and tell what is so. Returns what was told.

    A queue without a promise any more is in time.
    """
    # One at a time: the promises themselves are the lock.
    list(QueuePromise.objects.select_for_update().order_by("pk"))
    late = dict(QueueDelay.objects.select_for_update().values_list("queue", "late_since"))
    told = []
    for state in states_in(sections=None).values():
        news = _news(state, late.get(state.queue))
        if news is None:
            continue
        if news == News.LATE:
            QueueDelay.objects.create(queue=state.queue, late_since=state.at)
        elif news == News.IN_TIME:
            QueueDelay.objects.filter(queue=state.queue).delete()
        queue_overdue.send(
            sender=check_promises,
            state=state,
            news=news,
            late_since=late.get(state.queue, state.at),
        )
        told.append((state, news))
    return told


def _news(state: QueueState, late_since: datetime | None) -> News | None:
    is_late = state.late_by is not None
    if is_late:
        return News.LATE if late_since is None else News.STILL_LATE
    return None if late_since is None else News.IN_TIME
