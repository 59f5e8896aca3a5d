"""The one door for decisions: a person's, a rule's, an import's, and their undoing.

``decide`` is ``decide_all`` of one, so that automatic and human decisions take the same path:
a guarded move, an append-only row, and what waits for people kept in step, in one transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from comments import lifecycle
from comments.models import Comment, Outcome, Report, Status
from moderation import (
    approvals,
    author_acts,
    overtaken_appeals,
    reopened_appeals,
    statements,
    urgency,
)
from moderation.author_acts import Measures
from moderation.bulk import insert_rows
from moderation.draws import draw
from moderation.illegal_content import answers
from moderation.models import (
    Action,
    Classification,
    Decision,
    MadeBy,
    Policy,
    Queue,
    ReviewItem,
    Source,
)
from moderation.reports import Answer, reopen, settle
from moderation.review_items import Opening, opening_for, replace_items

LEADS_TO = {
    Action.APPROVE: Status.PUBLISHED,
    Action.HOLD: Status.HELD,
    Action.REMOVE: Status.REMOVED,
}


# What answers readers' reports, and how.
SETTLES = {Action.APPROVE: Outcome.DISAGREED, Action.REMOVE: Outcome.AGREED}


class StatusConflict(Exception):
    """The comment is no longer as it was seen. ``winner`` is the decision that came first."""

    def __init__(self, *, comment: Comment, winner: Decision | None) -> None:
        super().__init__(f"comment {comment.pk} is {comment.status}, version {comment.version}")
        self.comment = comment
        self.winner = winner


class CannotUndo(Exception):
    """The decision is not the last word on its comment, or there is nothing to go back to."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A decision that somebody or something wants made about a comment as it was seen."""

    comment_id: int
    revision_id: int
    seen: str
    seen_version: int
    action: Action
    to_status: str
    made_by: MadeBy
    actor_id: int | None = None
    rule_set_id: int | None = None
    classification_id: int | None = None
    matched: list[dict[str, Any]] = field(default_factory=list)
    shadow: list[dict[str, Any]] = field(default_factory=list)  # what rules only counted
    policy_id: int | None = None
    reason: str = ""
    note: str = ""
    supersedes_id: int | None = None
    batch_id: int | None = None
    opens: Opening | None = None  # what a person must look at afterwards
    taken_at: datetime | None = None  # when the comment came into the person's hand


def decide_all(proposals: Sequence[Proposal], *, at: datetime) -> set[int]:
    """Make the decisions whose comments are still as they were seen; returns those comments' ids.

    The rest lost a race and change nothing. One transaction; call it with one proposal for each
    comment.
    """
    if not proposals:
        return set()
    with transaction.atomic():
        approved = approvals.by_people(proposals)
        moved = lifecycle.move(
            [
                lifecycle.Move(
                    comment_id=p.comment_id,
                    seen=p.seen,
                    seen_version=p.seen_version,
                    to=p.to_status,
                    approved=approved.get(p.comment_id),
                )
                for p in proposals
            ],
            at=at,
        )
        made = [proposal for proposal in proposals if proposal.comment_id in moved]
        # Of a comment that was not screened yet nothing is on the desk, unless it was edited: then
        # what readers or a colleague asked waits for a person's answer, whatever a rule decides.
        seen = [p for p in made if p.seen != Status.SUBMITTED or p.made_by == MadeBy.MODERATOR]
        left = replace_items(
            closing=[p.comment_id for p in seen],
            opening={p.comment_id: p.opens for p in made if p.opens is not None},
            at=at,
        )
        settle(
            [
                Answer(
                    comment_id=p.comment_id,
                    outcome=SETTLES[p.action],
                    moderator_id=p.actor_id,
                )
                for p in seen
                if p.action in SETTLES
            ],
            at=at,
        )
        rows = insert_rows(
            Decision,
            [_row(p, left.get(p.comment_id, ""), at) for p in made],
            returning=("id", "comment_id", "made_by", "action"),
        )
        settled = [
            (decision_id, comment_id)
            for decision_id, comment_id, made_by, action in rows
            if made_by == MadeBy.MODERATOR and action in SETTLES
        ]
        if settled:
            draw(settled, at=at)
        ids = {comment_id: pk for pk, comment_id, _by, _action in rows}
        noticed = answers.follow(made, decision_ids=ids, at=at)
        _state(made, ids, noticed=noticed)
        _take_back_measures(made, at=at)
    return moved


def decide(
    *,
    comment: Comment,
    action: Action,
    actor: User,
    seen_version: int,
    at: datetime,
    policy: Policy | None = None,
    note: str = "",
    taken_at: datetime | None = None,
    also: Measures | None = None,
) -> Decision:
    """Make a person's decision about a comment as they saw it (``seen_version``).

    ``comment`` carries status and revision; ``taken_at`` is when it came into their hand, if that
    is known; ``also`` is what a removal brings its author. FLAG leaves the status alone and hands
    the comment to a senior moderator. Raises StatusConflict, naming the winner, when somebody
    decided or the author edited since or withdrew it for good, and ValueError for a removal without
    a policy.
    """
    if action == Action.REMOVE and policy is None:
        raise ValueError("A removal names the policy that its author is told about.")
    if comment.withdrawn_at is not None:
        raise StatusConflict(comment=comment, winner=None)
    before = Decision.objects.filter(comment=comment).order_by("-id").first()
    scored = Classification.newest_of(comment.current_revision_id)  # the one on the card
    proposal = proposal_of(
        actor=actor,
        action=action,
        comment=comment,
        seen_version=seen_version,
        before=before,
        classification_id=scored.pk if scored else None,
        policy_id=policy.pk if policy else None,
        note=note,
        opens=_escalation(comment, note, scored) if action == Action.FLAG else None,
        taken_at=taken_at,
    )
    with transaction.atomic():
        decision = _decide_one(proposal, comment, at=at)
        if action == Action.REMOVE and also is not None:
            author_acts.come_with(decision, author_id=comment.author_id, also=also)
    return decision


def proposal_of(
    *,
    actor: User,
    action: Action,
    comment: Comment,
    seen_version: int,
    before: Decision | None,
    classification_id: int | None,
    policy_id: int | None = None,
    note: str = "",
    opens: Opening | None = None,
    batch_id: int | None = None,
    taken_at: datetime | None = None,
) -> Proposal:
    """Return a person's proposal. ``before`` is the last decision so far, ``classification_id``
    names the scores on the card."""
    return Proposal(
        comment_id=comment.pk,
        revision_id=comment.current_revision_id,
        seen=comment.status,
        seen_version=seen_version,
        action=action,
        to_status=_lands(comment, action),
        made_by=MadeBy.MODERATOR,
        actor_id=actor.pk,
        classification_id=classification_id,
        matched=before.matched if before else [],
        policy_id=policy_id,
        note=note,
        supersedes_id=before.pk if before else None,
        batch_id=batch_id,
        opens=opens,
        taken_at=taken_at,
    )


def undo(*, decision: Decision, actor: User, at: datetime) -> Decision:
    """Take a decision back: the comment and its review item return to where they were.

    The undoing is a decision of its own that supersedes; nothing is deleted. Raises CannotUndo for
    anything but the last decision, and StatusConflict when somebody is quicker.
    """
    comment = Comment.objects.get(pk=decision.comment_id)
    if comment.version != decision.version or decision.action == Action.UNDO:
        raise CannotUndo
    if decision.from_status == Status.SUBMITTED or comment.withdrawn_at is not None:
        raise CannotUndo
    if not undo_all([(comment, decision)], actor=actor, at=at):
        raise _lost(comment)
    return Decision.objects.get(comment=comment, version=decision.version + 1)


def undo_all(
    pairs: Sequence[tuple[Comment, Decision]],
    *,
    actor: User,
    at: datetime,
    batch_id: int | None = None,
) -> set[int]:
    """Take back decisions, each the last one about its comment as it is now; returns the ids of
    the comments that nobody changed meanwhile. One transaction, for one as for many."""
    opens = _opened_again(pairs)
    proposals = [
        Proposal(
            comment_id=comment.pk,
            revision_id=comment.current_revision_id,
            seen=comment.status,
            seen_version=decision.version,
            action=Action.UNDO,
            to_status=decision.from_status,
            made_by=MadeBy.MODERATOR,
            actor_id=actor.pk,
            classification_id=decision.classification_id,
            matched=decision.matched,
            supersedes_id=decision.pk,
            batch_id=batch_id,
            opens=opens.get(comment.pk),
        )
        for comment, decision in pairs
    ]
    with transaction.atomic():
        undone = decide_all(proposals, at=at)
        for decided_at in {decision.decided_at for _comment, decision in pairs}:
            settled = [d.comment_id for _c, d in pairs if d.decided_at == decided_at]
            reopen(undone.intersection(settled), settled_at=decided_at)
    return undone


def _decide_one(proposal: Proposal, comment: Comment, *, at: datetime) -> Decision:
    if decide_all([proposal], at=at):
        return Decision.objects.get(comment=comment, version=proposal.seen_version + 1)
    raise _lost(comment)


def _lost(comment: Comment) -> StatusConflict:
    comment.refresh_from_db()
    return StatusConflict(comment=comment, winner=newest_decision(comment))


def newest_decision(comment: Comment) -> Decision | None:
    """Return the last decision about a comment, with who made it."""
    decisions = Decision.objects.filter(comment=comment)
    return decisions.select_related("actor", "policy", "rule_set").order_by("-id").first()


def _lands(comment: Comment, action: Action) -> str:
    if action != Action.FLAG:
        return LEADS_TO[action]
    # A flagged comment stays public or hidden as it was; one not screened yet must not wait unseen.
    return Status.HELD if comment.status == Status.SUBMITTED else comment.status


def _escalation(comment: Comment, question: str, scored: Classification | None) -> Opening:
    # Whoever is asked judges as blindly as whoever asks.
    is_blind = ReviewItem.objects.filter(comment=comment, is_open=True, is_blind=True).exists()
    label, score = scored.strongest if scored and not is_blind else ("", None)
    return Opening(
        queue=Queue.ESCALATED,
        urgency=urgency.FLAGGED,
        reason=question or _("Flagged"),
        top_label=label,
        top_score=score,
        is_blind=is_blind,
    )


def _opened_again(pairs: Sequence[tuple[Comment, Decision]]) -> dict[int, Opening]:
    """Return what waited before each decision, as it was, or what readers reported since.

    Three queries, whatever the number, but for a few more for each comment reported since.
    """
    waited = [comment for comment, decision in pairs if decision.from_queue]
    items = {
        (item.comment_id, item.queue): item
        for item in ReviewItem.objects.filter(comment__in=waited, is_open=False)
        .order_by("comment_id", "queue", "-id")
        .distinct("comment_id", "queue")
    }
    scores = Classification.newest_of_each([c.current_revision_id for c in waited])
    reports = {
        report.comment_id: report
        for report in Report.objects.filter(
            comment__in=[
                comment
                for comment, decision in pairs
                if not decision.from_queue and decision.from_status == Status.PUBLISHED
            ],
            resolved_at=None,
        ).order_by("id")
    }
    openings = {}
    for comment, decision in pairs:
        # None where somebody takes the same back meanwhile: then this loses the race.
        item = items.get((comment.pk, decision.from_queue))
        if item is not None:
            openings[comment.pk] = _as_before(item, scores.get(comment.current_revision_id))
        elif comment.pk in reports:
            openings[comment.pk] = opening_for(reports[comment.pk], comment=comment)
    return openings


def _as_before(item: ReviewItem, scored: Classification | None) -> Opening:
    # The scores are those of now: by a newer model, perhaps.
    label, score = item.top_label, item.top_score
    if scored is not None and not item.is_blind:
        label, score = scored.strongest
    return Opening(
        queue=Queue(item.queue),
        urgency=item.urgency,
        reason=item.reason,
        top_label=label,
        top_score=score,
        is_blind=item.is_blind,
        again=item.pk,
    )


def _row(proposal: Proposal, from_queue: str, at: datetime) -> dict[str, Any]:
    return {
        "comment": proposal.comment_id,
        "revision": proposal.revision_id,
        "version": proposal.seen_version + 1,
        "action": proposal.action,
        "from_status": proposal.seen,
        "to_status": proposal.to_status,
        "from_queue": from_queue,
        "made_by": proposal.made_by,
        "actor": proposal.actor_id,
        "rule_set": proposal.rule_set_id,
        "classification": proposal.classification_id,
        "matched": proposal.matched,
        "shadow": proposal.shadow,
        "policy": proposal.policy_id,
        "reason": proposal.reason,
        "note": proposal.note,
        "supersedes": proposal.supersedes_id,
        "batch": proposal.batch_id,
        "decided_at": at,
        "taken_at": proposal.taken_at,
    }


def _state(made: Sequence[Proposal], ids: dict[int, int], *, noticed: set[int]) -> None:
    """Write the statements of reasons that these decisions owe their authors.

    ``noticed``: the comments of which a decision answered a notice of illegal content.
    """
    statements.state_decisions(
        statements.Decided(
            decision_id=ids[p.comment_id],
            action=p.action,
            from_status=p.seen,
            to_status=p.to_status,
            made_by=p.made_by,
            detected=p.made_by == MadeBy.RULE or statements.found_in_text(p.matched),
            in_batch=p.batch_id is not None,
            source=Source.NOTICE if p.comment_id in noticed else "",
        )
        for p in made
    )


def _take_back_measures(made: Sequence[Proposal], *, at: datetime) -> None:
    """Whoever takes a removal back, or overrules it, takes back what it brought the author.

    Nobody needs to look at an appeal against it any more.
    """
    undone = [p for p in made if p.action == Action.UNDO]
    _reopen(undone, at=at)
    back = [p for p in made if p.seen == Status.REMOVED and p.to_status != Status.REMOVED]
    if back:
        overtaken_appeals.close_about_comments([p.comment_id for p in back], at=at)
    if undone or back:
        author_acts.go_with(
            decisions=[p.supersedes_id for p in undone if p.supersedes_id is not None],
            comments=[p.comment_id for p in back],
            actors={p.comment_id: p.actor_id for p in undone + back if p.actor_id is not None},
            at=at,
        )


def _reopen(undone: Sequence[Proposal], *, at: datetime) -> None:
    """What had put removed comments back is undone: what went with their removal comes again.

    An appeal that was answered so waits again.
    """
    removed = [p for p in undone if p.to_status == Status.REMOVED and p.seen != Status.REMOVED]
    actors = {
        p.supersedes_id: p.actor_id
        for p in removed
        if p.supersedes_id is not None and p.actor_id is not None
    }
    if actors:
        reopened_appeals.reopen_about_decisions(actors, at=at)
        author_acts.come_again(actors, at=at)


def database_now() -> datetime:
    """Return the database's time: the one clock that all machines share."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
        return now
