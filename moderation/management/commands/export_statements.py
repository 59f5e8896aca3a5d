"""Write the statements of reasons of a period as bundles for the EU transparency database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from comments.models import SiteSettings
from moderation.transparency.export import bundles
from moderation.transparency.periods import named, to_choose


class Command(BaseCommand):
    """One bundle of up to 100 statements on each line, without personal data."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the period."""
        parser.add_argument("period", help="2026-10, 2026-Q3 or 2025")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the bundles to the standard output."""
        if not SiteSettings.current().exports_statements:
            raise CommandError("The site's settings have switched this export off.")
        today = timezone.localdate()
        period = named(options["period"], today=today, running=True)
        if period is None:
            known = ", ".join(one.name for one in to_choose(today=today, running=True))
            raise CommandError(f"Choose one of these periods: {known}.")
        for bundle in bundles(period):
            self.stdout.write(bundle, ending="")
