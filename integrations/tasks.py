"""What Celery runs for the outside world. Each task is thin and safe to run twice."""

import time

from celery import shared_task

from integrations.webhooks.outbox import deliver_next
from integrations.webhooks.wakeup import wake_delivering

LONGEST_RUN_SECONDS = 10


@shared_task(name="integrations.deliver")
def deliver() -> None:
    """Tell what is due, for ten seconds and then in a run of its own.

    Beat asks for it every few seconds, so a lost wake-up or a killed worker costs no more.
    """
    until = time.monotonic() + LONGEST_RUN_SECONDS
    while deliver_next():
        if time.monotonic() > until:
            wake_delivering()
            return
