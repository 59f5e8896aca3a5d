"""What can be appealed: a removal, or a mute or ban; and whether it still holds."""

from datetime import datetime

from comments.models import Status
from moderation.models import ActKind, AuthorAct, Decision

Appealable = Decision | AuthorAct


def can_be_appealed(against: Appealable) -> bool:
    """Whether it is of a kind that is appealed at all."""
    if isinstance(against, Decision):
        return against.to_status == Status.REMOVED
    return against.kind in (ActKind.MUTE, ActKind.BAN)


def stands(against: Appealable, *, at: datetime) -> bool:
    """Whether it still holds. Reads the comment of a decision, or what undid an act."""
    if isinstance(against, Decision):
        comment = against.comment
        return comment.status == Status.REMOVED and comment.withdrawn_at is None
    return against.holds(at=at)


def made_at(against: Appealable) -> datetime:
    """Return when it was decided."""
    return against.decided_at if isinstance(against, Decision) else against.made_at


def author_id_of(against: Appealable) -> int:
    """Return whom it is about."""
    return against.comment.author_id if isinstance(against, Decision) else against.author_id
