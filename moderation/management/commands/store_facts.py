"""``manage.py store_facts``: lets rules be tried on comments of before facts were stored."""

from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from moderation.rulebook.older_facts import (
    Stored,
    complete_older,
    number_missing,
    number_short,
    store_older,
)


class Command(BaseCommand):
    """Goes back from the newest comment to the oldest; may be stopped and started again.

    What can no longer be known is approximated: ``moderation.rulebook.older_facts`` says how.
    """

    help = "Store the facts of comments that were screened before these facts were stored."

    def handle(self, *args: Any, **options: Any) -> None:
        """Take some hundred at a time, so that nothing waits for it, and say how far it is."""
        self._go_back(store_older, of=number_missing())
        self._go_back(complete_older, of=number_short())
        self.stdout.write("Every comment that was scored has its facts.")

    def _go_back(self, step_back: Callable[..., Stored | None], *, of: int) -> None:
        done, before = 0, None
        while (step := step_back(before=before)) is not None:
            done, before = done + step.number, step.lowest
            back_to = timezone.localdate(step.back_to)
            self.stdout.write(f"{done:,} of {of:,}, back to {back_to:%Y-%m-%d}")
