"""Appeals for tests: a removal, by a person or a rule, and an author who objects."""

from accounts.models import Role, User
from comments.models import Author, Comment, SiteSettings
from moderation.appeals import decide_appeal, file_appeal
from moderation.author_acts import Measures
from moderation.decisions import database_now, decide
from moderation.models import Action, Appeal, AuthorAct, Decision, Policy, Rule
from tests.audit_data import REMOVES, audit, insult, publish_a_removal
from tests.desk_data import person
from tests.make import make_comment, make_held, screen_all

WORDS = "I meant the ferry company, not its passengers."
REASON = "It is harsh on the company, and that is allowed."


def removed(
    by: User | None = None, body: str = "Only a fool would say that.", **fields: object
) -> Decision:
    """A comment that a person removed as an insult."""
    return remove(make_held(body, **fields), by=by or person(name="First Decider"))


def remove(comment: Comment, *, by: User, also: Measures | None = None) -> Decision:
    return decide(
        comment=comment,
        action=Action.REMOVE,
        actor=by,
        seen_version=comment.version,
        at=database_now(),
        policy=Policy.objects.get(slug="insults"),
        also=also,
    )


def removed_by_rule(body: str = "You unspeakable fool, go home.", **fields: object) -> Decision:
    """A comment that a rule removed; no person saw it."""
    if not Rule.objects.filter(name=REMOVES).exists():
        publish_a_removal()
    comment = make_comment(body, **fields)
    audit(0)
    screen_all(insult())
    return Decision.objects.get(comment=comment, action=Action.REMOVE)


def appealed(against: Decision | AuthorAct, words: str = WORDS) -> Appeal:
    return file_appeal(against=against, words=words, at=database_now()).appeal


def settled(appeal: Appeal, *, overturns: bool, by: User | None = None, **more: str) -> Appeal:
    return decide_appeal(
        appeal=appeal,
        moderator=by or person(name="Second Moderator"),
        overturns=overturns,
        reason=more.pop("reason", REASON),
        at=database_now(),
        **more,
    )


def with_an_account(name: str = "Marit Vik") -> Author:
    """An author who is signed in, and so has an address that letters may go to."""
    return Author.objects.create(name=name, user=person(Role.READER, name=name), published_count=5)


def appeal_days(days: int) -> None:
    SiteSettings.objects.update_or_create(pk=1, defaults={"appeal_days": days})
