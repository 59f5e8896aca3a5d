"""The one door: guarded, recorded, undone, and raced."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.models import Role, User
from comments.lifecycle import TRANSITIONS, ForbiddenTransition, Move, move
from comments.models import Comment, Status
from comments.submission import Writer, edit_comment, report_comment
from moderation.decisions import CannotUndo, StatusConflict, decide, undo
from moderation.models import Action, Decision, MadeBy, Policy, Queue, QueueCount, ReviewItem
from moderation.review import ClaimedByAnother, NotYours, claim, release, resolve
from moderation.review_items import recount
from moderation.rule_sets import publish, snapshot
from moderation.selectors.states import states_in
from tests.make import make_held, make_published, make_user


def decide_now(comment: Comment, action: Action, actor: User, **fields: object) -> Decision:
    if action == Action.REMOVE:
        fields.setdefault("policy", Policy.objects.get(slug="insults"))
    return decide(
        comment=comment,
        action=action,
        actor=actor,
        seen_version=fields.pop("seen_version", comment.version),
        at=timezone.now(),
        **fields,
    )


@pytest.fixture
def moderator(db: None) -> User:
    return make_user(Role.MODERATOR)


@pytest.mark.django_db
class TestDeciding:
    def test_approving_publishes_counts_and_closes_the_item(self, moderator: User) -> None:
        comment = make_held()
        decision = decide_now(comment, Action.APPROVE, moderator)
        comment.refresh_from_db()
        comment.article.refresh_from_db()
        assert comment.status == Status.PUBLISHED
        assert comment.article.published_count == 1
        assert (decision.actor, decision.revision) == (moderator, comment.current_revision)
        assert decision.from_queue == Queue.WAITING
        assert not ReviewItem.objects.filter(is_open=True).exists()
        assert recount() == 0

    def test_a_persons_decision_supersedes_the_rules_and_keeps_its_evidence(
        self, moderator: User
    ) -> None:
        comment = make_held()
        held = Decision.objects.get(comment=comment)
        decision = decide_now(comment, Action.APPROVE, moderator)
        assert decision.supersedes == held
        assert decision.classification == held.classification is not None
        assert decision.matched == held.matched != []

    def test_a_removal_without_a_policy_is_refused(self, moderator: User) -> None:
        comment = make_held()
        with pytest.raises(ValueError, match="policy"):
            decide(
                comment=comment,
                action=Action.REMOVE,
                actor=moderator,
                seen_version=comment.version,
                at=timezone.now(),
            )

    def test_a_flag_hands_the_comment_to_a_senior_with_the_question(self, moderator: User) -> None:
        comment = make_held()
        decide_now(comment, Action.FLAG, moderator, note="Is this satire?")
        comment.refresh_from_db()
        item = ReviewItem.objects.get(is_open=True)
        assert (comment.status, item.queue, item.reason) == (
            Status.HELD,
            Queue.ESCALATED,
            "Is this satire?",
        )

    def test_a_flag_on_a_published_comment_leaves_it_public(self, moderator: User) -> None:
        comment = make_published()
        decide_now(comment, Action.FLAG, moderator)
        comment.refresh_from_db()
        assert comment.status == Status.PUBLISHED
        assert ReviewItem.objects.get(is_open=True).queue == Queue.ESCALATED

    def test_the_late_one_is_told_who_won(self, moderator: User) -> None:
        comment, other = make_held(), make_user(Role.MODERATOR)
        as_seen = Comment.objects.get(pk=comment.pk)
        decide_now(comment, Action.APPROVE, moderator)
        with pytest.raises(StatusConflict) as conflict:
            decide_now(as_seen, Action.REMOVE, other)
        assert conflict.value.winner.actor == moderator
        assert conflict.value.winner.action == Action.APPROVE
        assert Comment.objects.get().status == Status.PUBLISHED

    def test_a_decision_on_an_edited_comment_is_refused(self, moderator: User) -> None:
        comment = make_held()
        as_seen = Comment.objects.get(pk=comment.pk)
        edit_comment(
            comment=comment,
            writer=Writer(guest_key=comment.author.key),
            body="New words.",
            seen_version=comment.version,
        )
        with pytest.raises(StatusConflict):
            decide_now(as_seen, Action.APPROVE, moderator)

    def test_settling_a_reported_comment_resolves_its_reports(self, moderator: User) -> None:
        comment = make_published()
        report_comment(comment=comment, category="abuse", words="", reporter_key="a")
        decide_now(comment, Action.FLAG, moderator)
        assert comment.reports.get().resolved_at is None
        comment.refresh_from_db()
        decide_now(comment, Action.APPROVE, moderator)
        assert comment.reports.get().resolved_at is not None


@pytest.mark.django_db
class TestUndoing:
    def test_undo_puts_comment_and_item_back_and_deletes_nothing(self, moderator: User) -> None:
        comment = make_held()
        reason = ReviewItem.objects.get(is_open=True).reason
        removed = decide_now(comment, Action.REMOVE, moderator)
        undone = undo(decision=removed, actor=moderator, at=timezone.now())
        comment.refresh_from_db()
        item = ReviewItem.objects.get(is_open=True)
        assert comment.status == Status.HELD
        assert (item.queue, item.reason) == (Queue.WAITING, reason)
        assert (undone.action, undone.supersedes) == (Action.UNDO, removed)
        assert Decision.objects.filter(comment=comment).count() == 3
        assert recount() == 0

    def test_what_is_taken_back_waits_since_it_waited(self, moderator: User) -> None:
        comment = make_held()
        early = timezone.now() - timedelta(minutes=66)
        item = ReviewItem.objects.get(is_open=True)
        ReviewItem.objects.filter(pk=item.pk).update(opened_at=early)
        make_held()
        removed = decide_now(comment, Action.REMOVE, moderator)
        undo(decision=removed, actor=moderator, at=timezone.now())
        again = ReviewItem.objects.get(comment=comment)
        assert (again.pk, again.is_open, again.opened_at) == (item.pk, True, early)
        assert (again.closed_at, again.scores) == (None, item.scores)
        state = states_in(sections=None)[Queue.WAITING]
        assert (state.oldest_at, state.open_items, state.arrived) == (early, 2, 1)

    def test_an_answered_report_comes_back_as_itself_not_as_a_newer_one(
        self, moderator: User
    ) -> None:
        comment = make_published()
        report_comment(comment=comment, category="abuse", words="", reporter_key="a")
        first = ReviewItem.objects.get(is_open=True)
        approved = decide_now(comment, Action.APPROVE, moderator)
        comment.refresh_from_db()
        report_comment(comment=comment, category="abuse", words="", reporter_key="b")
        undo(decision=approved, actor=moderator, at=timezone.now())
        assert ReviewItem.objects.get(is_open=True) == first
        assert recount() == 0

    def test_undoing_a_flag_returns_the_comment_to_its_queue(self, moderator: User) -> None:
        comment = make_held()
        flagged = decide_now(comment, Action.FLAG, moderator, note="?")
        undo(decision=flagged, actor=moderator, at=timezone.now())
        assert ReviewItem.objects.get(is_open=True).queue == Queue.WAITING

    def test_only_the_last_decision_can_be_undone(self, moderator: User) -> None:
        comment = make_held()
        first = decide_now(comment, Action.APPROVE, moderator)
        comment.refresh_from_db()
        decide_now(comment, Action.REMOVE, moderator)
        with pytest.raises(CannotUndo):
            undo(decision=first, actor=moderator, at=timezone.now())

    def test_an_undo_and_a_rules_first_word_cannot_be_undone(self, moderator: User) -> None:
        comment = make_held()
        with pytest.raises(CannotUndo):
            undo(decision=comment.decisions.get(), actor=moderator, at=timezone.now())
        approved = decide_now(comment, Action.APPROVE, moderator)
        undone = undo(decision=approved, actor=moderator, at=timezone.now())
        with pytest.raises(CannotUndo):
            undo(decision=undone, actor=moderator, at=timezone.now())


@pytest.mark.django_db
class TestReviewing:
    def test_a_claim_keeps_others_out_until_it_ends(self, moderator: User) -> None:
        make_held()
        item, other = ReviewItem.objects.get(), make_user(Role.MODERATOR)
        now = timezone.now()
        claim(item=item, moderator=moderator, at=now)
        with pytest.raises(ClaimedByAnother) as refused:
            claim(item=ReviewItem.objects.get(), moderator=other, at=now)
        assert refused.value.item.claimed_by == moderator
        with pytest.raises(ClaimedByAnother):
            resolve(
                item=ReviewItem.objects.get(),
                moderator=other,
                action=Action.APPROVE,
                seen_version=item.comment.version,
                at=now,
            )
        taken = claim(item=ReviewItem.objects.get(), moderator=other, at=item.claimed_until)
        assert taken.claimed_by == other

    def test_a_released_item_is_free(self, moderator: User) -> None:
        make_held()
        item, other = ReviewItem.objects.get(), make_user(Role.MODERATOR)
        claim(item=item, moderator=moderator, at=timezone.now())
        release(item=item, moderator=other)
        item.refresh_from_db()
        assert item.claimed_by == moderator
        release(item=item, moderator=moderator)
        assert claim(item=item, moderator=other, at=timezone.now()).claimed_by == other

    def test_what_was_escalated_is_for_seniors(self, moderator: User) -> None:
        comment = make_held()
        decide_now(comment, Action.FLAG, moderator)
        item = ReviewItem.objects.get(is_open=True)
        decision = {"action": Action.APPROVE, "seen_version": item.comment.version}
        with pytest.raises(NotYours):
            resolve(item=item, moderator=moderator, at=timezone.now(), **decision)
        senior = make_user(Role.SENIOR_MODERATOR)
        resolve(item=item, moderator=senior, at=timezone.now(), **decision)
        comment.refresh_from_db()
        assert comment.status == Status.PUBLISHED


@pytest.mark.django_db
class TestTheRecord:
    @pytest.mark.parametrize("sql", ["UPDATE {table} SET {column} = 'x'", "DELETE FROM {table}"])
    @pytest.mark.parametrize(
        ("table", "column"),
        [
            ("moderation_decision", "note"),
            ("moderation_ruleset", "note"),
            ("moderation_rulechange", "note"),
            ("moderation_wordlistsnapshot", "entries"),
        ],
    )
    def test_the_database_refuses_to_change_what_is_on_record(
        self, table: str, column: str, sql: str
    ) -> None:
        make_held()
        snapshot(["fool"])
        publish(by=None)
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql.format(table=table, column=column))

    def test_a_move_that_the_table_does_not_have_is_a_mistake(self) -> None:
        comment = make_published()
        step = Move(comment_id=comment.pk, seen=Status.REMOVED, seen_version=2, to="submitted")
        with pytest.raises(ForbiddenTransition):
            move([step], at=timezone.now())

    def test_every_status_has_its_line_in_the_table(self) -> None:
        assert set(TRANSITIONS) == set(Status.values)


@pytest.mark.django_db(transaction=True)
def test_of_opposite_decisions_at_once_one_wins_and_the_other_is_told() -> None:
    people = [make_user(Role.MODERATOR), make_user(Role.MODERATOR)]
    policy = Policy.objects.get(slug="insults")
    comments = [make_held(f"Only a fool would say number {n}.") for n in range(25)]

    def press(task: tuple[Comment, User, Action]) -> tuple[int, str]:
        comment, person, action = task
        try:
            decide(
                comment=comment,
                action=action,
                actor=person,
                seen_version=comment.version,
                at=timezone.now(),
                policy=policy,
            )
        except StatusConflict as conflict:
            winner = conflict.winner.actor if conflict.winner else None
            return comment.pk, "told" if winner not in (None, person) else "told nothing"
        finally:
            connection.close()
        return comment.pk, "won"

    tasks = [
        task
        for comment in comments
        for task in ((comment, people[0], Action.APPROVE), (comment, people[1], Action.REMOVE))
    ]
    random.Random(7).shuffle(tasks)
    with ThreadPoolExecutor(max_workers=8) as pool:
        outcomes = list(pool.map(press, tasks))
    for comment in comments:
        assert sorted(word for pk, word in outcomes if pk == comment.pk) == ["told", "won"]
        by_people = comment.decisions.filter(made_by=MadeBy.MODERATOR)
        assert by_people.count() == 1
        assert Comment.objects.get(pk=comment.pk).status == by_people.get().to_status
    article_counts = {c.article_id: 0 for c in comments}
    for comment in Comment.objects.filter(status=Status.PUBLISHED):
        article_counts[comment.article_id] += 1
    for comment in comments:
        comment.article.refresh_from_db()
        assert comment.article.published_count == article_counts[comment.article_id]
    with transaction.atomic():
        assert recount() == 0
    assert sum(QueueCount.objects.values_list("open_items", flat=True)) == 0
