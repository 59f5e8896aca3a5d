"""What is told when a queue does not keep its promise, stored with the fact."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from integrations.webhooks.messages import facts_of, facts_of_pause
from integrations.webhooks.models import Delivery, Endpoint, Fact
from integrations.webhooks.outbox import put
from integrations.webhooks.wakeup import wake_delivering
from moderation.models import Automation
from moderation.promises import News
from moderation.selectors.states import QueueState
from moderation.signals import automation_paused, queue_overdue

_FACTS = {News.LATE: Fact.LATE, News.STILL_LATE: Fact.STILL_LATE, News.IN_TIME: Fact.IN_TIME}


@receiver(queue_overdue)
def tell(sender: object, state: QueueState, news: News, late_since: datetime, **_: Any) -> None:
    """Put what is new into the outbox of everybody who is on, once; a reminder when it is time."""
    for endpoint in Endpoint.objects.filter(is_on=True).prefetch_related("people"):
        if news == News.STILL_LATE and not _is_reminded(endpoint, state, late_since):
            continue
        put(
            endpoint,
            fact=_FACTS[news],
            facts=facts_of(state, late_since=late_since),
            at=state.at,
            queue=state.queue,
        )
        transaction.on_commit(wake_delivering, robust=True)


@receiver(automation_paused)
def tell_of_a_pause(sender: object, automation: Automation, at: datetime, **_: Any) -> None:
    """Put it into the outbox of everybody who is on, once."""
    for endpoint in Endpoint.objects.filter(is_on=True).prefetch_related("people"):
        put(endpoint, fact=Fact.PAUSED, facts=facts_of_pause(automation), at=at)
        transaction.on_commit(wake_delivering, robust=True)


def _is_reminded(endpoint: Endpoint, state: QueueState, late_since: datetime) -> bool:
    """Whether it is time to remind: so many minutes after what was told of this queue last."""
    if endpoint.remind_after is None:
        return False
    told = Delivery.objects.filter(endpoint=endpoint, queue=state.queue, created_at__gte=late_since)
    last = told.order_by("-id").values_list("created_at", flat=True).first() or late_since
    return state.at - last >= timedelta(minutes=endpoint.remind_after)
