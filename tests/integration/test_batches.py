"""Many comments decided as one: each once, as it was seen, by the same door as by hand."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import Q

from accounts.models import Role, User
from comments.models import Article, Comment, Section, Status
from comments.submission import Writer, edit_comment, withdraw_comment
from moderation.batch_steps import take_chunk
from moderation.batches import (
    NothingToDecide,
    go_on,
    may_steer,
    start_batch,
    stop,
    undo_batch,
)
from moderation.decisions import database_now, decide, undo
from moderation.learning import settled_decisions
from moderation.models import (
    Action,
    Batch,
    BatchComment,
    BatchState,
    Decision,
    Outcome,
    Policy,
    ReviewItem,
    SectionAssignment,
    Why,
)
from moderation.review import claim
from moderation.review_items import recount
from moderation.selectors import last_decision_of
from tests.desk_data import held_items, open_item_of, person, publish_plain_rules
from tests.make import StandIn, make_article, make_held, make_published, screen_all

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    publish_plain_rules()
    monkeypatch.setattr("moderation.batch_steps.CHUNK", 3)


@pytest.fixture
def moderator() -> User:
    return person(Role.MODERATOR, name="Anna Lie")


def insults() -> Policy:
    return Policy.objects.get(slug="insults")


def begin(by: User, action: Action = Action.APPROVE, **more: object) -> Batch:
    """A batch over every comment there is."""
    policy = insults() if action == Action.REMOVE else None
    options: dict[str, object] = {"comments": Comment.objects.all(), "criterion": {}} | more
    return start_batch(by=by, action=action, policy=policy, **options)  # type: ignore[arg-type]


def run(batch: Batch) -> Batch:
    while take_chunk():
        pass
    batch.refresh_from_db()
    return batch


def decide_now(comment: Comment, action: Action, by: User) -> Decision:
    comment.refresh_from_db()
    return decide(
        comment=comment,
        action=action,
        actor=by,
        seen_version=comment.version,
        at=database_now(),
        policy=insults() if action == Action.REMOVE else None,
    )


def writer_of(comment: Comment) -> Writer:
    return Writer(user=None, guest_key=comment.author.key)


def change(comment: Comment) -> None:
    edit_comment(
        comment=comment,
        writer=writer_of(comment),
        body="Only a fool, I say again.",
        seen_version=comment.version,
    )


def passed_over(batch: Batch) -> dict[int, str]:
    members = BatchComment.objects.filter(batch=batch).exclude(why="")
    return dict(members.values_list("comment_id", "why"))


def statuses() -> list[str]:
    return list(Comment.objects.order_by("id").values_list("status", flat=True))


def assert_no_drift() -> None:
    assert recount() == 0
    for article in Article.objects.all():
        published = Comment.objects.filter(article=article, status=Status.PUBLISHED).count()
        assert article.published_count == published
    for batch in Batch.objects.all():
        members = BatchComment.objects.filter(batch=batch)
        once_decided = Q(outcome__in=[Outcome.DECIDED, Outcome.UNDONE, Outcome.KEPT])
        assert members.count() == batch.matched
        assert members.filter(once_decided).count() == batch.decided
        assert members.filter(outcome=Outcome.SKIPPED).count() == batch.skipped
        assert members.filter(outcome=Outcome.UNDONE).count() == batch.undone
        assert members.filter(outcome=Outcome.KEPT).count() == batch.kept
        made = Decision.objects.filter(batch=batch)
        assert made.exclude(action=Action.UNDO).count() == batch.decided
        assert made.filter(action=Action.UNDO).count() == batch.undone


class TestDeciding:
    def test_each_comment_gets_one_decision_under_the_batch(self, moderator: User) -> None:
        items = held_items(8)
        batch = run(begin(moderator, Action.REMOVE, note="A raid."))
        assert (batch.state, batch.matched, batch.decided, batch.skipped) == ("done", 8, 8, 0)
        assert batch.finished_at is not None
        made = Decision.objects.filter(batch=batch)
        assert {d.comment_id for d in made} == {item.comment_id for item in items}
        assert {(d.action, d.actor_id, d.policy_id, d.note) for d in made} == {
            ("remove", moderator.pk, insults().pk, "A raid.")
        }
        assert set(statuses()) == {Status.REMOVED}
        assert not ReviewItem.objects.filter(is_open=True).exists()
        assert_no_drift()

    def test_a_decision_of_a_batch_rests_on_what_one_by_hand_does(self, moderator: User) -> None:
        for item in held_items(2):
            by_hand = item.comment
        decide_now(by_hand, Action.APPROVE, moderator)
        run(begin(moderator))
        one, other = Decision.objects.filter(actor=moderator).order_by("id")
        for field in ("from_status", "to_status", "from_queue", "made_by", "version", "reason"):
            assert getattr(one, field) == getattr(other, field)
        assert one.batch_id is None
        assert other.batch_id is not None
        assert other.classification_id is not None
        assert other.supersedes_id is not None
        assert [m["rule"] for m in other.matched] == [m["rule"] for m in one.matched]

    def test_a_batch_answers_the_reports_on_what_it_decides(self, moderator: User) -> None:
        reported = make_published()
        reported.reports.create(category="abuse", reporter_key="r", created_at=database_now())
        comment = make_held()
        comment.reports.create(category="abuse", reporter_key="r", created_at=database_now())
        batch = run(begin(moderator))
        assert comment.reports.get().resolved_at is not None
        assert reported.reports.get().resolved_at is None  # it waits for nobody: not in the batch
        undo_batch(batch, by=moderator)
        run(batch)
        assert comment.reports.get().resolved_at is None

    def test_what_is_as_asked_for_is_not_taken(self, moderator: User) -> None:
        make_published()
        held = make_held()
        assert begin(moderator).matched == 1
        assert BatchComment.objects.get().comment_id == held.pk
        with pytest.raises(NothingToDecide):
            begin(moderator, comments=Comment.objects.exclude(pk=held.pk))
        assert Batch.objects.count() == 1

    def test_a_published_comment_is_removed_and_a_removed_one_approved(
        self, moderator: User
    ) -> None:
        make_published()
        run(begin(moderator, Action.REMOVE))
        assert statuses() == [Status.REMOVED]
        run(begin(moderator))
        assert statuses() == [Status.PUBLISHED]
        assert_no_drift()

    @pytest.mark.parametrize("action", [Action.FLAG, Action.UNDO, Action.REMOVE])
    def test_only_approvals_and_removals_with_a_policy(
        self, action: Action, moderator: User
    ) -> None:
        make_held()
        with pytest.raises(ValueError, match=r"batch approves|names the policy"):
            start_batch(by=moderator, action=action, comments=Comment.objects.all(), criterion={})

    def test_a_form_sent_twice_begins_one_batch(self, moderator: User) -> None:
        held_items(2)
        key = uuid.uuid4()
        first, second = begin(moderator, key=key), begin(moderator, key=key)
        assert first.pk == second.pk
        assert Batch.objects.count() == 1
        assert BatchComment.objects.count() == 2

    def test_nobody_begins_a_batch_under_the_key_of_another(self, moderator: User) -> None:
        held_items(1)
        key = uuid.uuid4()
        begin(person(), key=key)
        with pytest.raises(Batch.DoesNotExist):
            begin(moderator, key=key)

    def test_what_comes_after_the_start_is_not_in_it(self, moderator: User) -> None:
        held_items(1)
        batch = begin(moderator)
        late = make_held()
        assert run(batch).decided == 1
        late.refresh_from_db()
        assert late.status == Status.HELD

    def test_a_chunk_costs_the_same_number_of_queries_at_2_comments_and_at_20(
        self,
        moderator: User,
        monkeypatch: pytest.MonkeyPatch,
        django_assert_num_queries: Callable[..., object],
        django_assert_max_num_queries: Callable[..., object],
    ) -> None:
        monkeypatch.setattr("moderation.batch_steps.CHUNK", 20)
        held_items(2)
        batch = begin(moderator)
        with django_assert_max_num_queries(33) as few:  # type: ignore[attr-defined]
            take_chunk()
        undo_batch(batch, by=moderator)
        with django_assert_max_num_queries(33) as few_back:  # type: ignore[attr-defined]
            take_chunk()
        run(batch)
        held_items(18)
        batch = begin(moderator)
        with django_assert_num_queries(len(few)):  # type: ignore[attr-defined]
            take_chunk()
        undo_batch(batch, by=moderator)
        with django_assert_num_queries(len(few_back)):  # type: ignore[attr-defined]
            take_chunk()

    def test_nobody_learns_from_it_and_undo_by_hand_leaves_it_alone(self, moderator: User) -> None:
        by_hand = held_items(3)[0].comment
        decide_now(by_hand, Action.REMOVE, moderator)
        run(begin(moderator, comments=Comment.objects.exclude(pk=by_hand.pk)))
        assert [d.comment_id for d in settled_decisions()] == [by_hand.pk]
        last = last_decision_of(moderator)
        assert last is not None
        assert last.comment_id == by_hand.pk


class TestPassingOver:
    def test_somebody_decided_first(self, moderator: User) -> None:
        items = held_items(5)
        batch = begin(moderator)
        take_chunk()
        other = person(Role.MODERATOR, name="Bjørn Dahl")
        winner = decide_now(items[4].comment, Action.REMOVE, other)
        run(batch)
        assert (batch.decided, batch.skipped) == (4, 1)
        member = BatchComment.objects.get(batch=batch, outcome=Outcome.SKIPPED)
        assert (member.comment_id, member.why) == (items[4].comment_id, Why.DECIDED)
        assert member.decision == winner
        assert statuses()[4] == Status.REMOVED
        assert_no_drift()

    def test_its_author_changed_the_text(self, moderator: User) -> None:
        comment = make_held()
        batch = begin(moderator)
        writer = Writer(user=None, guest_key=comment.author.key)
        edit_comment(
            comment=comment,
            writer=writer,
            body="Only a fool, I say again.",
            seen_version=comment.version,
        )
        screen_all(StandIn())
        assert passed_over(run(batch)) == {comment.pk: Why.CHANGED}

    def test_a_text_that_is_not_screened_yet_is_not_taken(self, moderator: User) -> None:
        comment = make_held()
        writer = Writer(user=None, guest_key=comment.author.key)
        edit_comment(
            comment=comment,
            writer=writer,
            body="Only a fool, I say again.",
            seen_version=comment.version,
        )
        with pytest.raises(NothingToDecide):
            begin(moderator)

    def test_its_author_withdrew_it(self, moderator: User) -> None:
        comment = make_held()
        batch = begin(moderator)
        withdraw_comment(comment=comment, writer=writer_of(comment), seen_version=comment.version)
        assert passed_over(run(batch)) == {comment.pk: Why.WITHDRAWN}

    def test_somebody_else_has_it_in_hand(self, moderator: User) -> None:
        mine, theirs, forgotten = held_items(3)
        other = person(Role.MODERATOR, name="Bjørn Dahl")
        claim(item=mine, moderator=moderator, at=database_now())
        claim(item=theirs, moderator=other, at=database_now())
        claim(item=forgotten, moderator=other, at=database_now() - timedelta(hours=1))
        batch = run(begin(moderator))
        assert passed_over(batch) == {theirs.comment_id: Why.CLAIMED}
        assert BatchComment.objects.get(why=Why.CLAIMED).holder == other

    def test_what_was_escalated_is_for_seniors(self, moderator: User) -> None:
        item, _other = held_items(2)
        decide_now(item.comment, Action.FLAG, moderator)
        assert passed_over(run(begin(moderator))) == {item.comment_id: Why.SENIOR}
        assert passed_over(run(begin(person(Role.SENIOR_MODERATOR)))) == {}
        # What the senior answered is not overruled either.
        removed = run(begin(moderator, Action.REMOVE))
        assert passed_over(removed) == {item.comment_id: Why.SENIOR}
        assert_no_drift()

    def test_the_sections_of_a_moderator_narrow_it(self, moderator: User) -> None:
        war = Section.objects.create(name="War", slug="war")
        inside, outside = make_held(article=make_article(section=war)), make_held()
        assignment = SectionAssignment.objects.create(user=moderator, section=war)
        batch = begin(moderator)
        assert [m.comment_id for m in batch.members.all()] == [inside.pk]
        run(batch)
        outside.refresh_from_db()
        assert outside.status == Status.HELD
        assignment.delete()
        moderator = User.objects.get(pk=moderator.pk)
        batch = begin(moderator)
        SectionAssignment.objects.create(user=moderator, section=war)
        assert passed_over(run(batch)) == {outside.pk: Why.ELSEWHERE}

    def test_somebody_who_is_no_moderator_any_more_decides_nothing(self, moderator: User) -> None:
        held_items(4)
        batch = begin(moderator)
        take_chunk()
        User.objects.filter(pk=moderator.pk).update(role=Role.READER)
        assert run(batch).state == BatchState.STOPPED
        assert batch.decided == 3

    def test_two_batches_over_the_same_comments(self, moderator: User) -> None:
        held_items(6)
        one = begin(moderator)
        other = begin(person(Role.MODERATOR), Action.REMOVE)
        run(one)
        other.refresh_from_db()
        one.refresh_from_db()
        assert (one.decided, other.skipped) == (6, 6)  # they take turns, and it is always later
        assert set(passed_over(other).values()) == {Why.DECIDED}
        assert_no_drift()

    def test_a_comment_that_fails_is_passed_over_alone(
        self, moderator: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        poison = held_items(5)[1].comment_id
        monkeypatch.setattr("moderation.batch_steps.PAUSE", timedelta(0))
        from moderation import batch_steps

        real = batch_steps.decide_all

        def fails(proposals: object, **options: object) -> object:
            if any(p.comment_id == poison for p in proposals):  # type: ignore[attr-defined]
                raise RuntimeError("poison")
            return real(proposals, **options)  # type: ignore[arg-type]

        monkeypatch.setattr("moderation.batch_steps.decide_all", fails)
        batch = run(begin(moderator))
        assert passed_over(batch) == {poison: Why.FAILED}
        assert (batch.state, batch.decided, batch.skipped) == ("done", 4, 1)
        assert_no_drift()


class TestStoppingAndTakingBack:
    def test_stop_in_the_middle_and_go_on(self, moderator: User) -> None:
        held_items(5)
        batch = begin(moderator)
        take_chunk()
        stop(batch)
        assert not take_chunk()
        batch.refresh_from_db()
        assert (batch.state, batch.decided, batch.left) == (BatchState.STOPPED, 3, 2)
        go_on(batch)
        assert run(batch).decided == 5
        assert_no_drift()

    def test_a_batch_is_taken_back_as_one(self, moderator: User) -> None:
        items = held_items(5)
        urgencies = [item.urgency for item in items]
        batch = run(begin(moderator, Action.REMOVE))
        undo_batch(batch, by=moderator)
        run(batch)
        assert (batch.state, batch.undone, batch.kept) == (BatchState.UNDONE, 5, 0)
        assert set(statuses()) == {Status.HELD}
        back = [open_item_of(item.comment) for item in items]
        assert [item.queue for item in back] == ["waiting"] * 5
        assert [item.urgency for item in back] == urgencies
        assert [item.opened_at for item in back] == [item.opened_at for item in items]
        undone = Decision.objects.filter(batch=batch, action=Action.UNDO)
        assert {d.supersedes.batch_id for d in undone if d.supersedes} == {batch.pk}
        assert_no_drift()

    def test_what_somebody_decided_since_stays(self, moderator: User) -> None:
        items = held_items(4)
        batch = run(begin(moderator))
        other = person(Role.MODERATOR)
        winner = decide_now(items[0].comment, Action.REMOVE, other)
        by_hand = Decision.objects.get(batch=batch, comment=items[1].comment)
        undo(decision=by_hand, actor=other, at=database_now())
        undo_batch(batch, by=moderator)
        run(batch)
        assert (batch.undone, batch.kept) == (2, 2)
        assert statuses() == ["removed", "held", "held", "held"]
        kept = BatchComment.objects.get(comment=items[0].comment)
        assert (kept.outcome, kept.why, kept.decision) == (Outcome.KEPT, Why.DECIDED, winner)
        assert_no_drift()

    def test_undo_while_it_runs_and_stopping_the_undo(self, moderator: User) -> None:
        held_items(8)
        batch = begin(moderator)
        take_chunk()
        take_chunk()
        undo_batch(batch, by=moderator)
        take_chunk()
        stop(batch)
        assert not take_chunk()
        batch.refresh_from_db()
        assert (batch.state, batch.decided, batch.undone) == (BatchState.UNDO_STOPPED, 6, 3)
        assert batch.left == 3
        go_on(batch)
        run(batch)
        assert (batch.state, batch.undone) == (BatchState.UNDONE, 6)
        assert set(statuses()) == {Status.HELD}
        assert_no_drift()

    def test_what_is_done_neither_stops_nor_goes_on(self, moderator: User) -> None:
        held_items(1)
        batch = run(begin(moderator))
        stop(batch)
        go_on(batch)
        batch.refresh_from_db()
        assert batch.state == BatchState.DONE

    def test_whoever_began_it_and_seniors_steer_it(self, moderator: User) -> None:
        held_items(1)
        batch = begin(moderator)
        assert may_steer(moderator, batch)
        assert may_steer(person(Role.SENIOR_MODERATOR), batch)
        assert not may_steer(person(Role.MODERATOR), batch)
