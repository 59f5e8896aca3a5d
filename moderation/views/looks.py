"""A closer look at the comment in hand: ask for it, see whether it is there."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseStopPolling

from moderation import closer_looks, selectors
from moderation.decisions import database_now
from moderation.selectors import Focus
from moderation.views.cards import Desk, focus_context
from moderation.views.guard import DeskRequest, desk_view
from moderation.views.queues import actions_only, overtaken
from moderation.views.state import filters_of, queue_url, read_number


@require_POST
@desk_view
def look_closer(request: DeskRequest, item_id: uuid.UUID) -> HttpResponse:
    """Ask which words moved the scores of the comment in hand."""
    found = selectors.item_for(user=request.user, public_id=item_id)
    at_desk = Desk(
        user=request.user, filters=filters_of(request, fallback=found.queue), at=database_now()
    )
    focus = selectors.focus_on(user=request.user, comment_id=found.comment_id, item=found)
    seen = read_number(request.POST, "version")
    if request.htmx and seen is not None and seen != focus.comment.version:
        # The text may be another by now: it never changes under somebody's eyes.
        attempt = overtaken(focus, seen)
        attempt.status = 409
        return actions_only(request, at_desk, focus, attempt)
    if focus.classification is not None and not focus.classification.unscored:
        closer_looks.ask(focus.classification)
    if not request.htmx:
        return redirect(queue_url(at_desk.filters, item=found))
    asked = selectors.focus_on(user=request.user, comment_id=found.comment_id, item=found)
    return _evidence(request, at_desk, asked)


@require_safe
@desk_view
def look(request: DeskRequest, item_id: uuid.UUID) -> HttpResponse:
    """Answer a card that waits: nothing while nothing changed, then its text with the new marks.

    ``said`` is how far it was when the card was drawn, ``version`` the comment's at that time.
    """
    found = selectors.item_for(user=request.user, public_id=item_id)
    at_desk = Desk(
        user=request.user, filters=filters_of(request, fallback=found.queue), at=database_now()
    )
    if not request.htmx:
        return redirect(queue_url(at_desk.filters, item=found))
    if read_number(request.GET, "version") != found.comment.version:
        stop = HttpResponseStopPolling()
        stop["HX-Reswap"] = "none"
        return stop
    focus = selectors.focus_on(user=request.user, comment_id=found.comment_id, item=found)
    if closer_looks.progress(focus.look).value == request.GET.get("said"):
        return HttpResponse(status=204)
    return _evidence(request, at_desk, focus)


def _evidence(request: DeskRequest, at_desk: Desk, focus: Focus) -> HttpResponse:
    return render(request, "moderation/_evidence.html", focus_context(at_desk, focus))
