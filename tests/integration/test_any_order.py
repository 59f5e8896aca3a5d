"""Authors, readers, rules and moderators in any order: what must hold after every step."""

import random
import uuid
from contextlib import suppress

import pytest
from django.db import transaction

from accounts.models import Role, User
from classifier.base import Label
from comments.models import Article, Author, Comment, Report, Status
from comments.submission import (
    SubmissionRefused,
    Writer,
    edit_comment,
    report_comment,
    withdraw_comment,
)
from moderation.decisions import CannotUndo, StatusConflict, database_now, decide, undo
from moderation.models import Action, Decision, Policy, ReviewItem
from moderation.review_items import recount
from tests.desk_data import person
from tests.make import StandIn, make_article, make_comment, make_regular, screen_all

pytestmark = pytest.mark.django_db

STEPS = (
    "submit", "screen", "screen", "report", "edit", "withdraw", "approve", "remove", "flag",
    "undo", "undo",
)  # fmt: skip
TEXTS = ("A calm word", "Only a fool would say that", "A vile word")
CLASSIFIER = StandIn({"fool": {Label.INSULT: 0.8}, "vile": {Label.SPAM: 1.0}})
REGULARS = 5  # comments that an author of these tests is known for before the first step


class Newsroom:
    """Some people who do something at random, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.articles = [make_article() for _ in range(2)]
        self.authors = [make_regular(published_count=REGULARS) for _ in range(2)]
        self.people: list[User] = [person(), person(Role.SENIOR_MODERATOR)]
        self.policy = Policy.objects.all()[0]
        self.done: list[str] = []

    def step(self) -> None:
        what = self.chance.choice(STEPS)
        comments = list(Comment.objects.select_related("author").order_by("pk"))
        comment = self.chance.choice(comments) if comments else None
        self.done.append(f"{what} {comment.pk if comment else ''}")
        with suppress(SubmissionRefused, StatusConflict, CannotUndo), transaction.atomic():
            if what == "submit":
                author = self.chance.choice(self.authors)
                make_comment(self._text(), article=self.chance.choice(self.articles), author=author)
            elif what == "screen":
                screen_all(CLASSIFIER)
            elif comment is not None:
                self._do(what, comment)

    def _do(self, what: str, comment: Comment) -> None:
        writer, seen = Writer(guest_key=comment.author.key), comment.version
        who = self.chance.choice(self.people)
        if what == "edit":
            edit_comment(comment=comment, writer=writer, body=self._text(), seen_version=seen)
        elif what == "withdraw" and self.chance.random() < 0.3:
            withdraw_comment(comment=comment, writer=writer, seen_version=seen)
        elif what == "report" and (comment.status == Status.PUBLISHED or comment.edited_at):
            report_comment(
                comment=comment, category="abuse", words="", reporter_key=uuid.uuid4().hex
            )
        elif what == "undo":
            newest = Decision.objects.filter(comment=comment).order_by("-id").first()
            if newest is not None:
                undo(decision=newest, actor=who, at=database_now())
        elif what in ("approve", "remove", "flag"):
            decide(
                comment=comment,
                action=Action(what),
                actor=who,
                seen_version=seen,
                at=database_now(),
                policy=self.policy if what == "remove" else None,
            )

    def _text(self) -> str:
        return f"{self.chance.choice(TEXTS)}, {self.chance.random()}"


@pytest.mark.parametrize("seed", range(10))
def test_the_books_are_right_whatever_happens(seed: int) -> None:
    newsroom = Newsroom(seed)
    for _ in range(40):
        newsroom.step()
        assert recount() == 0, newsroom.done
        for wrong in (*wrong_counters(), *wrong_comments()):
            pytest.fail(f"{wrong} after {newsroom.done}")


def wrong_counters() -> list[str]:
    wrong = [
        f"article {article.pk}: {article.published_count} published"
        for article in Article.objects.all()
        if article.published_count != article.comments.filter(status=Status.PUBLISHED).count()
    ]
    for author in Author.objects.all():
        published = author.comments.filter(status=Status.PUBLISHED).count()
        removed = author.comments.filter(status=Status.REMOVED, withdrawn_at=None).count()
        if (author.published_count - REGULARS, author.removed_count) != (published, removed):
            wrong.append(f"author {author.pk}: {published} published, {removed} removed")
        approved = sum(map(is_approved, author.comments.filter(status=Status.PUBLISHED)))
        if author.approved_count != approved:
            wrong.append(f"author {author.pk}: {author.approved_count}, not {approved} approved")
    return wrong


def is_approved(comment: Comment) -> bool:
    """Whether people's last word about its text that was not taken back approves it."""
    undone = Decision.objects.filter(comment=comment, action="undo").values("supersedes")
    words = Decision.objects.filter(
        revision=comment.current_revision_id, made_by="moderator", action__in=["approve", "remove"]
    )
    last = words.exclude(pk__in=undone).order_by("-id").first()
    return last is not None and last.action == "approve"


def wrong_comments() -> list[str]:
    wrong = []
    on_desk = set(ReviewItem.objects.filter(is_open=True).values_list("comment", flat=True))
    asked = set(Report.objects.filter(resolved_at=None).values_list("comment", flat=True))
    for comment in Comment.objects.all():
        waits = comment.status == Status.HELD
        waits = waits or (comment.status == Status.PUBLISHED and comment.pk in asked)
        if waits and comment.pk not in on_desk:
            wrong.append(f"comment {comment.pk} waits where nobody looks")
        if comment.withdrawn_at and (comment.status != Status.REMOVED or comment.pk in on_desk):
            wrong.append(f"comment {comment.pk} was withdrawn")
    return wrong
