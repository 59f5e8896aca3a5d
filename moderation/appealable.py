"""What can be appealed: a removal, or a mute or ban; and whether it still holds."""

from datetime import datetime

from comments.models import Status
from moderation.models import Action, ActKind, AuthorAct, Decision, PolicyVersion, Statement

Appealable = Decision | AuthorAct


def can_be_appealed(against: Appealable) -> bool:
    """Whether it is of a kind that is appealed at all."""
    if isinstance(against, Decision):
        return against.to_status == Status.REMOVED and against.action != Action.FLAG
    return against.kind in (ActKind.MUTE, ActKind.BAN)


def stands(against: Appealable, *, at: datetime) -> bool:
    """Whether it still holds. Reads the comment of a decision, or what undid an act."""
    if isinstance(against, Decision):
        comment = against.comment
        return comment.status == Status.REMOVED and comment.withdrawn_at is None
    return against.holds(at=at)


def in_force(act: AuthorAct) -> AuthorAct:
    """Return the act as it holds now: itself, or what imposed it again after a lifting.

    Two queries for each time that it was imposed again.
    """
    while (lifting := act.undoing) is not None and (again := lifting.undoing) is not None:
        act = again
    return act


def made_at(against: Appealable) -> datetime:
    """Return when it was decided."""
    return against.decided_at if isinstance(against, Decision) else against.made_at


def author_id_of(against: Appealable) -> int:
    """Return whom it is about."""
    return against.comment.author_id if isinstance(against, Decision) else against.author_id


def policy_told(against: Appealable) -> PolicyVersion | None:
    """Return the policy in the wording that the author was told, if there was one. One query."""
    about = {"decision": against} if isinstance(against, Decision) else {"act": against}
    stated = Statement.objects.filter(**about).select_related("policy_version").first()
    return stated.policy_version if stated is not None else None
