"""From one comment to the next: what is got ready, what is taken, what is skipped."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from comments.models import Comment
from comments.submission import Writer, edit_comment
from moderation import selectors
from moderation.decisions import database_now
from moderation.models import ReviewItem, Skip
from moderation.review import claim, skip
from moderation.selectors import Position, QueueFilters
from tests.desk_data import client_of, decision_fields, held_items, person
from tests.make import screen_all

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "focus"}


@pytest.fixture
def anna() -> User:
    return person(name="Anna Lie")


def address(route: str, item: ReviewItem) -> str:
    return reverse(f"moderation:{route}", args=[item.public_id]) + "?queue=waiting"


def ahead_of(user: User, item: ReviewItem) -> Any:
    return client_of(user).get(address("item_ahead", item), headers=HTMX)


def decide_with(user: User, item: ReviewItem, shown: ReviewItem, *, version: int) -> Any:
    """Approve an item while another one is on the screen already."""
    fields = decision_fields(
        item, "approve", shown=str(shown.public_id), shown_version=str(version)
    )
    return client_of(user).post(address("decide_item", item), fields, headers=HTMX)


def test_what_is_got_ready_is_claimed_by_nobody(anna: User) -> None:
    second, first = held_items(2)
    answer = ahead_of(anna, first)
    assert answer["Desk-Item"] == str(second.public_id)
    assert second.comment.current_revision.body in answer.content.decode()
    assert 'value="approve"' in answer.content.decode()
    assert not ReviewItem.objects.exclude(claimed_by=None).exists()


def test_behind_the_only_comment_there_is_nothing_to_get_ready(anna: User) -> None:
    (only,) = held_items(1)
    answer = ahead_of(anna, only)
    assert (answer.status_code, answer.content) == (204, b"")


def test_what_is_on_the_screen_already_is_claimed_with_the_decision(anna: User) -> None:
    second, first = held_items(2)
    answer = decide_with(anna, first, second, version=second.comment.version)
    second.refresh_from_db()
    assert answer["HX-Reswap"] == "none"
    assert second.claimed_by == anna
    text = answer.content.decode()
    assert f'id="claim" data-item="{second.public_id}"' in text
    assert "Approved" in text
    assert second.comment.current_revision.body not in text


def test_what_a_colleague_took_meanwhile_is_passed_over(anna: User) -> None:
    third, second, first = held_items(3)
    ahead_of(anna, first)
    claim(item=second, moderator=person(name="Jonas Berg"), at=database_now())
    answer = decide_with(anna, first, second, version=second.comment.version)
    third.refresh_from_db()
    assert "HX-Reswap" not in answer
    assert third.comment.current_revision.body in answer.content.decode()
    assert third.claimed_by == anna


def test_what_its_author_changed_meanwhile_is_shown_as_it_is_now(anna: User) -> None:
    second, first = held_items(2)
    version = second.comment.version
    edit_comment(
        comment=second.comment,
        writer=Writer(guest_key=second.comment.author.key),
        body="Only a fool, and twice.",
        seen_version=version,
    )
    screen_all()
    ReviewItem.objects.update(is_open=True)
    answer = decide_with(anna, first, second, version=version)
    assert "HX-Reswap" not in answer


def test_a_skip_is_kept_and_the_comment_is_given_back(anna: User) -> None:
    second, first = held_items(2)
    claim(item=first, moderator=anna, at=database_now())
    answer = client_of(anna).post(address("skip_item", first), headers=HTMX)
    first.refresh_from_db()
    assert first.claimed_by is None
    assert Skip.objects.get().moderator == anna
    assert second.comment.current_revision.body in answer.content.decode()
    assert f'id="state-{first.comment.public_id}"' in answer.content.decode()


def test_what_was_skipped_comes_back_to_the_same_person_when_the_others_are_through(
    anna: User,
) -> None:
    items = held_items(3)
    at, filters = database_now(), QueueFilters()
    last, middle, first = items
    skip(item=first, moderator=anna, at=at)
    skip(item=middle, moderator=anna, at=at + timedelta(seconds=1))

    def opened() -> ReviewItem | None:
        return selectors.first_item(user=anna, filters=filters, at=at)

    def after(item: ReviewItem) -> ReviewItem | None:
        return selectors.next_item(user=anna, filters=filters, after=Position.of(item), at=at)

    assert opened() == last
    assert after(last) == last
    ReviewItem.objects.filter(pk=last.pk).update(is_open=False)
    assert opened() == first
    skip(item=first, moderator=anna, at=at + timedelta(seconds=2))
    assert opened() == middle
    jonas = person(name="Jonas Berg")
    assert selectors.first_item(user=jonas, filters=filters, at=at) == first


def test_a_row_says_that_one_skipped_it(anna: User) -> None:
    _second, first = held_items(2)
    skip(item=first, moderator=anna, at=database_now())
    queue = reverse("moderation:queue", args=["waiting"])
    row = f'id="state-{first.comment.public_id}">Skipped<'
    assert row in client_of(anna).get(queue).content.decode()
    assert row not in client_of(person()).get(queue).content.decode()


def test_a_decided_comment_that_one_goes_back_to_offers_to_undo_it(anna: User) -> None:
    _second, first = held_items(2)
    client = client_of(anna)
    client.post(address("decide_item", first), decision_fields(first, "approve"))
    shown = client.get(address("item", first), headers=HTMX).content.decode()
    decision = Comment.objects.get(pk=first.comment_id).decisions.latest("id")
    assert reverse("moderation:undo_decision", args=[decision.public_id]) in shown
    assert "Anna Lie approved this" in shown
