"""Rows that are never changed give up what is personal in them, and nothing else.

The triggers on them let the named columns be emptied in a transaction that says that it erases
(see the migrations of ``moderation`` and ``comments``).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def erasing() -> Iterator[None]:
    """A transaction in which append-only rows let their personal columns be emptied."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('ordstyrer.erasing', 'on', true)")
        yield
        cursor.execute("SELECT set_config('ordstyrer.erasing', 'off', true)")
