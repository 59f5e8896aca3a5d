"""Automations for tests: a past that people decided, and audits with a known outcome."""

import re
from collections.abc import Sequence

from accounts.models import User
from bench.setup import submit_in_bulk
from classifier.base import Label, Scores, Text
from comments.models import Article, Comment, Section, Status
from moderation.decisions import Proposal, database_now, decide_all
from moderation.models import Action, Automation, MadeBy, Policy
from moderation.rule_sets import publish
from moderation.rulebook.automations import ask
from tests.make import StandIn, make_article, make_regular, screen_all

ENOUGH = ((0.97, 240, 0),)  # decisions with such a score, and how many were approved


def by_its_words() -> StandIn:
    """A model that scores a text as it says itself: "Fool 0.97"."""

    def says(text: Text) -> Scores:
        found = re.search(r"0\.\d+", text.body)
        own = {**dict.fromkeys(Label, 0.01), Label.INSULT: float(found[0]) if found else 0.01}
        return Scores(model="stand-in-1", language="en", own=own)

    return StandIn(says=says)


def submitted(score: float, number: int, *, article: Article | None = None) -> list[int]:
    """So many screened comments that score so much; their ids."""
    author, article = make_regular(), article or make_article()
    newest = Comment.objects.order_by("-id").values_list("id", flat=True).first() or 0
    submit_in_bulk(
        [f"Fool {score}, number {n} of so many." for n in range(number)],
        article_ids=[article.pk] * number,
        author_ids=[author.pk] * number,
    )
    screen_all(by_its_words())
    return list(Comment.objects.filter(id__gt=newest).order_by("id").values_list("id", flat=True))


def decide_each(ids: Sequence[int], by: User, *, approved: int) -> None:
    """Decide what waits: the first ``approved`` stay, the others are removed."""
    policy = Policy.objects.get(slug="insults")
    comments = Comment.objects.filter(pk__in=ids).order_by("id")
    proposals = [
        Proposal(
            comment_id=comment.pk,
            revision_id=comment.current_revision_id,
            seen=comment.status,
            seen_version=comment.version,
            action=Action.APPROVE if number < approved else Action.REMOVE,
            to_status=Status.PUBLISHED if number < approved else Status.REMOVED,
            made_by=MadeBy.MODERATOR,
            actor_id=by.pk,
            policy_id=None if number < approved else policy.pk,
        )
        for number, comment in enumerate(comments)
    ]
    assert len(decide_all(proposals, at=database_now())) == len(ids)


def decided_past(
    by: User, bands: Sequence[tuple[float, int, int]] = ENOUGH, *, section: Section | None = None
) -> None:
    """Comments that rules held and people decided."""
    article = make_article(section=section) if section else make_article()
    for score, number, approved in bands:
        decide_each(submitted(score, number, article=article), by, approved=approved)


def ask_for_insults(
    by: User, *, section: Section | None = None, target: float = 0.98
) -> Automation:
    """Ask for the removal of insults."""
    return ask(
        by=by,
        label="insult",
        section=section,
        policy=Policy.objects.get(slug="insults"),
        target=target,
        at=database_now(),
    )


def acting(by: User) -> Automation:
    """An automation that was granted on 240 decisions and acts."""
    decided_past(by)
    automation = ask_for_insults(by)
    publish(by=by)
    return automation


def audited(by: User, number: int, *, wrong: int) -> None:
    """So many audits, of which people publish ``wrong``. Every removal is drawn: ``audit(100)``."""
    decide_each(submitted(0.98, number), by, approved=wrong)
