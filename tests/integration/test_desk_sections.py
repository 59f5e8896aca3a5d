"""Moderators of sections: lists, counts, the next one, an author's record."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role, User
from comments.models import Article, Author, Section
from moderation import selectors
from moderation.decisions import database_now
from moderation.models import Action, Queue, ReviewItem
from moderation.review import resolve
from moderation.review_items import recount
from moderation.scope import (
    articles_visible_to,
    comments_visible_to,
    decisions_visible_to,
    items_visible_to,
    sections_of,
    sections_visible_to,
)
from moderation.selectors import DecidedFilters, Position, QueueFilters
from tests.desk_data import assigned, client_of, held_item, open_item_of, person
from tests.make import make_article, make_held, make_regular

pytestmark = pytest.mark.django_db


def in_section(name: str, body: str = "Only a fool.", author: Author | None = None) -> ReviewItem:
    section, _ = Section.objects.get_or_create(slug=name.lower(), defaults={"name": name})
    article = make_article(section=section, title=f"About {name}")
    return open_item_of(make_held(body, article=article, author=author or make_regular()))


def approved(item: ReviewItem, *, by: User) -> None:
    resolve(
        item=item,
        moderator=by,
        action=Action.APPROVE,
        seen_version=item.comment.version,
        at=database_now(),
    )


@pytest.fixture
def here() -> ReviewItem:
    return in_section("Harbour")


@pytest.fixture
def there() -> ReviewItem:
    return in_section("Sports")


@pytest.fixture
def anna() -> User:
    return assigned(person(), "Harbour")


def test_whoever_is_assigned_nowhere_sees_everything(here: ReviewItem, there: ReviewItem) -> None:
    anybody = person()
    assert sections_of(anybody) is None
    assert set(items_visible_to(anybody)) == {here, there}
    assert comments_visible_to(anybody).count() == 2


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.SENIOR_MODERATOR])
def test_moderators_and_seniors_see_their_sections(
    role: Role, here: ReviewItem, there: ReviewItem
) -> None:
    user = assigned(person(role), "Harbour")
    assert list(items_visible_to(user)) == [here]
    assert list(comments_visible_to(user)) == [here.comment]
    assert {d.comment_id for d in decisions_visible_to(user)} == {here.comment_id}
    assert list(articles_visible_to(user)) == [here.article]
    assert [section.name for section in sections_visible_to(user)] == ["Harbour"]


def test_two_sections_are_seen_together(here: ReviewItem, there: ReviewItem) -> None:
    user = assigned(person(), "Harbour", "Sports")
    assert set(items_visible_to(user)) == {here, there}


def test_a_site_admin_sees_everything_whatever_they_are_assigned_to(
    here: ReviewItem, there: ReviewItem
) -> None:
    admin = assigned(person(Role.SITE_ADMIN), "Harbour")
    assert set(items_visible_to(admin)) == {here, there}


def test_a_reader_with_an_assignment_sees_nothing(here: ReviewItem) -> None:
    reader = assigned(person(Role.READER), "Harbour")
    assert not items_visible_to(reader)
    assert not comments_visible_to(reader)
    assert not decisions_visible_to(reader)
    assert not articles_visible_to(reader)
    assert not sections_visible_to(reader)


def test_asking_again_costs_nothing(anna: User) -> None:
    sections_of(anna)
    with CaptureQueriesContext(connection) as queries:
        sections_of(anna)
    assert not queries.captured_queries


def test_counts_and_the_oldest_are_those_of_the_sections(anna: User) -> None:
    elsewhere, mine = in_section("Sports"), in_section("Harbour")
    in_section("Harbour")
    early = mine.opened_at - timedelta(hours=1)
    ReviewItem.objects.filter(pk=elsewhere.pk).update(opened_at=early)
    state = selectors.queue_states(user=anna)[Queue.WAITING]
    assert (state.open_items, state.oldest_at) == (2, mine.opened_at)
    everything = selectors.queue_states(user=person())[Queue.WAITING]
    assert (everything.open_items, everything.oldest_at) == (3, early)


def test_first_next_new_and_the_page_are_those_of_the_sections(
    anna: User, here: ReviewItem, there: ReviewItem
) -> None:
    at, filters = database_now(), QueueFilters()
    page = selectors.queue_page(user=anna, filters=filters, at=at)
    assert page.items == [here]
    assert selectors.first_item(user=anna, filters=filters, at=at) == here
    top = Position(urgency=1000, item_id=10**9)
    assert selectors.next_item(user=anna, filters=filters, after=top, at=at) == here
    assert selectors.count_new(user=anna, filters=filters, seen=0, at=at) == 1
    asked = QueueFilters(section_id=there.section_id)
    assert not selectors.queue_page(user=anna, filters=asked, at=at).items


def test_the_queue_page_names_nothing_of_another_section(
    anna: User, here: ReviewItem, there: ReviewItem
) -> None:
    page = client_of(anna).get(reverse("moderation:queue", args=["waiting"])).content.decode()
    assert "About Harbour" in page
    assert "Sports" not in page


def test_decisions_are_those_of_the_sections(
    anna: User, here: ReviewItem, there: ReviewItem
) -> None:
    approved(here, by=person())
    approved(there, by=anna)  # before the section was another's
    found = selectors.decided_page(user=anna, filters=DecidedFilters(action="approve"))
    assert [decision.comment_id for decision in found.decisions] == [here.comment_id]
    assert selectors.last_decision_of(anna) is None
    page = client_of(anna).get(reverse("moderation:decided")).content.decode()
    assert "About Sports" not in page


def test_an_author_is_shown_with_what_they_wrote_in_the_sections(anna: User) -> None:
    author = make_regular(name="Everywhere")
    mine = in_section("Harbour", "Only a fool, at the harbour.", author)
    in_section("Sports", "Only a fool, at the match.", author)
    record = selectors.author_record(user=anna, author=author)
    assert record.comments == [mine.comment]
    focus = selectors.focus_on(user=anna, comment_id=mine.comment_id, item=mine)
    assert focus.others == []


def test_an_item_follows_its_article_into_another_section(
    anna: User, here: ReviewItem, there: ReviewItem
) -> None:
    closed = in_section("Sports")
    approved(closed, by=person())
    for item in (there, closed):
        article = Article.objects.get(pk=item.article_id)
        article.section = here.section
        article.save()
    assert set(items_visible_to(anna)) == {here, there, closed}
    assert selectors.queue_states(user=anna)[Queue.WAITING].open_items == 2
    assert recount() == 0


def test_the_page_costs_no_more_for_more_sections() -> None:
    def cost(user: User) -> int:
        held_item()  # one that nobody has in hand
        client = client_of(user)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("moderation:queue", args=["waiting"])).status_code == 200
        return len(queries)

    one = cost(assigned(person(), "News"))
    many = cost(assigned(person(), "News", *(f"Part{n}" for n in range(20))))
    assert many == one
