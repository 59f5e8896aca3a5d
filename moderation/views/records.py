"""What was decided: the list, the history of a comment, the record of an author, undoing."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from comments.models import Comment
from comments.picks import NotPublic, pick, standing_pick, unpick
from moderation import appeal_wording, selectors, strips, wording
from moderation.author_forms import MeasuredDecisionForm
from moderation.closer_looks import quoted_in
from moderation.decisions import CannotUndo, StatusConflict, database_now, decide, undo
from moderation.evidence import marked
from moderation.forms import DecidedFilterForm, DecisionForm
from moderation.models import Classification, Decision, ReviewItem
from moderation.review import ClaimedByAnother, NotYours, is_undoable, may_undo, resolve
from moderation.selectors import CommentRecord, QueueFilters
from moderation.sight import Seen, Sight, sight_of
from moderation.strips import Strip, Tick
from moderation.views.cards import (
    Attempt,
    Desk,
    Hold,
    Trouble,
    actions_context,
    claimed_attempt,
    conflict_attempt,
    done_context,
    hold_on,
    take,
)
from moderation.views.guard import DeskRequest, desk_view
from moderation.views.queues import chrome, swap
from moderation.views.state import filters_of, queue_url, read_number, safe_next


@dataclass(frozen=True, slots=True)
class Line:
    """A decision in a list, and whether it can be taken back by whoever looks at it."""

    decision: Decision
    who: str
    what: str
    undoable: bool


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a comment: a text was sent, a report came, somebody decided."""

    at: datetime
    kind: str
    about: Any
    line: Line | None = None
    text: str = ""
    seen: Seen | None = None
    strips: "list[Strip] | None" = None
    unscored: str = ""
    scored: Classification | None = None


@require_safe
@desk_view
def decided(request: DeskRequest) -> HttpResponse:
    """List decisions of people and rules, newest first."""
    form = DecidedFilterForm(request.GET)
    filters = form.filters()
    form.offer(moderators=selectors.moderators())
    found = selectors.decided_page(
        user=request.user, filters=filters, before=read_number(request.GET, "before")
    )
    context = {
        **chrome(_desk(request)),
        "room": "decided",
        "filter_form": form,
        "sight": sight_of(
            user=request.user, revisions=[d.revision_id for d in found.decisions], at=database_now()
        ),
        "lines": [line_about(request, decision) for decision in found.decisions],
        "next_url": older(request, found.next_before),
        "at_top": "before" not in request.GET,
    }
    return render(request, "moderation/decided.html", context)


@require_safe
@desk_view
def comment(request: DeskRequest, comment_id: uuid.UUID) -> HttpResponse:
    """Show everything that ever happened to a comment."""
    return _history(request, comment_id)


@require_POST
@desk_view
def decide_comment(request: DeskRequest, comment_id: uuid.UUID) -> HttpResponse:
    """Decide a comment from its history, whether it waits for somebody or was decided before."""
    found = selectors.comment_for(user=request.user, public_id=comment_id)
    form = MeasuredDecisionForm(request.POST)
    if not form.is_valid():
        return _history(request, comment_id, attempt=Attempt(form=form, status=422))
    if found.withdrawn_at is not None:
        trouble = Trouble(sentence=wording.changed_by_author(found))
        return _history(request, comment_id, attempt=Attempt(trouble=trouble, status=409))
    try:
        _decide(found, moderator=request.user, form=form)
    except NotYours:
        raise PermissionDenied from None
    except ClaimedByAnother as taken:
        return _history(request, comment_id, attempt=claimed_attempt(taken, form=form))
    except StatusConflict as conflict:
        return _history(request, comment_id, attempt=conflict_attempt(conflict, form=form))
    return redirect("moderation:comment", comment_id=comment_id)


@require_POST
@desk_view
def pick_comment(request: DeskRequest, comment_id: uuid.UUID) -> HttpResponse:
    """Recommend a comment to readers."""
    found = selectors.comment_for(user=request.user, public_id=comment_id)
    try:
        pick(comment=found, by=request.user, at=database_now())
    except NotPublic:
        return _history(request, comment_id, not_picked=wording.not_picked())
    return redirect("moderation:comment", comment_id=comment_id)


@require_POST
@desk_view
def unpick_comment(request: DeskRequest, comment_id: uuid.UUID) -> HttpResponse:
    """Take a recommendation back."""
    found = selectors.comment_for(user=request.user, public_id=comment_id)
    unpick(comment=found, by=request.user, at=database_now())
    return redirect("moderation:comment", comment_id=comment_id)


@require_POST
@desk_view
def undo_decision(request: DeskRequest, decision_id: uuid.UUID) -> HttpResponse:
    """Take a decision back; the comment returns to where it was, and to whoever took it back."""
    decision = selectors.decision_for(user=request.user, public_id=decision_id)
    if not may_undo(request.user, decision):
        raise PermissionDenied
    try:
        undone = undo(decision=decision, actor=request.user, at=database_now())
    except (CannotUndo, StatusConflict):
        return _not_undone(request, decision)
    back = safe_next(request)
    if back is not None and not request.htmx:
        return HttpResponseRedirect(back)  # an address, never the name of a view
    return _reopened(request, undone)


def _decide(found: Comment, *, moderator: User, form: DecisionForm) -> None:
    """Decide through what waits, if anything does; else anew, if the last word may be overruled."""
    at, item = database_now(), selectors.open_item(found)
    if item is not None:
        item.comment = found
        resolve(item=item, moderator=moderator, at=at, **form.decision())
        return
    newest = selectors.last_decision_about(found)
    if newest is not None and not may_undo(moderator, newest):
        raise NotYours
    decide(comment=found, actor=moderator, at=at, **form.decision())


def _history(
    request: DeskRequest,
    comment_id: uuid.UUID,
    *,
    attempt: Attempt | None = None,
    not_picked: str = "",
) -> HttpResponse:
    record = selectors.comment_record(user=request.user, public_id=comment_id)
    at_desk = _desk(request, record.item)
    hold = hold_on(record.item, desk=at_desk)
    sight = sight_of(user=request.user, revisions=[r.pk for r in record.revisions], at=at_desk.at)
    context = {
        **chrome(at_desk),
        **actions_context(at_desk, attempt),
        "comment": record.comment,
        "item": record.item,
        "item_address": queue_url(at_desk.filters, item=record.item) if record.item else "",
        "sight": sight,
        "events": _events(request, record, sight),
        "policies": selectors.policies(),
        "hold": Hold.FREE.value if hold == Hold.CLOSED else hold.value,
        "claim_sentence": wording.claim_of_another(record.item) if record.item else "",
        "decide_address": reverse("moderation:decide_comment", args=[comment_id]),
        "on_record": True,
        "pick": standing_pick(comment=record.comment),
        "not_picked": not_picked,
    }
    status = attempt.status if attempt else 409 if not_picked else 200
    return render(request, "moderation/comment.html", context, status=status)


def _events(request: DeskRequest, record: CommentRecord, sight: Sight) -> list[Event]:
    """Put the history in the order in which it happened."""
    ticks = strips.thresholds()
    events = []
    for revision in record.revisions:
        scored = record.newest.get(revision.pk)
        seen = sight.of(revision.body, revision_id=revision.pk)
        events.append(
            Event(
                at=revision.created_at,
                kind="revision",
                about=revision,
                seen=seen,
                text=marked(
                    seen.body,
                    scored.spans if scored and not seen.hides else (),
                    quotations=() if seen.hides else quoted_in(record.comment, body=revision.body),
                ),
                **_scores(scored, seen=seen, ticks=ticks),
            )
        )
    events += [Event(at=r.created_at, kind="report", about=r) for r in record.reports]
    for decision in record.decisions:
        then = record.rested_on(decision)
        events.append(
            Event(
                at=decision.decided_at,
                kind="decision",
                about=decision,
                line=line_about(request, decision),
                **(
                    _scores(
                        then,
                        seen=sight.of(decision.revision.body, revision_id=decision.revision_id),
                        ticks=ticks,
                    )
                    if then
                    else {}
                ),
            )
        )
    for appeal in record.appeals:
        events.append(Event(at=appeal.filed_at, kind="appeal", about=appeal))
        for taken in appeal.taken_back.all():
            told = appeal_wording.taken_back(taken)
            events.append(Event(at=taken.at, kind="answer taken back", about=taken, text=told))
        if appeal.decided_at is not None:
            told = appeal_wording.settled(appeal)
            events.append(Event(appeal.decided_at, kind="appeal settled", about=appeal, text=told))
    if record.comment.withdrawn_at is not None:
        events.append(Event(at=record.comment.withdrawn_at, kind="withdrawal", about=None))
    return sorted(events, key=lambda event: event.at)


def _scores(
    scored: Classification | None, *, seen: Seen, ticks: Mapping[str, tuple[Tick, ...]]
) -> dict[str, Any]:
    missing = scored is None or scored.unscored
    return {
        "scored": scored,
        "strips": strips.strips(
            classification=scored,
            body=seen.body,
            ticks=ticks,
            spans=() if seen.hides else None,
        ),
        "unscored": wording.why_unscored(scored.unscored if scored else "") if missing else "",
    }


def line_about(request: DeskRequest, decision: Decision, *, comment: Comment | None = None) -> Line:
    """Return a decision for a list; ``comment`` is the one it is about, where that is known."""
    if comment is not None:
        decision.comment = comment
    return Line(
        decision=decision,
        who=wording.who(decision),
        what=wording.what(decision),
        undoable=is_undoable(decision) and may_undo(request.user, decision),
    )


def _not_undone(request: DeskRequest, decision: Decision) -> HttpResponse:
    """Say what came after the decision that was to be taken back."""
    newest = selectors.last_decision_about(decision.comment)
    fresh = selectors.decision_for(user=request.user, public_id=decision.public_id)
    sentence = wording.not_undone(fresh, newest=newest)
    context = {"done": sentence, "done_decision": None}
    if request.htmx:
        answer = render(request, "moderation/_done.html", context, status=409)
        answer["HX-Retarget"] = "#done"
        return answer
    full = {**chrome(_desk(request)), "sentence": sentence, "comment": fresh.comment}
    return render(request, "moderation/not_undone.html", full, status=409)


def _reopened(request: DeskRequest, undone: Decision) -> HttpResponse:
    decision = selectors.decision_for(user=request.user, public_id=undone.public_id)
    found = selectors.open_item(decision.comment)
    if found is None:
        return redirect("moderation:comment", comment_id=decision.comment.public_id)
    at_desk = _desk(request, found)
    if not request.htmx:
        return redirect(queue_url(at_desk.filters, item=found))
    held = take(found, desk=at_desk)
    focus = selectors.focus_on(user=request.user, comment_id=decision.comment_id, item=held)
    extra = {**done_context(decision, desk=at_desk), "reopened": held, "says_done": True}
    return swap(request, at_desk, focus, extra=extra)


def _desk(request: DeskRequest, item: ReviewItem | None = None) -> Desk:
    filters = filters_of(request, fallback=item.queue) if item else QueueFilters()
    return Desk(user=request.user, filters=filters, at=database_now())


def older(request: DeskRequest, before: int | None) -> str:
    """Return the address of the page after this one, or nothing at the end."""
    if before is None:
        return ""
    values = {name: value for name, value in request.GET.items() if value and name != "before"}
    return f"?{urlencode({**values, 'before': before})}"
