"""What the page of notices shows: endpoints, and how each telling went. Site admins alone."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404

from accounts.models import User
from integrations.webhooks.models import Attempt, Delivery, Endpoint

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class Log:
    """Deliveries of an endpoint, newest first; the next page begins under ``next_before``."""

    deliveries: Sequence[Delivery]
    next_before: int | None


def endpoints_visible_to(user: User) -> QuerySet[Endpoint]:
    """Return the endpoints that this person may see and change."""
    return Endpoint.objects.all() if user.is_site_admin else Endpoint.objects.none()


def endpoints(*, user: User) -> list[Endpoint]:
    """Return all endpoints, each with how its last delivery stands, and why. One query."""
    return list(_with_last(endpoints_visible_to(user)))


def endpoint_for(*, user: User, public_id: uuid.UUID) -> Endpoint:
    """Return one endpoint, with how its last delivery stands, and why. Raises Http404."""
    found = _with_last(endpoints_visible_to(user)).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def delivery_for(*, user: User, public_id: uuid.UUID) -> Delivery:
    """Return one delivery with its endpoint. Raises Http404."""
    found = (
        Delivery.objects.filter(endpoint__in=endpoints_visible_to(user), public_id=public_id)
        .select_related("endpoint")
        .first()
    )
    if found is None:
        raise Http404
    return found


def log_of(endpoint: Endpoint, *, before: int | None = None) -> Log:
    """Return deliveries of an endpoint with their attempts. Two queries."""
    found = endpoint.deliveries.select_related("person").prefetch_related("tries")
    if before is not None:
        found = found.filter(id__lt=before)
    page = list(found.order_by("-id")[: PAGE_SIZE + 1])
    more, page = len(page) > PAGE_SIZE, page[:PAGE_SIZE]
    return Log(deliveries=page, next_before=page[-1].pk if more else None)


def _with_last(found: QuerySet[Endpoint]) -> QuerySet[Endpoint]:
    newest = Delivery.objects.filter(endpoint=OuterRef("pk")).order_by("-id")
    its_last = Delivery.objects.filter(endpoint=OuterRef(OuterRef("pk"))).order_by("-id")
    tries = Attempt.objects.filter(delivery=Subquery(its_last.values("pk")[:1])).order_by("-id")
    return found.annotate(
        last_state=Subquery(newest.values("state")[:1]),
        last_at=Subquery(newest.values("created_at")[:1]),
        last_status=Subquery(tries.values("status")[:1]),
        last_problem=Subquery(tries.values("problem")[:1]),
    )
