"""Two people, one comment, the same moment: for the tests, and by the thousand for bench/races.py.

tests/race_course.py runs them. Whoever loses is told what the desk would tell them; ``problems``
says what was not as it must be.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape

from django.db import connection
from django.urls import reverse

from accounts.models import Role, User
from classifier.base import Label
from comments.models import Author, Comment
from comments.submission import ChangedMeanwhile, Writer, edit_comment, withdraw_comment
from moderation import selectors, wording
from moderation.decisions import CannotUndo, StatusConflict, database_now, decide, undo
from moderation.models import Action, Decision, Policy, ReviewItem
from moderation.review import ClaimedByAnother, claim, resolve
from tests.desk_data import client_of, open_item_of, person
from tests.make import StandIn, make_article, make_comment, screen_all

ARTICLES, OF_AN_AUTHOR = 5, 10

WORDS = {
    Action.APPROVE: "approved this",
    Action.REMOVE: "removed this: Insults",
    Action.FLAG: "flagged this for a senior moderator",
    Action.UNDO: "took the last decision back",
}


@dataclass(frozen=True, slots=True)
class Contender:
    """One side: what they do, and what the other one must be told if they win.

    ``press`` returns None, or what whoever lost was told.
    """

    does: str
    must_be_told: tuple[str, ...]
    press: Callable[[], str | None]


@dataclass(slots=True)
class Race:
    """Two that cannot both win, and how it went."""

    comment_id: int
    sides: tuple[Contender, Contender]
    told: list[str | None] = field(default_factory=lambda: [None, None])

    @property
    def kind(self) -> str:
        return " against ".join(side.does for side in self.sides)

    @property
    def winners(self) -> list[int]:
        return [side for side in (0, 1) if self.told[side] is None]

    def problem(self) -> str:
        """Say what is wrong with the outcome, if anything."""
        if len(self.winners) != 1:
            return f"{self.kind}: {len(self.winners)} winners"
        (winner,) = self.winners
        told = self.told[1 - winner] or ""
        missing = [word for word in self.sides[winner].must_be_told if word not in told]
        return f"{self.kind}: {missing} is not in {told!r}" if missing else ""


@dataclass(frozen=True, slots=True)
class Newsroom:
    """Who presses: two moderators and a senior one, with the policy that they remove by."""

    anna: User
    jonas: User
    ingrid: User
    policy: Policy

    @classmethod
    def made(cls) -> "Newsroom":
        from moderation.defaults import install

        install()
        return cls(
            anna=person(Role.MODERATOR, name="Anna Lie"),
            jonas=person(Role.MODERATOR, name="Jonas Berg"),
            ingrid=person(Role.SENIOR_MODERATOR, name="Ingrid Moe"),
            policy=Policy.objects.get(slug="insults"),
        )

    # What somebody does
    def decides(self, who: User, action: Action, comment: Comment) -> Contender:
        """A decision as the page makes it, about what waits or was decided before."""
        item = selectors.open_item(comment)
        seen = comment.version
        fields = {
            "action": action,
            "seen_version": seen,
            "policy": self.policy if action == Action.REMOVE else None,
            "at": database_now(),
        }

        def press() -> str | None:
            try:
                if item is not None:
                    item.comment = comment
                    resolve(item=item, moderator=who, **fields)
                else:
                    decide(comment=comment, actor=who, **fields)
            except StatusConflict as conflict:
                by_author = selectors.author_changed_since(conflict.comment, version=seen)
                return wording.overtaken(
                    conflict.comment, newest=conflict.winner, author_changed=by_author
                )
            return None

        return Contender(action.value, (who.name, WORDS[action]), press)

    def posts(self, who: User, action: Action, comment: Comment) -> Contender:
        """The same with the form of the card, in a browser without scripts."""
        item = open_item_of(comment)
        address = reverse("moderation:decide_item", args=[item.public_id])
        sent = {"action": action.value, "version": comment.version, "policy": self.policy.slug}
        client = client_of(who)

        def press() -> str | None:
            answer = client.post(address, sent)
            if answer.status_code == 302:
                return None
            assert answer.status_code == 409, answer.status_code
            return unescape(answer.content.decode())

        return Contender(f"{action.value} by a form", (who.name, WORDS[action]), press)

    def undoes(self, who: User, decision: Decision) -> Contender:
        def press() -> str | None:
            try:
                undo(decision=decision, actor=who, at=database_now())
            except (StatusConflict, CannotUndo):
                seen = selectors.decision_for(user=who, public_id=decision.public_id)
                newest = selectors.last_decision_about(seen.comment)
                return wording.not_undone(seen, newest=newest)
            return None

        return Contender("undo", (who.name, WORDS[Action.UNDO]), press)

    def edits(self, comment: Comment) -> Contender:
        def press() -> str | None:
            try:
                edit_comment(
                    comment=comment,
                    writer=Writer(guest_key=comment.author.key),
                    body=f"Kinder words, {comment.pk}.",
                    seen_version=comment.version,
                )
            except ChangedMeanwhile:
                return "changed meanwhile"
            return None

        return Contender("edit by the author", ("The author changed the text",), press)

    def withdraws(self, comment: Comment) -> Contender:
        def press() -> str | None:
            try:
                writer = Writer(guest_key=comment.author.key)
                withdraw_comment(comment=comment, writer=writer, seen_version=comment.version)
            except ChangedMeanwhile:
                return "changed meanwhile"
            return None

        return Contender("withdrawal", ("The author withdrew this comment",), press)

    def claims(self, who: User, item: ReviewItem) -> Contender:
        own = ReviewItem.objects.get(pk=item.pk)

        def press() -> str | None:
            try:
                claim(item=own, moderator=who, at=database_now())
            except ClaimedByAnother as taken:
                return wording.claim_of_another(taken.item)
            return None

        return Contender("claim", (f"{who.name} has this one until",), press)

    # The races
    def race(self, comment: Comment, kind: str) -> Race:
        """Prepare one: the comment is held, and nobody has it in hand."""
        return Race(comment.pk, KINDS[kind](self, comment))

    def approved(self, comment: Comment) -> Decision:
        """What was decided before the race began."""
        decision = resolve(
            item=open_item_of(comment),
            moderator=self.anna,
            action=Action.APPROVE,
            seen_version=comment.version,
            at=database_now(),
        )
        comment.refresh_from_db()
        return decision

    def _as_author(self, contender: Contender) -> Contender:
        """Authors are told that something changed, and nobody's name."""
        return Contender(contender.does, ("changed meanwhile",), contender.press)


Sides = tuple[Contender, Contender]


def _decisions(one: Action, other: Action) -> Callable[[Newsroom, Comment], Sides]:
    return lambda room, comment: (
        room.decides(room.anna, one, comment),
        room.decides(room.jonas, other, Comment.objects.get(pk=comment.pk)),
    )


def _against_author(action: Action, *, withdrawal: bool) -> Callable[[Newsroom, Comment], Sides]:
    def sides(room: Newsroom, comment: Comment) -> Sides:
        own = Comment.objects.select_related("author").get(pk=comment.pk)
        author = room.withdraws(own) if withdrawal else room.edits(own)
        return room._as_author(room.decides(room.anna, action, comment)), author

    return sides


def _against_undo(action: Action) -> Callable[[Newsroom, Comment], Sides]:
    def sides(room: Newsroom, comment: Comment) -> Sides:
        decision = room.approved(comment)
        return room.undoes(room.anna, decision), room.decides(room.jonas, action, comment)

    return sides


def _undo_twice(room: Newsroom, comment: Comment) -> Sides:
    decision = room.approved(comment)
    return room.undoes(room.anna, decision), room.undoes(room.jonas, decision)


def _claims(room: Newsroom, comment: Comment) -> Sides:
    item = open_item_of(comment)
    return room.claims(room.anna, item), room.claims(room.jonas, item)


def _forms(room: Newsroom, comment: Comment) -> Sides:
    return (
        room.posts(room.anna, Action.APPROVE, comment),
        room.posts(room.jonas, Action.REMOVE, comment),
    )


KINDS: dict[str, Callable[[Newsroom, Comment], Sides]] = {
    "approve, remove": _decisions(Action.APPROVE, Action.REMOVE),
    "flag, approve": _decisions(Action.FLAG, Action.APPROVE),
    "remove, remove": _decisions(Action.REMOVE, Action.REMOVE),
    "undo, remove": _against_undo(Action.REMOVE),
    "undo, undo": _undo_twice,
    "approve, edit": _against_author(Action.APPROVE, withdrawal=False),
    "remove, withdrawal": _against_author(Action.REMOVE, withdrawal=True),
    "claim, claim": _claims,
    "forms": _forms,
}


def held(number: int) -> list[Comment]:
    """Comments that wait: ten of each author, under a handful of articles, as counters like it
    least."""
    articles = [make_article() for _ in range(ARTICLES)]
    made = []
    for n in range(number):
        if n % OF_AN_AUTHOR == 0:
            author = Author.objects.create(name=f"Reader {n}")
        words = f"Only a fool would say that, number {n}."
        made.append(make_comment(words, article=articles[n % ARTICLES], author=author))
    screen_all(StandIn({"fool": {Label.INSULT: 0.8}}))
    return list(Comment.objects.filter(pk__in=[c.pk for c in made]).select_related("author"))


def problems(races: Sequence[Race]) -> list[str]:
    """Everything that is not as it must be after these races: winners, words, counters, history."""
    return [*filter(None, (race.problem() for race in races)), *drift()]


def wins(races: Sequence[Race]) -> Iterator[tuple[str, int, int]]:
    """How often each side of each kind won."""
    won = Counter((race.kind, race.winners[0]) for race in races if len(race.winners) == 1)
    for kind in dict.fromkeys(race.kind for race in races):
        yield kind, won[kind, 0], won[kind, 1]


# What must hold of everything that is stored: each statement returns what contradicts it.
INVARIANTS = {
    "a queue's count is what is open in it": """
        SELECT * FROM (SELECT queue, section_id, count(*) AS n FROM moderation_reviewitem
            WHERE is_open GROUP BY 1, 2) real
        FULL JOIN (SELECT queue, section_id, open_items AS n FROM moderation_queuecount) kept
            USING (queue, section_id)
        WHERE coalesce(real.n, 0) <> coalesce(kept.n, 0)""",
    "an article counts its published comments": """
        SELECT article.id FROM comments_article article
        LEFT JOIN comments_comment c ON c.article_id = article.id AND c.status = 'published'
        GROUP BY article.id HAVING count(c.id) <> article.published_count""",
    "an author counts the published comments": """
        SELECT author.id FROM comments_author author
        LEFT JOIN comments_comment c ON c.author_id = author.id AND c.status = 'published'
        GROUP BY author.id HAVING count(c.id) <> author.published_count""",
    "people's last word approves what counts as approved": """
        SELECT c.id FROM comments_comment c
        LEFT JOIN LATERAL (SELECT d.action FROM moderation_decision d
            WHERE d.revision_id = c.current_revision_id AND d.made_by = 'moderator'
                AND d.action IN ('approve', 'remove')
                AND NOT EXISTS (SELECT FROM moderation_decision u
                    WHERE u.supersedes_id = d.id AND u.action = 'undo')
            ORDER BY d.id DESC LIMIT 1) word ON true
        WHERE c.approved_by_person
            <> (c.status = 'published' AND coalesce(word.action, '') = 'approve')""",
    "an author counts what people approved": """
        SELECT author.id FROM comments_author author
        LEFT JOIN comments_comment c ON c.author_id = author.id AND c.approved_by_person
        GROUP BY author.id HAVING count(c.id) <> author.approved_count""",
    "an author counts what others removed": """
        SELECT author.id FROM comments_author author
        LEFT JOIN comments_comment c ON c.author_id = author.id AND c.status = 'removed'
            AND c.withdrawn_at IS NULL
        GROUP BY author.id HAVING count(c.id) <> author.removed_count""",
    "a comment's version is decided once": """
        SELECT comment_id, version FROM moderation_decision
        GROUP BY 1, 2 HAVING count(*) > 1""",
    "a comment stands where the last word put it": """
        SELECT c.id FROM comments_comment c
        JOIN LATERAL (SELECT * FROM moderation_decision WHERE comment_id = c.id
            ORDER BY id DESC LIMIT 1) last ON true
        WHERE last.version > c.version
            OR (last.version = c.version AND last.to_status <> c.status)""",
    "each decision goes on from where the one before left it": """
        SELECT id FROM (SELECT *, lag(to_status) OVER w AS was, lag(version) OVER w AS before,
                lag(id) OVER w AS before_id FROM moderation_decision
            WINDOW w AS (PARTITION BY comment_id ORDER BY id)) steps
        WHERE before IS NOT NULL AND (version <= before
            OR (version = before + 1 AND from_status <> was)
            OR (made_by = 'moderator' AND supersedes_id IS DISTINCT FROM before_id))""",
    "what is held waits for somebody, and for one thing": """
        SELECT c.id FROM comments_comment c
        LEFT JOIN moderation_reviewitem item ON item.comment_id = c.id AND item.is_open
        GROUP BY c.id, c.status HAVING count(item.id) > 1
            OR (c.status = 'held' AND count(item.id) = 0)
            OR (c.status = 'removed' AND count(item.id) > 0)""",
    "nobody holds what is closed": """
        SELECT id FROM moderation_reviewitem WHERE NOT is_open AND claimed_by_id IS NOT NULL""",
    "each restriction, and each end of one, is stated once": """
        SELECT decision.id FROM moderation_decision decision
        LEFT JOIN moderation_statement statement ON statement.decision_id = decision.id
        WHERE made_by <> 'import' AND (statement.id IS NOT NULL) <> (
            (to_status = 'removed' AND (from_status <> 'removed' OR action = 'remove'))
            OR (from_status = 'removed' AND to_status <> 'removed')
            OR (from_status = 'published' AND to_status = 'held')
            OR (from_status = 'held' AND to_status = 'published' AND 'hidden' = (
                SELECT earlier.kind FROM moderation_statement earlier
                WHERE earlier.comment_id = decision.comment_id
                    AND earlier.decision_id < decision.id
                ORDER BY earlier.id DESC LIMIT 1)))""",
    "each mute or ban, and each lifting, is stated once": """
        SELECT act.id FROM moderation_authoract act
        LEFT JOIN moderation_authoract undone ON undone.id = act.undoes_id
        LEFT JOIN moderation_statement statement ON statement.act_id = act.id
        WHERE (statement.id IS NOT NULL)
            <> (act.restriction_id IS NOT NULL OR undone.restriction_id IS NOT NULL)""",
    "a comment shows its newest revision": """
        SELECT c.id FROM comments_comment c
        JOIN comments_commentrevision shown ON shown.id = c.current_revision_id
        WHERE shown.number <> (SELECT max(number) FROM comments_commentrevision
            WHERE comment_id = c.id)""",
}


def drift() -> list[str]:
    """Say which of the invariants do not hold, and how often."""
    found = []
    with connection.cursor() as cursor:
        for name, statement in INVARIANTS.items():
            cursor.execute(statement)
            if rows := cursor.fetchall():
                found.append(f"not so: {name} ({len(rows)} times, as {rows[0]})")
    return found
