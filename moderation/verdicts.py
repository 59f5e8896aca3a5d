"""What the live version of the rules wants made of scored comments, and everything it was told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from classifier.base import Scores
from comments.models import ModerationMode, SiteSettings, Status
from comments.models.article import effective_mode
from comments.restrictions import held_for_their_author
from moderation import urgency
from moderation.decisions import Proposal
from moderation.facts import Facts, Muted, facts_about
from moderation.gathering import known_about, known_about_articles, repeated_before, store_facts
from moderation.models import Action, MadeBy, Policy, Queue, TrustTerms
from moderation.near_duplicates import Sent
from moderation.review_items import Opening
from moderation.rule_sets import facts_asked, live
from moderation.rulebook import audits
from moderation.rulebook.audits import Drawn
from moderation.rules.evaluation import Match, RuleAction, Verdict, evaluate_each

OUTCOME = {
    RuleAction.PUBLISH: (Action.APPROVE, Status.PUBLISHED),
    RuleAction.HOLD: (Action.HOLD, Status.HELD),
    RuleAction.REMOVE: (Action.REMOVE, Status.REMOVED),
}


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

WORK_FIELDS = (
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


def work_of(row: tuple[Any, ...]) -> Work:
    """Return a row of WORK_FIELDS as what it is."""
    fields: list[Any] = ["" if value is None else value for value in row]  # no parent: no text
    return Work(*fields)


def proposals_for(
    due: Sequence[Due], *, site: SiteSettings, share: float
) -> tuple[list[Proposal], list[Drawn]]:
    """Return what the live version of the rules wants made of some comments; keeps their facts.

    A ``share`` of what it would remove is drawn: a person decides these, blind. Asked here and not
    where the jobs were loaded: a mute or a ban that came meanwhile counts.
    """
    rule_set_id, rule_set = live()
    policies = dict(Policy.objects.values_list("slug", "id"))
    facts = gather(due, site_mode=site.moderation_mode)
    verdicts = evaluate_each(rule_set, facts)
    proposals, drawn = [], []
    for one, verdict in zip(due, verdicts, strict=True):
        proposal = propose(one, verdict, rule_set_id=rule_set_id, policies=policies)
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


def gather(due: Sequence[Due], *, site_mode: str) -> list[Facts]:
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


def propose(
    due: Due, verdict: Verdict, *, rule_set_id: int | None, policies: Mapping[str, int]
) -> Proposal:
    """Return a verdict as a decision that the rules want made; ``policies`` are ids by slug."""
    work, scores, classification_id = due
    action, status = OUTCOME[verdict.action]
    asked = facts_asked(rule_set_id)
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
        matched=[_of_acting_rule(match, asked) for match in verdict.matched],
        shadow=[_told(match, asked) for match in verdict.shadow],
        policy_id=policies.get(verdict.policy),
        reason=reason_of(verdict),
        opens=_opening(verdict, scores) if status == Status.HELD else None,
    )


def _told(match: Match, asked: Mapping[str, list[str]]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "rule": match.rule,
        "key": match.key,
        "action": match.action.value,
        "why": match.why,
        "by": asked.get(match.key, []),
    }
    if match.labels:
        told["labels"] = list(match.labels)
    return told


def _of_acting_rule(match: Match, asked: Mapping[str, list[str]]) -> dict[str, Any]:
    """Where an allow rule above it stopped it, the record says so. Shadow rules never act."""
    told = _told(match, asked)
    return told if match.acts else told | {"stopped": True}


def reason_of(verdict: Verdict) -> str:
    """Return the rule and why it held, as decisions and items keep it."""
    return f"{verdict.rule}: {verdict.why}"[:500] if verdict.rule else ""


def _opening(verdict: Verdict, scores: Scores) -> Opening:
    label, score = _strongest(scores)
    return Opening(
        queue=_queue(verdict),
        urgency=min(urgency.MOST, verdict.urgency + _urgency(scores)),
        reason=reason_of(verdict),
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
