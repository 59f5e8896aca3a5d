"""A newsroom in which texts become public and stop being it, and a ledger of which are.

Every comment has canaries of its own: in its words, in the words it quotes, in its author's name
and website, and in the e-mail address, which is never public. What is public is read from the
tables here, and not by the code that is tested.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

from django.db import connection

from accounts.models import Role, User
from classifier.base import Label
from comments.models import Article, Author, Comment, Follow, ModerationMode, Status, Tag
from comments.news import tell_followers
from comments.picks import NotPublic, pick
from comments.submission import (
    SubmissionRefused,
    Writer,
    edit_comment,
    report_comment,
    withdraw_comment,
)
from mailing.letters import send_next
from moderation import appeal_letters
from moderation.appeals import DecidedMeanwhile, NotTaken, NotYours
from moderation.author_acts import take_back
from moderation.batch_steps import take_chunk
from moderation.batches import NothingToDecide, start_batch
from moderation.decisions import CannotUndo, database_now, decide, newest_decision, undo
from moderation.illegal_content import letters as answers
from moderation.models import Action, AuthorAct, Decision, Policy
from moderation.telling import tell_due
from tests.appeal_data import appealed, settled
from tests.author_data import impose
from tests.canaries import Ledger, new_word
from tests.desk_data import person
from tests.framing import HOST
from tests.make import StandIn, make_article, make_comment, screen_all

MOST = 20  # comments
UGLY = "fool"  # what the rules hold where nothing waits by itself
MOVES = (
    ("decides",) * 5
    + ("undoes", "undoes", "edits", "edits", "writes", "writes")
    + (*("withdraws", "bans", "decides_many", "appeals", "reports", "picks"),)
)


class Stands(NamedTuple):
    """Where a comment stands: its status, and which of its texts is the current one."""

    status: str
    number: int
    slug: str


@dataclass
class Newsroom:
    """Articles with and without pre-moderation, the desk, and the authors under them."""

    chance: random.Random
    ledger: Ledger = field(default_factory=Ledger)
    names: dict[int, list[str]] = field(default_factory=dict)  # comment -> words of its author
    texts: dict[tuple[int, int], list[str]] = field(default_factory=dict)  # and of each text
    hidden: set[str] = field(default_factory=set)  # what is public at no time
    # What a history may show: texts that were public, and were not taken back by the desk.
    shown_before: set[tuple[int, int]] = field(default_factory=set)
    stood: dict[int, Stands] = field(default_factory=dict)
    bans: dict[int, AuthorAct] = field(default_factory=dict)
    articles: list[Article] = field(default_factory=list)
    desk: list[User] = field(default_factory=list)

    def open(self) -> None:
        """Have a comment in each state there is, under both kinds of articles."""
        self.desk = [person(Role.SENIOR_MODERATOR) for _ in range(3)]
        tag = Tag.objects.create(slug="ferries", name="Ferries")
        for mode in (ModerationMode.PRE, ModerationMode.POST):
            article = make_article(
                moderation_mode=mode, page_url=f"{HOST}/{mode}", title=f"Ferries, {mode}"
            )
            article.tags.add(tag)
            self.articles.append(article)
        waiting, free = self.articles
        for article in self.articles:
            public = self.write(article)
            self.decide(public, Action.APPROVE)
            edited = self.write(article)
            self.decide(edited, Action.APPROVE)
            self.edit(edited, ugly=True)
            self.write(article, parent=public, ugly=True)
        # A history between whose public texts lies one that never was.
        twice = self.write(free)
        self.edit(twice, ugly=True)
        self.edit(twice)
        removed = self.write(free, ugly=True)
        self.decide(removed, Action.REMOVE)
        # Who is known by a name that is not public, and writes under another one.
        self.decide(self.write(free, author=self.author_of(removed)), Action.APPROVE)
        self.withdraw(self.write(waiting))
        self.write(waiting, is_screened=False)

    # --- What is true -------------------------------------------------------------------------
    @contextmanager
    def changing(
        self, *ids: int, may_publish: bool = False, by_author: bool = False, others: int = 0
    ) -> Iterator[None]:
        """While something happens to these comments, and to so many without canaries."""
        room = len(ids) + others
        before = [*self._counts(less=room, more=room)]
        if may_publish:
            before += [word for pk in ids for word in self._words_if_public(pk)]
        with self.ledger.changing(before=before) as after:
            try:
                yield
            finally:
                self._look(by_author=by_author)
                after += [*self._counts(), *self._public_words()]

    def _public_words(self) -> Iterator[str]:
        for pk, stands in self.stood.items():
            if stands.status == Status.PUBLISHED:
                yield from self._words_if_public(pk)

    def is_public(self, comment_id: int) -> bool:
        return self.stood[comment_id].status == Status.PUBLISHED

    def _look(self, *, by_author: bool = False) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT comment.id, status, number, slug FROM comments_comment comment"
                " JOIN comments_commentrevision revision ON revision.id = current_revision_id"
                " JOIN comments_article article ON article.id = comment.article_id"
            )
            now = {row[0]: Stands(*row[1:]) for row in cursor.fetchall()}
        for pk, stands in now.items():
            before = self.stood.get(pk)
            if stands.status == Status.PUBLISHED:
                self.shown_before.add((pk, stands.number))
            elif before is not None and before.status == Status.PUBLISHED and not by_author:
                self.shown_before.discard((pk, before.number))
        self.stood = now

    def _words_if_public(self, pk: int) -> list[str]:
        current = self.stood[pk].number if pk in self.stood else 1
        older = [
            f"history: {word}"
            for number in range(1, current)
            if (pk, number) in self.shown_before
            for word in self.texts.get((pk, number), ())
        ]
        return [*self.names.get(pk, ()), *self.texts.get((pk, current), ()), *older]

    def _counts(self, *, less: int = 0, more: int = 0) -> Iterator[str]:
        for article in self.articles:
            number = sum(
                stands == (Status.PUBLISHED, stands.number, article.slug)
                for stands in self.stood.values()
            )
            yield from (f"{article.slug}: {n}" for n in range(number - less, number + more + 1))

    # --- What authors do ----------------------------------------------------------------------
    def write(
        self,
        article: Article,
        *,
        parent: int | None = None,
        author: Author | None = None,
        ugly: bool = False,
        is_screened: bool = True,
    ) -> int:
        """A comment by somebody new, or by ``author`` under another name."""
        name, site, address = new_word(), new_word(), new_word()
        self.hidden.add(address)
        email = f"{address}@example.org"
        if author is None:
            # A regular: only rules and the article's mode hold them.
            author = Author.objects.create(name=f"Kari {name}", email=email, published_count=5)
        with self.changing():
            comment = make_comment(
                self._text((0, 1), ugly=ugly),
                article=article,
                author=author,
                parent=Comment.objects.get(pk=parent) if parent else None,
                name=f"Kari {name}",
                email=email,
                website=f"https://{site}.example.org/",
            )
            self.texts[comment.pk, 1] = self.texts.pop((0, 1))
            self.names[comment.pk] = [name, site]
        if is_screened:
            self.screen()
        return int(comment.pk)

    def edit(self, pk: int, *, ugly: bool = False) -> None:
        comment = self._comment(pk)
        body = self._text((pk, self.stood[pk].number + 1), ugly=ugly)
        with suppress(SubmissionRefused), self.changing(pk, by_author=True):
            edit_comment(
                comment=comment,
                writer=Writer(guest_key=comment.author.key),
                body=body,
                seen_version=comment.version,
            )
        self.screen()

    def withdraw(self, pk: int) -> None:
        comment = self._comment(pk)
        writer = Writer(guest_key=comment.author.key)
        with suppress(SubmissionRefused), self.changing(pk, by_author=True):
            withdraw_comment(comment=comment, writer=writer, seen_version=comment.version)

    def screen(self) -> None:
        """What waits is screened; under the first article nothing may become public by that."""
        waits = [pk for pk, stands in self.stood.items() if stands.status == Status.SUBMITTED]
        free = {pk for pk in waits if self.stood[pk].slug != self.articles[0].slug}
        with self.changing(*free, may_publish=True):
            screen_all(StandIn({UGLY: {Label.INSULT: 0.8}}))

    def author_of(self, pk: int) -> Author:
        return self._comment(pk).author

    def _text(self, key: tuple[int, int], *, ugly: bool) -> str:
        own, quoted = self.texts[key] = [new_word(), new_word()]
        return f"> They said {quoted}\n\nI say {own}{f', you {UGLY}' if ugly else ''}."

    def _comment(self, pk: int) -> Comment:
        return Comment.objects.select_related("author__user", "article").get(pk=pk)

    # --- What the desk does -------------------------------------------------------------------
    def decide(self, pk: int, action: Action) -> None:
        comment = self._comment(pk)
        with self.changing(pk, may_publish=action == Action.APPROVE):
            decide(
                comment=comment,
                action=action,
                actor=self.chance.choice(self.desk),
                seen_version=comment.version,
                at=database_now(),
                policy=self._policy() if action == Action.REMOVE else None,
            )

    def publish_one(self) -> Comment:
        """Have something public, whatever happened."""
        pk = self._there()[0]
        self.decide(pk, Action.APPROVE)
        return self._comment(pk)

    def move(self) -> str:
        """Something happens, at random; returns what."""
        what = self.chance.choice(MOVES)
        getattr(self, f"_{what}")(self.chance.choice(self._there()))
        return what

    def send_letters(self) -> None:
        """Everything that is due is written and sent, as workers would within the hour."""
        Follow.objects.update(letter_at=None)
        tell_followers()
        later = database_now() + timedelta(hours=1)
        tell_due(at=later)
        appeal_letters.tell_due(at=later)
        answers.tell(at=later)
        while send_next():
            pass

    def _there(self) -> list[int]:
        """What its author did not take out."""
        found = Comment.objects.filter(pk__in=self.names, withdrawn_at=None)
        return list(found.order_by("pk").values_list("pk", flat=True))

    def _policy(self) -> Policy:
        return Policy.objects.get(slug="insults")

    def _decides(self, pk: int) -> None:
        actions = (Action.APPROVE, Action.APPROVE, Action.REMOVE, Action.HOLD, Action.FLAG)
        self.decide(pk, self.chance.choice(actions))

    def _decides_many(self, pk: int) -> None:
        action = self.chance.choice((Action.APPROVE, Action.REMOVE))
        some = {pk, *self.chance.sample(self._there(), 3)}
        with suppress(NothingToDecide), self.changing(*some, may_publish=action == Action.APPROVE):
            start_batch(
                by=self.desk[0],
                action=action,
                comments=Comment.objects.filter(pk__in=some),
                criterion={"kind": "comments"},
                policy=self._policy(),
            )
            while take_chunk():
                pass

    def _undoes(self, pk: int) -> None:
        decision = newest_decision(self._comment(pk))
        if decision is None:
            return
        with suppress(CannotUndo), self.changing(pk, may_publish=True):
            undo(decision=decision, actor=self.desk[1], at=database_now())

    def _edits(self, pk: int) -> None:
        if self.stood[pk].status != Status.REMOVED:
            self.edit(pk, ugly=self.chance.random() < 0.5)

    def _writes(self, pk: int) -> None:
        parent = pk if self.is_public(pk) else None
        article = self._comment(pk).article
        if len(self.names) < MOST:
            self.write(article, parent=parent, ugly=self.chance.random() < 0.5)

    def _withdraws(self, pk: int) -> None:
        if len(self._there()) > MOST // 3:
            self.withdraw(pk)

    def _bans(self, pk: int) -> None:
        author = self.author_of(pk)
        with self.changing(pk):
            if author.pk in self.bans:
                take_back(act=self.bans.pop(author.pk), by=self.desk[0], at=database_now())
            else:
                self.bans[author.pk] = impose(author, by=self.desk[0])

    def _appeals(self, pk: int) -> None:
        decision = Decision.objects.filter(comment=pk).order_by("-id").first()
        if decision is None or decision.action != Action.REMOVE:
            return
        other = next(one for one in self.desk if one.pk != decision.actor_id)
        with suppress(NotTaken, NotYours, DecidedMeanwhile), self.changing(pk, may_publish=True):
            settled(appealed(decision), overturns=self.chance.random() < 0.7, by=other)

    def _reports(self, pk: int) -> None:
        comment = self._comment(pk)
        with self.changing(pk):
            report_comment(
                comment=comment, category="abuse", words="", reporter_key=f"guest:{new_word()}"
            )

    def _picks(self, pk: int) -> None:
        with suppress(NotPublic), self.changing(pk):
            pick(comment=self._comment(pk), by=self.desk[2], at=database_now())
