"""How long a held comment usually waits for a person, for authors who wait."""

from datetime import timedelta

from django.core.cache import caches
from django.db import connection

LATEST = 50
ENOUGH = 5  # fewer decisions than this say nothing about the next one
_LOOKED_AT = 2000  # decisions of every kind among which the latest ones of people are sought
_SECONDS = 60
_UNKNOWN = timedelta(0)


def usual_wait() -> timedelta | None:
    """Return the median wait before the latest decisions of people, or None for too few.

    Known anew once a minute.
    """
    cache = caches["fragments"]
    wait: timedelta | None = cache.get("usual-wait")
    if wait is None:
        wait = _median() or _UNKNOWN
        cache.set("usual-wait", wait, _SECONDS)
    return wait or None


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
