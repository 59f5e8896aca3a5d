"""``manage.py rescore``: score a past period again, here and now, with a bar."""

import signal
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from moderation.forms import PeriodForm
from moderation.models import Rescoring, RescoringState
from moderation.progress import Progress, say
from moderation.rescoring import (
    AnotherRunning,
    NothingToScore,
    Step,
    rescore_chunk,
    stop,
    take_up,
)
from moderation.score_changes import crossed

PAUSE_SECONDS = {Step.PAUSED: 1.0, Step.BUSY: 0.2}


class Command(BaseCommand):
    """The same run that the desk's page starts: it is seen there, and workers that run help.

    Ctrl-C stops it after the comments in hand; the same command again goes on where it was.
    """

    help = (
        "Scores the comments of a past period again with the model as it is now. Adds scores,"
        " decides nothing; readers' comments go first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the period."""
        day = _("a day, such as 2026-03-31")
        parser.add_argument("--from", dest="posted_from", required=True, metavar="DAY", help=day)
        parser.add_argument(
            "--to", dest="posted_to", required=True, metavar="DAY", help=_("the last day, included")
        )
        parser.add_argument("--section", default="", help=_("the address part of a section"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Take chunk after chunk until the period is done, or until Ctrl-C."""
        run = self._take_up(options)
        self._interrupted = False
        before = signal.signal(signal.SIGINT, self._interrupt)
        progress = Progress(what=_("Scored again"), total=run.total, to=self.stderr)
        try:
            self._go_through(run, progress)
        finally:
            signal.signal(signal.SIGINT, before)
            progress.end()
        self._tell(run)

    def _take_up(self, options: dict[str, Any]) -> Rescoring:
        form = PeriodForm({name: options[name] for name in PeriodForm.base_fields})
        if not form.is_valid():
            name, said = next(iter(form.errors.items()))
            option = name.removeprefix("posted_")
            raise CommandError(f"--{option}: {' '.join(str(words) for words in said)}")
        try:
            return take_up(period=form.period(), by=None)
        except NothingToScore:
            raise CommandError(_("No comment was posted in this period.")) from None
        except AnotherRunning as another:
            raise CommandError(
                _("One run at a time: %(first)s to %(last)s is under way. Stop it on the desk.")
                % {"first": another.run.first_day, "last": another.run.last_day}
            ) from None

    def _interrupt(self, number: int, frame: Any) -> None:
        self._interrupted = True
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a second one ends it at once

    def _go_through(self, run: Rescoring, progress: Progress) -> None:
        progress.add(run.taken)
        told = str(RescoringState.RUNNING)
        while run.is_under_way and not self._interrupted:
            step = rescore_chunk()
            taken = run.taken
            run.refresh_from_db()
            progress.add(run.taken - taken)
            if step == Step.PAUSED and run.state == RescoringState.NO_MODEL:
                break  # this process will not find another one
            if step == Step.PAUSED and run.state != told:
                told = run.state
                say(self.stderr, f"\n{run.get_state_display()}")
            time.sleep(PAUSE_SECONDS.get(step, 0.0))

    def _tell(self, run: Rescoring) -> None:
        why = _("Stopped.")
        if run.state == RescoringState.NO_MODEL:
            why = _("The model cannot be asked.")
        stop(run)
        counts = _("%(done)d scored, %(skipped)d passed over, %(failed)d failed.") % {
            "done": run.done,
            "skipped": run.skipped,
            "failed": run.failed,
        }
        if run.state == RescoringState.DONE:
            up, down = crossed(run.changes)
            self.stdout.write(counts)
            self.stdout.write(
                _("%(up)d would be held or removed now that were not; %(down)d would not any more.")
                % {"up": up, "down": down}
            )
            return
        again = _("What was scored stays; the same command goes on where this one ended.")
        raise CommandError(f"{why} {counts} {again}", returncode=130 if self._interrupted else 1)
