"""What the site learned from its moderators: look at it, switch it off and back."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from classifier.fitting import (
    CONFIDENCE,
    FEWEST_DECISIONS,
    FEWEST_OF_A_SIDE,
    HELD_BACK,
    Finding,
)
from moderation import heads, selectors, wording
from moderation.decisions import database_now
from moderation.learning import Judged
from moderation.selectors import LearnedLabel, QueueFilters
from moderation.sight import sight_of
from moderation.strips import WIDTH
from moderation.views.cards import Desk
from moderation.views.guard import DeskRequest, admin_view
from moderation.views.queues import chrome

MARGIN = 0.005  # of AUC, left and right of what is drawn


@dataclass(frozen=True, slots=True)
class Gain:
    """One label: what was found, and its gain with interval as places in a drawing."""

    learned: LearnedLabel
    outcome: str
    zero: float
    low: float | None = None
    middle: float | None = None
    high: float | None = None


@require_safe
@admin_view
def learning(request: DeskRequest) -> HttpResponse:
    """Show what was learned, from what, how much better it is, and what is in use."""
    state = selectors.learning_state()
    shown = state.switched_on or state.newest
    moves, at = selectors.moves(shown) if shown else [], database_now()
    context = {
        **chrome(Desk(user=request.user, filters=QueueFilters(), at=at)),
        "room": "learning",
        "learning": state,
        "shown": shown,
        "unusable": heads.why_unusable(state.switched_on) if state.switched_on else "",
        "judged": _judged(state.judged),
        "gains": _gains(selectors.learned_labels(shown)) if shown else [],
        "moves": moves,
        "sight": sight_of(user=request.user, revisions=[m.revision.pk for m in moves], at=at),
        "recent": shown.figures["recent"] if shown else 0,
        "fewest": FEWEST_DECISIONS,
        "fewest_of_a_side": FEWEST_OF_A_SIDE,
        "held_back": round(100 * HELD_BACK),
        "confidence": round(100 * CONFIDENCE),
        "width": WIDTH,
    }
    return render(request, "moderation/learning.html", context)


@require_POST
@admin_view
def switch_learning(request: DeskRequest) -> HttpResponse:
    """Use what was learned, or the model as it was shipped. The same again changes nothing."""
    match request.POST.get("to"):
        case "learned":
            head = heads.newest_good_head()
            if head is not None and not heads.has_too_few(heads.newest_switch()):
                heads.switch(head=head, by=request.user)
        case "shipped":
            heads.switch(head=None, by=request.user)
    return redirect("moderation:learning")


def _judged(found: Judged | None) -> list[tuple[str, Finding, str]]:
    """What the newest decisions say of the version in use: label, finding, what it comes to."""
    if found is None:
        return []
    return [
        (label.value, finding, wording.judged_again(finding))
        for label, finding in found.findings.items()
    ]


def _gains(labels: Sequence[LearnedLabel]) -> list[Gain]:
    """Place the gains on one scale that holds zero and every interval."""
    bounds = [b for one in labels for b in (one.finding.low, one.finding.high) if b is not None]
    least, most = min([0.0, *bounds]) - MARGIN, max([0.0, *bounds]) + MARGIN

    def place(gain: float | None) -> float | None:
        return None if gain is None else round(WIDTH * (gain - least) / (most - least), 2)

    return [
        Gain(
            learned=one,
            outcome=wording.learned(one.finding),
            zero=place(0.0) or 0.0,
            low=place(one.finding.low),
            middle=place(one.finding.gain),
            high=place(one.finding.high),
        )
        for one in labels
    ]
