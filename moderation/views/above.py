"""The whole branch above a comment."""

import uuid

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


@require_safe
@desk_view
def above(request: DeskRequest, comment_id: uuid.UUID) -> HttpResponse:
    """Show what stands above a comment, as a page or as the part of a card that htmx asks for."""
    found = selectors.comment_for(user=request.user, public_id=comment_id)
    branch = selectors.branch_above(found, nearest=selectors.MOST_ABOVE)
    at = database_now()
    shown = [c for c in (branch.first, *branch.nearest) if c is not None]
    sight = sight_of(user=request.user, revisions=[c.current_revision_id for c in shown], at=at)
    context = {"branch": branch, "comment": found, "sight": sight}
    if request.htmx:
        return render(request, "moderation/_branch.html", context)
    at_desk = Desk(user=request.user, filters=QueueFilters(), at=at)
    return render(request, "moderation/above.html", {**chrome(at_desk), **context})
