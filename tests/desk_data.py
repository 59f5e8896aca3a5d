"""What tests of the desk need again and again: somebody signed in, something in a queue."""

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from accounts.known import SessionStore
from accounts.models import Role, User
from accounts.verified import vouch_for
from classifier.base import Label, Scores, Span, Text, Unscored
from comments.models import Comment, Section
from moderation.models import ReviewItem, Rule
from moderation.rule_sets import publish
from tests.make import StandIn, make_comment, make_held, screen_all
from tests.rules_data import asks, make_rule


def session_of(user: User) -> str:
    """The key of a new session in which this person is signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "accounts.known.Backend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def client_of(user: User | None, **extra: object) -> Client:
    """A client in which this person is signed in, or a guest's."""
    client = Client(**extra)  # type: ignore[arg-type]
    if user is not None:
        client.cookies[settings.SESSION_COOKIE_NAME] = session_of(user)
    return client


def person(role: Role = Role.MODERATOR, *, name: str = "") -> User:
    """Somebody who signs in by a session alone: no password, so nothing slow to hash."""
    number = User.objects.count() + 1
    name = name or f"{role.label} {number}"
    user = User(email=f"{role}-{number}@example.org", name=name, role=role)
    user.set_unusable_password()
    user.save()
    vouch_for(user)
    return user


def assigned(user: User, *names: str) -> User:
    """The person as the next request knows them: on the desk for these sections alone."""
    for name in names:
        section, _ = Section.objects.get_or_create(slug=name.lower(), defaults={"name": name})
        user.section_assignments.create(section=section)
    return User.objects.get(pk=user.pk)


def publish_plain_rules() -> None:
    """Make live what the tests count on, whatever a new site starts with: insults are held from
    0.70, and so are first comments and what was not scored."""
    Rule.objects.all().delete()
    make_rule("High insult", asks("own.insult", "at_least", 0.7), then_urgency=100)
    make_rule("First comment of an author", asks("author.published", "below", 1), then_urgency=100)
    unscored = asks("unscored", "one_of", ["language", "empty", "failed"])
    make_rule("Not scored", unscored, then_urgency=100)
    publish(by=None)


def open_item_of(comment: Comment) -> ReviewItem:
    return ReviewItem.objects.select_related("comment").get(comment=comment, is_open=True)


def held_item(body: str = "Only a fool would say that.", **fields: object) -> ReviewItem:
    """A comment that a rule held, as it waits in the queue."""
    return open_item_of(make_held(body, **fields))


def held_items(number: int) -> list[ReviewItem]:
    """Several held comments by different authors, all screened in one batch."""
    made = [make_comment(f"Only a fool would say that, says number {n}.") for n in range(number)]
    screen_all(StandIn({"fool": {Label.INSULT: 0.8}}))
    return [open_item_of(comment) for comment in made]


def unscored_item(body: str = "Jeg skjønner det ikke.") -> ReviewItem:
    """A comment in a language that the model does not know."""

    def says(text: Text) -> Scores:
        return Scores(model="stand-in-1", language="nb", unscored=Unscored.LANGUAGE)

    comment = make_comment(body)
    screen_all(StandIn(says=says))
    return open_item_of(comment)


def item_with_evidence(body: str, *marked: str, label: Label = Label.INSULT) -> ReviewItem:
    """A held comment in which some words are marked."""

    def says(text: Text) -> Scores:
        starts = [(text.body.index(words), words) for words in marked]
        return Scores(
            model="stand-in-1",
            language="en",
            own={**dict.fromkeys(Label, 0.01), label: 0.9},
            spans=tuple(Span(at, at + len(words), label, 1.5) for at, words in starts),
        )

    comment = make_comment(body)
    screen_all(StandIn(says=says))
    return open_item_of(comment)


def decision_fields(item: ReviewItem, action: str, **more: str) -> dict[str, str]:
    """What a form of the desk sends about an item as it is now."""
    item.comment.refresh_from_db()
    return {"action": action, "version": str(item.comment.version), **more}
