"""Small makers of what a retention rule does with rows: delete them, or empty some of their fields.

Both lock what they take and pass over what others have in hand: nobody waits for retention.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from privacy.registry import Taken

Find = Callable[[datetime], QuerySet[Any]]
Empty = Callable[[datetime, int, Any], Taken]


def deleting(find: Find) -> Empty:
    """Return what deletes the rows that ``find`` finds before a moment."""

    def empty(before: datetime, most: int, after: Any) -> Taken:
        with transaction.atomic():
            ids = _next(find(before), most, after)
            find(before).model._default_manager.filter(pk__in=ids).delete()
        return _as_taken(ids, most)

    return empty


def blanking(
    find: Find,
    *,
    within: Callable[[], AbstractContextManager[Any]] = transaction.atomic,
    **values: Any,
) -> Empty:
    """Return what writes ``values`` into the rows that ``find`` finds.

    ``within`` is the transaction to do it in.
    """

    def empty(before: datetime, most: int, after: Any) -> Taken:
        with within():
            ids = _next(find(before), most, after)
            find(before).model._default_manager.filter(pk__in=ids).update(**values)
        return _as_taken(ids, most)

    return empty


def counting(find: Find) -> Callable[[datetime], int]:
    """Return what counts the rows that ``find`` finds."""
    return lambda before: find(before).count()


def _next(found: QuerySet[Any], most: int, after: Any) -> list[Any]:
    if after is not None:
        found = found.filter(pk__gt=after)
    locked = found.select_for_update(skip_locked=True, of=("self",), no_key=True)
    return list(locked.order_by("pk").values_list("pk", flat=True)[:most])


def _as_taken(ids: list[Any], most: int) -> Taken:
    return Taken(len(ids), ids[-1] if len(ids) == most else None)
