"""Screening: take jobs, score their texts, evaluate the rules, decide. In batches.

Two short transactions stand around the slow part. The first leases jobs; the second stores what
came of them and deletes them. Whatever happens between, a job whose lease has ended is taken again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from classifier.base import Classifier, Label, Scores, Text, Unscored
from comments.models import ModerationMode, SiteSettings, Status
from comments.models.article import effective_mode
from moderation import rules
from moderation.bulk import insert_rows
from moderation.decisions import Proposal, database_now, decide_all
from moderation.facts import facts_about
from moderation.models import Action, Classification, MadeBy, Policy, Queue, ScreeningJob
from moderation.review_items import Opening
from moderation.rule_sets import live
from moderation.rules import RuleAction, RuleSet, Verdict

log = structlog.get_logger(__name__)

OUTCOME = {
    RuleAction.PUBLISH: (Action.APPROVE, Status.PUBLISHED),
    RuleAction.HOLD: (Action.HOLD, Status.HELD),
    RuleAction.REMOVE: (Action.REMOVE, Status.REMOVED),
}


@lru_cache(maxsize=1)
def current_classifier() -> Classifier:
    """Return the classifier of this process, loaded once."""
    classifier: Classifier = import_string(settings.CLASSIFIER)()
    return classifier


@dataclass(frozen=True, slots=True)
class Work:
    """A leased job with everything that scoring and the rules need."""

    job_id: int
    attempts: int
    revision_id: int
    body: str
    comment_id: int
    status: str
    version: int
    current_revision_id: int
    parent: str
    article_title: str
    article_mode: str
    section_mode: str
    author_published: int

    @property
    def is_due_a_decision(self) -> bool:
        """False once a person decided, or the author edited: then the scores are for the record."""
        return self.status == Status.SUBMITTED and self.revision_id == self.current_revision_id


_WORK_FIELDS = (
    "id",
    "attempts",
    "revision_id",
    "revision__body",
    "revision__comment_id",
    "revision__comment__status",
    "revision__comment__version",
    "revision__comment__current_revision_id",
    "revision__comment__parent__current_revision__body",
    "revision__comment__article__title",
    "revision__comment__article__moderation_mode",
    "revision__comment__article__section__moderation_mode",
    "revision__comment__author__published_count",
)


def screen_batch(
    *,
    classifier: Classifier | None = None,
    limit: int | None = None,
    at: datetime | None = None,
) -> int:
    """Screen up to ``limit`` comments; returns how many jobs were taken, 0 when none is due.

    The outcome is dated now, by the database, unless a history that is told afterwards (the demo)
    says otherwise. Raises whatever the classifier or the database raises; the jobs are then due
    again.
    """
    classifier = classifier or current_classifier()
    lease, taken = _lease_jobs(limit or settings.SCREENING_BATCH)
    if not taken:
        return 0
    try:
        works = _load(lease)
        scores = _score(classifier, works)
        with transaction.atomic():
            _store(lease, works, scores, at=at or database_now())
    except Exception:
        ScreeningJob.objects.filter(lease=lease).update(leased_until=database_now())
        log.exception("screening_failed", jobs=taken)
        raise
    return taken


def jobs_are_due() -> bool:
    """Whether there is a job that nobody has a lease on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM moderation_screeningjob WHERE attempts = 0)"
            " OR EXISTS (SELECT FROM moderation_screeningjob"
            "            WHERE attempts > 0 AND leased_until < clock_timestamp())"
        )
        return bool(cursor.fetchone()[0])


def _lease_jobs(limit: int) -> tuple[UUID, int]:
    """Lease one job that failed before, alone, or else up to ``limit`` fresh ones.

    A comment that kills the process takes only itself along from its second attempt on.
    """
    lease = ScreeningJob.new_lease()
    retried = "attempts > 0 AND leased_until < clock_timestamp() ORDER BY leased_until LIMIT 1"
    fresh = f"attempts = 0 ORDER BY id LIMIT {int(limit)}"
    with connection.cursor() as cursor:
        for due in (retried, fresh):
            cursor.execute(
                f"""
                UPDATE moderation_screeningjob SET lease = %s, attempts = attempts + 1,
                    leased_until = clock_timestamp() + make_interval(secs => %s)
                WHERE id IN (SELECT id FROM moderation_screeningjob WHERE {due}
                             FOR UPDATE SKIP LOCKED)
                """,  # noqa: S608, both conditions are constants
                [lease, settings.SCREENING_LEASE_SECONDS],
            )
            if cursor.rowcount:
                return lease, cursor.rowcount
    return lease, 0


def _load(lease: UUID) -> list[Work]:
    rows = ScreeningJob.objects.filter(lease=lease).order_by("id").values_list(*_WORK_FIELDS)
    return [_work(row) for row in rows]


def _work(row: tuple[Any, ...]) -> Work:
    fields: list[Any] = ["" if value is None else value for value in row]  # no parent: no text
    return Work(*fields)


def _score(classifier: Classifier, works: Sequence[Work]) -> list[Scores]:
    """Score the texts; one that failed too often is not tried again."""
    given_up = Scores(model=classifier.version, unscored=Unscored.FAILED)
    to_score = [w for w in works if w.attempts <= settings.SCREENING_ATTEMPTS]
    texts = [Text(body=w.body, parent=w.parent, article_title=w.article_title) for w in to_score]
    scored = iter(classifier.score(texts) if texts else [])
    return [next(scored) if w.attempts <= settings.SCREENING_ATTEMPTS else given_up for w in works]


def _store(lease: UUID, works: Sequence[Work], scores: Sequence[Scores], *, at: datetime) -> None:
    mine = set(
        ScreeningJob.objects.select_for_update()
        .filter(lease=lease)
        .order_by("id")
        .values_list("id", flat=True)
    )
    kept = [(w, s) for w, s in zip(works, scores, strict=True) if w.job_id in mine]
    classifications = _store_classifications(kept, at=at)
    judge = _judge(site_mode=SiteSettings.current().moderation_mode)
    decide_all(
        [
            judge(work, score, classification)
            for (work, score), classification in zip(kept, classifications, strict=True)
            if work.is_due_a_decision
        ],
        at=at,
    )
    ScreeningJob.objects.filter(id__in=mine).delete()


def _store_classifications(scored: Sequence[tuple[Work, Scores]], *, at: datetime) -> list[int]:
    """Return the primary key of each classification; one that is stored already is kept."""
    stored = (
        Classification.objects.filter(revision__in=[work.revision_id for work, _scores in scored])
        .exclude(unscored=Unscored.FAILED)
        .values_list("revision_id", "model", "id")
    )
    known = {(revision, model): pk for revision, model, pk in stored}
    rows = [
        _classification(work, scores, at)
        for work, scores in scored
        if (work.revision_id, scores.model) not in known
    ]
    inserted = insert_rows(Classification, rows, returning=("revision_id", "model", "id"))
    known |= {(revision, model): pk for revision, model, pk in inserted}
    return [known[work.revision_id, scores.model] for work, scores in scored]


def _classification(work: Work, scores: Scores, at: datetime) -> dict[str, Any]:
    return {
        "revision": work.revision_id,
        "model": scores.model,
        "language": scores.language,
        "own": {label: round(p, 4) for label, p in scores.own.items()},
        "quoted": {label: round(p, 4) for label, p in scores.quoted.items()},
        "spans": [[s.start, s.end, s.label, round(s.weight, 3)] for s in scores.spans],
        "unscored": scores.unscored or "",
        "created_at": at,
    }


def _judge(*, site_mode: str) -> Callable[[Work, Scores, int], Proposal]:
    """Return what turns one scored comment into a proposal, under one version of the rules."""
    rule_set_id, rule_set = live()
    policies = dict(Policy.objects.values_list("slug", "id"))

    def judge(work: Work, scores: Scores, classification_id: int) -> Proposal:
        verdict = _verdict(work, scores, rule_set, site_mode)
        action, status = OUTCOME[verdict.action]
        return Proposal(
            comment_id=work.comment_id,
            revision_id=work.revision_id,
            seen=work.status,
            seen_version=work.version,
            action=action,
            to_status=status,
            made_by=MadeBy.RULE,
            rule_set_id=rule_set_id,
            classification_id=classification_id,
            matched=[
                {"rule": m.rule, "action": m.action.value, "why": m.why} for m in verdict.matched
            ],
            policy_id=policies.get(verdict.policy),
            reason=_reason(verdict),
            opens=_opening(verdict, scores) if status == Status.HELD else None,
        )

    return judge


def _verdict(work: Work, scores: Scores, rule_set: RuleSet, site_mode: str) -> Verdict:
    mode = effective_mode(work.article_mode, work.section_mode, site_mode)
    facts = facts_about(
        text=work.body,
        scores=scores,
        author_published=work.author_published,
        pre_moderated=mode == ModerationMode.PRE,
    )
    return rules.evaluate(rule_set, facts)


def _reason(verdict: Verdict) -> str:
    return f"{verdict.rule}: {verdict.why}"[:500] if verdict.rule else ""


def _opening(verdict: Verdict, scores: Scores) -> Opening:
    top: Label | None = max(scores.own, key=lambda label: scores.own[label], default=None)
    return Opening(
        queue=Queue.UNSCORED if verdict.unscored else Queue.WAITING,
        urgency=min(1000, verdict.urgency + round(600 * (scores.own[top] if top else 0))),
        reason=_reason(verdict),
        top_label=top.value if top else "",
        top_score=scores.own[top] if top else None,
    )
