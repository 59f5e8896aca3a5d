"""Empty what was kept long enough, or say what there is to empty."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from comments.models import SiteSettings
from privacy.retention import retain


class Command(BaseCommand):
    """Empty what was kept long enough, by the numbers in the site's settings."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take ``--dry-run``."""
        parser.add_argument(
            "--dry-run", action="store_true", help="count what would go, and change nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each rule."""
        for outcome in retain(settings=SiteSettings.current(), dry_run=options["dry_run"]):
            days = "kept" if outcome.days is None else f"after {outcome.days} days"
            self.stdout.write(
                f"{outcome.rows:>10,}  {outcome.rule.key} ({days}), {outcome.seconds:.1f} s"
            )
