"""Rows of every kind that pages of the desk list, and the page of each address that lists most."""

import uuid

from accounts.models import Role, User
from classifier.base import Label
from comments.models import Article, Author, Comment, CommentRevision
from comments.submission import report_comment
from moderation.batch_steps import take_chunk
from moderation.batches import start_batch
from moderation.decisions import database_now, decide
from moderation.models import (
    Action,
    Appeal,
    Batch,
    Decision,
    IllegalContentNotice,
    Policy,
    ReviewItem,
    SavedFilter,
)
from tests.access_world import OWN, World
from tests.appeal_data import appealed, removed, settled
from tests.desk_data import person
from tests.illegal_data import make_notice
from tests.make import (
    StandIn,
    make_article,
    make_comment,
    make_held,
    make_regular,
    screen_all,
)
from tests.quality_data import looked_at

PROLIFIC, TALKED_OF = "Prolific", "The article of many words"
LOOKED_AT = "Looked at"  # whose comment waits, whatever becomes of the others


class Rows(World):
    """What a page is asked about: the author, the comment, the batch that has the most rows."""

    user: User

    def fill(self, number: int) -> None:
        """Make ``number`` rows of every kind, by different hands."""
        colleague = person(Role.MODERATOR, name=f"Colleague {number}")
        if not Comment.objects.filter(author_name=LOOKED_AT).exists():
            make_held("Only a fool would look at this.", author=make_regular(name=LOOKED_AT))
        made = self._comments(number)
        for n, comment in enumerate(made[: number * 2 // 3]):
            comment.refresh_from_db()
            self._decide(comment, (colleague, self.user)[n % 2], n)
        self._around_one_comment(number)
        for n in range(number):
            name = f"Saved {number} {n}"
            SavedFilter.objects.create(owner=self.user, name=name)
        start_batch(
            by=self.user,
            action=Action.APPROVE,
            comments=Comment.objects.filter(pk__in=[c.pk for c in made[number * 2 // 3 :: 2]]),
            criterion={"kind": "comments"},
        )
        while take_chunk():
            pass
        for n in range(number):
            article = Article.objects.get(title=TALKED_OF)
            removal = removed(colleague, f"Only a fool, {number} {n}!", article=article)
            if n % 2:
                settled(appealed(removal), overturns=n % 4 == 1, by=self.user)
            else:
                self.made["appeal", OWN] = appealed(removal)
        for _ in range(max(2, number // 8)):
            looked_at(colleague, self.user, Action.APPROVE, Action.REMOVE)

    def _comments(self, number: int) -> list[Comment]:
        article = Article.objects.filter(title=TALKED_OF).first() or make_article(title=TALKED_OF)
        made = [
            make_comment(f"Only a fool, {n} of {number}.", article=article, author=self.author(OWN))
            for n in range(number)
        ]
        screen_all(StandIn({"fool": {Label.INSULT: 0.8}}))
        return made

    def _decide(self, comment: Comment, who: User, n: int) -> None:
        action = (Action.APPROVE, Action.REMOVE, Action.FLAG)[n % 3]
        policy = Policy.objects.get(slug="insults") if action == Action.REMOVE else None
        decide(
            comment=comment,
            action=action,
            actor=who,
            seen_version=comment.version,
            at=database_now(),
            policy=policy,
            note="Why?",
        )

    def _around_one_comment(self, number: int) -> None:
        """Reports, revisions and a branch above: many of each."""
        item = self.item(OWN)
        for n in range(number):
            key = f"reader {number} {n}"
            report_comment(comment=item.comment, category="spam", words="!", reporter_key=key)
            make_notice(item.comment, name=key)
        first = item.comment.revisions.count() + 1
        for n in range(first, first + number):
            CommentRevision.objects.create(
                comment=item.comment, number=n, body=f"Text {n}.", created_at=database_now()
            )

    # What the addresses are about
    def author(self, place: str) -> Author:
        found = Author.objects.filter(name=PROLIFIC).first()
        return found or make_regular(name=PROLIFIC)

    def item(self, place: str) -> ReviewItem:
        items = ReviewItem.objects.select_related("comment__author", "article")
        return items.get(is_open=True, comment__author_name=LOOKED_AT)

    def illegal_notice(self, place: str) -> IllegalContentNotice:
        return IllegalContentNotice.objects.earliest("id")

    def author_key(self, place: str) -> uuid.UUID:
        return self.author(place).key

    def decision(self, place: str) -> Decision:
        return Decision.objects.filter(made_by="moderator").earliest("id")

    def appeal_id(self, place: str) -> uuid.UUID:
        appeal: Appeal = self.made["appeal", place]
        return appeal.public_id

    def batch(self, place: str) -> Batch:
        return Batch.objects.latest("id")

    def batch_id(self, place: str) -> uuid.UUID:
        return self.batch(place).public_id
