"""Set the queues' counts to what is really open."""

from typing import Any

from django.core.management.base import BaseCommand

from moderation.review_items import recount


class Command(BaseCommand):
    """Repairs the counts, and says how many were wrong: it should always be none."""

    help = "Compare the queues' counts with what is open, and repair them."

    def handle(self, *args: Any, **options: Any) -> None:
        """Recount once."""
        wrong = recount()
        self.stdout.write(f"{wrong} wrong counts, repaired." if wrong else "All counts are right.")
