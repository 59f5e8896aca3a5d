"""Deciding many comments as one: confirm, begin, watch, stop, go on, take back."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from moderation import batch_wording, batches, selectors, wording
from moderation.batch_forms import BatchForm, carried_fields, read_selection
from moderation.batches import NothingToDecide, decidable, may_steer
from moderation.decisions import database_now
from moderation.models import Action, Batch, Queue, ReviewItem
from moderation.selection import Kind, Selection
from moderation.selectors import QueueFilters
from moderation.sight import sight_of
from moderation.views.cards import Desk
from moderation.views.guard import DeskRequest, desk_view
from moderation.views.queues import chrome
from moderation.views.state import came_from, read_number, safe_next

SAMPLE = 6  # comments that are shown before all are decided
UNTOUCHED = timedelta(seconds=60)  # a worker looks every few seconds


@require_POST
@desk_view
def start_batch(request: DeskRequest) -> HttpResponse:
    """Ask whether the comments that a form means shall all be decided; begin when that is said."""
    at = database_now()
    if "key" not in request.POST:
        return _confirm(request, BatchForm(), at=at)
    form = BatchForm(request.POST)
    valid = form.is_valid()
    up_to = form.cleaned_data.get("up_to")
    if not valid:
        return _confirm(request, form, at=at, up_to=up_to, status=422)
    selected = read_selection(_sent(request), user=request.user, at=at, up_to=up_to)
    if selected is None:
        return _confirm(request, form, at=at, status=409)
    try:
        batch = batches.start_batch(
            by=request.user,
            action=Action(form.cleaned_data["action"]),
            comments=selected.comments,
            criterion=selected.criterion,
            policy=form.cleaned_data["policy"],
            note=form.cleaned_data["note"],
            key=form.cleaned_data["key"],
        )
    except NothingToDecide:
        return _confirm(request, form, at=at, up_to=up_to, status=409)
    except Batch.DoesNotExist:  # the key is that of somebody else's batch
        raise Http404 from None
    return redirect("moderation:batch", batch_id=batch.public_id)


@require_safe
@desk_view
def batch_list(request: DeskRequest) -> HttpResponse:
    """List what was decided in bulk, newest first."""
    found = selectors.batches_page(user=request.user, before=read_number(request.GET, "before"))
    context = {
        **_chrome(request),
        "lines": [
            {
                "batch": batch,
                "title": batch_wording.title(batch),
                "chosen": batch_wording.chosen(batch.criterion),
            }
            for batch in found.batches
        ],
        "next_before": found.next_before,
    }
    return render(request, "moderation/batches.html", context)


@require_safe
@desk_view
def batch(request: DeskRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Show how far a batch is and what it passed over, or the part of that which htmx asks for."""
    found = selectors.batch_for(user=request.user, public_id=batch_id)
    context = _batch_context(request, found)
    if request.htmx.target == "batch":
        return render(request, "moderation/_batch.html", context)
    return render(request, "moderation/batch.html", {**_chrome(request), **context})


@require_POST
@desk_view
def stop_batch(request: DeskRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Have a batch, or its undoing, take no more comments."""
    batches.stop(_steered(request, batch_id))
    return redirect("moderation:batch", batch_id=batch_id)


@require_POST
@desk_view
def go_on_batch(request: DeskRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Have a stopped batch, or its stopped undoing, go on."""
    batches.go_on(_steered(request, batch_id))
    return redirect("moderation:batch", batch_id=batch_id)


@require_POST
@desk_view
def undo_batch(request: DeskRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Have everything that a batch decided taken back."""
    batches.undo_batch(_steered(request, batch_id), by=request.user)
    return redirect("moderation:batch", batch_id=batch_id)


def _sent(request: DeskRequest) -> QueryDict:
    """Return what a form says of the comments, be it in its fields or in its address."""
    sent = request.POST.copy()
    sent.update(request.GET)
    return sent


def _steered(request: DeskRequest, batch_id: uuid.UUID) -> Batch:
    found = selectors.batch_for(user=request.user, public_id=batch_id)
    if not may_steer(request.user, found):
        raise PermissionDenied
    return found


def _confirm(
    request: DeskRequest,
    form: BatchForm,
    *,
    at: datetime,
    up_to: int | None = None,
    status: int = 200,
) -> HttpResponse:
    """Say how many comments it is, which, and what happens to them and their authors."""
    asked = request.POST.get("action", "")
    action = Action(asked) if asked in batches.IN_BULK else None
    selected = read_selection(_sent(request), user=request.user, at=at, up_to=up_to)
    back = safe_next(request) or came_from(request) or reverse("moderation:desk")
    context: dict[str, Any] = {
        **_chrome(request),
        "form": form,
        "action": action.value if action else "",
        "fields": [*carried_fields(_sent(request)), ("next", back)],
        "back": back,
        "policies": selectors.policies(),
        "key": form.data.get("key") or uuid.uuid4(),
        "number": 0,
    }
    if selected is not None:
        context |= _about(selected, action, user=request.user, at=at)
    if not context["number"]:
        status = max(status, 422)
    return render(request, "moderation/batch_confirm.html", context, status=status)


def _about(
    selected: Selection, action: Action | None, *, user: User, at: datetime
) -> dict[str, Any]:
    """Return what a selection holds: for one action, or for both while none is chosen."""
    actions = (action,) if action else batches.IN_BULK
    numbers = {
        one: decidable(comments=selected.comments, action=one, by=user).count() for one in actions
    }
    most = max(actions, key=lambda one: numbers[one])
    comments = decidable(comments=selected.comments, action=most, by=user)
    items = ReviewItem.objects.filter(is_open=True, comment__in=comments)
    held = Q(claimed_until__gt=at) & ~Q(claimed_by=user) & Q(claimed_by__isnull=False)
    in_the_way = items.aggregate(
        escalated=Count("pk", filter=Q(queue=Queue.ESCALATED)), held=Count("pk", filter=held)
    )
    sample = selectors.sample(comments, seed=selected.up_to, size=SAMPLE)
    revisions = [comment.current_revision_id for comment in sample]
    return {
        "number": numbers[most],
        "asks": batch_wording.asks(most, numbers[most]) if action else "",
        "offers": [(one.value, batch_wording.confirms(one, n)) for one, n in numbers.items() if n],
        "chosen": batch_wording.chosen(selected.criterion),
        "is_by_hand": selected.criterion["kind"] == Kind.COMMENTS,
        "up_to": selected.up_to,
        "sample": sample,
        "sight": sight_of(user=user, revisions=revisions, at=at),
        "escalated": 0 if user.is_senior else in_the_way["escalated"],
        "held": in_the_way["held"],
    }


def _batch_context(request: DeskRequest, found: Batch) -> dict[str, Any]:
    left_out = selectors.passed_over(
        user=request.user, batch=found, after=read_number(request.GET, "after")
    )
    revisions = [member.comment.current_revision_id for member in left_out.members]
    touched_at = found.stepped_at or found.started_at
    return {
        "batch": found,
        "title": batch_wording.title(found),
        "chosen": batch_wording.chosen(found.criterion),
        "may_steer": may_steer(request.user, found),
        "takes": _takes(found),
        "is_untouched": found.is_under_way and database_now() - touched_at > UNTOUCHED,
        "reasons": [(str(batch_wording.WHY_NOT[w]), n) for w, n in left_out.numbers.items()],
        "left_out": [(member, batch_wording.why(member)) for member in left_out.members],
        "sight": sight_of(user=request.user, revisions=revisions, at=database_now()),
        "hidden": left_out.hidden,
        "next_after": left_out.next_after,
        "later_page": "after" in request.GET,
    }


def _takes(found: Batch) -> str:
    """Return how long the rest takes at the speed so far, or nothing before it is known."""
    behind = found.decided + found.skipped + found.undone + found.kept
    if not found.is_under_way or not behind or not found.busy_seconds:
        return ""
    return wording.duration_about(found.left * found.busy_seconds / behind)


def _chrome(request: DeskRequest) -> dict[str, Any]:
    at_desk = Desk(user=request.user, filters=QueueFilters(), at=database_now())
    return {**chrome(at_desk), "room": "batches"}
