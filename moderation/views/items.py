"""One item: open it, claim it, give it back, decide it."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from moderation import calm, selectors
from moderation.author_forms import MeasuredDecisionForm
from moderation.decisions import StatusConflict, database_now
from moderation.models import Decision, ReviewItem
from moderation.review import (
    ClaimedByAnother,
    NotYours,
    claim,
    may_decide,
    release,
    resolve,
    skip,
)
from moderation.selectors import Focus
from moderation.views.cards import (
    Attempt,
    Desk,
    Hold,
    claim_context,
    claimed_attempt,
    conflict_attempt,
    done_context,
    hold_on,
    take,
)
from moderation.views.guard import DeskRequest, desk_view
from moderation.views.queues import actions_only, ahead, confirmed, page, swap
from moderation.views.state import filters_of, queue_url, read_number, read_uuid


@require_safe
@desk_view
def item(request: DeskRequest, item_id: uuid.UUID) -> HttpResponse:
    """Show the comment of an item as it is now, wherever it went since."""
    found, at_desk = _opened(request, item_id)
    waiting = found if found.is_open else selectors.open_item(found.comment)
    if request.htmx:
        held = take(waiting, desk=at_desk)
        return swap(request, at_desk, _focus(request, held or found))
    if waiting is None:
        return redirect("moderation:comment", comment_id=found.comment.public_id)
    filters = filters_of(request, fallback=waiting.queue)
    return redirect(queue_url(filters, item=waiting))


@require_POST
@desk_view
def decide_item(request: DeskRequest, item_id: uuid.UUID) -> HttpResponse:
    """Approve, flag or remove the comment as it was seen, and go on to the next."""
    found, at_desk = _opened(request, item_id)
    form = MeasuredDecisionForm(request.POST)
    if not form.is_valid():
        return _refused(request, at_desk, found, Attempt(form=form, status=422))
    try:
        decision = resolve(item=found, moderator=request.user, at=at_desk.at, **form.decision())
    except NotYours:
        raise PermissionDenied from None
    except ClaimedByAnother as taken:
        return _refused(request, at_desk, taken.item, claimed_attempt(taken, form=form))
    except StatusConflict as conflict:
        return _refused(request, at_desk, found, conflict_attempt(conflict, form=form))
    return _go_on(request, at_desk, found, decision=decision)


@require_POST
@desk_view
def claim_item(request: DeskRequest, item_id: uuid.UUID) -> HttpResponse:
    """Take an item, or lengthen one's claim on it."""
    found, at_desk = _opened(request, item_id)
    try:
        found = claim(item=found, moderator=request.user, at=at_desk.at)
    except NotYours:
        raise PermissionDenied from None
    except ClaimedByAnother as taken:
        return _refused(request, at_desk, taken.item, claimed_attempt(taken))
    if request.htmx.target == "claim":
        return _claim_line(request, at_desk, found)
    if request.htmx:
        held = take(found, desk=at_desk)
        return swap(request, at_desk, _focus(request, held or found))
    return redirect(queue_url(at_desk.filters, item=found))


@require_POST
@desk_view
def release_item(request: DeskRequest, item_id: uuid.UUID) -> HttpResponse:
    """Give an item back; ``then=next`` goes on to the next one.

    A page that is left sends the end of the lease it knew (``lease``): a claim that was renewed
    meanwhile, by the same person's next page, stays.
    """
    found, at_desk = _opened(request, item_id)
    lease = request.POST.get("lease", "")
    if not lease or lease == _lease(found):
        release(item=found, moderator=request.user)
    if request.POST.get("then") == "next":
        return _go_on(request, at_desk, found)
    if request.htmx or lease:
        return HttpResponse(status=204)
    return redirect(queue_url(at_desk.filters))


@require_POST
@desk_view
def skip_item(request: DeskRequest, item_id: uuid.UUID) -> HttpResponse:
    """Leave an item to others, and go on to the next."""
    found, at_desk = _opened(request, item_id)
    skip(item=found, moderator=request.user, at=at_desk.at)
    return _go_on(request, at_desk, found, skipped=found.is_open)


@require_safe
@desk_view
def item_ahead(request: DeskRequest, item_id: uuid.UUID) -> HttpResponse:
    """Show what comes after an item, for a browser that gets it ready and claims nothing.

    The claim comes when it is on the screen (``_go_on``): by then it may be another's.
    """
    found, at_desk = _opened(request, item_id)
    following = calm.following(
        user=request.user, filters=at_desk.filters, after=found, at=at_desk.at
    )
    item = following.item
    if item is None or item.pk == found.pk:
        return HttpResponse(status=204)
    answer = ahead(request, at_desk, _focus(request, item), in_between=following.in_between)
    answer["Desk-Item"] = str(item.public_id)
    answer["Desk-Version"] = str(item.comment.version)
    return answer


def _opened(request: DeskRequest, item_id: uuid.UUID) -> tuple[ReviewItem, Desk]:
    found = selectors.item_for(user=request.user, public_id=item_id)
    filters = filters_of(request, fallback=found.queue)
    return found, Desk(user=request.user, filters=filters, at=database_now())


def _focus(request: DeskRequest, found: ReviewItem) -> Focus:
    return selectors.focus_on(user=request.user, comment_id=found.comment_id, item=found)


def _lease(found: ReviewItem) -> str:
    return found.claimed_until.isoformat() if found.claimed_until else ""


def _claim_line(request: DeskRequest, at_desk: Desk, found: ReviewItem) -> HttpResponse:
    return render(request, "moderation/_claim.html", claim_context(at_desk, found))


def _refused(
    request: DeskRequest, at_desk: Desk, found: ReviewItem, attempt: Attempt
) -> HttpResponse:
    """Answer a decision that was not made: the card stays where it is and says why."""
    if not may_decide(request.user, found):
        raise PermissionDenied
    found = selectors.item_for(user=request.user, public_id=found.public_id)  # as it is by now
    focus = _focus(request, found)
    if request.htmx:
        return actions_only(request, at_desk, focus, attempt)
    return page(request, at_desk, focus, attempt=attempt)


def _go_on(
    request: DeskRequest,
    at_desk: Desk,
    found: ReviewItem,
    *,
    decision: Decision | None = None,
    skipped: bool = False,
) -> HttpResponse:
    """Put the next comment in hand; the one that was decided keeps its row, and says so."""
    shown = _take_shown(request, at_desk)
    following = calm.following(
        user=request.user, filters=at_desk.filters, after=found, at=at_desk.at
    )
    if shown is not None and shown != following.item:
        following = calm.Following(shown, since=following.since)
    calm.went_on(following, user=request.user, at=at_desk.at)
    if not request.htmx:
        return redirect(queue_url(at_desk.filters, item=following.item))
    extra: dict[str, Any] = {"skipped": found if skipped else None}
    if decision is not None:
        decided = selectors.decision_for(user=request.user, public_id=decision.public_id)
        extra |= {**done_context(decided, desk=at_desk), "settled": decided, "says_done": True}
    if shown is not None:
        return confirmed(request, at_desk, shown, extra=extra)
    held = take(following.item, desk=at_desk)
    return swap(request, at_desk, _focus(request, held) if held else None, extra=extra)


def _take_shown(request: DeskRequest, at_desk: Desk) -> ReviewItem | None:
    """Claim the comment that the browser has put on the screen already, if it still can be had.

    It cannot where a colleague was quicker or the author changed it since it was got ready.
    """
    public_id = read_uuid(request.POST, "shown")
    if public_id is None:
        return None
    try:
        shown = selectors.item_for(user=request.user, public_id=public_id)
    except Http404:
        return None
    if not shown.is_open or shown.comment.version != read_number(request.POST, "shown_version"):
        return None
    held = take(shown, desk=at_desk)
    return held if hold_on(held, desk=at_desk) == Hold.MINE else None
