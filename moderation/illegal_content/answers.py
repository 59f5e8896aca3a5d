"""What becomes of notices when their comment is decided, whichever door the decision came through.

A person's removal or approval answers every open notice about the comment. An answer whose decision
is taken back is open again; one that a later decision turns round is changed. Rules answer nothing:
a person reads a notice. Letters follow from what is stored here (``letters.tell``), some minutes
later, so that a decision taken back at once is never written about.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from django.db.models import Q

from comments.models import Comment, Status
from moderation.illegal_content.filing import bring_to_desk
from moderation.models import (
    Action,
    Decision,
    IllegalContentNotice,
    MadeBy,
    NoticeOutcome,
    Policy,
)

REMOVED = (NoticeOutcome.ILLEGAL, NoticeOutcome.RULES)


class Decided(Protocol):
    """What was decided about a comment, as far as a notice is concerned."""

    @property
    def comment_id(self) -> int: ...
    @property
    def action(self) -> Action: ...
    @property
    def made_by(self) -> MadeBy: ...
    @property
    def to_status(self) -> str: ...
    @property
    def policy_id(self) -> int | None: ...
    @property
    def supersedes_id(self) -> int | None: ...


def follow(
    decided: Sequence[Decided], *, decision_ids: Mapping[int, int], at: datetime
) -> set[int]:
    """Answer, reopen or change the notices about comments that people decided.

    ``decision_ids``: the decisions by comment. Call it in their transaction. One query where there
    is no notice, none for what rules decided. Returns the comments of which a notice was answered.
    """
    by_people = {one.comment_id: one for one in decided if one.made_by == MadeBy.MODERATOR}
    if not by_people:
        return set()
    notices = list(
        IllegalContentNotice.objects.filter(comment__in=list(by_people))
        .exclude(outcome=NoticeOutcome.WITHDRAWN)
        .select_for_update()
        .order_by("id")
    )
    for notice in notices:
        one, decision_id = by_people[notice.comment_id], decision_ids[notice.comment_id]
        if one.action == Action.UNDO:
            _go_back(notice, one, at=at)
        elif one.action == Action.REMOVE and notice.outcome not in REMOVED:
            _answer(notice, _outcome_of(one.policy_id), decision_id, at=at)
        elif one.action == Action.APPROVE and notice.outcome != NoticeOutcome.KEPT:
            _answer(notice, NoticeOutcome.KEPT, decision_id, at=at)
    return {n.comment_id for n in notices if n.decision_id == decision_ids[n.comment_id]}


def withdrawn(comment: Comment, *, at: datetime) -> None:
    """Answer the open notices about a comment that its author took out: nothing is left of it."""
    for notice in IllegalContentNotice.objects.filter(comment=comment, outcome=""):
        _answer(notice, NoticeOutcome.WITHDRAWN, None, at=at)


def prepare(comment: Comment, *, answer: str) -> None:
    """Keep the words that the notifiers shall read, for the decision that comes next.

    Call it in the transaction of the decision: where that is not made, the words are gone again.
    """
    IllegalContentNotice.objects.filter(comment=comment, outcome="").update(answer=answer)


def _go_back(notice: IllegalContentNotice, undone: Decided, *, at: datetime) -> None:
    if undone.to_status == Status.REMOVED:
        # What was taken back had let a removed comment out again: it is removed as it was before.
        before = (
            Decision.objects.filter(comment=notice.comment_id, action=Action.REMOVE)
            .order_by("-id")
            .values_list("id", "policy_id")
            .first()
        )
        if before is not None and notice.outcome == NoticeOutcome.KEPT:
            _answer(notice, _outcome_of(before[1]), before[0], at=at)
    elif notice.decision_id is not None and notice.decision_id == undone.supersedes_id:
        notice.outcome, notice.decision, notice.decided_at = "", None, None
        notice.answer = ""
        notice.save(update_fields=["outcome", "decision", "decided_at", "answer"])
        bring_to_desk(notice.comment, kind=notice.kind, at=at)


def _answer(
    notice: IllegalContentNotice,
    outcome: NoticeOutcome,
    decision_id: int | None,
    *,
    at: datetime,
) -> None:
    if notice.outcome:
        notice.answer = ""  # it was about another decision
    notice.outcome, notice.decision_id, notice.decided_at = outcome, decision_id, at
    notice.save(update_fields=["outcome", "decision", "decided_at", "answer"])


def _outcome_of(policy_id: int | None) -> NoticeOutcome:
    illegal = Policy.objects.filter(Q(pk=policy_id), is_illegal=True).exists()
    return NoticeOutcome.ILLEGAL if illegal else NoticeOutcome.RULES
