"""Screening: take jobs, score their texts, evaluate the rules, decide. In batches.

Two short transactions stand around the slow part. The first leases jobs; the second stores what
came of them and deletes them. Whatever happens between, a job whose lease has ended is taken again.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from classifier.base import Classifier, Scores, Text, Unscored
from comments.models import CommentRevision, SiteSettings, Status
from moderation.article_words import article_words
from moderation.bulk import insert_rows
from moderation.decisions import database_now, decide_all
from moderation.heads import with_head_in_use
from moderation.jobs import Lease, finish, give_back, lease_jobs
from moderation.models import Classification
from moderation.near_duplicates import keep
from moderation.review_items import refresh_items
from moderation.rulebook import audits
from moderation.verdicts import WORK_FIELDS, Due, Work, late_scores, proposals_for, work_of

log = structlog.get_logger(__name__)


@lru_cache(maxsize=1)
def base_classifier() -> Classifier:
    """Return the model of this process as it was shipped, loaded once."""
    classifier: Classifier = import_string(settings.CLASSIFIER)()
    return classifier


def current_classifier() -> Classifier:
    """Return the model with what it learned on this site, if that is in use. One small query.

    Ask for each batch anew, and score the batch with what it returns.
    """
    return with_head_in_use(base_classifier())


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
    lease = lease_jobs(limit=limit or settings.SCREENING_BATCH)
    if not lease.attempts:
        return 0
    try:
        works = _load(lease)
        classifier = classifier or current_classifier()
        scores = _score(classifier, works, lease.attempts)
        with transaction.atomic():
            mine = finish(lease)
            kept = [pair for pair in zip(works, scores, strict=True) if pair[0].revision_id in mine]
            _store(kept, at=at or database_now())
        _refresh(kept)
    except Exception:
        give_back(lease)
        log.exception("screening_failed", jobs=len(lease.attempts))
        raise
    return len(lease.attempts)


def _load(lease: Lease) -> list[Work]:
    rows = CommentRevision.objects.filter(screening_job__lease=lease.name).order_by("id")
    return [work_of(row) for row in rows.values_list(*WORK_FIELDS)]


def _score(
    classifier: Classifier, works: Sequence[Work], attempts: Mapping[int, int]
) -> list[Scores]:
    """Score the texts; one that failed too often is not tried again."""
    failed = Scores(model=classifier.version, unscored=Unscored.FAILED)
    most: int = settings.SCREENING_ATTEMPTS
    to_score = [w for w in works if attempts[w.revision_id] <= most]
    articles = article_words({w.article_id for w in to_score})
    texts = [
        Text(
            body=w.body,
            parent=w.parent,
            article_title=w.article_title,
            article=articles[w.article_id],
        )
        for w in to_score
    ]
    scored = iter(classifier.score(texts) if texts else [])
    return [next(scored) if attempts[w.revision_id] <= most else failed for w in works]


def _store(scored: Sequence[tuple[Work, Scores]], *, at: datetime) -> None:
    """Store classifications and fingerprints, and decide what is still to be decided."""
    classifications = store_classifications(
        [(work.revision_id, scores) for work, scores in scored], at=at
    )
    keep([(work.revision_id, work.body) for work, _scores in scored])
    due: list[Due] = [
        (work, scores, classification)
        for (work, scores), classification in zip(scored, classifications, strict=True)
        if work.is_due_a_decision
    ]
    if not due:
        return
    site = SiteSettings.current()
    share = audits.share_of(site)
    proposals, drawn = proposals_for(due, site=site, share=share)
    audits.keep(drawn, moved=decide_all(proposals, at=at), share=share, at=at)


def _refresh(scored: Sequence[tuple[Work, Scores]]) -> None:
    """Write late scores on open items, those of an edited comment too.

    After the decisions are committed: those hold the queues' counts, for which whoever decides one
    of these items at this moment waits with the item in hand.
    """
    refresh_items(
        {
            work.comment_id: late_scores(scores)
            for work, scores in scored
            if work.revision_id == work.current_revision_id
            and (work.status != Status.SUBMITTED or work.revision_number > 1)
        }
    )


def store_classifications(scored: Sequence[tuple[int, Scores]], *, at: datetime) -> list[int]:
    """Store what a model said of revisions, given by id; returns the primary key of each row.

    One that is stored already is kept. Call it inside a transaction.
    """
    rows = [_classification(revision_id, scores, at) for revision_id, scores in scored]
    stored = insert_rows(
        Classification, rows, returning=("revision_id", "model", "id"), skip_known=True
    )
    known = {(revision, model): pk for revision, model, pk in stored}
    if len(known) < len(rows):
        kept = Classification.objects.filter(revision__in=[row["revision"] for row in rows])
        kept = kept.exclude(unscored=Unscored.FAILED)
        known = {(c.revision_id, c.model): c.pk for c in kept} | known
    return [known[revision_id, scores.model] for revision_id, scores in scored]


def _classification(revision_id: int, scores: Scores, at: datetime) -> dict[str, Any]:
    return {
        "revision": revision_id,
        "model": scores.model,
        "language": scores.language,
        "own": {label.value: round(p, 4) for label, p in scores.own.items()},
        "quoted": {label.value: round(p, 4) for label, p in scores.quoted.items()},
        "spans": [[s.start, s.end, s.label, round(s.weight, 3)] for s in scores.spans],
        "unscored": scores.unscored or "",
        "created_at": at,
    }
