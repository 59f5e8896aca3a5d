"""What is kept how long, when it was last emptied, and who was erased: for site admins."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from comments.models import SiteSettings
from moderation.decisions import database_now
from moderation.selectors import QueueFilters
from moderation.views.cards import Desk
from moderation.views.guard import DeskRequest, admin_view
from moderation.views.queues import chrome
from privacy.models import ERASURES_UNDER_WAY, Emptied, Erasure, ErasureState
from privacy.registry import Rule, rules

LATEST = 20  # erasures


@dataclass(frozen=True, slots=True)
class Kept:
    """A rule of retention with its days in words, and its last run."""

    rule: Rule
    days: str
    last: Emptied | None


@require_safe
@admin_view
def page(request: DeskRequest) -> HttpResponse:
    """Show each rule and its last run, and the latest erasures."""
    site, last = SiteSettings.current(), {row.rule: row for row in Emptied.objects.all()}
    done = Erasure.objects.filter(state=ErasureState.DONE).order_by("-finished_at")
    context = {
        **chrome(Desk(user=request.user, filters=QueueFilters(), at=database_now())),
        "room": "privacy",
        "kept": [Kept(rule, _in_words(rule.days(site)), last.get(rule.key)) for rule in rules()],
        "under_way": Erasure.objects.filter(state__in=ERASURES_UNDER_WAY).count(),
        "erased": done[:LATEST],
        "comments_of_erased": site.get_erased_comments_display(),
    }
    return render(request, "moderation/privacy.html", context)


def _in_words(days: int | None) -> str:
    if days is None:
        return _("kept")
    if not days:
        return _("at once")
    return ngettext("after %(days)d day", "after %(days)d days", days) % {"days": days}
