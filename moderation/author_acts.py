"""What a moderator does about an author: notes, strikes, mutes, bans, trust; taking them back.

Everything is a row of its own in an append-only history. A mute or ban is enforced by the
``comments.Restriction`` that is made and lifted with it. Whoever may impose something may take it
back; a note is struck out by whoever wrote it.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from accounts.models import User
from comments.models import Author, Restriction, RestrictionKind, SiteSettings
from moderation import overtaken_appeals, reopened_appeals, statements
from moderation.bulk import insert_rows
from moderation.models import ActKind, AuthorAct, Decision, Policy

MEASURES = (ActKind.STRIKE, ActKind.MUTE, ActKind.BAN, ActKind.TRUST)
MOST_ADDRESSES = 20
_LATEST = 500  # of an author's comments: where they wrote from


class NotYours(Exception):
    """It is for senior moderators, or it is somebody else's note."""


class ActedMeanwhile(Exception):
    """A colleague did something about the author since the form was shown: ``newest``."""

    def __init__(self, newest: AuthorAct) -> None:
        super().__init__(f"author {newest.author_id}: act {newest.pk}")
        self.newest = newest


class NothingToTakeBack(Exception):
    """Somebody was quicker, it has run out, or it is of a kind that stays."""


@dataclass(frozen=True, slots=True)
class Terms:
    """A mute or a ban as a moderator wants it; ``until`` None is for good."""

    kind: RestrictionKind
    until: datetime | None
    policy: Policy
    note: str = ""
    holds_new_names: bool = False


@dataclass(frozen=True, slots=True)
class Measures:
    """What comes with a removal, under its policy."""

    strike: bool = False
    mute: timedelta | None = None


def may_impose(user: User, *, kind: str, length: timedelta | None, settings: SiteSettings) -> bool:
    """Whether this person may mute, strike or ban for so long (None: for good)."""
    if kind != ActKind.BAN or user.is_senior:
        return user.is_moderator
    return user.is_moderator and length is not None and length.days <= settings.moderator_ban_days


def may_take_back(user: User, act: AuthorAct, *, settings: SiteSettings) -> bool:
    """Whether this act is this person's to take back, if there is something to take back."""
    if act.kind == ActKind.NOTE:
        return user.is_moderator and act.actor_id == user.pk
    imposed = act.undoes if act.kind == ActKind.UNDO else act
    if imposed is None or imposed.kind not in MEASURES:
        return False
    restriction = imposed.restriction
    length = None
    if restriction is not None and restriction.until is not None:
        length = restriction.until - restriction.from_at
    return may_impose(user, kind=imposed.kind, length=length, settings=settings)


def can_be_taken_back(act: AuthorAct, *, at: datetime) -> bool:
    """Whether there is something to take back: what holds, or the lifting of what would hold."""
    if act.kind != ActKind.UNDO:
        return act.holds(at=at)
    lifted = act.undoes.restriction if act.undoes is not None else None
    would_hold = lifted is not None and (lifted.until is None or lifted.until > at)
    return act.undoing is None and would_hold


def add_note(*, author: Author, by: User, text: str, at: datetime) -> AuthorAct:
    """Note something about an author, for colleagues."""
    return AuthorAct.objects.create(
        author=author, kind=ActKind.NOTE, actor=by, note=text, made_at=at
    )


def strike(
    *, author: Author, by: User, policy: Policy, at: datetime, seen: int, note: str = ""
) -> AuthorAct:
    """Give an author a strike. ``seen``: the newest act that ``by`` saw (0: none).

    Raises ActedMeanwhile, naming what a colleague did since.
    """
    with transaction.atomic():
        _wait_for_turn(author, seen=seen)
        return _strike(author_id=author.pk, by_id=by.pk, policy_id=policy.pk, note=note, at=at)


def set_trust(
    *, author: Author, by: User, level: str, at: datetime, seen: int, note: str = ""
) -> AuthorAct:
    """Trust an author more or less than their comments earn. ``seen`` as for ``strike``.

    Raises ActedMeanwhile, naming what a colleague did since.
    """
    with transaction.atomic():
        _wait_for_turn(author, seen=seen)
        return AuthorAct.objects.create(
            author=author, kind=ActKind.TRUST, actor=by, made_at=at, level=level, note=note
        )


def restrict(*, author: Author, by: User, terms: Terms, at: datetime, seen: int) -> AuthorAct:
    """Mute or ban an author. ``seen``: the newest act that ``by`` saw (0: none).

    Raises NotYours where the ban is too long for a moderator, and ActedMeanwhile, naming what a
    colleague did since.
    """
    settings = SiteSettings.current()
    length = terms.until - at if terms.until is not None else None
    if not may_impose(by, kind=terms.kind, length=length, settings=settings):
        raise NotYours
    with transaction.atomic():
        _wait_for_turn(author, seen=seen)
        held_until, addresses = None, []
        if terms.holds_new_names:
            remembered = timedelta(days=settings.address_days)
            addresses = addresses_of(author.pk, since=at - remembered)
            held_until = min(filter(None, (at + remembered, terms.until)))
        restriction = Restriction.objects.create(
            author=author,
            kind=terms.kind,
            from_at=at,
            until=terms.until,
            words=terms.policy.text,
            addresses=addresses,
            names_held_until=held_until if addresses else None,
        )
        act = AuthorAct.objects.create(
            author=author,
            kind=terms.kind,
            actor=by,
            made_at=at,
            policy=terms.policy,
            note=terms.note,
            restriction=restriction,
        )
        statements.state_acts([act.pk])
        return act


def take_back(*, act: AuthorAct, by: User, at: datetime) -> AuthorAct:
    """Strike out a note, take back a strike, lift a mute or ban; or impose again what was lifted.

    Raises NotYours, and NothingToTakeBack.
    """
    if not may_take_back(by, act, settings=SiteSettings.current()):
        raise NotYours
    if not can_be_taken_back(act, at=at):
        raise NothingToTakeBack
    with transaction.atomic():
        if act.kind == ActKind.UNDO and act.undoes is not None:
            return impose_again(act, imposed=act.undoes, by_id=by.pk, at=at)
        return lift(act, by=by, at=at)


def lift(act: AuthorAct, *, by: User, at: datetime) -> AuthorAct:
    """Take an act back whoever imposed it: for ``take_back``, and for what an appeal overturns.

    Raises NothingToTakeBack when somebody was quicker. Call it inside a transaction.
    """
    if not _undo([act], actors={act.pk: by.pk}, at=at):
        raise NothingToTakeBack
    return AuthorAct.objects.get(undoes=act)


def come_with(decision: Decision, *, author_id: int, also: Measures) -> None:
    """Give the author of what was just removed what a moderator chose beside the policy."""
    by_id, policy_id, at = decision.actor_id, decision.policy_id, decision.decided_at
    assert by_id is not None  # noqa: S101, a person removed it
    assert policy_id is not None  # noqa: S101, under a policy
    if also.strike:
        _strike(
            author_id=author_id, by_id=by_id, policy_id=policy_id, at=at, decision_id=decision.pk
        )
    if also.mute is not None:
        restriction = Restriction.objects.create(
            author_id=author_id,
            kind=RestrictionKind.MUTE,
            from_at=at,
            until=at + also.mute,
            words=Policy.objects.get(pk=policy_id).text,
        )
        act = AuthorAct.objects.create(
            author_id=author_id,
            kind=ActKind.MUTE,
            actor_id=by_id,
            made_at=at,
            policy_id=policy_id,
            restriction=restriction,
            decision=decision,
        )
        statements.state_acts([act.pk])


def go_with(
    *, decisions: Iterable[int], comments: Iterable[int], actors: Mapping[int, int], at: datetime
) -> None:
    """Take back what came with these removals, or with any removal of these comments.

    ``actors``: who took them back, by comment. For removals that were undone or overruled.
    """
    acts = AuthorAct.objects.filter(
        Q(decision__in=list(decisions)) | Q(decision__comment__in=list(comments)), undone_by=None
    ).select_related("decision")
    found = list(acts)
    by = {act.pk: actors[act.decision.comment_id] for act in found if act.decision is not None}
    _undo(found, actors=by, at=at)


def come_again(actors: Mapping[int, int], *, at: datetime) -> None:
    """Give again what went with decisions that put removed comments back, and that are undone.

    ``actors``: who undoes which. What has run out meanwhile stays away. Two queries, where nothing
    had gone with them.
    """
    which, by = Q(), {}
    undone = Decision.objects.filter(pk__in=actors)
    for pk, comment_id, decided_at in undone.values_list("pk", "comment_id", "decided_at"):
        which |= Q(undoes__decision__comment=comment_id, made_at=decided_at)
        by[comment_id] = actors[pk]
    went = AuthorAct.objects.filter(which, kind=ActKind.UNDO, undone_by=None)
    for lifting in went.select_related("undoes__restriction", "undoes__decision"):
        imposed = lifting.undoes
        assert imposed is not None  # noqa: S101, asked for
        assert imposed.decision is not None  # noqa: S101, the same
        by_id, before = by[imposed.decision.comment_id], imposed.restriction
        until = before.until if before is not None else imposed.until
        if until is not None and until <= at:
            continue
        if before is None:
            _strike_again(lifting, imposed=imposed, by_id=by_id, at=at)
            continue
        with suppress(NothingToTakeBack), transaction.atomic():  # a colleague was quicker
            impose_again(lifting, imposed=imposed, by_id=by_id, at=at)


def addresses_of(author_id: int, *, since: datetime) -> list[str]:
    """Return the hashes of the network addresses that an author wrote from, the latest 20."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT address_hash FROM (
                SELECT id, address_hash FROM comments_comment
                WHERE author_id = %s AND submitted_at > %s AND address_hash <> ''
                ORDER BY id DESC LIMIT %s
            ) AS latest GROUP BY address_hash ORDER BY max(id) DESC LIMIT %s
            """,
            [author_id, since, _LATEST, MOST_ADDRESSES],
        )
        return [address for (address,) in cursor.fetchall()]


def _strike(
    *,
    author_id: int,
    by_id: int,
    policy_id: int,
    at: datetime,
    note: str = "",
    decision_id: int | None = None,
) -> AuthorAct:
    return AuthorAct.objects.create(
        author_id=author_id,
        kind=ActKind.STRIKE,
        actor_id=by_id,
        made_at=at,
        until=at + timedelta(days=SiteSettings.current().strike_days),
        policy_id=policy_id,
        note=note,
        decision_id=decision_id,
    )


def _strike_again(lifting: AuthorAct, *, imposed: AuthorAct, by_id: int, at: datetime) -> None:
    row = {
        **_row(lifting, kind=ActKind.STRIKE, actor_id=by_id, at=at),
        "until": imposed.until,
        "policy": imposed.policy_id,
        "decision": imposed.decision_id,
    }
    insert_rows(AuthorAct, [row], skip_known=True)


def _wait_for_turn(author: Author, *, seen: int) -> None:
    """Let one after another act about an author; the late one is told what came before."""
    Author.objects.select_for_update(no_key=True).get(pk=author.pk)
    acts = AuthorAct.objects.filter(author=author).select_related("actor", "policy", "restriction")
    newest = acts.order_by("-id").first()
    if newest is not None and newest.pk != seen:
        raise ActedMeanwhile(newest)


def impose_again(lifting: AuthorAct, *, imposed: AuthorAct, by_id: int, at: datetime) -> AuthorAct:
    """Take a lifting back, whoever lifted: what was ``imposed`` holds again, for the same time.

    An appeal that the lifting answered waits again. Raises NothingToTakeBack when somebody was
    quicker. Call it inside a transaction.
    """
    before = imposed.restriction
    assert before is not None  # noqa: S101, only a restriction's lifting gets here
    restriction = Restriction.objects.create(
        author_id=before.author_id,
        kind=before.kind,
        from_at=at,
        until=before.until,
        words=before.words,
        addresses=before.addresses,
        names_held_until=before.names_held_until,
    )
    row = {
        **_row(lifting, kind=imposed.kind, actor_id=by_id, at=at),
        "policy": imposed.policy_id,
        "restriction": restriction.pk,
    }
    made = insert_rows(AuthorAct, [row], skip_known=True)
    if not made:
        raise NothingToTakeBack  # the transaction is undone, and the restriction with it
    statements.state_acts([made[0][0]])
    reopened_appeals.reopen_about_lifting(lifting.pk, by_id=by_id, at=at)
    return AuthorAct.objects.get(pk=made[0][0])


def _undo(acts: Iterable[AuthorAct], *, actors: Mapping[int, int], at: datetime) -> set[int]:
    """Take acts back that nobody took back yet, and lift what they restrict; returns their ids."""
    wanted = {act.pk: act for act in acts}
    if not wanted:
        return set()
    # Whoever appeals against one of them, or decides that, holds their author first, too.
    held = Author.objects.filter(pk__in={act.author_id for act in wanted.values()})
    list(held.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    rows = [_row(act, kind=ActKind.UNDO, actor_id=actors[act.pk], at=at) for act in wanted.values()]
    # What is taken back -> the taking back.
    made = dict(insert_rows(AuthorAct, rows, returning=("undoes_id", "id"), skip_known=True))
    lifted = [pk for pk in made if wanted[pk].restriction_id]
    if lifted:
        Restriction.objects.filter(act__in=lifted, lifted_at=None).update(lifted_at=at)
        statements.state_acts([made[pk] for pk in lifted])
        overtaken_appeals.close_about_acts(set(made), at=at)
    return set(made)


def _row(act: AuthorAct, *, kind: str, actor_id: int, at: datetime) -> dict[str, object]:
    return {
        "author": act.author_id,
        "kind": kind,
        "actor": actor_id,
        "made_at": at,
        "note": "",
        "undoes": act.pk,
    }
