"""Scoring a past period again: count, start, a chunk at a time, stop, go on.

It decides nothing and changes no status. It adds classifications, and open items show the newest
scores. Readers' comments go first: before each chunk it looks whether any waits.
"""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from django.conf import settings
from django.db import Error, IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from classifier.base import Classifier, Scores, Text, Unscored
from comments.models import Comment
from moderation import rule_sets, screening
from moderation.article_words import article_words
from moderation.decisions import database_now
from moderation.jobs import readers_backlog
from moderation.models import (
    UNDER_WAY,
    Classification,
    Rescoring,
    RescoringState,
    ScreeningJob,
)
from moderation.review_items import refresh_items
from moderation.rules.evaluation import thresholds_of
from moderation.score_changes import (
    Move,
    Own,
    count_changes,
    furthest,
    keep_furthest,
)
from moderation.verdicts import late_scores

log = structlog.get_logger(__name__)

CHUNK = 64  # comments at a time: well under a second, so that a reader who comes hardly waits
PAUSE = timedelta(seconds=2)  # between two attempts at a chunk


class AnotherRunning(Exception):
    """One run at a time. ``run`` is the one that is under way."""

    def __init__(self, run: Rescoring) -> None:
        super().__init__(f"run {run.pk} is {run.state}")
        self.run = run


class NothingToScore(Exception):
    """No comment was posted in the period."""


@dataclass(frozen=True, slots=True)
class Period:
    """Comments posted from ``start`` until before ``end``, in one section or in all."""

    start: datetime
    end: datetime
    section_id: int | None = None

    def comments(self) -> QuerySet[Comment]:
        """Every comment of the period, whatever its status."""
        found = Comment.objects.filter(submitted_at__gte=self.start, submitted_at__lt=self.end)
        if self.section_id is None:
            return found
        return found.filter(article__section=self.section_id)


class Step(StrEnum):
    """What came of asking for the next chunk."""

    WENT_ON = "went on"
    PAUSED = "paused"  # for readers, or because there is no model
    BUSY = "busy"  # another worker has the chunk, or had it and failed a moment ago
    IDLE = "idle"  # nothing is under way (any more)


@dataclass(frozen=True, slots=True)
class _Taken:
    """A comment that was taken from the period, as it was then."""

    comment_id: int
    revision_id: int
    posted_at: datetime
    is_left_out: bool  # scored by this version already, or withdrawn by its author
    text: Text


_Scored = tuple[_Taken, Scores]


def start(*, period: Period, by: User | None) -> Rescoring:
    """Begin a run, or raise AnotherRunning or NothingToScore. What is to come is not in a period:
    it ends now at the latest, since whatever is posted from now on is screened anyway."""
    end = min(period.end, database_now())
    total = Period(period.start, end, period.section_id).comments().count()
    if not total:
        raise NothingToScore
    rule_set_id, _rules = rule_sets.live()
    run = Rescoring(
        period_from=period.start,
        period_to=end,
        section_id=period.section_id,
        started_by=by,
        total=total,
        rule_set_id=rule_set_id,
    )
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except IntegrityError:
        raise _another() from None
    return run


def take_up(*, period: Period, by: User | None) -> Rescoring:
    """Go on with the run over this very period that is under way or was stopped last, or start one.

    Raises AnotherRunning when one over another period is under way, or NothingToScore.
    """
    running = under_way()
    if running is not None:
        if _is_over(running, period):
            return running
        raise AnotherRunning(running)
    last = Rescoring.objects.first()
    if last is None or last.state != RescoringState.STOPPED or not _is_over(last, period):
        return start(period=period, by=by)
    go_on(last)
    last.refresh_from_db()
    return last


def _is_over(run: Rescoring, period: Period) -> bool:
    last_day = timezone.localdate(period.end - timedelta(microseconds=1))
    return (run.period_from, run.section_id, run.last_day) == (
        period.start,
        period.section_id,
        last_day,
    )


def stop(run: Rescoring) -> None:
    """Have no further chunk taken; the one in hand is finished, and everything scored stays."""
    Rescoring.objects.filter(pk=run.pk, state__in=UNDER_WAY).update(state=RescoringState.STOPPED)


def go_on(run: Rescoring) -> None:
    """Take a stopped run up where it was. Raises AnotherRunning."""
    try:
        with transaction.atomic():
            Rescoring.objects.filter(pk=run.pk, state=RescoringState.STOPPED).update(
                state=RescoringState.RUNNING, stepped_at=Now()
            )
    except IntegrityError:
        raise _another() from None


def under_way() -> Rescoring | None:
    """Return the run that workers take up, if there is one. One query."""
    return Rescoring.objects.filter(state__in=UNDER_WAY).first()


def comments_per_second() -> float | None:
    """Return how fast the newest run that scored anything was, or None. One query."""
    measured = Rescoring.objects.filter(done__gt=0, busy_seconds__gt=0).first()
    return measured.done / measured.busy_seconds if measured else None


def rescore_chunk(*, classifier: Classifier | None = None) -> Step:
    """Take the next comments of the run under way, score them, store what the model said.

    Safe to call from many workers at once. A chunk whose worker died is taken again when its
    lease has ended, and a text that fails again and again is passed over. Raises what the database
    raises.
    """
    run = under_way()
    if run is None:
        return Step.IDLE
    waiting, _waited = readers_backlog(most=1)
    if waiting:
        return _pause(run, RescoringState.READERS_FIRST)
    classifier = classifier or screening.current_classifier()  # each time: it may be a newer one
    if not getattr(classifier, "ready", True):
        return _pause(run, RescoringState.NO_MODEL)
    leased = _lease(run)
    if leased is None:
        return Step.BUSY
    try:
        return _do(leased, classifier)
    except Error:
        raise
    except Exception:
        Rescoring.objects.filter(pk=leased.pk, lease=leased.lease).update(
            leased_until=Now() + PAUSE
        )
        log.exception("rescoring_failed", run=leased.pk, attempts=leased.attempts)
        return Step.BUSY


def _another() -> AnotherRunning:
    # It may be done by now: then it is the newest.
    return AnotherRunning(under_way() or Rescoring.objects.latest("id"))


def _pause(run: Rescoring, why: RescoringState) -> Step:
    Rescoring.objects.filter(pk=run.pk, state__in=UNDER_WAY).update(state=why, stepped_at=Now())
    return Step.PAUSED


def _lease(run: Rescoring) -> Rescoring | None:
    """Take the run for SCREENING_LEASE_SECONDS, or return None when somebody else has it."""
    with transaction.atomic():
        free = Q(leased_until=None) | Q(leased_until__lte=Now())
        leased = (
            Rescoring.objects.select_for_update(skip_locked=True)
            .filter(free, pk=run.pk, state__in=UNDER_WAY)
            .first()
        )
        if leased is None:
            return None
        if leased.attempts and not leased.alone:
            leased.alone = CHUNK
        leased.attempts += 1
        leased.lease = ScreeningJob.new_lease()
        leased.stepped_at = database_now()
        leased.leased_until = leased.stepped_at + timedelta(
            seconds=settings.SCREENING_LEASE_SECONDS
        )
        leased.state = RescoringState.RUNNING
        leased.save(
            update_fields=["alone", "attempts", "lease", "leased_until", "stepped_at", "state"]
        )
        return leased


def _do(run: Rescoring, classifier: Classifier) -> Step:
    began = time.monotonic()
    taken = _next(run, model=classifier.version)
    asked = _score(run, classifier, [t for t in taken if not t.is_left_out])
    scored = [(t, scores) for t, scores in asked if scores.unscored != Unscored.FAILED]
    if len(asked) > 1 and not scored:
        _give_up_lease(run)
        return _pause(run, RescoringState.NO_MODEL)
    before = _scores_before(scored, model=classifier.version)
    with transaction.atomic():
        now = Rescoring.objects.select_for_update().filter(pk=run.pk, lease=run.lease).first()
        if now is None:
            return Step.BUSY  # the lease ended, and another worker took the chunk
        # In the order in which screening stores them: neither ever waits for the other in a ring.
        kept = sorted(_unchanged(scored), key=lambda pair: pair[0].revision_id)
        screening.store_classifications(
            [(t.revision_id, scores) for t, scores in kept], at=database_now()
        )
        refresh_items({t.comment_id: late_scores(scores) for t, scores in kept})
        now.failed += len(asked) - len(scored)
        now.skipped += len(taken) - len(kept) - (len(asked) - len(scored))
        now.busy_seconds += time.monotonic() - began
        _keep_account(now, kept, before)
        _move_on(now, taken)
        now.save()
    return Step.WENT_ON if taken else Step.IDLE


def _next(run: Rescoring, *, model: str) -> list[_Taken]:
    """Return the comments after the position; each chunk costs the same wherever it is."""
    found = Period(run.last_posted_at or run.period_from, run.period_to, run.section_id).comments()
    if run.last_posted_at is not None:
        position = (run.last_posted_at, run.last_comment_id)
        found = found.filter(TupleGreaterThan(Tuple(F("submitted_at"), F("id")), position))
    rows = found.order_by("submitted_at", "id").values_list(
        *("id", "current_revision_id", "submitted_at", "withdrawn_at"),
        *("current_revision__body", "parent__current_revision__body"),
        *("article_id", "article__title"),
    )[: 1 if run.alone else CHUNK]
    articles = article_words({row[6] for row in rows})
    # By a query of its own: as a part of the other one it reads whatever the version ever scored.
    known = set(
        Classification.objects.filter(revision__in=[row[1] for row in rows], model=model)
        .exclude(unscored=Unscored.FAILED)
        .values_list("revision_id", flat=True)
    )
    return [
        _Taken(
            comment_id=comment_id,
            revision_id=revision_id,
            posted_at=posted_at,
            is_left_out=revision_id in known or withdrawn_at is not None,
            text=Text(
                body=body, parent=parent or "", article_title=title, article=articles[article]
            ),
        )
        for comment_id, revision_id, posted_at, withdrawn_at, body, parent, article, title in rows
    ]


def _score(run: Rescoring, classifier: Classifier, taken: Sequence[_Taken]) -> list[_Scored]:
    """Ask the model; a text that it fails at again and again is not tried once more."""
    if not taken:
        return []
    if run.attempts > settings.SCREENING_ATTEMPTS:
        failed = Scores(model=classifier.version, unscored=Unscored.FAILED)
        return [(t, failed) for t in taken]
    return list(zip(taken, classifier.score([t.text for t in taken]), strict=True))


def _scores_before(scored: Sequence[_Scored], *, model: str) -> dict[int, Own]:
    """Return what the version before said last, by revision."""
    found = (
        Classification.objects.filter(revision__in=[t.revision_id for t, _scores in scored])
        .exclude(unscored=Unscored.FAILED)
        .exclude(model=model)  # another worker is screening it at this moment
        .order_by("revision_id", "-id")
        .distinct("revision_id")
    )
    return dict(found.values_list("revision_id", "own"))


def _unchanged(scored: Sequence[_Scored]) -> list[_Scored]:
    """Leave out what its author changed or withdrew meanwhile: a new text is screened anyway."""
    revisions = [t.revision_id for t, _scores in scored]
    found = Comment.objects.filter(current_revision__in=revisions, withdrawn_at=None)
    current = set(found.values_list("current_revision_id", flat=True))
    return [pair for pair in scored if pair[0].revision_id in current]


def _keep_account(run: Rescoring, kept: Sequence[_Scored], before: Mapping[int, Own]) -> None:
    """Add to a run's counts and lists what was found out about a chunk."""
    run.done += len(kept)
    for model, number in Counter(scores.model for _taken, scores in kept).items():
        run.model = model
        run.scored_by[model] = run.scored_by.get(model, 0) + number
    after = {t.revision_id: {str(n): p for n, p in scores.own.items()} for t, scores in kept}
    changed = count_changes(
        ((before.get(revision), own) for revision, own in after.items()),
        thresholds_of(rule_sets.published(run.rule_set_id)),
    )
    run.changes = dict(Counter(run.changes) + changed)
    moves = (
        furthest(
            comment_id=t.comment_id,
            revision_id=t.revision_id,
            before=before.get(t.revision_id),
            after=after[t.revision_id],
        )
        for t, _scores in kept
    )
    known = (Move(*move) for move in run.moved)
    run.moved = [astuple(m) for m in keep_furthest([*known, *filter(None, moves)])]


def _move_on(run: Rescoring, taken: Sequence[_Taken]) -> None:
    """Write the position behind a chunk and free the lease; without a chunk the run is done."""
    run.lease = run.leased_until = None
    run.attempts = 0
    run.alone = max(0, run.alone - len(taken))
    if taken:
        run.last_posted_at, run.last_comment_id = taken[-1].posted_at, taken[-1].comment_id
    elif run.is_under_way:
        run.state, run.finished_at = RescoringState.DONE, database_now()


def _give_up_lease(run: Rescoring) -> None:
    Rescoring.objects.filter(pk=run.pk, lease=run.lease).update(
        lease=None, leased_until=None, attempts=0
    )
