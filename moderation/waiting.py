"""How long a held comment waits for a person, for authors who wait.

What people decided lately says how long it usually is; what waits now, whether it is longer today.
"""

from datetime import timedelta

from django.core.cache import caches
from django.db import connection

from comments.waiting import Wait
from moderation.models import Queue
from moderation.selectors.states import states_in

LATEST = 50
ENOUGH = 5  # fewer decisions than this say nothing about the next one
_LOOKED_AT = 2000  # decisions of every kind among which the latest ones of people are sought
_SECONDS = 60
_SHORTEST = timedelta(minutes=1)
LATE = 4  # times the usual wait


def expected_wait() -> Wait | None:
    """Return how long what waits for a moderator waits at the moment; None where nobody can know.

    Usually it is the median before the latest decisions of people. It is longer now where the
    oldest waits for longer than was promised, or, without a promise, than LATE times the median.
    Known anew once a minute.
    """
    cache = caches["fragments"]
    known: tuple[Wait | None] | None = cache.get("expected-wait")
    if known is None:
        known = (_expected(),)
        cache.set("expected-wait", known, _SECONDS)
    return known[0]


def _expected() -> Wait | None:
    median = _median()
    if median is None:
        return None
    usual = max(median, _SHORTEST)
    state = states_in(sections=None)[Queue.WAITING]
    waits = timedelta(0) if state.oldest_at is None else state.at - state.oldest_at
    is_late = waits > (state.promise or LATE * usual)
    return Wait(usual, is_longer=is_late)


def _median() -> timedelta | None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY decided_at - revision.created_at),
                count(*)
            FROM (
                SELECT revision_id, decided_at
                FROM (SELECT * FROM moderation_decision ORDER BY id DESC LIMIT %s) AS latest
                WHERE made_by = 'moderator' AND from_status = 'held'
                    AND to_status IN ('published', 'removed')
                ORDER BY id DESC LIMIT %s
            ) AS decision
            JOIN comments_commentrevision revision ON revision.id = decision.revision_id
            """,
            [_LOOKED_AT, LATEST],
        )
        median, count = cursor.fetchone()
    return median if count >= ENOUGH else None
