"""Comments that say nearly what the one in hand says: what differs, and what became of them."""

import uuid
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comments.models import Comment
from comments.word_diff import Piece, word_diff
from moderation import near_duplicates, selectors
from moderation.blind import blind_revisions
from moderation.decisions import database_now
from moderation.models import Decision
from moderation.near_duplicates import NONE_ALIKE
from moderation.selectors import QueueFilters
from moderation.sight import Seen, Sight, sight_of
from moderation.views.cards import Desk
from moderation.views.guard import DeskRequest, desk_view
from moderation.views.queues import chrome


@dataclass(frozen=True, slots=True)
class Row:
    """A near-duplicate, how it differs from the comment in hand, and the last word on it.

    ``changes`` is empty where this person has one of both texts blurred: ``seen`` says why.
    """

    comment: Comment
    seen: Seen
    changes: list[Piece]
    decision: Decision | None


@require_safe
@desk_view
def alike(request: DeskRequest, comment_id: uuid.UUID) -> HttpResponse:
    """List near-duplicates, as a page or as the part of a card that htmx asks for."""
    found = selectors.comment_for(user=request.user, public_id=comment_id)
    is_blind = bool(blind_revisions([found.current_revision_id]))
    # What became of its like would say what the rules made of it.
    same = NONE_ALIKE if is_blind else near_duplicates.alike(found, user=request.user)
    at = database_now()
    revisions = [found.current_revision, *(other.current_revision for other in same.comments)]
    sight = sight_of(user=request.user, revisions=[r.pk for r in revisions], at=at)
    context = {
        "comment": found,
        "alike": same,
        "own": sight.of(found.current_revision.body, revision_id=found.current_revision_id),
        "sight": sight,
        "rows": _rows(found, same.comments, sight=sight),
    }
    if request.htmx:
        return render(request, "moderation/_alike_list.html", context)
    at_desk = Desk(user=request.user, filters=QueueFilters(), at=at)
    return render(request, "moderation/alike.html", {**chrome(at_desk), **context})


def _rows(comment: Comment, others: list[Comment], *, sight: Sight) -> list[Row]:
    decisions = selectors.last_decisions_about(others)
    own = sight.of(comment.current_revision.body, revision_id=comment.current_revision_id)
    rows = []
    for other in others:
        seen = sight.of(other.current_revision.body, revision_id=other.current_revision_id)
        seen = own if own.hides else seen
        rows.append(
            Row(
                comment=other,
                seen=seen,
                changes=[] if seen.hides else word_diff(own.body, seen.body),
                decision=decisions.get(other.pk),
            )
        )
    return rows
