"""Appeals whose answer is taken back: they wait again, as if nobody had answered.

Whoever undoes what the answer did comes through here, in the same transaction, from wherever they
undo it: the page of the appeal, the history of the comment, the record of the author. So an appeal
never says that a comment is back which is not.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import QuerySet

from moderation import appeal_letters, reports
from moderation.models import AnswerTakenBack, Appeal, AppealState


def reopen_about_decisions(actors: Mapping[int, int], *, at: datetime) -> None:
    """Reopen what these decisions, which are undone, had answered. ``actors``: who undoes which.

    Call it where the comments' rows are held.
    """
    for appeal in _held(Appeal.objects.filter(restoring__in=actors)):
        assert appeal.restoring_id is not None  # noqa: S101, asked for
        reopen(appeal, by_id=actors[appeal.restoring_id], at=at)


def reopen_about_lifting(act_id: int, *, by_id: int, at: datetime) -> None:
    """Reopen the appeal that a lifting had answered: the measure is imposed again."""
    for appeal in _held(Appeal.objects.filter(lifting=act_id)):
        reopen(appeal, by_id=by_id, at=at)


def reopen(appeal: Appeal, *, by_id: int, at: datetime) -> None:
    """Have an answered appeal wait again, and tell its author if they were told of the answer.

    ``appeal`` is locked; what its answer did is undone by whoever calls.
    """
    assert appeal.decided_at is not None  # noqa: S101, it is answered
    taken = AnswerTakenBack.objects.create(
        appeal=appeal,
        state=appeal.state,
        decided_by_id=appeal.decided_by_id,
        decided_at=appeal.decided_at,
        reason=appeal.reason,
        note=appeal.note,
        restoring_id=appeal.restoring_id,
        lifting_id=appeal.lifting_id,
        letter=appeal.letter,
        by_id=by_id,
        at=at,
    )
    reports.agree_again(appeal.turned_down)
    appeal.state = AppealState.OPEN
    appeal.decided_by = appeal.decided_at = appeal.restoring = appeal.lifting = None
    appeal.reason = appeal.note = ""
    appeal.turned_down, appeal.told_at, appeal.letter = [], None, False
    appeal.save()
    appeal_letters.tell_taken_back(taken)


def _held(appeals: QuerySet[Appeal]) -> list[Appeal]:
    return list(appeals.select_for_update(of=("self",)).order_by("id"))
