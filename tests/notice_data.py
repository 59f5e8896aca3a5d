"""Queues that are late, and who is told of them."""

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import Any

from integrations.webhooks import outbox
from integrations.webhooks.messages import facts_of_test
from integrations.webhooks.models import (
    Delivery,
    Endpoint,
    Fact,
    Kind,
)
from moderation.decisions import database_now
from moderation.models import QueuePromise, ReviewItem
from tests.desk_data import held_item, publish_plain_rules
from tests.receiver import Got, Receiver


def endpoint(receiver: Receiver, kind: Kind = Kind.GENERIC, **fields: Any) -> Endpoint:
    return Endpoint.objects.create(name="Night desk", kind=kind, url=receiver.url, **fields)


def message_of_test(to: Endpoint) -> Delivery:
    [told] = outbox.put(to, fact=Fact.TEST, facts=facts_of_test(), at=database_now())
    return told


def deliver_all() -> None:
    while outbox.deliver_next():
        pass


def due_now() -> None:
    Delivery.objects.update(due_at=database_now())


def late_item(*, minutes: int = 30, promise: int = 20) -> ReviewItem:
    publish_plain_rules()
    QueuePromise.objects.update_or_create(queue="waiting", defaults={"minutes": promise})
    item = held_item("Only a fool would say that.")
    wait(item, minutes=minutes)
    return item


def wait(item: ReviewItem, *, minutes: int) -> None:
    ReviewItem.objects.filter(pk=item.pk).update(
        opened_at=database_now() - timedelta(minutes=minutes)
    )


def is_signed_with(secret: str, got: Got) -> bool:
    """Verify as a receiver does that never saw our code."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    head = got.headers
    signed = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode() + got.body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return f"v1,{expected}" in head["webhook-signature"].split(" ")
