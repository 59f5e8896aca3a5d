"""Whether it helps to tell authors, before they post, what will have their comment held."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from comments.models import SiteSettings
from moderation import quality_words as words
from moderation.decisions import database_now
from moderation.quality_forms import PeriodForm
from moderation.selectors import QueueFilters
from moderation.selectors.hints import AS_IT_IS, CHANGED, LEFT, outcomes
from moderation.views.cards import Desk
from moderation.views.guard import DeskRequest, senior_view
from moderation.views.queues import chrome

NAMES: dict[str, Promise] = {
    CHANGED: _("Changed, then posted"),
    AS_IT_IS: _("Posted as it was"),
    LEFT: _("Not posted"),
}


@require_safe
@senior_view
def hints(request: DeskRequest) -> HttpResponse:
    """Show how often authors were told, what they did, and where those comments stand now."""
    at = database_now()
    form = PeriodForm(request.GET, usual=90)
    found = outcomes(days=form.days(at=at))
    told = sum(one.number for one in found)
    desk = Desk(user=request.user, filters=QueueFilters(), at=at)
    context = {
        **chrome(desk),
        "room": "quality",
        "filter_form": form,
        "is_on": SiteSettings.current().hints,
        "told": told,
        "rows": [
            {
                "name": NAMES[one.what],
                "outcome": one,
                "share": words.percent(one.number / told) if told else "",
                "published": _of_decided(one.published, one.removed),
                "is_posted": one.what != LEFT,
            }
            for one in found
        ],
    }
    return render(request, "moderation/hints.html", context)


def _of_decided(published: int, removed: int) -> str:
    decided = published + removed
    return words.percent(published / decided if decided else None)
