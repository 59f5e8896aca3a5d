"""Appeals whose cause is gone: the comment is back, the mute or ban is lifted.

They are closed in the transaction that took the cause away, and the author is told, so that no
moderator is asked about what nobody objects to any more. Whoever decides an appeal has taken it out
of the open ones before, so it is never closed here.
"""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from moderation.models import AnswerTakenBack, Appeal, AppealState


def close_about_comments(comment_ids: Collection[int], *, at: datetime) -> None:
    """Close what waits about removals of these comments. Call it where their rows are held."""
    _close(Appeal.objects.filter(decision__comment__in=comment_ids), at=at)


def close_about_acts(act_ids: Collection[int], *, at: datetime) -> None:
    """Close what waits about these acts. Call it where their author's row is held."""
    # A measure that was imposed again, when the answer that lifted it was taken back.
    again = AnswerTakenBack.objects.filter(lifting__undone_by__in=act_ids).values("appeal")
    _close(Appeal.objects.filter(Q(act__in=act_ids) | Q(pk__in=again)), at=at)


def _close(appeals: QuerySet[Appeal], *, at: datetime) -> None:
    found = list(
        appeals.filter(state=AppealState.OPEN).select_for_update(of=("self",)).order_by("id")
    )
    for appeal in found:
        appeal.state, appeal.decided_at = AppealState.CLOSED, at
        appeal.claimed_by = appeal.claimed_until = None
        appeal.save(update_fields=["state", "decided_at", "claimed_by", "claimed_until"])
