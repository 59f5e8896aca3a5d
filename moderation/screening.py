"""Screening: take jobs, score their texts, evaluate the rules, decide. In batches.

Two short transactions stand around the slow part. The first leases jobs; the second stores what
came of them and deletes them. Whatever happens between, a job whose lease has ended is taken again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from classifier.base import Classifier, Scores, Text, Unscored
from comments.models import CommentRevision, ModerationMode, SiteSettings, Status
from comments.models.article import effective_mode
from comments.restrictions import held_for_their_author
from moderation import urgency
from moderation.article_words import article_words
from moderation.bulk import insert_rows
from moderation.decisions import Proposal, database_now, decide_all
from moderation.facts import Facts, Muted, facts_about
from moderation.gathering import known_about, known_about_articles, repeated_before, store_facts
from moderation.heads import with_head_in_use
from moderation.jobs import Lease, finish, give_back, lease_jobs
from moderation.models import Action, Classification, MadeBy, Policy, Queue, TrustTerms
from moderation.near_duplicates import Sent, keep
from moderation.review_items import Opening, refresh_items
from moderation.rule_sets import live
from moderation.rulebook import audits
from moderation.rulebook.audits import Drawn
from moderation.rules.evaluation import Match, RuleAction, Verdict, evaluate_each

log = structlog.get_logger(__name__)

OUTCOME = {
    RuleAction.PUBLISH: (Action.APPROVE, Status.PUBLISHED),
    RuleAction.HOLD: (Action.HOLD, Status.HELD),
    RuleAction.REMOVE: (Action.REMOVE, Status.REMOVED),
}


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


@dataclass(frozen=True, slots=True)
class Work:
    """A revision to screen, with everything that scoring and the rules need."""

    revision_id: int
    revision_number: int
    body: str
    comment_id: int
    status: str
    version: int
    current_revision_id: int
    parent: str
    article_id: int
    article_title: str
    article_mode: str
    section_mode: str
    author_id: int
    written_at: datetime
    public_id: UUID

    @property
    def is_due_a_decision(self) -> bool:
        """False once a person decided, or the author edited: then the scores are for the record."""
        return self.status == Status.SUBMITTED and self.revision_id == self.current_revision_id


# A revision to decide, its scores, and the row that holds them.
Due = tuple[Work, Scores, int]

_WORK_FIELDS = (
    "id",
    "number",
    "body",
    "comment_id",
    "comment__status",
    "comment__version",
    "comment__current_revision_id",
    "comment__parent__current_revision__body",
    "comment__article_id",
    "comment__article__title",
    "comment__article__moderation_mode",
    "comment__article__section__moderation_mode",
    "comment__author_id",
    "created_at",
    "comment__public_id",
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
    return [_work(row) for row in rows.values_list(*_WORK_FIELDS)]


def _work(row: tuple[Any, ...]) -> Work:
    fields: list[Any] = ["" if value is None else value for value in row]  # no parent: no text
    return Work(*fields)


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
    proposals, drawn = _proposals(due, site=site, share=share)
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


def _proposals(
    due: Sequence[Due], *, site: SiteSettings, share: float
) -> tuple[list[Proposal], list[Drawn]]:
    """Return what the live version of the rules wants made of some comments; keeps their facts.

    A ``share`` of what it would remove is drawn: a person decides these, blind. Asked here and not
    where the jobs were loaded: a mute or a ban that came meanwhile counts.
    """
    rule_set_id, rule_set = live()
    policies = dict(Policy.objects.values_list("slug", "id"))
    facts = _gather(due, site_mode=site.moderation_mode)
    verdicts = evaluate_each(rule_set, facts)
    proposals, drawn = [], []
    for one, verdict in zip(due, verdicts, strict=True):
        proposal = _proposal(one, verdict, rule_set_id=rule_set_id, policies=policies)
        if verdict.action is RuleAction.REMOVE and audits.chances(one[0].public_id)[0] < share:
            drawn.append(_drawn(proposal, verdict))
            proposal = _blind(proposal, one[0].public_id)
        proposals.append(proposal)
    return proposals, drawn


def _drawn(proposal: Proposal, verdict: Verdict) -> Drawn:
    return Drawn(
        comment_id=proposal.comment_id,
        revision_id=proposal.revision_id,
        verdict=verdict,
        matched=proposal.matched,
        shadow=proposal.shadow,
    )


def _blind(proposal: Proposal, public_id: UUID) -> Proposal:
    """Hold for a person, who must not know why: neither the decision nor the item says it.

    Its place in the queue is that of some comment with some score.
    """
    action, status = OUTCOME[RuleAction.HOLD]
    place = urgency.of_score(audits.chances(public_id)[1])
    return replace(
        proposal,
        action=action,
        to_status=status,
        matched=[],
        shadow=[],
        policy_id=None,
        reason="",
        opens=Opening(queue=Queue.WAITING, urgency=place, is_blind=True),
    )


def _gather(due: Sequence[Due], *, site_mode: str) -> list[Facts]:
    """Return everything that the rules may ask about some comments, and store it."""
    works = [work for work, _scores, _classification in due]
    terms = TrustTerms.current().terms
    muted = held_for_their_author(work.comment_id for work in works)
    known = known_about([work.comment_id for work in works])
    articles = known_about_articles({work.article_id for work in works})
    repeated = repeated_before(
        [Sent(work.revision_id, work.body, work.author_id, work.written_at) for work in works]
    )
    facts = []
    for work, scores, _classification in due:
        about, article = known[work.comment_id], articles[work.article_id]
        mode = effective_mode(work.article_mode, work.section_mode, site_mode)
        held = muted.get(work.comment_id)
        facts.append(
            facts_about(
                text=work.body,
                scores=scores,
                author_muted=Muted(held) if held else None,
                article_pre_moderated=mode == ModerationMode.PRE,
                comment_edited=work.revision_number > 1,
                **about.facts(terms=terms),
                **article.facts(at=about.submitted_at),
                **repeated[work.revision_id],
            )
        )
    store_facts(
        [
            (work.revision_id, work.article_id, articles[work.article_id].section_id, one)
            for work, one in zip(works, facts, strict=True)
        ]
    )
    return facts


def _proposal(
    due: Due, verdict: Verdict, *, rule_set_id: int | None, policies: Mapping[str, int]
) -> Proposal:
    work, scores, classification_id = due
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
        matched=[_told(match) for match in verdict.matched],
        shadow=[_told(match) for match in verdict.shadow],
        policy_id=policies.get(verdict.policy),
        reason=_reason(verdict),
        opens=_opening(verdict, scores) if status == Status.HELD else None,
    )


def _told(match: Match) -> dict[str, Any]:
    told = {"rule": match.rule, "key": match.key, "action": match.action.value, "why": match.why}
    if match.labels:
        told["labels"] = list(match.labels)
    # Where an allow rule above it stopped it, the record says so.
    return told if match.acts else told | {"stopped": True}


def _reason(verdict: Verdict) -> str:
    return f"{verdict.rule}: {verdict.why}"[:500] if verdict.rule else ""


def _opening(verdict: Verdict, scores: Scores) -> Opening:
    label, score = _strongest(scores)
    return Opening(
        queue=_queue(verdict),
        urgency=min(urgency.MOST, verdict.urgency + _urgency(scores)),
        reason=_reason(verdict),
        top_label=label,
        top_score=score,
    )


def _queue(verdict: Verdict) -> Queue:
    asked = Queue(verdict.queue)
    return Queue.UNSCORED if asked is Queue.WAITING and verdict.unscored else asked


def late_scores(scores: Scores) -> tuple[str, float | None, int]:
    """Return what ``refresh_items`` writes on an open item."""
    return (*_strongest(scores), _urgency(scores))


def _strongest(scores: Scores) -> tuple[str, float | None]:
    label = max(scores.own, key=lambda name: scores.own[name], default=None)
    return (label.value, scores.own[label]) if label else ("", None)


def _urgency(scores: Scores) -> int:
    return urgency.of_score(_strongest(scores)[1])
