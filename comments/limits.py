"""How many comments and reports one address may send.

Redis keeps a sliding window for each address: a sorted set of the moments of what was let through.
When Redis is away, PostgreSQL is asked instead, and Redis is left alone for some seconds, so that a
flood does not wait for it again and again.
"""

import math
import time
import uuid
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

import structlog
from django.conf import settings
from django.db import connection
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = structlog.get_logger(__name__)

LEFT_ALONE_SECONDS = 5.0


class Window(NamedTuple):
    """At most ``most`` within any ``seconds``."""

    most: int
    seconds: int


# One step for the server, by its own clock: drop what is old, look, and count only what is let
# through. The same member again (a retry) is not counted twice. What was counted under an earlier
# key of the address goes on counting. Returns the seconds to wait.
_SCRIPT = """
local now = redis.call('TIME')
now = now[1] + now[2] / 1000000
for i = 2, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 1 then
    redis.call('ZUNIONSTORE', KEYS[1], 2, KEYS[1], KEYS[i], 'AGGREGATE', 'MAX')
    redis.call('DEL', KEYS[i])
  end
end
local longest = 0
for i = 2, #ARGV, 2 do longest = math.max(longest, tonumber(ARGV[i + 1])) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - longest)
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return '0' end
local wait = 0
for i = 2, #ARGV, 2 do
  local most, seconds = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
  local since = now - seconds
  local count = redis.call('ZCOUNT', KEYS[1], '(' .. since, '+inf')
  if count >= most then
    local total = redis.call('ZCARD', KEYS[1])
    local first = redis.call('ZRANGE', KEYS[1], total - most, total - most, 'WITHSCORES')[2]
    wait = math.max(wait, first + seconds - now)
  end
end
if wait == 0 then
  redis.call('ZADD', KEYS[1], now, ARGV[1])
  redis.call('EXPIRE', KEYS[1], longest)
end
return tostring(wait)
"""


def comment_windows() -> list[Window]:
    """Return the limits for comments, from the settings."""
    return [Window(settings.COMMENTS_PER_MINUTE, 60), Window(settings.COMMENTS_PER_HOUR, 3600)]


def report_windows() -> list[Window]:
    """Return the limits for reports, from the settings."""
    return [Window(settings.REPORTS_PER_HOUR, 3600)]


def follow_windows() -> list[Window]:
    """Return the limits for letters about discussions that are asked for, from the settings."""
    return [Window(settings.FOLLOWS_PER_HOUR, 3600)]


def seconds_until_comment(
    *, address_hash: str, submission_key: str, earlier: Sequence[str] = ()
) -> int:
    """Count a comment of this address. Returns 0, or the seconds until it may be sent.

    The same submission key again is the same comment. ``earlier``: the hashes of the same address
    under older keys.
    """
    windows = comment_windows()
    known = [address_hash, *earlier]

    def in_database() -> float:
        return _wait_by_comments(known, submission_key, windows)

    return seconds_until(
        what="comments",
        who=[address_hash, *earlier],
        member=submission_key,
        windows=windows,
        in_database=in_database,
    )


def seconds_until_report(
    *, address_hash: str, reporter_key: str, comment_id: int, earlier: Sequence[str] = ()
) -> int:
    """Count a report of this address. Returns 0, or the seconds until it may be sent.

    ``reporter_key`` and ``comment_id`` name the report: the same one again counts once.
    """
    member = f"{reporter_key}:{comment_id}"
    windows = report_windows()

    def in_database() -> float:
        return _wait_by_reports(reporter_key, windows)

    return seconds_until(
        what="reports",
        who=[address_hash, *earlier],
        member=member,
        windows=windows,
        in_database=in_database,
    )


def seconds_until_appeal(*, address_hash: str, appeal_key: str) -> int:
    """Count an appeal of this address. Returns 0, or the seconds until it may be sent.

    The same key again is the same appeal. While Redis is away nothing is counted here: each author
    is limited by the database as well.
    """
    windows = [Window(settings.APPEALS_PER_HOUR, 3600)]
    return seconds_until(
        what="appeals",
        who=[address_hash],
        member=appeal_key,
        windows=windows,
        in_database=lambda: 0.0,
    )


def seconds_until_follow(*, address_hash: str) -> int:
    """Count a wish of this address to follow something. Returns 0, or the seconds to wait.

    Without Redis nothing is counted: what one mailbox may be asked is limited by itself.
    """
    return seconds_until(
        what="follows",
        who=[address_hash],
        member=uuid.uuid4().hex,
        windows=follow_windows(),
        in_database=lambda: 0.0,
    )


def seconds_until_link(*, address_hash: str) -> int:
    """Count somebody's wish for a mailed link. Returns 0, or the seconds until another is heard."""
    return seconds_until(
        what="links",
        who=[address_hash],
        member=uuid.uuid4().hex,
        windows=[Window(settings.LINKS_PER_HOUR, 3600)],
        in_database=lambda: 0.0,
    )


def seconds_until_opinion(*, address_hash: str, comment_id: int) -> int:
    """Count a mute or an "I disagree" from this address. Returns 0, or the seconds to wait.

    While Redis is away they are not limited: nobody else is touched by them.
    """
    return seconds_until(
        what="opinions",
        who=[address_hash],
        member=str(comment_id),
        windows=[Window(settings.OPINIONS_PER_HOUR, 3600)],
        in_database=lambda: 0.0,
    )


def seconds_until(
    *,
    what: str,
    who: Sequence[str],
    member: str,
    windows: Sequence[Window],
    in_database: Callable[[], float],
) -> int:
    """Count something that somebody sends. Returns 0, or the seconds to wait.

    ``who``: the hash that they are counted by, then older ones. The same ``member`` again counts
    once; ``in_database`` answers while Redis is away.
    """
    wait = _in_redis([f"limits:{what}:{known}" for known in who], member, windows)
    return math.ceil(in_database() if wait is None else wait)


def _in_redis(keys: list[str], member: str, windows: Sequence[Window]) -> float | None:
    if time.monotonic() < _redis_is_away.until:
        return None
    numbers = [number for window in windows for number in window]
    try:
        return float(_redis().eval(_SCRIPT, len(keys), *keys, member, *numbers))  # type: ignore[arg-type]
    except (RedisError, OSError) as error:
        _redis_is_away.until = time.monotonic() + LEFT_ALONE_SECONDS
        log.warning("limits_without_redis", error=str(error))
        return None


class _Away:
    """Until when (monotonic seconds) this process does not ask Redis."""

    until = 0.0


_redis_is_away = _Away()


@lru_cache(maxsize=1)
def _redis() -> Redis:
    # Connecting and asking share the time a request may lose; redis-py's own three retries
    # would multiply it.
    half = settings.REDIS_TIMEOUT_SECONDS / 2
    return Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=half,
        socket_connect_timeout=half,
        retry=Retry(NoBackoff(), 0),
    )


def _wait_by_comments(
    known: Sequence[str], submission_key: str, windows: Sequence[Window]
) -> float:
    """Ask the comments themselves: the ``most``-th latest within the window must be over."""
    wait = 0.0
    with connection.cursor() as cursor:
        for most, seconds in windows:
            cursor.execute(
                """
                SELECT extract(epoch FROM submitted_at - clock_timestamp())::float8 + %s
                FROM comments_comment
                WHERE address_hash = ANY(%s)
                    AND submitted_at > clock_timestamp() - %s * interval '1 s'
                    AND submission_key IS DISTINCT FROM %s::uuid
                ORDER BY submitted_at DESC OFFSET %s LIMIT 1
                """,
                [seconds, list(known), seconds, submission_key, most - 1],
            )
            row = cursor.fetchone()
            wait = max(wait, row[0] if row else 0.0)
    return wait


def _wait_by_reports(reporter_key: str, windows: Sequence[Window]) -> float:
    """Ask the latest thousand reports: enough while Redis is away, and never slow."""
    wait = 0.0
    with connection.cursor() as cursor:
        for most, seconds in windows:
            cursor.execute(
                """
                SELECT extract(epoch FROM created_at - clock_timestamp())::float8 + %s
                FROM (SELECT * FROM comments_report ORDER BY id DESC LIMIT 1000) AS latest
                WHERE reporter_key = %s AND created_at > clock_timestamp() - %s * interval '1 s'
                ORDER BY created_at DESC OFFSET %s LIMIT 1
                """,
                [seconds, reporter_key, seconds, most - 1],
            )
            row = cursor.fetchone()
            wait = max(wait, row[0] if row else 0.0)
    return wait
