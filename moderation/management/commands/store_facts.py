"""``manage.py store_facts``: lets rules be tried on comments of before facts were stored."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from moderation.rulebook.older_facts import number_missing, store_older


class Command(BaseCommand):
    """Goes back from the newest comment to the oldest; may be stopped and started again.

    What can no longer be known is approximated: ``moderation.rulebook.older_facts`` says how.
    """

    help = "Store the facts of comments that were screened before facts were stored."

    def handle(self, *args: Any, **options: Any) -> None:
        """Take some hundred at a time, so that nothing waits for it, and say how far it is."""
        missing, done, before = number_missing(), 0, None
        while (step := store_older(before=before)) is not None:
            done, before = done + step.number, step.lowest
            back_to = timezone.localdate(step.back_to)
            self.stdout.write(f"{done:,} of {missing:,}, back to {back_to:%Y-%m-%d}")
        self.stdout.write("Every comment that was scored has its facts.")
