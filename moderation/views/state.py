"""Where a moderator is on the desk: queue, filters and position, in the address and nowhere else.

A reload, the back button and a second window therefore show the same.
"""

import uuid
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from moderation.forms import QueueFilterForm
from moderation.models import Queue, ReviewItem
from moderation.selectors import Position, QueueFilters, Sort

VIEW_COOKIE = "desk_view"
A_YEAR = 365 * 24 * 3600


class View(StrEnum):
    """How a queue is looked at: one comment at a time, or its rows with the text in them."""

    FOCUS = "focus"
    LIST = "list"


_VIEWS = frozenset(View)


def view_of(request: HttpRequest) -> View:
    """Return the view that is asked for, or the one that this browser was left in."""
    asked = request.GET.get("view") or request.COOKIES.get(VIEW_COOKIE, "")
    return View(asked) if asked in _VIEWS else View.FOCUS


def remember_view(request: HttpRequest, response: HttpResponse) -> None:
    """Keep the choice in this browser: a phone may want another one than the screen at work.

    Scripts change it, too, when the key is pressed; nothing is decided by it.
    """
    if request.GET.get("view") in _VIEWS:
        response.set_cookie(
            VIEW_COOKIE,
            view_of(request).value,
            max_age=A_YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )


def filters_of(request: HttpRequest, *, fallback: str = Queue.WAITING) -> QueueFilters:
    """Read queue and filters from the address of an item; ``fallback`` names the queue."""
    named = request.GET.get("queue", fallback)
    queue = Queue(named) if named in Queue.values else Queue(fallback)
    return QueueFilterForm(request.GET).filters(queue=queue)


def filter_values(filters: QueueFilters) -> dict[str, str]:
    """Return the filters as they stand in an address, without those that leave nothing out."""
    values: dict[str, Any] = {
        "sort": "" if filters.sort == Sort.URGENT else filters.sort,
        "section": filters.section_id,
        "article": filters.article_id,
        "label": filters.label,
        "min": filters.min_score,
        "waited": int(filters.waited.total_seconds() // 60) if filters.waited else "",
    }
    return {name: str(value) for name, value in values.items() if value not in (None, "")}


def queue_url(
    filters: QueueFilters, *, item: ReviewItem | None = None, after: Position | None = None
) -> str:
    """Return the address of a queue as it is filtered, with the comment in hand."""
    values = filter_values(filters)
    if item is not None:
        values["item"] = str(item.public_id)
    if after is not None:
        values["after"] = str(after)
    address = reverse("moderation:queue", args=[filters.queue.value])
    return f"{address}?{urlencode(values)}" if values else address


def carried(filters: QueueFilters) -> str:
    """Return queue and filters as the query of an item's own addresses."""
    return urlencode({"queue": filters.queue.value, **filter_values(filters)})


def read_uuid(values: QueryDict, name: str) -> uuid.UUID | None:
    """Return a public id out of an address or a form, or None for anything else."""
    try:
        return uuid.UUID(values.get(name, ""))
    except ValueError:
        return None


def read_number(values: QueryDict, name: str) -> int | None:
    """Return an id out of an address, or None for anything that is none."""
    text = values.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def safe_next(request: HttpRequest) -> str | None:
    """Return where a form asks to go back to, if that is on this site."""
    return _on_this_site(request, request.POST.get("next", ""))


def came_from(request: HttpRequest) -> str | None:
    """Return the address of the page of this site on which a form was sent, if it is known."""
    return _on_this_site(request, request.headers.get("Referer", ""))


def _on_this_site(request: HttpRequest, address: str) -> str | None:
    allowed = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if address and allowed else None
