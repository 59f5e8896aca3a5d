"""Comments that say nearly what the one in hand says: what differs, and what became of them."""

import uuid
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comments.models import Comment
from moderation import near_duplicates, selectors
from moderation.decisions import database_now
from moderation.models import Decision
from moderation.selectors import QueueFilters
from moderation.views.cards import Desk
from moderation.views.guard import DeskRequest, desk_view
from moderation.views.queues import chrome
from moderation.word_diff import Piece, word_diff


@dataclass(frozen=True, slots=True)
class Row:
    """A near-duplicate, how it differs from the comment in hand, and the last word on it."""

    comment: Comment
    changes: list[Piece]
    decision: Decision | None


@require_safe
@desk_view
def alike(request: DeskRequest, comment_id: uuid.UUID) -> HttpResponse:
    """List near-duplicates, as a page or as the part of a card that htmx asks for."""
    found = selectors.comment_for(user=request.user, public_id=comment_id)
    same = near_duplicates.alike(found, user=request.user)
    decisions = selectors.last_decisions_about(same.comments)
    body = found.current_revision.body
    context = {
        "comment": found,
        "alike": same,
        "rows": [
            Row(
                comment=other,
                changes=word_diff(body, other.current_revision.body),
                decision=decisions.get(other.pk),
            )
            for other in same.comments
        ],
    }
    if request.htmx:
        return render(request, "moderation/_alike_list.html", context)
    at_desk = Desk(user=request.user, filters=QueueFilters(), at=database_now())
    return render(request, "moderation/alike.html", {**chrome(at_desk), **context})
