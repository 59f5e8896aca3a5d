"""What an author does while the desk has the comment, and what readers report meanwhile."""

import pytest
from django.urls import reverse

from accounts.models import Role, User
from classifier.base import Label
from comments.models import Comment, Report, Status
from comments.submission import Writer, edit_comment, report_comment, withdraw_comment
from moderation.decisions import StatusConflict, database_now, decide, undo
from moderation.models import Action, Decision, Policy, Queue, QueueCount, ReviewItem
from moderation.review import ClaimedByAnother, resolve
from moderation.review_items import recount
from tests.desk_data import client_of, decision_fields, held_item, open_item_of, person
from tests.make import StandIn, make_published, screen_all

pytestmark = pytest.mark.django_db


def writer_of(comment: Comment) -> Writer:
    return Writer(guest_key=comment.author.key)


def withdraw(comment: Comment) -> None:
    comment.refresh_from_db()
    withdraw_comment(comment=comment, writer=writer_of(comment), seen_version=comment.version)


def edit(comment: Comment, body: str) -> None:
    comment.refresh_from_db()
    edit_comment(
        comment=comment, writer=writer_of(comment), body=body, seen_version=comment.version
    )


def report(comment: Comment, who: str = "a") -> None:
    report_comment(comment=comment, category="abuse", words="", reporter_key=who)


def open_items() -> int:
    return ReviewItem.objects.filter(is_open=True).count()


def make_decision(comment: Comment, action: Action, actor: User, **more: object) -> Decision:
    comment.refresh_from_db()
    return decide(
        comment=comment,
        action=action,
        actor=actor,
        seen_version=comment.version,
        at=database_now(),
        **more,  # type: ignore[arg-type]
    )


class TestWithdrawing:
    def test_a_withdrawn_comment_leaves_the_queue_and_its_count(self) -> None:
        item = held_item()
        withdraw(item.comment)
        assert open_items() == 0
        assert recount() == 0
        assert QueueCount.objects.get(queue=Queue.WAITING).open_items == 0

    def test_nobody_publishes_again_what_its_author_withdrew(self) -> None:
        item = held_item()
        withdraw(item.comment)
        answer = client_of(person()).post(
            reverse("moderation:decide_item", args=[item.public_id]),
            decision_fields(item, "approve"),
        )
        assert answer.status_code == 409
        item.comment.refresh_from_db()
        assert item.comment.status == Status.REMOVED
        with pytest.raises(StatusConflict):
            make_decision(item.comment, Action.APPROVE, person())

    def test_withdrawing_is_not_counted_as_a_removal_by_the_desk(self) -> None:
        comment = make_published()
        withdraw(comment)
        comment.author.refresh_from_db()
        assert (comment.author.published_count, comment.author.removed_count) == (5, 0)


class TestEditing:
    def test_a_reported_comment_is_not_taken_off_the_desk_by_an_edit(self) -> None:
        comment = make_published("You are all crooks.")
        report(comment)
        edit(comment, "You are all crooks!")
        screen_all(StandIn({"crooks!": {Label.INSULT: 0.9}}))
        item = open_item_of(comment)
        assert (item.queue, item.top_label, item.urgency) == (Queue.REPORTED, "insult", 540)
        make_decision(comment, Action.APPROVE, person())
        assert open_items() == 0
        assert recount() == 0

    def test_what_a_senior_was_asked_about_stays_theirs_after_an_edit(self) -> None:
        item = held_item()
        make_decision(item.comment, Action.FLAG, person(), note="Is this satire?")
        edit(item.comment, "Something nice.")
        screen_all()
        assert open_item_of(item.comment).queue == Queue.ESCALATED

    def test_a_decision_before_the_edit_is_screened_closes_the_report(self) -> None:
        comment = make_published("You are all crooks.")
        report(comment)
        edit(comment, "You are all crooks!")
        make_decision(comment, Action.APPROVE, person())
        screen_all()
        assert open_items() == 0
        assert not Report.objects.filter(resolved_at=None).exists()
        assert recount() == 0


class TestClosedItems:
    def test_the_old_item_of_an_escalated_comment_is_no_way_around_the_senior(self) -> None:
        item, anna = held_item(), person()
        make_decision(item.comment, Action.FLAG, person())
        answer = client_of(anna).post(
            reverse("moderation:decide_item", args=[item.public_id]),
            decision_fields(item, "approve"),
        )
        assert answer.status_code in (403, 409)
        item.comment.refresh_from_db()
        assert item.comment.status == Status.HELD

    def test_the_item_that_came_back_is_no_way_around_anothers_claim(self) -> None:
        item, anna, jonas = held_item(), person(), person()
        policy = Policy.objects.all()[0]
        removal = make_decision(item.comment, Action.REMOVE, jonas, policy=policy)
        undo(decision=removal, actor=jonas, at=database_now())
        reopened = open_item_of(item.comment)
        client_of(jonas).post(reverse("moderation:claim_item", args=[reopened.public_id]))
        item = ReviewItem.objects.select_related("comment").get(pk=item.pk)
        with pytest.raises(ClaimedByAnother):
            resolve(
                item=item,
                moderator=anna,
                action=Action.APPROVE,
                seen_version=item.comment.version,
                at=database_now(),
            )


class TestUndoing:
    def test_undoing_a_flag_puts_the_item_back_as_urgent_as_it_was(self) -> None:
        item, anna = held_item(), person()
        flag = make_decision(item.comment, Action.FLAG, anna)
        undo(decision=flag, actor=anna, at=database_now())
        again = open_item_of(item.comment)
        assert (again.queue, again.urgency, again.reason) == (
            item.queue,
            item.urgency,
            item.reason,
        )

    def test_undoing_a_seniors_answer_shows_the_question_again(self) -> None:
        item, senior = held_item(), person(Role.SENIOR_MODERATOR)
        make_decision(item.comment, Action.FLAG, person(), note="Is this satire?")
        answer = make_decision(item.comment, Action.APPROVE, senior)
        undo(decision=answer, actor=senior, at=database_now())
        assert open_item_of(item.comment).reason == "Is this satire?"

    def test_undoing_the_answer_to_a_report_opens_the_report_again(self) -> None:
        comment, anna = make_published(), person()
        report(comment)
        approval = make_decision(comment, Action.APPROVE, anna)
        undo(decision=approval, actor=anna, at=database_now())
        assert open_item_of(comment).reason == "Reported: Insults or harassment"
        assert Report.objects.get().resolved_at is None

    def test_undoing_leaves_what_was_reported_since_on_the_desk(self) -> None:
        comment, anna = make_published(), person()
        flag = make_decision(comment, Action.FLAG, anna)
        report(comment)
        undo(decision=flag, actor=anna, at=database_now())
        assert open_item_of(comment).queue == Queue.REPORTED
        assert recount() == 0


class TestReporting:
    def test_a_report_that_crosses_an_edit_waits_for_a_person(self) -> None:
        comment = make_published()
        as_the_reader_saw_it = Comment.objects.get(pk=comment.pk)
        edit(comment, "Something else.")
        report(as_the_reader_saw_it)
        screen_all()
        assert open_item_of(comment).queue == Queue.REPORTED

    def test_a_report_of_what_was_just_removed_opens_nothing(self) -> None:
        comment = make_published()
        as_the_reader_saw_it = Comment.objects.get(pk=comment.pk)
        make_decision(comment, Action.REMOVE, person(), policy=Policy.objects.all()[0])
        report(as_the_reader_saw_it)
        assert open_items() == 0
