"""Appeals: an author objects to a decision, and somebody else looks again.

A removal, a mute or a ban is appealed once, within the site's days, while it stands. Whoever made
it is never asked: not for what they removed themselves, at any time, nor for what they imposed.
What seniors alone may take back, seniors alone decide. An appeal ends in the transaction that
publishes the comment again or lifts the measure; an answer is taken back in one that undoes this.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import User
from comments.models import Author, Comment, SiteSettings, Status
from moderation import appeal_letters, author_acts, reports
from moderation.appealable import (
    Appealable,
    author_id_of,
    can_be_appealed,
    in_force,
    made_at,
    stands,
)
from moderation.decisions import CannotUndo, StatusConflict, decide, undo
from moderation.models import (
    Action,
    ActKind,
    Appeal,
    AppealState,
    AuthorAct,
    Decision,
    Queue,
)
from moderation.reopened_appeals import reopen
from moderation.scope import appeals_visible_to

LONGEST_WORDS = 3000  # characters of an author's appeal
LONGEST_REASON = 1500  # and of what they are answered


class Refusal(StrEnum):
    """Why an appeal is not taken."""

    OFF = "off"  # the site takes none
    LATE = "late"
    OVER = "over"  # what it is against has ended


class NotTaken(Exception):
    """The appeal is not taken: ``why``."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why.value)
        self.why = why


class NotYours(Exception):
    """This person is not asked about this appeal: their own decision, or one for seniors."""


class ClaimedByAnother(Exception):
    """Somebody else has the appeal in hand, until ``appeal.claimed_until``."""

    def __init__(self, appeal: Appeal) -> None:
        super().__init__(f"appeal {appeal.public_id} is with {appeal.claimed_by}")
        self.appeal = appeal


class CannotTakeBack(Exception):
    """The answer is not the last word any more, or was taken back by somebody quicker."""


class DecidedMeanwhile(Exception):
    """Somebody was quicker, or what was objected to has ended: ``appeal`` says which."""

    def __init__(self, appeal: Appeal) -> None:
        super().__init__(f"appeal {appeal.public_id} is {appeal.state}")
        self.appeal = appeal


@dataclass(frozen=True, slots=True)
class Filed:
    """An appeal, and whether it was filed by this very call."""

    appeal: Appeal
    is_new: bool


def closes_at(decided_at: datetime, *, days: int) -> datetime:
    """Return until when a decision of that moment can be appealed."""
    return decided_at + timedelta(days=days)


def refusal(*, decided_at: datetime, stands: bool, days: int, at: datetime) -> Refusal | None:
    """Return why an appeal is not taken at this moment, or None where it is.

    ``days`` is the site's window; 0 means that the site takes no appeals.
    """
    if days == 0:
        return Refusal.OFF
    if not stands:
        return Refusal.OVER
    return Refusal.LATE if at >= closes_at(decided_at, days=days) else None


def appeal_of(against: Appealable) -> Appeal | None:
    """Return the appeal against a decision or an act, if there is one. One query."""
    return _appeals_of(against).first()


def file_appeal(*, against: Appealable, words: str, at: datetime) -> Filed:
    """Store an author's appeal, once: a second one returns the first. Raises NotTaken.

    ``words`` are not empty. Holds the comment, or the author of an act, so that nothing is filed
    about what ends at the same moment.
    """
    days = SiteSettings.current().appeal_days
    with transaction.atomic():
        against = _held(against)
        known = appeal_of(against)
        if known is not None:
            return Filed(known, is_new=False)
        holds = can_be_appealed(against) and stands(against, at=at)
        why = refusal(decided_at=made_at(against), stands=holds, days=days, at=at)
        if why is not None:
            raise NotTaken(why)
        appeal = Appeal.objects.create(
            decision=against if isinstance(against, Decision) else None,
            act=against if isinstance(against, AuthorAct) else None,
            author_id=author_id_of(against),
            words=words,
            filed_at=at,
        )
        appeal_letters.tell_arrived(appeal)
    return Filed(appeal, is_new=True)


def offered_to(user: User) -> QuerySet[Appeal]:
    """Return the open appeals that this person may decide, the oldest first.

    Never those against what they removed or imposed themselves.
    """
    return _askable(user).filter(state=AppealState.OPEN).order_by("id")


def kept_from(user: User) -> int:
    """Count the open appeals of this person's sections that they may not decide. One query."""
    visible = appeals_visible_to(user).filter(state=AppealState.OPEN)
    return visible.exclude(pk__in=offered_to(user).order_by().values("pk")).count()


def claim(*, appeal: Appeal, moderator: User, at: datetime) -> Appeal:
    """Take an appeal, or lengthen one's own claim, for CLAIM_SECONDS; give back all others.

    Raises NotYours, ClaimedByAnother and DecidedMeanwhile.
    """
    Appeal.objects.filter(claimed_by=moderator, state=AppealState.OPEN).exclude(
        pk=appeal.pk
    ).update(claimed_by=None, claimed_until=None)
    free = Q(claimed_by=None) | Q(claimed_by=moderator) | Q(claimed_until__lte=at)
    mine = offered_to(moderator).filter(pk=appeal.pk).values("pk")
    taken = Appeal.objects.filter(free, pk__in=mine, state=AppealState.OPEN).update(
        claimed_by=moderator,
        claimed_until=at + timedelta(seconds=settings.CLAIM_SECONDS),
        taken_at=Coalesce(F("taken_at"), at),
    )
    appeal = Appeal.objects.select_related("claimed_by", "decided_by").get(pk=appeal.pk)
    if not taken:
        _refuse(appeal, moderator=moderator, at=at)
    return appeal


def release(*, appeal: Appeal, moderator: User) -> None:
    """Give an appeal back; nothing happens when it is not one's own."""
    Appeal.objects.filter(pk=appeal.pk, claimed_by=moderator).update(
        claimed_by=None, claimed_until=None
    )


def decide_appeal(
    *,
    appeal: Appeal,
    moderator: User,
    overturns: bool,
    reason: str,
    at: datetime,
    note: str = "",
) -> Appeal:
    """Let the decision stand or overturn it; the author is told why (``reason``, not empty).

    What is overturned is undone here and now: the comment is published again with what came with
    its removal taken back, or the mute or ban is lifted. Raises NotYours, ClaimedByAnother and
    DecidedMeanwhile.
    """
    if not reason.strip():
        raise ValueError("The author is told why.")
    with transaction.atomic():
        _held(appeal.against)
        locked = _locked(appeal)
        _refuse(locked, moderator=moderator, at=at)
        locked.state = AppealState.OVERTURNED if overturns else AppealState.UPHELD
        locked.decided_by, locked.decided_at = moderator, at
        locked.reason, locked.note = reason, note
        locked.claimed_by = locked.claimed_until = None
        locked.save()
        if overturns:
            _overturn(locked, moderator=moderator, at=at)
    return locked


def may_take_back(user: User, appeal: Appeal, *, at: datetime) -> bool:
    """Whether this person may take the answer back: it could be undone, and they be asked anew."""
    return _is_standing(appeal, at=at) and _askable(user).filter(pk=appeal.pk).exists()


def take_back_answer(*, appeal: Appeal, moderator: User, at: datetime) -> Appeal:
    """Undo an answer: the appeal waits again, what the answer changed is as before.

    A comment that was published again is removed again, with what had come with its removal; a
    measure that was lifted holds again; the reports are agreed with again. Whoever was told of the
    answer is told of this. Raises NotYours, and CannotTakeBack when something came after it.
    """
    with transaction.atomic():
        _held(appeal.against)
        locked = _locked(appeal)
        if not _askable(moderator).filter(pk=locked.pk).exists():
            raise NotYours
        if not _is_standing(locked, at=at):
            raise CannotTakeBack
        lifting = locked.lifting
        if locked.restoring is not None:
            _undo(locked.restoring, moderator=moderator, at=at)
        elif lifting is not None and author_acts.can_be_taken_back(lifting, at=at):
            imposed = lifting.undoes
            assert imposed is not None  # noqa: S101, a lifting
            author_acts.impose_again(lifting, imposed=imposed, by_id=moderator.pk, at=at)
        else:
            reopen(locked, by_id=moderator.pk, at=at)
    return Appeal.objects.get(pk=appeal.pk)


def _undo(restoring: Decision, *, moderator: User, at: datetime) -> None:
    try:
        undo(decision=restoring, actor=moderator, at=at)
    except (CannotUndo, StatusConflict) as late:
        raise CannotTakeBack from late


def _is_standing(appeal: Appeal, *, at: datetime) -> bool:
    """Whether an answer is the last word: nothing was decided, changed or withdrawn after it."""
    if appeal.state not in (AppealState.UPHELD, AppealState.OVERTURNED):
        return False
    if appeal.decision is not None:
        comment, restoring = appeal.decision.comment, appeal.restoring
        is_last = restoring is None or comment.version == restoring.version
        expected = Status.REMOVED if restoring is None else Status.PUBLISHED
        return is_last and comment.status == expected and comment.withdrawn_at is None
    lifting = appeal.lifting
    if lifting is not None:
        return lifting.undoing is None
    assert appeal.act is not None  # noqa: S101, one of the two
    return appeal.state == AppealState.OVERTURNED or in_force(appeal.act).undoing is None


def _askable(user: User) -> QuerySet[Appeal]:
    """Return the appeals, answered or not, that this person may be asked about."""
    # Whoever only took an answer back removed the comment again, and did not decide first.
    removed = Decision.objects.filter(
        comment=OuterRef("decision__comment"), actor=user, to_status=Status.REMOVED
    ).exclude(Q(action=Action.FLAG) | Q(supersedes__answer_taken_back__isnull=False))
    appeals = appeals_visible_to(user).filter(~Exists(removed)).exclude(act__actor=user)
    return appeals if user.is_senior else appeals.exclude(_for_seniors())


def _overturn(appeal: Appeal, *, moderator: User, at: datetime) -> None:
    if appeal.act is not None:
        act = in_force(appeal.act)
        if author_acts.can_be_taken_back(act, at=at):  # else it has run out by itself
            appeal.lifting = author_acts.lift(act, by=moderator, at=at)
            appeal.save(update_fields=["lifting"])
        return
    assert appeal.decision is not None  # noqa: S101, one of the two
    comment = appeal.decision.comment
    appeal.restoring = decide(
        comment=comment,
        action=Action.APPROVE,
        actor=moderator,
        seen_version=comment.version,
        at=at,
        note=appeal.note,
        taken_at=None,
    )
    appeal.turned_down = reports.turn_down(comment)
    appeal.save(update_fields=["restoring", "turned_down"])


def _refuse(appeal: Appeal, *, moderator: User, at: datetime) -> None:
    """Raise why this person may not decide this appeal now, if there is a reason."""
    if not appeal.is_open:
        raise DecidedMeanwhile(appeal)
    if not offered_to(moderator).filter(pk=appeal.pk).exists():
        raise NotYours
    another = appeal.claimed_by_id not in (None, moderator.pk)
    if another and appeal.claimed_until is not None and appeal.claimed_until > at:
        raise ClaimedByAnother(appeal)


def _for_seniors() -> Q:
    """What seniors alone may take back: their own answers, and bans beyond a moderator's."""
    longest = timedelta(days=SiteSettings.current().moderator_ban_days)
    restriction = "act__restriction"
    too_long = Q(**{f"{restriction}__until": None}) | Q(
        **{f"{restriction}__until__gt": F(f"{restriction}__from_at") + longest}
    )
    return Q(decision__from_queue=Queue.ESCALATED) | (Q(act__kind=ActKind.BAN) & too_long)


def _appeals_of(against: Appealable) -> QuerySet[Appeal]:
    # What removed or imposed again, when an answer was taken back, is what was appealed before.
    if isinstance(against, Decision):
        about, again = Q(decision=against), Q(taken_back__restoring=against.supersedes_id)
        known = against.supersedes_id is not None
    else:
        about, again = Q(act=against), Q(taken_back__lifting=against.undoes_id)
        known = against.undoes_id is not None
    return Appeal.objects.filter(about | again if known else about).distinct()


def _held(against: Appealable) -> Appealable:
    """Return it as it is now, with the comment or the author held until the transaction ends.

    Whoever restores a comment or lifts a measure holds the same row first, and closes afterwards
    what waits about it: in this order nobody waits for each other in a circle.
    """
    if isinstance(against, Decision):
        Comment.objects.select_for_update(no_key=True).get(pk=against.comment_id)
        return Decision.objects.select_related("comment").get(pk=against.pk)
    Author.objects.select_for_update(no_key=True).get(pk=against.author_id)
    return AuthorAct.objects.select_related("restriction", "undone_by").get(pk=against.pk)


def _locked(appeal: Appeal) -> Appeal:
    return (
        Appeal.objects.select_for_update(of=("self",))
        .select_related(
            *("decision__comment__author", "decision__comment__current_revision"),
            *("act__restriction", "act__undone_by", "claimed_by", "decided_by", "author"),
            *("restoring", "lifting__undoes__restriction", "lifting__undone_by"),
        )
        .get(pk=appeal.pk)
    )
