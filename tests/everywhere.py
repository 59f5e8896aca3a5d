"""Looks for words wherever the site could have put them: every table, Redis, files, logs, pages."""

import os
from collections.abc import Iterator
from pathlib import Path

import redis
from django.conf import settings
from django.db import connection


def in_database(words: list[str]) -> list[str]:
    """Return "table: word" for each table of which a row, as text, holds a word."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for word in words:
                cursor.execute(
                    f'SELECT count(*) FROM "{table}" AS entry WHERE entry::text ILIKE %s',
                    [f"%{word}%"],
                )
                if cursor.fetchone()[0]:
                    found.append(f"{table}: {word}")
    return found


def in_redis(words: list[str]) -> list[str]:
    """Return the keys that hold a word, in their name or in what they keep."""
    wanted = [word.lower().encode() for word in words]
    return [
        key.decode(errors="replace")
        for key, value in _redis_entries()
        if any(word in key.lower() + b" " + value.lower() for word in wanted)
    ]


def in_files(words: list[str], *places: Path) -> list[str]:
    """Return the files of uploads and of some places that hold a word."""
    wanted = [word.lower().encode() for word in words]
    places = (Path(settings.MEDIA_ROOT), *places)
    files = [file for place in places for file in (place, *place.rglob("*")) if file.is_file()]
    return [
        str(file) for file in files if any(word in file.read_bytes().lower() for word in wanted)
    ]


def _redis_entries() -> Iterator[tuple[bytes, bytes]]:
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        for key in client.scan_iter():
            yield key, client.dump(key) or b""
            match client.type(key):
                case b"string":
                    yield key, client.get(key) or b""
                case b"list":
                    yield key, b" ".join(client.lrange(key, 0, -1))
                case b"hash":
                    yield key, b" ".join(client.hvals(key))
                case b"zset":
                    yield key, b" ".join(client.zrange(key, 0, -1))
                case b"set":
                    yield key, b" ".join(client.smembers(key))
