"""``manage.py fingerprint_comments``: makes comments of before findable as near-duplicates."""

from typing import Any

from django.core.management.base import BaseCommand

from moderation.near_duplicates import keep_older


class Command(BaseCommand):
    """Goes back from the newest comment to the oldest; may be stopped and started again."""

    help = "Store the fingerprints of comments that were screened before there were any."

    def handle(self, *args: Any, **options: Any) -> None:
        """Take some hundred at a time, so that nothing waits for it."""
        before = keep_older()
        while before is not None:
            before = keep_older(before=before)
        self.stdout.write("Every comment that has enough words has its fingerprint.")
