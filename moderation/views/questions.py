"""What one asked the senior moderators, and what they answered."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from moderation import questions as asked
from moderation.decisions import database_now
from moderation.selectors import QueueFilters
from moderation.views.cards import Desk
from moderation.views.guard import DeskRequest, desk_view
from moderation.views.queues import chrome
from moderation.views.state import read_number


@require_safe
@desk_view
def questions(request: DeskRequest) -> HttpResponse:
    """List one's questions with their answers; what is shown here is not new any more."""
    at_desk = Desk(user=request.user, filters=QueueFilters(), at=database_now())
    found = asked.questions_of(request.user, before=read_number(request.GET, "before"))
    context = {
        **chrome(at_desk),
        "room": "questions",
        "questions": found,
        "older": found[-1].flag.pk if len(found) == asked.PAGE_SIZE else None,
    }
    answer = render(request, "moderation/questions.html", context)
    if request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        asked.mark_read(request.user)
    return answer
