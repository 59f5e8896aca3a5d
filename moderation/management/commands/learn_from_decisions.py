"""``manage.py learn_from_decisions``: what the nightly run does, here and now, with a bar."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from moderation.learning import Became, Judged, NotLearned, learn
from moderation.progress import Progress


class Command(BaseCommand):
    """Learns once. The desk's page shows what came of it."""

    help = (
        "Learns from what moderators decided so far, and uses the new version from the next comment"
        " on if it is better than the model as it was shipped. Readers' comments go first."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Learn, and say what came of it."""
        bar: Progress | None = None

        def tell(more: int, total: int) -> None:
            nonlocal bar
            bar = bar or Progress(what=_("reading"), total=total, to=self.stderr)
            bar.add(more)

        try:
            head = learn(tell=tell)
        except NotLearned as why:
            self.stdout.write(str(why))
            return
        finally:
            if bar is not None:
                bar.end()
        told = _("better than the model as it was shipped") if head.is_good else _("not better")
        self.stdout.write(
            _("%(name)s, from %(n)d decisions: %(told)s.")
            % {"name": head.name, "n": head.decisions, "told": told}
        )
        judged = Judged.in_figures(head.figures)
        if judged is not None and not head.is_good:
            said = {
                Became.STAYS: _("%(name)s is still better and stays in use."),
                Became.TAKEN_OUT: _("%(name)s is no longer better and is taken out."),
            }[judged.became]
            self.stdout.write(said % {"name": judged.name})
