"""Appeals at the desk: the list, and one on one screen, decided by somebody who did not before."""

import uuid
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from moderation import appeal_wording, author_wording, strips, wording
from moderation.appeal_forms import AnswerAppealForm
from moderation.appeals import (
    LONGEST_REASON,
    CannotTakeBack,
    ClaimedByAnother,
    DecidedMeanwhile,
    NotYours,
    claim,
    decide_appeal,
    may_take_back,
    release,
    take_back_answer,
)
from moderation.closer_looks import quoted_in
from moderation.decisions import database_now
from moderation.evidence import marked
from moderation.models import Appeal
from moderation.selectors import QueueFilters
from moderation.selectors import appeals as selected
from moderation.selectors.appeals import AppealCase
from moderation.sight import Sight, sight_of
from moderation.views.cards import Desk
from moderation.views.guard import DeskRequest, desk_view
from moderation.views.queues import chrome
from moderation.views.state import read_uuid


@require_safe
@desk_view
def appeals(request: DeskRequest) -> HttpResponse:
    """List what waits for this person, the oldest first, and what was settled last."""
    found = selected.appeals_page(user=request.user)
    at = database_now()
    everything = [*found.waiting, *found.settled]
    context = {
        **_around(request),
        "waiting": [
            (one, appeal_wording.against(one), _held_by_another(one, request, at))
            for one in found.waiting
        ],
        "settled": [
            (one, appeal_wording.against(one), appeal_wording.settled(one)) for one in found.settled
        ],
        "kept": found.kept,
        "sight": sight_of(
            user=request.user,
            revisions=[one.decision.revision_id for one in everything if one.decision],
            at=at,
        ),
    }
    return render(request, "moderation/appeals.html", context)


@require_safe
@desk_view
def appeal(request: DeskRequest, appeal_id: uuid.UUID) -> HttpResponse:
    """Show an appeal and take it; a browser that only looks ahead takes nothing."""
    found = selected.appeal_for(user=request.user, public_id=appeal_id)
    ahead = request.method == "HEAD" or "prefetch" in request.headers.get("Sec-Purpose", "")
    held_by = ""
    if found.is_open and not ahead:
        try:
            claim(appeal=found, moderator=request.user, at=database_now())
        except ClaimedByAnother as taken:
            held_by = appeal_wording.held_by(taken.appeal)
        except DecidedMeanwhile:
            pass  # the page says what became of it
        except NotYours:
            raise Http404 from None
    return _page(request, found, held_by=held_by)


@require_POST
@desk_view
def decide_appeal_view(request: DeskRequest, appeal_id: uuid.UUID) -> HttpResponse:
    """Let the decision stand or overturn it; go on to the next appeal."""
    found = selected.appeal_for(user=request.user, public_id=appeal_id)
    form = AnswerAppealForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    try:
        decided = decide_appeal(
            appeal=found,
            moderator=request.user,
            overturns=form.overturns,
            reason=form.cleaned_data["reason"],
            note=form.cleaned_data["note"],
            at=database_now(),
        )
    except DecidedMeanwhile as late:
        trouble = appeal_wording.too_late(late.appeal)
        return _page(request, found, form=form, trouble=trouble, status=409)
    except ClaimedByAnother as taken:
        held_by = appeal_wording.held_by(taken.appeal)
        return _page(request, found, form=form, held_by=held_by, status=423)
    except NotYours:
        raise Http404 from None
    return _go_on(request, decided, done=str(decided.public_id))


@require_POST
@desk_view
def undo_appeal(request: DeskRequest, appeal_id: uuid.UUID) -> HttpResponse:
    """Take an answer back; the appeal waits again, in the hand of whoever took it back."""
    found = selected.appeal_for(user=request.user, public_id=appeal_id)
    try:
        take_back_answer(appeal=found, moderator=request.user, at=database_now())
    except CannotTakeBack:
        return _page(request, found, trouble=appeal_wording.not_taken_back(found), status=409)
    except NotYours:
        raise PermissionDenied from None
    return redirect("moderation:appeal", appeal_id=found.public_id)


@require_POST
@desk_view
def release_appeal(request: DeskRequest, appeal_id: uuid.UUID) -> HttpResponse:
    """Leave an appeal to somebody else and go on."""
    found = selected.appeal_for(user=request.user, public_id=appeal_id)
    release(appeal=found, moderator=request.user)
    return _go_on(request, found)


def _go_on(request: DeskRequest, after: Appeal, *, done: str = "") -> HttpResponse:
    following = selected.next_appeal(user=request.user, after=after, at=database_now())
    query = {"done": done} if done else None
    if following is None:
        return redirect(reverse("moderation:appeals", query=query))
    return redirect(reverse("moderation:appeal", args=[following.public_id], query=query))


def _page(
    request: DeskRequest,
    found: Appeal,
    *,
    form: AnswerAppealForm | None = None,
    held_by: str = "",
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    case = selected.appeal_case(found)
    decision, branch = case.appeal.decision, case.branch
    above = [branch.first, *branch.nearest] if branch else []
    revision_id = decision.revision_id if decision else None
    sight = sight_of(
        user=request.user,
        revisions=[revision_id, *(c.current_revision_id for c in above if c)],
        at=database_now(),
    )
    who, what = appeal_wording.decided_first(case)
    context = {
        **_around(request),
        **(_text(case, sight) if decision else {}),
        "case": case,
        "appeal": case.appeal,
        "comment": case.comment,
        "decision": decision,
        "branch": branch,
        "sight": sight,
        "against": appeal_wording.against(case.appeal),
        "who": who,
        "what": what,
        "with_it": author_wording.with_removal(list(case.came_with)),
        "settled_words": "" if case.appeal.is_open else appeal_wording.settled(case.appeal),
        "undoable": may_take_back(request.user, case.appeal, at=database_now()),
        "taken_back": [(one, appeal_wording.taken_back(one)) for one in case.taken_back],
        "held_by": held_by,
        "trouble": trouble,
        "form": form,
        "longest": LONGEST_REASON,
        "here": reverse("moderation:appeal", args=[found.public_id]),
    }
    return render(request, "moderation/appeal.html", context, status=status)


def _text(case: AppealCase, sight: Sight) -> dict[str, Any]:
    """Return the text that was judged, with the scores that the decision rested on."""
    decision, scored = case.appeal.decision, case.classification
    assert decision is not None  # noqa: S101, asked before
    seen = sight.of(decision.revision.body, revision_id=decision.revision_id)
    spans = scored.spans if scored is not None and not seen.hides else ()
    missing = scored is None or bool(scored.unscored)
    return {
        "glance": seen,
        "text": marked(
            seen.body,
            spans,
            quotations=()
            if seen.hides
            else quoted_in(decision.comment, body=decision.revision.body),
        ),
        "strips": strips.strips(
            classification=scored,
            body=seen.body,
            ticks=strips.thresholds(),
            spans=() if seen.hides else None,
        ),
        "unscored": wording.why_unscored(scored.unscored if scored else "") if missing else "",
    }


def _held_by_another(appeal: Appeal, request: DeskRequest, at: datetime) -> str:
    lasts = appeal.claimed_until is not None and appeal.claimed_until > at
    another = appeal.claimed_by_id not in (None, request.user.pk)
    return str(appeal.claimed_by) if another and lasts else ""


def _around(request: DeskRequest) -> dict[str, Any]:
    """What stands around the page; ``done`` names the appeal that was answered just before."""
    at_desk = Desk(user=request.user, filters=QueueFilters(), at=database_now())
    answered = selected.answered_by(user=request.user, public_id=read_uuid(request.GET, "done"))
    done = appeal_wording.done(answered) if answered else ""
    undone = answered if answered and may_take_back(request.user, answered, at=at_desk.at) else None
    return {**chrome(at_desk), "room": "appeals", "done": done, "done_appeal": undone}
