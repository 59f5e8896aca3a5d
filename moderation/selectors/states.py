"""How full each queue is, how fast it moves, and whether it keeps its promise."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from accounts.models import User
from moderation.models import Queue
from moderation.scope import sections_of

LOOKED_BACK = timedelta(hours=1)
ENOUGH = 5  # fewer decisions than this in the hour say nothing about the next one


@dataclass(frozen=True, slots=True)
class QueueState:
    """A queue at a moment (``at``): what is open, and what came and was decided in the last hour.

    ``decided`` counts people's decisions about what lay in the queue; ``promise`` is how long its
    oldest comment may wait.
    """

    queue: Queue
    open_items: int
    oldest_at: datetime | None
    arrived: int
    decided: int
    promise: timedelta | None
    at: datetime

    @property
    def late_by(self) -> timedelta | None:
        """How much longer than promised the oldest comment waits, or None while it is kept."""
        if self.promise is None or self.oldest_at is None:
            return None
        over = self.at - self.oldest_at - self.promise
        return over if over > timedelta(0) else None

    @property
    def expected_wait(self) -> timedelta | None:
        """How long a comment waits on average, or None where nobody can know.

        Little's law, W = L / λ: what is open, divided by the decisions of the last hour (Little,
        "A Proof for the Queuing Formula: L = λW", Operations Research 9, 1961). It holds for any
        order in which the queue is worked off, as long as the pace stays what it was; an urgent
        comment waits less than this and another one more. Nothing is said of an empty queue, nor
        after fewer than ENOUGH decisions.
        """
        if not self.open_items or self.decided < ENOUGH:
            return None
        return LOOKED_BACK * self.open_items / self.decided


# ``sections`` is NULL for whoever sees all of them: those conditions are then folded away. The
# oldest item of a section is one step into an index; among all of a queue it might be far down.
_STATES = """
    SELECT wanted.queue,
        (SELECT coalesce(sum(kept.open_items), 0) FROM moderation_queuecount kept
         WHERE kept.queue = wanted.queue
            AND (%(sections)s::bigint[] IS NULL OR kept.section_id = ANY(%(sections)s))),
        (SELECT min(oldest.opened_at) FROM moderation_queuecount kept
         CROSS JOIN LATERAL (
            SELECT item.opened_at FROM moderation_reviewitem item
            WHERE item.is_open AND item.queue = kept.queue AND item.section_id = kept.section_id
            ORDER BY item.id LIMIT 1) AS oldest
         WHERE kept.queue = wanted.queue AND kept.open_items > 0
            AND (%(sections)s::bigint[] IS NULL OR kept.section_id = ANY(%(sections)s))),
        (SELECT count(*) FROM moderation_reviewitem item
         WHERE item.queue = wanted.queue AND item.opened_at > hour.start
            AND (%(sections)s::bigint[] IS NULL OR item.section_id = ANY(%(sections)s))),
        (SELECT count(*) FROM moderation_decision decision
         WHERE decision.made_by = 'moderator' AND decision.from_queue = wanted.queue
            AND decision.decided_at > hour.start
            AND (%(sections)s::bigint[] IS NULL OR EXISTS (
                SELECT FROM comments_comment comment
                JOIN comments_article article ON article.id = comment.article_id
                WHERE comment.id = decision.comment_id
                    AND article.section_id = ANY(%(sections)s)))),
        (SELECT promise.minutes FROM moderation_queuepromise promise
         WHERE promise.queue = wanted.queue),
        hour.now
    FROM unnest(%(queues)s::text[]) AS wanted(queue)
    CROSS JOIN (
        SELECT now, now - make_interval(secs => %(back)s) AS start
        FROM clock_timestamp() AS now) AS hour
"""


def queue_states(*, user: User) -> dict[str, QueueState]:
    """Return the state of each queue as far as this person sees it. One query."""
    return states_in(sections=sections_of(user))


def states_in(*, sections: Collection[int] | None) -> dict[str, QueueState]:
    """Return the state of each queue in these sections (ids), or in all of them. One query.

    What is open is a kept count; what came and what was decided is counted in an index by time.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _STATES,
            {
                "queues": list(Queue.values),
                "sections": None if sections is None else list(sections),
                "back": LOOKED_BACK.total_seconds(),
            },
        )
        rows = cursor.fetchall()
    return {
        queue: QueueState(
            queue=Queue(queue),
            open_items=int(open_items),
            oldest_at=oldest_at,
            arrived=arrived,
            decided=decided,
            promise=None if minutes is None else timedelta(minutes=minutes),
            at=at,
        )
        for queue, open_items, oldest_at, arrived, decided, minutes, at in rows
    }
