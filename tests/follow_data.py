"""What tests of following by mail need again and again."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Role
from comments.following import stop_address
from comments.models import Article, Comment, Follow
from comments.news import tell_followers
from mailing.letters import send_next
from moderation.decisions import database_now, decide
from moderation.models import Action, Policy
from tests.make import make_user
from tests.receiver import Mailbox

SITE = "https://news.example.org"
KARI = "kari@example.org"


def followed(article: Article, **fields: Any) -> Follow:
    """Somebody who follows since a minute ago."""
    ago = timezone.now() - timedelta(minutes=1)
    fields = {"email": KARI, "article": article, "confirmed_at": ago, "told_until": ago, **fields}
    return Follow.objects.create(**fields)


def deliver() -> None:
    while send_next():
        pass


def told(mailbox: Mailbox) -> list[str]:
    """Write and send what is due; return the letters of this round."""
    before = len(mailbox.letters)
    tell_followers()
    deliver()
    return [letter.get_content() for _to, letter in mailbox.letters[before:]]


def later(minutes: int = 31) -> None:
    """Let so much time pass for everybody who follows."""
    for follow in Follow.objects.exclude(letter_at=None):
        assert follow.letter_at is not None
        follow.letter_at -= timedelta(minutes=minutes)
        follow.save()


def removed(comment: Comment) -> None:
    decide(
        comment=comment,
        action=Action.REMOVE,
        actor=make_user(Role.MODERATOR),
        seen_version=comment.version,
        at=database_now(),
        policy=Policy.objects.first(),
    )


def read_stop_link(follow: Follow) -> str:
    return stop_address(follow).removeprefix(SITE)
