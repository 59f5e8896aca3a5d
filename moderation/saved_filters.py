"""Filters with names: whose they are, who may change them."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import Http404, QueryDict
from django.urls import reverse

from accounts.models import User
from moderation.forms import QueueFilterForm
from moderation.models import Queue, SavedFilter
from moderation.selectors.parts import PartState, part_states

MOST_SHOWN = 60  # in the pane


class NameTaken(Exception):
    """The same person has another filter of this name."""


def saved_filters_visible_to(user: User) -> QuerySet[SavedFilter]:
    """Return one's own filters and the shared ones, by name."""
    return SavedFilter.objects.filter(Q(owner=user) | Q(is_shared=True)).select_related("owner")


def saved_filter_for(*, user: User, public_id: uuid.UUID) -> SavedFilter:
    """Return one filter. Raises Http404."""
    found = saved_filters_visible_to(user).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def may_change(user: User, saved: SavedFilter) -> bool:
    """Whether this person may rename and delete it: their own; what is shared, any senior."""
    return saved.owner_id == user.pk or (saved.is_shared and user.is_senior)


def save_filter(
    *, owner: User, name: str, queue: Queue | None, values: dict[str, str], shared: bool
) -> SavedFilter:
    """Keep a filter under a name. Only seniors share. Raises NameTaken."""
    return _stored(
        SavedFilter(
            owner=owner,
            name=name,
            queue=queue.value if queue else "",
            query=urlencode(values),
            is_shared=shared and owner.is_senior,
        )
    )


def rename_filter(*, saved: SavedFilter, name: str, shared: bool, by: User) -> SavedFilter:
    """Give a filter another name; seniors share it or take it back. Raises NameTaken."""
    saved.name = name
    if by.is_senior:
        saved.is_shared = shared
    return _stored(saved)


def address_of(saved: SavedFilter) -> str:
    """Return where a filter opens."""
    page = (
        reverse("moderation:queue", args=[saved.queue])
        if saved.queue
        else reverse("moderation:search")
    )
    return f"{page}?{saved.query}" if saved.query else page


def saved_context(
    *, user: User, queue: str, values: dict[str, str], at: datetime
) -> dict[str, Any]:
    """Return the saved filters for a page, and what saving what it shows would keep. Two queries.

    ``queue`` is empty for a search; ``values`` are its terms as they stand in an address. Each part
    of a queue comes with how much waits in it; a search looks at everything and is not counted.
    """
    query = urlencode(values)
    found = list(saved_filters_visible_to(user)[:MOST_SHOWN])
    states = _states(found, user=user, at=at)
    entries: list[dict[str, Any]] = [
        {
            "saved": saved,
            "url": address_of(saved),
            "here": saved.queue == queue and QueryDict(saved.query) == QueryDict(query),
            "state": states.get(saved.pk),
        }
        for saved in found
    ]
    return {
        "saved_filters": entries,
        "may_change_saved": any(may_change(user, entry["saved"]) for entry in entries),
        "saving_queue": queue,
        "saving_query": query,
        "may_save": bool(query) and not any(entry["here"] for entry in entries),
    }


def _states(found: Sequence[SavedFilter], *, user: User, at: datetime) -> dict[int, PartState]:
    of_queues = [saved for saved in found if saved.queue]
    parts = [
        QueueFilterForm(QueryDict(saved.query)).filters(queue=Queue(saved.queue))
        for saved in of_queues
    ]
    states = part_states(user=user, parts=parts, at=at)
    return {saved.pk: state for saved, state in zip(of_queues, states, strict=True)}


def _stored(saved: SavedFilter) -> SavedFilter:
    try:
        with transaction.atomic():
            saved.save()
    except IntegrityError:
        raise NameTaken from None
    return saved
