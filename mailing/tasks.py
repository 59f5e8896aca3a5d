"""What Celery runs for the letters. Thin, and safe to run twice."""

import time

from celery import shared_task

from mailing.letters import send_next
from mailing.wakeup import wake_mailing

LONGEST_RUN_SECONDS = 10


@shared_task(name="mailing.deliver")
def deliver() -> None:
    """Send what is due, for ten seconds and then in a run of its own.

    Beat asks for it every few seconds, so a lost wake-up or a killed worker costs no more.
    """
    until = time.monotonic() + LONGEST_RUN_SECONDS
    while send_next():
        if time.monotonic() > until:
            wake_mailing()
            return
