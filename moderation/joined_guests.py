"""What moderators decided about a guest follows the guest into their account.

Nobody escapes a mute, a ban or strikes by signing up. Trust that was set by hand follows only
where it is little: much of it was meant for the guest that a moderator knew.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.dispatch import receiver

from comments.models import Author, Restriction
from comments.signals import author_joined
from moderation import statements
from moderation.decisions import database_now
from moderation.models import ActKind, AuthorAct, Statement
from moderation.trust import Level

_FOLLOW = (ActKind.STRIKE, ActKind.MUTE, ActKind.BAN, ActKind.TRUST)


@receiver(author_joined)
def follow_the_guest(sender: object, guest: Author, author: Author, **_: Any) -> None:
    """Have what holds for a guest hold for the author who took over their comments, too, once."""
    known = {_what(act) for act in _acts_of(author)}
    copied = [_copy(act, author) for act in _what_follows(guest) if _what(act) not in known]
    statements.state_acts([act.pk for act in copied])
    # Why a comment went is told to whoever it belongs to.
    Statement.objects.filter(author=guest, comment__author=author).update(author=author)


def _what_follows(guest: Author) -> Iterator[AuthorAct]:
    """Yield what holds for a guest now; of trust, the newest word alone."""
    now = database_now()
    holding = [act for act in _acts_of(guest) if act.kind in _FOLLOW and act.holds(at=now)]
    trust = [act for act in holding if act.kind == ActKind.TRUST]
    for act in holding:
        if act.kind != ActKind.TRUST or (act is trust[-1] and act.level != Level.RELIABLE):
            yield act


def _acts_of(author: Author) -> Iterable[AuthorAct]:
    acts = AuthorAct.objects.filter(author=author)
    return acts.select_related("restriction", "undone_by").order_by("pk")


def _what(act: AuthorAct) -> tuple[object, ...]:
    return act.kind, act.made_at, act.actor_id, act.policy_id


def _copy(act: AuthorAct, author: Author) -> AuthorAct:
    return AuthorAct.objects.create(
        author=author,
        kind=act.kind,
        actor_id=act.actor_id,
        made_at=act.made_at,
        until=act.until,
        policy_id=act.policy_id,
        note=act.note,
        level=act.level,
        decision_id=act.decision_id,
        restriction=_copied(act.restriction, author) if act.restriction else None,
    )


def _copied(restriction: Restriction, author: Author) -> Restriction:
    return Restriction.objects.create(
        author=author,
        kind=restriction.kind,
        from_at=restriction.from_at,
        until=restriction.until,
        words=restriction.words,
        addresses=restriction.addresses,
        names_held_until=restriction.names_held_until,
    )
