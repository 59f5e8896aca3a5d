"""How many readers opened a discussion: counted cheaply, and without knowing anybody.

Each look is put into a HyperLogLog of Redis for the article and the day (12 KB at most, with an
error of about one in a hundred): it is fed a keyed hash of who looked, another one each day, so
that no day can be put beside another and no hash turned back into an address. A beat task adds what
is new to a row for the article and the hour; a person therefore counts once a day, in the hour of
the first look. While Redis is away nothing is counted, and it is left alone for some seconds.
"""

import time
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils.crypto import salted_hmac
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from comments.signals import discussions_read

log = structlog.get_logger(__name__)

LEFT_ALONE_SECONDS = 5.0
_KEPT = timedelta(days=2)  # longer than any worker is away that shall still find it
_CHANGED, _STORING = "reads:changed", "reads:storing"
_LOCK = 4_716_003  # any number that no other advisory lock of the site uses


class _Away:
    """Until when (monotonic seconds) this process does not ask Redis."""

    until = 0.0


_redis_is_away = _Away()


def count_read(*, article_id: int, visitor: str, at: datetime) -> None:
    """Count that somebody looks at a discussion. ``visitor`` is hashed before it leaves here."""
    if time.monotonic() < _redis_is_away.until:
        return
    day = at.astimezone(UTC).date()
    who = salted_hmac(f"comments.reads:{day}", visitor, algorithm="sha256").hexdigest()[:32]
    try:
        with _redis().pipeline(transaction=False) as steps:
            steps.pfadd(_key(day, article_id), who)
            steps.expire(_key(day, article_id), _KEPT)
            steps.sadd(_CHANGED, f"{day}:{article_id}")
            steps.execute()
    except (RedisError, OSError) as error:
        _redis_is_away.until = time.monotonic() + LEFT_ALONE_SECONDS
        log.warning("reads_not_counted", error=str(error))


def store_reads(*, at: datetime) -> int:
    """Add what was counted since the last time to the database; returns how many new readers.

    What a killed worker had begun to store is stored by the next one, once. Sends
    ``discussions_read``.
    """
    totals = _totals()
    if not totals:
        return 0
    with transaction.atomic():
        if not _my_turn():
            return 0
        new = _add(totals, at=at)
        if new:
            discussions_read.send(None, article_ids=sorted(new))
    with _redis().pipeline(transaction=False) as steps:
        steps.srem(_STORING, *(f"{day}:{article_id}" for day, article_id in totals))
        steps.execute()
    return sum(new.values())


def readers_since(moments: Mapping[int, tuple[int, datetime]]) -> dict[int, int]:
    """Return how many opened an article's discussion from the hour of a moment on.

    ``moments`` maps any key to (article id, moment). One query, none for nothing.
    """
    if not moments:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT asked.key, coalesce(sum(counted.readers), 0)
            FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[]) AS asked(key, article, since)
            LEFT JOIN comments_discussionread counted ON counted.article_id = asked.article
                AND counted.hour >= date_trunc('hour', asked.since, 'UTC')
            GROUP BY 1
            """,
            [
                list(moments),
                [article_id for article_id, _since in moments.values()],
                [since for _article_id, since in moments.values()],
            ],
        )
        return {key: int(readers) for key, readers in cursor.fetchall()}


def _key(day: date, article_id: int) -> str:
    return f"reads:{day}:{article_id}"


def _totals() -> dict[tuple[date, int], int]:
    """Return the readers of each day and article that changed, and hold the names until stored."""
    redis = _redis()
    names = redis.smembers(_STORING)
    if not names:
        if not redis.exists(_CHANGED):
            return {}
        redis.rename(_CHANGED, _STORING)
        names = redis.smembers(_STORING)
    asked = []
    for name in names:  # type: ignore[union-attr]
        day, _, article_id = name.decode().partition(":")
        asked.append((date.fromisoformat(day), int(article_id)))
    with redis.pipeline(transaction=False) as steps:
        for day, article_id in asked:
            steps.pfcount(_key(day, article_id))
        return dict(zip(asked, steps.execute(), strict=True))


def _my_turn() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def _add(totals: Mapping[tuple[date, int], int], *, at: datetime) -> dict[int, int]:
    """Add to each day what it has more than is stored; returns the new readers by article."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH counted AS (
                SELECT day, day + interval '1 day' AS over, article_id, total
                FROM unnest(%s::timestamptz[], %s::bigint[], %s::int[])
                    AS counted(day, article_id, total)
            ), more AS (
                SELECT counted.article_id,
                    least(date_trunc('hour', %s::timestamptz, 'UTC'),
                          counted.over - interval '1 hour') AS hour,
                    counted.total - coalesce((
                        SELECT sum(readers) FROM comments_discussionread stored
                        WHERE stored.article_id = counted.article_id
                            AND stored.hour >= counted.day AND stored.hour < counted.over
                    ), 0) AS readers
                FROM counted JOIN comments_article article ON article.id = counted.article_id
            ), stored AS (
                INSERT INTO comments_discussionread AS kept (article_id, hour, readers)
                SELECT article_id, hour, readers FROM more WHERE readers > 0
                ON CONFLICT (article_id, hour)
                DO UPDATE SET readers = kept.readers + excluded.readers
            )
            SELECT article_id, sum(readers)::int FROM more WHERE readers > 0 GROUP BY 1
            """,
            [
                [datetime(day.year, day.month, day.day, tzinfo=UTC) for day, _id in totals],
                [article_id for _day, article_id in totals],
                list(totals.values()),
                at,
            ],
        )
        return dict(cursor.fetchall())


@lru_cache(maxsize=1)
def _redis() -> Redis:
    # Connecting and asking share the time that a look may lose.
    half = settings.REDIS_TIMEOUT_SECONDS / 2
    return Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=half,
        socket_connect_timeout=half,
        retry=Retry(NoBackoff(), 0),
    )
