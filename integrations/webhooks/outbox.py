"""The outbox: what is to be told is stored with the fact, and a worker tells it afterwards.

A delivery is told at least once: a worker that dies between telling and noting it leaves a lease
behind, and when that is over another tells it again under the same id.
"""

import random
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from integrations.webhooks import messages, sending
from integrations.webhooks.models import (
    Attempt,
    Delivery,
    DeliveryState,
    Endpoint,
    Fact,
    Kind,
)
from integrations.webhooks.sending import Answer
from integrations.webhooks.signing import headers, new_seed
from moderation.decisions import database_now
from moderation.models import Queue

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=30)  # a request takes 10 at most
OVERLAP = timedelta(hours=24)  # in which the secret before signs, too
# Between the attempts, about as Standard Webhooks recommends; then it is given up.
PAUSES = tuple(
    timedelta(seconds=s) for s in (5, 30, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600)
)
LONGEST_PAUSE = timedelta(hours=12)  # whatever a receiver asks for


def put(
    endpoint: Endpoint,
    *,
    fact: Fact,
    facts: Mapping[str, Any],
    at: datetime,
    queue: Queue | None = None,
) -> list[Delivery]:
    """Store what is to be told, one delivery for each receiver, in the caller's transaction."""
    people: list[Any] = [None]
    if endpoint.kind == Kind.MAIL:
        people = [person for person in endpoint.people.all() if person.is_moderator]
    return [
        Delivery.objects.create(
            endpoint=endpoint,
            person=person,
            fact=fact,
            queue=queue.value if queue else "",
            facts=dict(facts),
            due_at=at,
            created_at=at,
        )
        for person in people
    ]


def deliver_next() -> bool:
    """Tell what is due first; False when nothing is, or another worker is telling.

    One worker tells at a time, so that a receiver that is slow never takes more than one of the
    processes that screen comments.
    """
    delivery = _lease()
    if delivery is None:
        return False
    at = database_now()  # the time that is signed: a worker's own clock may be wrong
    answer = _tell(delivery, at)
    _note(delivery, answer, at=at)
    return True


def replay(delivery: Delivery, *, at: datetime) -> bool:
    """Tell what was given up, or told already, once more under the same id; False while it waits.

    Attempts count anew.
    """
    return bool(
        Delivery.objects.filter(pk=delivery.pk)
        .exclude(state=DeliveryState.WAITING)
        .update(
            state=DeliveryState.WAITING, attempts=0, due_at=at, leased_until=None, settled_at=None
        )
    )


def rotate(endpoint: Endpoint, *, at: datetime) -> str:
    """Give an endpoint a new secret and return it; the old one signs beside it for a day."""
    endpoint.old_seed, endpoint.old_secret_until = endpoint.seed, at + OVERLAP
    endpoint.seed = new_seed()
    endpoint.save(update_fields=["seed", "old_seed", "old_secret_until"])
    return endpoint.secret


def secrets_of(endpoint: Endpoint, *, at: datetime) -> list[str]:
    """Return what signs now, the newest first."""
    is_old_used = endpoint.old_secret_until is not None and at < endpoint.old_secret_until
    return [endpoint.secret, endpoint.old_secret] if is_old_used else [endpoint.secret]


@transaction.atomic
def _lease() -> Delivery | None:
    now = database_now()
    waiting = Delivery.objects.filter(state=DeliveryState.WAITING)
    if waiting.filter(leased_until__gt=now).exists():
        return None
    delivery = (
        waiting.filter(due_at__lte=now)
        .select_related("endpoint", "person")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("due_at", "id")
        .first()
    )
    if delivery is not None:
        delivery.attempts += 1
        delivery.leased_until = now + LEASE
        delivery.save(update_fields=["attempts", "leased_until"])
    return delivery


def _tell(delivery: Delivery, at: datetime) -> Answer:
    endpoint = delivery.endpoint
    if not endpoint.is_on and delivery.fact != Fact.TEST:
        return Answer(0, 0, problem=_("not sent: the endpoint is off"))
    if endpoint.kind == Kind.MAIL:
        return _timed(lambda: _mail(delivery))
    body = messages.body_of(delivery)
    signed = headers(
        secret_list=secrets_of(endpoint, at=at), message_id=delivery.message_id, at=at, body=body
    )
    head = {"Content-Type": "application/json", "User-Agent": "Ordstyrer", **signed}
    return sending.post(endpoint.url, body=body, headers=head)


def _mail(delivery: Delivery) -> None:
    if delivery.person is None or not delivery.person.is_moderator:
        return  # somebody who left the desk is told nothing any more
    mail = messages.mail_of(delivery)
    EmailMessage(
        subject=mail.subject,
        body=mail.body,
        to=[delivery.person.email],
        headers={"Message-ID": messages.mail_id(delivery), "Auto-Submitted": "auto-generated"},
        connection=get_connection(settings.MAIL_TRANSPORT),
    ).send()


def _timed(send: Callable[[], None]) -> Answer:
    started, status, problem = time.monotonic(), 250, ""
    try:
        send()
    except SMTPException as error:
        status, problem = int(getattr(error, "smtp_code", 0) or 0), type(error).__name__
    except OSError:
        status, problem = 0, _("the mail server does not answer")
    return Answer(status, round((time.monotonic() - started) * 1000), problem)


@transaction.atomic
def _note(delivery: Delivery, answer: Answer, *, at: datetime) -> None:
    """Write down what became of an attempt, and when there is another."""
    now = database_now()
    Attempt.objects.create(
        delivery=delivery,
        made_at=at,
        status=answer.status,
        milliseconds=answer.milliseconds,
        problem=answer.problem,
    )
    if answer.is_good:
        _mine(delivery).update(state=DeliveryState.DELIVERED, settled_at=now, leased_until=None)
        return
    log.warning("not_delivered", delivery=delivery.message_id, status=answer.status)
    if answer.is_gone:
        Endpoint.objects.filter(pk=delivery.endpoint_id).update(is_on=False)
    if answer.is_gone or not delivery.endpoint.is_on or delivery.attempts > len(PAUSES):
        _mine(delivery).update(state=DeliveryState.GIVEN_UP, settled_at=now, leased_until=None)
        return
    _mine(delivery).update(due_at=now + _pause(delivery.attempts, answer), leased_until=None)


def _mine(delivery: Delivery) -> QuerySet[Delivery]:
    """The row as it was leased: a replay, or another worker after the lease, begins anew."""
    return Delivery.objects.filter(
        pk=delivery.pk, attempts=delivery.attempts, state=DeliveryState.WAITING
    )


def _pause(attempts: int, answer: Answer) -> timedelta:
    """How long to wait after so many attempts; a little more at random, so that not all come at
    once, and at least as long as the receiver asks."""
    pause = PAUSES[attempts - 1] * random.uniform(1.0, 1.1)  # noqa: S311, no secret
    asked = timedelta(seconds=min(answer.retry_after_s, int(LONGEST_PAUSE.total_seconds())))
    return max(pause, asked)
