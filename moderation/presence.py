"""Who else is in a queue: a sorted set in Redis, refreshed by the poll of every open desk.

It is a courtesy and nothing rests on it. While Redis is away nothing is said, and it is left alone
for some seconds so that no poll waits for it.
"""

import time
from functools import lru_cache

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

HERE_SECONDS = 30  # three polls
LEFT_ALONE_SECONDS = 5.0
_away_until = 0.0


def others_in(*, queue: str, user_id: int) -> int:
    """Note that somebody is in a queue and return how many others are; 0 while Redis is away."""
    global _away_until
    if time.monotonic() < _away_until:
        return 0
    name, now = f"desk:presence:{queue}", time.time()
    try:
        with _redis().pipeline() as steps:
            steps.zadd(name, {str(user_id): now})
            steps.zremrangebyscore(name, "-inf", now - HERE_SECONDS)
            steps.zcard(name)
            steps.expire(name, HERE_SECONDS)
            people = steps.execute()[2]
    except RedisError:
        _away_until = time.monotonic() + LEFT_ALONE_SECONDS
        return 0
    return max(0, int(people) - 1)


@lru_cache(maxsize=1)
def _redis() -> Redis:
    wait = settings.REDIS_TIMEOUT_SECONDS
    return Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=wait,
        socket_connect_timeout=wait,
        retry=Retry(NoBackoff(), 0),
    )
