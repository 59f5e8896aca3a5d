"""``manage.py import_wordpress``: articles and comments out of a WordPress export (WXR)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from integrations.wordpress.importing import Wishes, import_file
from integrations.wordpress.reading import NotAnExport, UnreadableExport
from integrations.wordpress.tally import Tally
from moderation.progress import Progress


class Command(BaseCommand):
    """Progress goes to stderr, the summary to stdout. Safe to run again with the same files."""

    help = (
        "Imports the published posts of WordPress exports with their comments. "
        "Nothing is downloaded, and what is here already is left as it is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the files and how to import them."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--section",
            default="",
            help="put every article into this section; its categories"
            " become tags (without it the first category is the section)",
        )
        parser.add_argument("--pages", action="store_true", help="import pages too")
        parser.add_argument(
            "--media",
            type=Path,
            metavar="DIR",
            help="a copy of wp-content/uploads: the article's picture is taken from it",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="count everything and keep nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the files one after the other; one that cannot be read does not stop the rest."""
        wishes = Wishes(
            section=" ".join(options["section"].split()),
            pages=options["pages"],
            media=options["media"],
            dry_run=options["dry_run"],
        )
        if wishes.media is not None and not wishes.media.is_dir():
            raise CommandError(_("There is no folder %(folder)s.") % {"folder": wishes.media})
        tally = Tally()
        troubles = list(filter(None, (self._import(f, wishes, tally) for f in options["files"])))
        if len(troubles) < len(options["files"]) or tally.is_touched():
            self.stdout.write(tally.table())
        if wishes.dry_run:
            self.stdout.write(_("This was a dry run: nothing was kept."))
        if troubles:
            raise CommandError("\n".join(troubles))

    def _import(self, path: Path, wishes: Wishes, tally: Tally) -> str:
        """Import one file; returns what went wrong, in a sentence, or nothing."""
        try:
            total = path.stat().st_size
            progress = Progress(what=path.name, total=total, to=self.stderr)
            try:
                import_file(path=path, wishes=wishes, tally=tally, told=progress.add)
            finally:
                progress.end()
        except OSError as error:
            return _("%(file)s cannot be opened: %(why)s.") % {
                "file": path,
                "why": error.strerror or error,
            }
        except NotAnExport as error:
            return _("%(file)s is not a WordPress export: %(why)s.") % {"file": path, "why": error}
        except UnreadableExport as error:
            return _(
                "%(file)s cannot be read further: %(why)s. What came before is imported and stays;"
                " mend the file and run the same command again to go on."
            ) % {"file": path, "why": error}
        return ""
