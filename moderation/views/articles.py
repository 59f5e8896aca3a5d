"""One article on the desk: what waits under it, and all of that decided."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from moderation import selectors
from moderation.decisions import database_now
from moderation.selectors import QueueFilters
from moderation.sight import sight_of
from moderation.views.cards import Desk
from moderation.views.guard import DeskRequest, desk_view
from moderation.views.queues import chrome
from moderation.views.state import read_number


@require_safe
@desk_view
def article(request: DeskRequest, slug: str) -> HttpResponse:
    """Show what waits under an article, to be decided one by one, as marked, or all at once."""
    record = selectors.article_record(
        user=request.user, slug=slug, after=read_number(request.GET, "after")
    )
    at_desk = Desk(user=request.user, filters=QueueFilters(), at=database_now())
    revisions = [item.comment.current_revision_id for item in record.items]
    context = {
        **chrome(at_desk),
        "record": record,
        "sight": sight_of(user=request.user, revisions=revisions, at=at_desk.at),
        "at_top": "after" not in request.GET,
    }
    return render(request, "moderation/article.html", context)
