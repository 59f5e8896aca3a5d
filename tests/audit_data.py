"""Audits for tests: what rules would remove and people are shown blind."""

from decimal import Decimal

from accounts.models import User
from classifier.base import Label, Scores, Span, Text
from comments.models import Comment, SiteSettings
from moderation.decisions import database_now
from moderation.models import Action, Decision, Policy, ReviewItem
from moderation.review import resolve
from moderation.rule_sets import publish
from tests.desk_data import open_item_of
from tests.make import StandIn, make_comment, screen_all
from tests.rules_data import asks, make_rule

BODY = "You unspeakable fool, go home."
REMOVES = "Beyond doubt an insult"


def audit(percent: int | str) -> None:
    """Draw so many percent of what rules remove from now on."""
    SiteSettings.objects.update_or_create(pk=1, defaults={"audit_percent": Decimal(percent)})


def publish_a_removal() -> None:
    """Make live a rule that removes insults from 0.95 on."""
    make_rule(REMOVES, asks("own.insult", "at_least", 0.95), action="remove")
    publish(by=None)


def insult(score: float = 0.97) -> StandIn:
    """A model that says so of everything, and marks the word that says it."""

    def says(text: Text) -> Scores:
        at = text.body.find("fool")
        spans = (Span(at, at + 4, Label.INSULT, 1.5),) if at >= 0 else ()
        own = {**dict.fromkeys(Label, 0.01), Label.INSULT: score}
        return Scores(model="stand-in-1", language="en", own=own, spans=spans)

    return StandIn(says=says)


def blind_item(body: str = BODY, **fields: object) -> ReviewItem:
    """A comment that a rule would have removed, as it waits for somebody who must not know."""
    audit(100)
    comment = make_comment(body, **fields)
    screen_all(insult())
    audit(0)
    return open_item_of(comment)


def decide_item(
    item: ReviewItem | Comment, by: User, action: Action = Action.REMOVE, *, note: str = ""
) -> Decision:
    """Decide what waits, as a person does at the desk."""
    item = open_item_of(item.comment if isinstance(item, ReviewItem) else item)
    return resolve(
        item=item,
        moderator=by,
        action=action,
        seen_version=item.comment.version,
        at=database_now(),
        policy=Policy.objects.get(slug="insults") if action == Action.REMOVE else None,
        note=note,
    )
