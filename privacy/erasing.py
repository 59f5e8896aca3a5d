"""Taking a person out of everything: a job with a record, safe to run twice and to break off.

Nothing of the person is kept to do it with: the rooms find what is left by the ids of author and
account. So a run that was killed is simply done again.
"""

from collections import Counter
from datetime import datetime, timedelta

import structlog
from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from privacy.models import ERASURES_UNDER_WAY, Erasure, ErasureState
from privacy.registry import Person, erasers
from privacy.wakeup import wake_erasing

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=10)
# By then whoever had something in hand has stored it: leases of screening are shorter, too.
SECOND_RUN_AFTER = timedelta(seconds=60)
RUNS = 2


def ask(*, person: Person, comments_stay: bool, grace_days: int = 0) -> Erasure:
    """Store the wish in the caller's transaction and wake a worker; a second wish is the first."""
    there = asked_by(person)
    if there is not None:
        return there
    now = _now()
    try:
        with transaction.atomic():
            erasure = Erasure.objects.create(
                author_id=person.author_id,
                user_id=person.user_id,
                comments_stay=comments_stay,
                asked_at=now,
                due_at=now + timedelta(days=grace_days),
            )
    except IntegrityError:
        return asked_by(person) or ask(
            person=person, comments_stay=comments_stay, grace_days=grace_days
        )
    transaction.on_commit(wake_erasing, robust=True)
    return erasure


def asked_by(person: Person) -> Erasure | None:
    """Return the erasure that a person waits for, if they asked for one."""
    theirs = Q(pk=None)
    if person.author_id is not None:
        theirs |= Q(author_id=person.author_id)
    if person.user_id is not None:
        theirs |= Q(user_id=person.user_id)
    return Erasure.objects.filter(theirs, state__in=ERASURES_UNDER_WAY).first()


def call_off(erasure: Erasure) -> bool:
    """Take the wish back; False when it has begun."""
    waiting = Erasure.objects.filter(pk=erasure.pk, state=ErasureState.WAITING, runs=0)
    return bool(waiting.update(state=ErasureState.CANCELLED, author_id=None, user_id=None) == 1)


def erase_next(*, at: datetime | None = None) -> bool:
    """Do what is due first; False when nothing is. ``at``: as if it were so late."""
    erasure = _lease(at or _now())
    if erasure is None:
        return False
    person = Person(author_id=erasure.author_id, user_id=erasure.user_id)
    counts: Counter[str] = Counter(erasure.counts)
    for eraser in erasers():
        counts.update(eraser.erase(person, erasure.comments_stay))
    _note(erasure, counts, at or _now())
    return True


@transaction.atomic
def _lease(at: datetime) -> Erasure | None:
    due = Erasure.objects.filter(state__in=ERASURES_UNDER_WAY, due_at__lte=at)
    erasure = (
        due.exclude(leased_until__gt=_now())
        .select_for_update(skip_locked=True)
        .order_by("due_at", "id")
        .first()
    )
    if erasure is not None:
        erasure.state = ErasureState.RUNNING
        erasure.attempts += 1
        erasure.leased_until = _now() + LEASE
        erasure.save(update_fields=["state", "attempts", "leased_until"])
    return erasure


def _note(erasure: Erasure, counts: Counter[str], at: datetime) -> None:
    erasure.runs += 1
    erasure.counts = dict(+counts)
    erasure.leased_until = None
    erasure.due_at = at + SECOND_RUN_AFTER
    if erasure.runs >= RUNS:
        erasure.state = ErasureState.DONE
        erasure.author_id = erasure.user_id = None
        erasure.finished_at = _now()
    erasure.save()
    log.info("erased", erasure=str(erasure.public_id), run=erasure.runs, **erasure.counts)


def _now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
        return now
