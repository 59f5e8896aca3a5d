"""Small makers for tests. They take the same doors as the site itself."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.utils import timezone

from accounts.models import Role, User
from classifier.base import Label, Scores, Text
from comments.models import Article, Author, Comment, Section, Status
from comments.submission import Draft, Writer, submit_comment
from moderation.screening import screen_batch


class StandIn:
    """A classifier that says what a test needs it to say.

    By default everything is harmless; ``scores`` maps a piece of text to what a body holding it
    scores, and ``says`` replaces the whole answer.
    """

    version = "stand-in-1"

    def __init__(
        self,
        scores: dict[str, dict[Label, float]] | None = None,
        says: Callable[[Text], Scores] | None = None,
    ) -> None:
        self.scores = scores or {}
        self.says = says

    def score(self, texts: Sequence[Text]) -> list[Scores]:
        return [self.says(text) if self.says else self._look_up(text) for text in texts]

    def _look_up(self, text: Text) -> Scores:
        own = dict.fromkeys(Label, 0.01)
        for piece, scores in self.scores.items():
            if piece in text.body:
                own.update(scores)
        return Scores(model=self.version, language="en", own=own)


def make_user(role: Role = Role.READER, **fields: Any) -> User:
    number = User.objects.count() + 1
    fields.setdefault("email", f"{role}-{number}@example.org")
    fields.setdefault("name", f"{role.label} {number}")
    return User.objects.create_user(password="a long enough secret", role=role, **fields)


def make_article(**fields: Any) -> Article:
    section = fields.pop("section", None)
    if section is None:
        section, _ = Section.objects.get_or_create(slug="news", defaults={"name": "News"})
    fields.setdefault("slug", f"article-{uuid.uuid4().hex[:8]}")
    fields.setdefault("title", "Ferry prices rise again")
    fields.setdefault("published_at", timezone.now())
    return Article.objects.create(section=section, **fields)


def make_regular(**fields: Any) -> Author:
    """An author whose comments are published often enough not to be a first-time author."""
    fields.setdefault("name", "Marit Vik")
    fields.setdefault("published_count", 5)
    return Author.objects.create(**fields)


def make_comment(
    body: str = "The morning ferry is always full.",
    *,
    article: Article | None = None,
    author: Author | None = None,
    parent: Comment | None = None,
    **draft: Any,
) -> Comment:
    """Submit a comment; it waits to be screened."""
    author = author or make_regular()
    if article is None:
        article = parent.article if parent else make_article()
    return submit_comment(
        article=article,
        writer=Writer(user=author.user, guest_key=None if author.user else author.key),
        draft=Draft(body=body, name=draft.pop("name", author.name), **draft),
        submission_key=uuid.uuid4(),
        parent=parent,
    ).comment


def screen_all(classifier: Any = None) -> None:
    """Screen everything that waits, in this process."""
    while screen_batch(classifier=classifier or StandIn()):
        pass


def make_published(body: str = "The morning ferry is always full.", **fields: Any) -> Comment:
    comment = make_comment(body, **fields)
    screen_all()
    comment.refresh_from_db()
    assert comment.status == Status.PUBLISHED
    return comment


def make_held(body: str = "Only a fool would say that.", **fields: Any) -> Comment:
    comment = make_comment(body, **fields)
    screen_all(StandIn({body: {Label.INSULT: 0.8}}))
    comment.refresh_from_db()
    assert comment.status == Status.HELD
    return comment
