"""What the pane of queues tells: how much, since when, how fast, and against which promise."""

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.urls import reverse

from accounts.models import Role, User
from comments.models import DiscussionRead
from comments.signals import discussions_read
from comments.submission import report_comment
from moderation import selectors, urgency
from moderation.decisions import database_now, decide, undo
from moderation.models import Action, Decision, Queue, QueuePromise, ReviewItem
from moderation.review import resolve
from moderation.review_items import recount
from moderation.selectors import QueueState
from moderation.selectors.states import _STATES, ENOUGH
from tests.desk_data import (
    assigned,
    client_of,
    held_item,
    held_items,
    person,
    publish_plain_rules,
    unscored_item,
)
from tests.make import make_published

pytestmark = pytest.mark.django_db

NOON = datetime.fromisoformat("2026-03-02T12:00:00+00:00")


def state(**told: object) -> QueueState:
    facts: dict[str, object] = {
        "queue": Queue.WAITING,
        "open_items": 30,
        "oldest_at": NOON - timedelta(minutes=40),
        "arrived": 12,
        "decided": 20,
        "promise": None,
        "at": NOON,
    }
    return QueueState(**(facts | told))  # type: ignore[arg-type]


def approved(item: ReviewItem, *, by: User, at: datetime | None = None) -> Decision:
    return resolve(
        item=item,
        moderator=by,
        action=Action.APPROVE,
        seen_version=item.comment.version,
        at=at or database_now(),
    )


def waiting(user: User) -> QueueState:
    return selectors.queue_states(user=user)[Queue.WAITING]


def test_the_expected_wait_is_what_is_open_divided_by_the_pace() -> None:
    assert state().expected_wait == timedelta(minutes=90)
    assert state(open_items=10, decided=600).expected_wait == timedelta(minutes=1)


@pytest.mark.parametrize("told", [{"decided": ENOUGH - 1}, {"decided": 0}, {"open_items": 0}])
def test_no_wait_is_pretended_where_nobody_can_know(told: dict[str, int]) -> None:
    assert state(**told).expected_wait is None


@pytest.mark.parametrize(
    ("told", "late"),
    [
        ({}, None),
        ({"promise": timedelta(minutes=40)}, None),
        ({"promise": timedelta(minutes=30)}, timedelta(minutes=10)),
        ({"promise": timedelta(minutes=30), "oldest_at": None}, None),
    ],
)
def test_a_queue_is_late_when_its_oldest_waits_longer_than_promised(
    told: dict[str, object], late: timedelta | None
) -> None:
    assert state(**told).late_by == late


def test_a_queue_is_promised_once() -> None:
    QueuePromise.objects.create(queue=Queue.WAITING, minutes=30)
    assert waiting(person()).promise == timedelta(minutes=30)
    with pytest.raises(IntegrityError):
        QueuePromise.objects.create(queue=Queue.WAITING, minutes=10)


def test_what_came_and_what_was_decided_in_the_last_hour_is_counted() -> None:
    anna, items = person(), held_items(4)
    hour_ago = database_now() - timedelta(minutes=61)
    ReviewItem.objects.filter(pk=items[0].pk).update(opened_at=hour_ago)
    approved(items[1], by=anna)
    approved(items[2], by=anna, at=hour_ago)
    other = unscored_item()
    approved(other, by=anna)
    found = waiting(anna)
    assert (found.open_items, found.arrived, found.decided) == (2, 3, 1)
    assert selectors.queue_states(user=anna)[Queue.UNSCORED].decided == 1


def test_what_rules_decide_is_no_decision_of_people() -> None:
    make_published()
    assert [s.decided for s in selectors.queue_states(user=person()).values()] == [0, 0, 0, 0]


def test_the_figures_are_those_of_the_sections() -> None:
    mine, other = person(), person()
    approved(held_item(), by=other)
    held_item()
    found = waiting(assigned(mine, "Harbour"))
    assert (found.open_items, found.arrived, found.decided, found.oldest_at) == (0, 0, 0, None)
    found = waiting(assigned(person(), "News"))
    assert (found.open_items, found.arrived, found.decided) == (1, 2, 1)


def test_the_pane_says_it_in_words() -> None:
    QueuePromise.objects.create(queue=Queue.WAITING, minutes=30)
    anna, items = person(), held_items(ENOUGH + 2)
    for item in items[:ENOUGH]:
        approved(item, by=anna)
    early = database_now() - timedelta(minutes=50, seconds=30)
    ReviewItem.objects.filter(is_open=True).update(opened_at=early)
    page = client_of(anna).get(reverse("moderation:queue", args=["waiting"])).content.decode()
    assert f"last hour: {ENOUGH + 2} in, {ENOUGH} decided" in page
    assert "20 min over the promised 30 min" in page
    assert "wait about 24 min at this pace" in page


def test_too_few_decisions_are_said_to_be_too_few() -> None:
    held_item()
    page = client_of(person()).get(reverse("moderation:queue", args=["waiting"])).content.decode()
    assert "wait: too few decisions to tell" in page


def test_counts_drift_nowhere_in_a_day_at_the_desk() -> None:
    anna, senior = person(), person(Role.SENIOR_MODERATOR)
    items = held_items(6)
    undo(decision=approved(items[0], by=anna), actor=anna, at=database_now())
    flagged = resolve(
        item=items[1],
        moderator=anna,
        action=Action.FLAG,
        seen_version=items[1].comment.version,
        at=database_now(),
    )
    undo(decision=flagged, actor=senior, at=database_now())
    approved(items[2], by=anna)
    items[2].comment.refresh_from_db()
    report_comment(comment=items[2].comment, category="abuse", words="", reporter_key="one")
    unscored_item()
    assert recount() == 0


def test_the_command_says_that_nothing_drifted(capsys: pytest.CaptureFixture[str]) -> None:
    held_items(2)
    call_command("recount_queues")
    assert "All counts are right." in capsys.readouterr().out


def plan_of_the_states() -> str:
    values = {"queues": ["waiting"], "sections": None, "back": 3600}
    with connection.cursor() as cursor:
        # What other tests left behind in the table's statistics would choose with.
        cursor.execute("ANALYZE moderation_reviewitem")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + _STATES, values)
        return "\n".join(row[0] for row in cursor.fetchall())


def test_the_figures_are_found_through_indexes() -> None:
    # Which of them is chosen hangs on how many rows there are; that there is one does not.
    plan = plan_of_the_states()
    assert "on moderation_reviewitem" in plan
    assert "Seq Scan on moderation_reviewitem" not in plan


class TestUrgency:
    def parts(self, item: ReviewItem) -> dict[str, int]:
        focus = selectors.focus_on(user=person(), comment_id=item.comment_id, item=item)
        found = urgency.explained(item, screening=focus.screening, reports=focus.weights)
        assert sum(part.points for part in found) == item.urgency
        return {part.why: part.points for part in found}

    def test_a_held_comment_counts_its_score_and_its_rule(self) -> None:
        publish_plain_rules()
        assert self.parts(held_item()) == {"insult 0.80": 480, "the rule “High insult”": 100}

    def test_each_report_moves_what_waits_up(self) -> None:
        publish_plain_rules()
        item = held_item()
        for reader in ("one", "two"):
            report_comment(comment=item.comment, category="abuse", words="", reporter_key=reader)
        item.refresh_from_db()
        assert self.parts(item)["2 more reports"] == 100

    def test_a_reported_comment_counts_the_first_report_and_each_further_one(self) -> None:
        comment = make_published()
        for reader in ("one", "two"):
            report_comment(comment=comment, category="spam", words="", reporter_key=reader)
        item = ReviewItem.objects.get(comment=comment)
        assert self.parts(item) == {"reported by a reader": 500, "1 more report": 50}

    def test_a_reported_comment_counts_those_who_read_it_and_those_who_still_do(self) -> None:
        comment = make_published()
        hour = comment.public_since.replace(minute=0, second=0, microsecond=0)
        read = DiscussionRead.objects.create(article=comment.article, hour=hour, readers=99)
        DiscussionRead.objects.create(
            article=comment.article, hour=hour - timedelta(hours=1), readers=5000
        )
        for reader in ("one", "two"):
            report_comment(comment=comment, category="spam", words="", reporter_key=reader)
        item = ReviewItem.objects.get(comment=comment)
        expected = {"reported by a reader": 500, "read by about 99 readers": 100}
        assert self.parts(item) == {**expected, "1 more report": 50}
        DiscussionRead.objects.filter(pk=read.pk).update(readers=999)
        discussions_read.send(None, article_ids=[comment.article_id])
        item.refresh_from_db()
        assert self.parts(item)["read by about 999 readers"] == 150
        assert item.urgency == 700

    def test_nobody_reads_what_is_held(self) -> None:
        item = held_item()
        hour = database_now().replace(minute=0, second=0, microsecond=0)
        DiscussionRead.objects.create(article=item.article, hour=hour, readers=999)
        report_comment(comment=item.comment, category="spam", words="", reporter_key="one")
        discussions_read.send(None, article_ids=[item.article_id])
        before, item = item.urgency, ReviewItem.objects.get(pk=item.pk)
        assert (item.urgency, item.readers) == (before + 50, 0)

    def test_no_comment_is_more_urgent_than_1000(self) -> None:
        comment = make_published()
        for reader in range(15):
            report_comment(comment=comment, category="spam", words="", reporter_key=str(reader))
        item = ReviewItem.objects.get(comment=comment)
        assert item.urgency == 1000
        assert self.parts(item) == {"reported by a reader": 500, "14 more reports": 500}

    def test_a_flag_counts_by_itself(self) -> None:
        item = held_item()
        decide(
            comment=item.comment,
            action=Action.FLAG,
            actor=person(),
            seen_version=item.comment.version,
            at=database_now(),
        )
        flagged = ReviewItem.objects.get(comment=item.comment, is_open=True)
        assert self.parts(flagged) == {"flagged for a senior moderator": 800}

    def test_the_card_explains_it(self) -> None:
        publish_plain_rules()
        held_item()
        page = client_of(person()).get(reverse("moderation:queue", args=["waiting"]))
        text = page.content.decode()
        assert "Urgency 580 of 1000" in text
        assert "<b>480</b> insult 0.80" in text


def test_the_longest_waiting_may_come_first() -> None:
    items = held_items(3)
    page = client_of(person()).get(
        reverse("moderation:queue", args=["waiting"]), {"sort": "oldest"}
    )
    text = page.content.decode()
    at = [text.index(f'id="row-{item.comment.public_id}"') for item in items]
    assert at == sorted(at)
