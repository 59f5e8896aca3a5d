"""Two caches beside Django's own: in Redis for what may be lost, and in memory for what is large.

The first counts tries to sign in, for libraries that do not expect Redis to be away. Without Redis
nothing is counted there and people can sign in; django-axes counts wrong passwords in PostgreSQL
all the same. Whoever must know that Redis is away asks the cache "strict".
"""

from typing import Any

import structlog
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)
_InMemory: Any = LocMemCache  # its inner parts are not typed


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


class HeldCache(_InMemory):  # type: ignore[misc]
    """What is held in this process as it is, and given out uncopied: nobody changes what they get.

    Django's own packs each value and unpacks it each time it is asked for.
    """

    incr = BaseCache.incr  # with ``get`` and ``set``

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Return what is held, or the default."""
        key = self.make_and_validate_key(key, version=version)
        with self._lock:
            if self._has_expired(key):
                self._delete(key)
                return default
            self._cache.move_to_end(key, last=False)
            return self._cache[key]

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        """Hold a value."""
        key = self.make_and_validate_key(key, version=version)
        with self._lock:
            self._set(key, value, timeout)

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Hold a value where none is held yet; whether it was."""
        key = self.make_and_validate_key(key, version=version)
        with self._lock:
            is_free = bool(self._has_expired(key))
            if is_free:
                self._set(key, value, timeout)
            return is_free


def _note(error: RedisError) -> None:
    log.warning("cache_without_redis", error=str(error))
