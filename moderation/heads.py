"""Which learned version is in use: switched by people and by the nightly run, worn by workers."""

from dataclasses import dataclass

import structlog
from django.db import connection, transaction

from accounts.models import User
from classifier.base import Classifier, Text
from classifier.head import BadHead, Head, Teachable
from moderation.decisions import database_now
from moderation.models import HeadSwitch, LearnedHead

log = structlog.get_logger(__name__)

TRIAL = Text("A first text, so that readers' comments never meet a version that cannot be used.")


def newest_switch() -> HeadSwitch | None:
    """Return what was switched last. One query."""
    return HeadSwitch.objects.select_related("head", "made_by").first()


def newest_good_head() -> LearnedHead | None:
    """Return the newest version that is good enough, in use or not. One query."""
    return LearnedHead.objects.filter(is_good=True).first()


def has_too_few(newest: HeadSwitch | None) -> bool:
    """Whether the nightly run took out what was in use because too few decisions were left."""
    return newest is not None and newest.is_taking_out and newest.why == HeadSwitch.Why.TOO_FEW


def switch(*, head: LearnedHead | None, by: User) -> None:
    """Use this version from the next batch of comments on; None uses the model as it is.

    What is so already stays so; but whoever switches off what the nightly run took out has chosen,
    and nothing new is used either. Raises ValueError for a version that is not good enough.
    """
    if head is not None and not head.is_good:
        raise ValueError(f"{head.name} is not good enough to be used")
    with transaction.atomic():
        _lock()
        newest = newest_switch()
        is_open = newest is not None and newest.is_taking_out and head is None
        if (newest.head if newest else None) == head and not is_open:
            return
        HeadSwitch.objects.create(head=head, made_by=by, made_at=database_now())


def use_new(head: LearnedHead) -> bool:
    """Use a new version, unless people switched learning off. Returns whether it is used."""
    with transaction.atomic():
        _lock()
        newest = newest_switch()
        if newest is not None and newest.head is None and not newest.is_taking_out:
            return False
        HeadSwitch.objects.create(head=head, made_by=None, made_at=database_now())
        return True


def take_out(head: LearnedHead, *, why: HeadSwitch.Why) -> bool:
    """Take a version out that is no longer good enough; False if another one is in use by now."""
    with transaction.atomic():
        _lock()
        newest = newest_switch()
        if newest is None or newest.head != head:
            return False
        HeadSwitch.objects.create(head=None, made_by=None, made_at=database_now(), why=why)
    log.info("learned_version_taken_out", head=head.name, why=why.value)
    return True


def worn_by(base: Classifier) -> LearnedHead | None:
    """Return the version that this model wears. None for one that it cannot wear, too."""
    newest = newest_switch()
    head = newest.head if newest else None
    if head is None or head.base != base.version or _wearing(base, head.pk) is base:
        return None
    return head


def with_head_in_use(base: Classifier) -> Classifier:
    """Return the model wearing the version in use, or as it is where there is none for it.

    One small query: called for each batch, it lets a switch take effect within seconds. What it
    returns does not change any more, so a batch is never scored by two versions.
    """
    worn = HeadSwitch.objects.values_list("head_id", "head__base").first()
    if worn is None or worn[1] != base.version:  # without a head it has no name either
        return base
    return _wearing(base, worn[0])


@dataclass(frozen=True, slots=True)
class _Tried:
    """A model with a head that was put on it, and what came of that."""

    base: Classifier
    head_id: int
    result: Classifier


_last_tried: _Tried | None = None


def _wearing(base: Classifier, head_id: int) -> Classifier:
    """Return the model with the head on, tried once in this process for each switch."""
    global _last_tried
    tried = _last_tried
    if tried is None or tried.base is not base or tried.head_id != head_id:
        tried = _last_tried = _Tried(base, head_id, _put_on(base, head_id))
    return tried.result


def _put_on(base: Classifier, head_id: int) -> Classifier:
    """Put a head on the model and try it; return the model as it is, and log why, if it fails."""
    stored = LearnedHead.objects.get(pk=head_id)
    try:
        if not isinstance(base, Teachable):
            raise BadHead("this model wears no head")
        wearing = base.with_head(Head.from_json(stored.document))
        (scores,) = wearing.score([TRIAL])
        if scores.unscored is not None:
            raise BadHead("it gives no scores")
    except Exception:
        log.exception("learned_version_unusable", head=stored.name, base=base.version)
        return base
    return wearing


def why_unusable(head: LearnedHead) -> str:
    """Return what is wrong with a stored version, or nothing. Needs no model in memory."""
    try:
        Head.from_json(head.document)
    except BadHead as error:
        return str(error)
    return ""


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE moderation_headswitch IN SHARE ROW EXCLUSIVE MODE")
