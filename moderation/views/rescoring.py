"""Scoring a past period again: choose it, see how much it is, start, watch, stop, go on."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from moderation import selectors, wording
from moderation.decisions import database_now
from moderation.forms import PeriodForm
from moderation.models import Rescoring
from moderation.rescoring import (
    AnotherRunning,
    NothingToScore,
    comments_per_second,
    go_on,
    start,
    stop,
    under_way,
)
from moderation.score_changes import crossed
from moderation.selectors import QueueFilters
from moderation.sight import sight_of
from moderation.strips import WIDTH
from moderation.views.cards import Desk
from moderation.views.guard import DeskRequest, admin_view
from moderation.views.queues import chrome
from moderation.wakeup import wake_rescoring

SUGGESTED_DAYS = 30
UNTOUCHED = timedelta(seconds=60)  # a worker looks every few seconds


@dataclass(frozen=True, slots=True)
class Band:
    """How many comments went from one side of the thresholds to another; ``width`` draws it."""

    before: str
    now: str
    number: int
    width: float


@require_safe
@admin_view
def rescorings(request: DeskRequest) -> HttpResponse:
    """Ask for a period; once one is chosen say how many comments it holds and how long it takes."""
    if "posted_from" not in request.GET:
        return _page(request, PeriodForm(initial=_suggested()))
    form = PeriodForm(request.GET)
    return _page(request, form, status=200 if form.is_valid() else 422)


@require_POST
@admin_view
def start_rescoring(request: DeskRequest) -> HttpResponse:
    """Start a run over a period, unless one is under way."""
    form = PeriodForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        run = start(period=form.period(), by=request.user)
    except NothingToScore:
        return _page(request, form, status=422)
    except AnotherRunning:
        return _page(request, form, status=409)
    wake_rescoring()
    return redirect("moderation:rescoring", rescoring_id=run.public_id)


@require_safe
@admin_view
def rescoring(request: DeskRequest, rescoring_id: uuid.UUID) -> HttpResponse:
    """Show how far a run is, and what it changed; or the part of the page that htmx asks for."""
    run = selectors.rescoring_for(user=request.user, public_id=rescoring_id)
    if request.htmx.target == "run":
        return render(request, "moderation/_rescoring.html", _run_context(request, run))
    return _run_page(request, run)


@require_POST
@admin_view
def stop_rescoring(request: DeskRequest, rescoring_id: uuid.UUID) -> HttpResponse:
    """Have a run take no more comments."""
    stop(selectors.rescoring_for(user=request.user, public_id=rescoring_id))
    return redirect("moderation:rescoring", rescoring_id=rescoring_id)


@require_POST
@admin_view
def go_on_rescoring(request: DeskRequest, rescoring_id: uuid.UUID) -> HttpResponse:
    """Have a stopped run go on, unless another is under way."""
    run = selectors.rescoring_for(user=request.user, public_id=rescoring_id)
    try:
        go_on(run)
    except AnotherRunning:
        trouble = _("Another run is under way. Stop it first, or wait until it is done.")
        return _run_page(request, run, trouble=trouble, status=409)
    wake_rescoring()
    return redirect("moderation:rescoring", rescoring_id=rescoring_id)


def _page(request: DeskRequest, form: PeriodForm, *, status: int = 200) -> HttpResponse:
    context = {
        **_chrome(request),
        "form": form,
        "runs": selectors.newest_rescorings(user=request.user),
        "running": under_way(),
        **(_estimate(form) if form.is_bound and form.is_valid() else {}),
    }
    return render(request, "moderation/rescorings.html", context, status=status)


def _run_page(
    request: DeskRequest, run: Rescoring, *, trouble: str = "", status: int = 200
) -> HttpResponse:
    context = {**_chrome(request), **_run_context(request, run), "trouble": trouble}
    return render(request, "moderation/rescoring.html", context, status=status)


def _chrome(request: DeskRequest) -> dict[str, Any]:
    at_desk = Desk(user=request.user, filters=QueueFilters(), at=database_now())
    return {**chrome(at_desk), "room": "rescoring"}


def _suggested() -> dict[str, Any]:
    today = timezone.localdate()
    return {"posted_from": today - timedelta(days=SUGGESTED_DAYS), "posted_to": today}


def _estimate(form: PeriodForm) -> dict[str, Any]:
    number, speed = form.period().comments().count(), comments_per_second()
    takes = wording.duration_about(number / speed) if speed else ""
    return {"counted": True, "number": number, "takes": takes}


def _run_context(request: DeskRequest, run: Rescoring) -> dict[str, Any]:
    up, down = crossed(run.changes)
    moved_up, moved_down = selectors.furthest_moved(run) if run.moved else ([], [])
    revisions = [row.comment.current_revision_id for row in (*moved_up, *moved_down)]
    left = run.seconds_left
    return {
        "run": run,
        "takes": wording.duration_about(left) if left is not None else "",
        "is_untouched": _is_untouched(run),
        "up": up,
        "down": down,
        "bands": _bands(run.changes),
        "unchanged": sum(n for key, n in run.changes.items() if len(set(key.split(">"))) == 1),
        "moved": [(_("Moved up most"), moved_up), (_("Moved down most"), moved_down)],
        "sight": sight_of(user=request.user, revisions=revisions, at=database_now()),
        "versions": list(run.scored_by.items()),
    }


def _is_untouched(run: Rescoring) -> bool:
    """Whether no worker has looked at a run for longer than it should take."""
    touched_at = run.stepped_at or run.started_at
    return run.is_under_way and database_now() - touched_at > UNTOUCHED


def _bands(changes: dict[str, int]) -> list[Band]:
    """Return what changed sides, the largest number first."""
    pairs = [(key.split(">"), number) for key, number in changes.items()]
    changed = sorted(
        ((before, now, n) for (before, now), n in pairs if before != now), key=lambda c: -c[2]
    )
    most = max((n for _before, _now, n in changed), default=1)
    return [
        Band(str(wording.SIDES[before]), str(wording.SIDES[now]), n, round(WIDTH * n / most, 1))
        for before, now, n in changed
    ]
