"""Queues: order, pages, filters, counts, and what they cost."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.models import Section
from moderation import selectors
from moderation.decisions import database_now
from moderation.models import Queue, QueueCount, ReviewItem, ScreeningJob
from moderation.review import claim
from moderation.selectors import Position, QueueFilters, Sort
from tests.desk_data import held_item, held_items, person, unscored_item
from tests.make import make_article, make_comment

pytestmark = pytest.mark.django_db


def with_urgencies(urgencies: list[int]) -> list[ReviewItem]:
    """Open items in the order of their ids, with these urgencies."""
    items = held_items(len(urgencies))
    for item, urgency in zip(items, urgencies, strict=True):
        item.urgency = urgency
        item.save(update_fields=["urgency"])
    return items


def walked(filters: QueueFilters, *, size: int) -> list[int]:
    """Every item of a queue, page after page."""
    user, at = person(), database_now()
    found, after = [], None
    while True:
        page = selectors.queue_page(user=user, filters=filters, at=at, after=after, size=size)
        found += [item.pk for item in page.items]
        after = page.next
        if after is None:
            return found


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_pages_of_the_most_urgent_together_are_the_whole_queue_once(size: int) -> None:
    items = with_urgencies([5, 900, 5, 5, 0, 900, 7])
    expected = sorted(items, key=lambda item: (-item.urgency, -item.pk))
    assert walked(QueueFilters(), size=size) == [item.pk for item in expected]


@pytest.mark.parametrize("size", [1, 3, 50])
def test_pages_of_the_longest_waiting_together_are_the_whole_queue_once(size: int) -> None:
    items = with_urgencies([5, 900, 5, 5, 0])
    assert walked(QueueFilters(sort=Sort.OLDEST), size=size) == [item.pk for item in items]


@pytest.mark.parametrize("size", [1, 3, 50])
def test_pages_of_the_newest_together_are_the_whole_queue_once(size: int) -> None:
    items = with_urgencies([5, 900, 5, 5, 0])
    expected = [item.pk for item in reversed(items)]
    assert walked(QueueFilters(sort=Sort.NEWEST), size=size) == expected


@pytest.mark.parametrize("sort", Sort.VALUES)
def test_a_page_asked_to_hold_an_item_begins_with_it_where_it_is_further_down(sort: str) -> None:
    items = with_urgencies([5, 900, 5, 5, 0])
    filters, at, user = QueueFilters(sort=sort), database_now(), person()
    order = walked(filters, size=50)
    held = next(item for item in items if item.pk == order[3])
    page = selectors.queue_page(user=user, filters=filters, at=at, holding=held, size=2)
    assert [item.pk for item in page.items] == order[3:5]
    assert not page.starts_at_top


def test_the_next_item_follows_the_order_and_the_top_follows_the_end() -> None:
    items = with_urgencies([1, 3, 2])
    user, at, filters = person(), database_now(), QueueFilters()
    following = selectors.next_item(user=user, filters=filters, after=Position.of(items[1]), at=at)
    assert following == items[2]
    last = selectors.next_item(user=user, filters=filters, after=Position.of(items[0]), at=at)
    assert last == items[1]


def test_the_next_item_is_one_that_nobody_else_has() -> None:
    items = with_urgencies([3, 2, 1])
    user, at = person(), database_now()
    claim(item=items[1], moderator=person(), at=at)
    following = selectors.next_item(
        user=user, filters=QueueFilters(), after=Position.of(items[0]), at=at
    )
    assert following == items[2]


@pytest.mark.parametrize(
    "text", ["", "x", "1", "1.", ".1", "1.2.3", "-1.2", "99999.1", "1." + "9" * 30, "１.２"]
)
def test_a_position_that_was_typed_over_is_no_position(text: str) -> None:
    assert Position.parse(text) is None


def test_a_position_is_read_as_it_was_written() -> None:
    assert Position.parse(str(Position(urgency=640, item_id=17))) == Position(640, 17)


def test_filters_narrow_by_section_article_label_score_and_age() -> None:
    sports = Section.objects.create(name="Sports", slug="sports")
    here = held_item("Only a fool, first.", article=make_article(section=sports))
    there = held_item("Only a fool, second.")
    ReviewItem.objects.filter(pk=there.pk).update(
        top_label="spam", top_score=0.3, opened_at=timezone.now() - timedelta(hours=5)
    )
    narrowed = {
        "section": QueueFilters(section_id=sports.pk),
        "article": QueueFilters(article_id=here.article_id),
        "label": QueueFilters(label="insult"),
        "score": QueueFilters(min_score=0.5),
    }
    assert {name: walked(filters, size=50) for name, filters in narrowed.items()} == {
        name: [here.pk] for name in narrowed
    }
    assert walked(QueueFilters(waited=timedelta(hours=4)), size=50) == [there.pk]


def test_counts_are_those_of_the_rows_and_the_oldest_is_the_first() -> None:
    items = held_items(3)
    unscored_item()
    states = selectors.queue_states(user=person())
    assert {queue: state.open_items for queue, state in states.items()} == {
        "waiting": 3,
        "unscored": 1,
        "reported": 0,
        "escalated": 0,
    }
    assert states[Queue.WAITING].oldest_at == items[0].opened_at
    assert states[Queue.REPORTED].oldest_at is None


def test_counts_add_up_over_sections() -> None:
    held_item()
    held_item(
        "Only a fool.", article=make_article(section=Section.objects.create(name="A", slug="a"))
    )
    assert QueueCount.objects.filter(queue="waiting").count() == 2
    assert selectors.queue_states(user=person())[Queue.WAITING].open_items == 2


def test_what_came_since_is_counted_under_the_same_filters() -> None:
    user, at = person(), database_now()
    held_items(2)
    seen = selectors.newest_id()
    assert selectors.count_new(user=user, filters=QueueFilters(), seen=seen, at=at) == 0
    held_items(3)
    unscored_item()
    assert selectors.count_new(user=user, filters=QueueFilters(), seen=seen, at=at) == 3
    spam = QueueFilters(label="spam")
    assert selectors.count_new(user=user, filters=spam, seen=seen, at=at) == 0


def test_screening_is_late_once_a_job_is_a_minute_old() -> None:
    make_comment()
    make_comment()
    assert selectors.lateness() is None
    oldest = ScreeningJob.objects.earliest("id")
    three_minutes_ago = timezone.now() - timedelta(minutes=3)
    ScreeningJob.objects.filter(pk=oldest.pk).update(created_at=three_minutes_ago)
    late = selectors.lateness()
    assert late is not None
    assert late.waiting == 2
    assert timedelta(minutes=3) <= late.waited < timedelta(minutes=4)


def plan_of(run: Callable[[], object]) -> str:
    """How the database would answer the last query that ``run`` asks."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        run()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        cursor.execute("EXPLAIN " + queries[-1]["sql"])
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.mark.parametrize(
    ("sort", "index"), [(Sort.URGENT, "review_urgent"), (Sort.NEWEST, "review_newest")]
)
def test_a_page_deep_in_the_queue_is_found_through_the_index(sort: str, index: str) -> None:
    held_items(3)
    user, at = person(), database_now()
    after = Position(urgency=900, item_id=10**9)
    plan = plan_of(
        lambda: selectors.queue_page(user=user, filters=QueueFilters(sort=sort), at=at, after=after)
    )
    assert index in plan
    assert "Index Cond" in plan
    # The row comparison itself is the index condition: nothing before the position is read.
    assert "ROW(" in plan or sort == Sort.NEWEST
