"""The cache that counts tries to sign in, for libraries that do not expect Redis to be away.

Without Redis nothing is counted there and people can sign in; django-axes counts wrong passwords in
PostgreSQL all the same. Whoever must know that Redis is away asks the cache "strict".
"""

from typing import Any

import structlog
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


class CalmRedisCache(RedisCache):
    """Redis where it is there; where it is not, a cache that forgets everything."""

    def add(self, *args: Any, **kwargs: Any) -> bool:
        """Store a value that is not there yet; without Redis none is."""
        try:
            return bool(super().add(*args, **kwargs))
        except RedisError as error:
            _note(error)
            return True

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Return what is stored, or the default."""
        try:
            return super().get(key, default, version)
        except RedisError as error:
            _note(error)
            return default

    def set(self, *args: Any, **kwargs: Any) -> None:
        """Store a value."""
        try:
            super().set(*args, **kwargs)
        except RedisError as error:
            _note(error)

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        """Take a value out."""
        try:
            return bool(super().delete(*args, **kwargs))
        except RedisError as error:
            _note(error)
            return False


def _note(error: RedisError) -> None:
    log.warning("cache_without_redis", error=str(error))
