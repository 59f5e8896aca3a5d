"""What the templates of a card are given: the comment in hand, and what may be done with it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from moderation import author_wording, calm, closer_looks, selectors, urgency, wording
from moderation.decisions import StatusConflict
from moderation.forms import DecisionForm
from moderation.models import Action, Decision, ReviewItem
from moderation.review import (
    ClaimedByAnother,
    NotYours,
    claim,
    is_undoable,
    may_decide,
    may_undo,
    release_others,
)
from moderation.selectors import Focus, QueueFilters
from moderation.sight import opened, sight_of
from moderation.views.judging import reports_context, text_context
from moderation.views.state import carried, queue_url

DONE_SHOWN = timedelta(seconds=15)  # how long the foot says what was done; undoing stays
UNDONE_BY_KEY = timedelta(minutes=10)  # an older decision is taken back from its history


@dataclass(frozen=True, slots=True)
class Desk:
    """One request: who sits at the desk, which part of which queue, at what time."""

    user: User
    filters: QueueFilters
    at: datetime


class Hold(StrEnum):
    """Who has the comment in hand."""

    MINE = "mine"
    FREE = "free"
    ANOTHER = "another"
    SENIOR = "senior"  # it is for senior moderators, and this person is none
    CLOSED = "closed"  # it waits for nobody (any more)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a decision was not made, in words, and what the person had typed."""

    sentence: str
    note: str = ""
    shows_new: bool = False  # whether the comment's new state is worth a key of its own


@dataclass(slots=True)
class Attempt:
    """A decision that was tried and not made: the form with its messages, or the trouble."""

    form: DecisionForm | None = None
    trouble: Trouble | None = None
    status: int = field(default=200)


def take(item: ReviewItem | None, *, desk: Desk) -> ReviewItem | None:
    """Claim an item for whoever opens it and give back what they held before.

    Whatever stands in the way (another's claim, a closed item, an escalated one) is no failure
    here: the card says so.
    """
    if item is None:
        return None
    try:
        item = claim(item=item, moderator=desk.user, at=desk.at)
    except ClaimedByAnother as taken:
        return taken.item
    except NotYours:
        return item
    release_others(keeping=item, moderator=desk.user)
    opened(item, user=desk.user, at=desk.at)
    return item


def hold_on(item: ReviewItem | None, *, desk: Desk) -> Hold:
    """Say who has an item."""
    if item is None or not item.is_open:
        return Hold.CLOSED
    if not may_decide(desk.user, item):
        return Hold.SENIOR
    until = item.claimed_until
    if item.claimed_by_id is None or until is None or until <= desk.at:
        return Hold.FREE
    return Hold.MINE if item.claimed_by_id == desk.user.pk else Hold.ANOTHER


def focus_context(desk: Desk, focus: Focus, *, attempt: Attempt | None = None) -> dict[str, Any]:
    """Return everything that the card, its actions and its context show."""
    comment, item, scored = focus.comment, focus.item, focus.classification
    branch = focus.branch
    above = [branch.first, *branch.nearest]
    sight = sight_of(
        user=desk.user,
        revisions=[
            *(c.current_revision_id for c in (comment, *above, *focus.others) if c),
            *(version.pk for version in focus.versions),
        ],
        at=desk.at,
    )
    seen = sight.of(comment.current_revision.body, revision_id=comment.current_revision_id)
    why = wording.why_here(item, flag=focus.flag)
    return {
        "focus": focus,
        "sight": sight,
        "glance": seen,
        "in_between": calm.in_between(item, user=desk.user, at=desk.at),
        "comment": comment,
        "item": item,
        **text_context(focus, sight=sight, seen=seen),
        **reports_context(focus),
        "unscored": wording.why_unscored(scored.unscored if scored else "")
        if scored is None or scored.unscored
        else "",
        "why": why,
        "urgency": urgency_of(focus),
        "illegal_notices": focus.notices,
        "also": [m for m in _matched(focus) if m.get("rule") != why[1]],
        "labels": _labels(focus),
        "branch": branch,
        "standing": author_wording.at_a_glance(
            selectors.author_standing(comment.author, at=desk.at)
        ),
        "policies": selectors.policies(),
        "here": queue_url(desk.filters, item=item),
        **_undo_context(desk, focus),
        **look_context(focus),
        **claim_context(desk, item, focus.decisions[:1]),
        **actions_context(desk, attempt),
    }


def look_context(focus: Focus) -> dict[str, Any]:
    """Return how far the closer look at the scores is."""
    return {"look": focus.look, "look_progress": closer_looks.progress(focus.look).value}


def claim_context(
    desk: Desk, item: ReviewItem | None, newest: list[Decision] | None = None
) -> dict[str, Any]:
    """Return who has the comment, in words; ``newest`` holds the last decision about it."""
    hold = hold_on(item, desk=desk)
    sentence = ""
    if hold == Hold.MINE and item is not None and item.claimed_until is not None:
        sentence = _("Yours until %(time)s") % {"time": wording.clock(item.claimed_until)}
    elif hold == Hold.FREE:
        sentence = _("Nobody has this one.")
    elif hold == Hold.ANOTHER and item is not None:
        sentence = wording.claim_of_another(item)
    elif hold == Hold.SENIOR:
        sentence = _("A senior moderator decides this one.")
    elif hold == Hold.CLOSED and newest:
        sentence = wording.told(newest[0])
    elif hold == Hold.CLOSED:
        sentence = _("This comment does not wait for a moderator.")
    return {
        "item": item,
        "hold": hold.value,
        "claim_sentence": sentence,
        "query": carried(desk.filters),
    }


def actions_context(desk: Desk, attempt: Attempt | None) -> dict[str, Any]:
    """Return what the actions say after a decision that was not made."""
    attempt = attempt or Attempt()
    form = attempt.form
    tried = form.data.get("action", "") if form is not None else ""
    note = form.data.get("note", "") if form is not None else ""
    return {
        "form": form,
        "trouble": attempt.trouble,
        "tried": tried,
        "note": note or (attempt.trouble.note if attempt.trouble else ""),
        "query": carried(desk.filters),
    }


def done_context(decision: Decision | None, *, desk: Desk) -> dict[str, Any]:
    """Return the line at the foot: what one's own last decision did, and whether it can be undone.

    An old one is named, with the way to its history: nobody remembers it well enough to take it
    back with one key. ``decision`` carries its comment as it is now.
    """
    if decision is None:
        return {"done": "", "done_decision": None}
    undoable = is_undoable(decision) and may_undo(desk.user, decision)
    until = decision.decided_at + DONE_SHOWN
    done = ""
    if desk.at < until:
        done = wording.done(decision)
        if decision.action == Action.REMOVE:
            done = f"{done} {author_wording.with_removal(selectors.came_with(decision))}".strip()
    return {
        "done": done,
        "done_until": until,
        "done_decision": decision if undoable else None,
        "done_words": wording.done_in_short(decision) if undoable else "",
        "undone_until": decision.decided_at + UNDONE_BY_KEY,
        "is_undone_by_key": _is_recent(decision, desk),
        "query": carried(desk.filters),
    }


def conflict_attempt(conflict: StatusConflict, *, form: DecisionForm) -> Attempt:
    """Return what a late decision is told."""
    seen = form.cleaned_data["version"]
    changed = selectors.author_changed_since(conflict.comment, version=seen)
    return Attempt(
        trouble=Trouble(
            sentence=wording.overtaken(
                conflict.comment, newest=conflict.winner, author_changed=changed
            ),
            note=form.cleaned_data["note"],
            shows_new=True,
        ),
        status=409,
    )


def claimed_attempt(taken: ClaimedByAnother, *, form: DecisionForm | None = None) -> Attempt:
    """Return what a decision is told that came while somebody else has the item."""
    note = form.cleaned_data["note"] if form is not None else ""
    return Attempt(
        trouble=Trouble(sentence=wording.claim_of_another(taken.item), note=note), status=423
    )


def urgency_of(focus: Focus) -> list[urgency.Part]:
    """Return what the urgency of a waiting comment is made of; of a blind one nothing is told."""
    if focus.item is None or not focus.item.is_open or focus.item.is_blind:
        return []
    return urgency.explained(
        focus.item,
        screening=focus.screening,
        reports=focus.weights,
        has_notice=bool(focus.notices),
    )


def _undo_context(desk: Desk, focus: Focus) -> dict[str, Any]:
    """Return the last word on a comment that waits for nobody, if this person may take it back.

    The key takes back what they decided last themselves and just now: nothing of a colleague's.
    """
    newest = focus.decisions[0] if focus.decisions else None
    if newest is None or focus.may_be_decided:
        return {"undoable": None}
    newest.comment = focus.comment
    if not is_undoable(newest) or not may_undo(desk.user, newest):
        return {"undoable": None}
    is_own = newest.actor_id == desk.user.pk
    by_key = is_own and _is_recent(newest, desk)
    if by_key:
        by_key = selectors.last_decision_of(desk.user) == newest
    return {"undoable": newest, "is_own": is_own, "undone_by_key": by_key}


def _is_recent(decision: Decision, desk: Desk) -> bool:
    return desk.at < decision.decided_at + UNDONE_BY_KEY


def _labels(focus: Focus) -> list[str]:
    """Return the words that the rules which acted put on the comment, each once."""
    acted = (m for m in _matched(focus) if not m.get("stopped"))
    return list(dict.fromkeys(label for m in acted for label in m.get("labels", ())))


def _matched(focus: Focus) -> list[dict[str, Any]]:
    return focus.screening.matched if focus.screening is not None else []
