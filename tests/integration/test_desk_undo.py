"""What the key for undoing takes back: one's own last decision, named, while it is remembered."""

import re
from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from accounts.models import User
from moderation.decisions import database_now
from moderation.models import Action, Decision, ReviewItem
from moderation.review import resolve
from tests.desk_data import client_of, held_items, person

pytestmark = pytest.mark.django_db
JUST_NOW, WHILE_AGO, LONG_AGO = (timedelta(minutes=n) for n in (0, 5, 60))


@pytest.fixture
def anna() -> User:
    return person(name="Anna Lie")


def approve(item: ReviewItem, *, by: User, ago: timedelta) -> None:
    resolve(
        item=item,
        moderator=by,
        action=Action.APPROVE,
        seen_version=item.comment.version,
        at=database_now() - ago,
    )


def words_of(user: User, item: ReviewItem | None = None) -> str:
    """The card of an item, or the whole page of the queue."""
    if item is None:
        got = client_of(user).get(reverse("moderation:queue", args=["waiting"]))
    else:
        address = reverse("moderation:item", args=[item.public_id])
        got = client_of(user).get(address, headers={"HX-Request": "true", "HX-Target": "focus"})
    return got.content.decode()


def by_key(page: str) -> list[str]:
    """What each button that the key presses says."""
    buttons = re.findall(r'<button[^>]*data-key="u".*?</button>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", button).split()) for button in buttons]


class TestOnTheCard:
    def test_what_a_colleague_decided_has_a_button_with_their_name_and_no_key(
        self, anna: User
    ) -> None:
        mine, theirs = held_items(2)
        approve(mine, by=anna, ago=WHILE_AGO)
        approve(theirs, by=person(name="Jonas Berg"), ago=JUST_NOW)
        page = words_of(anna, theirs)
        assert "Undo: Jonas Berg approved this" in page
        assert by_key(page) == []

    def test_ones_own_last_decision_has_the_key(self, anna: User) -> None:
        before, last = held_items(2)
        approve(before, by=anna, ago=WHILE_AGO)
        approve(last, by=anna, ago=JUST_NOW)
        assert by_key(words_of(anna, last)) == ["Undo u"]
        page = words_of(anna, before)
        assert by_key(page) == []
        assert "undo-form" in page

    def test_an_old_one_has_no_key(self, anna: User) -> None:
        (item,) = held_items(1)
        approve(item, by=anna, ago=LONG_AGO)
        page = words_of(anna, item)
        assert by_key(page) == []
        assert "undo-form" in page


class TestAtTheFoot:
    def test_undo_stands_beside_what_was_done_for_fifteen_seconds(self, anna: User) -> None:
        item, later, _next = held_items(3)
        approve(item, by=anna, ago=timedelta(seconds=5))
        page = words_of(anna)
        assert by_key(page) == ["Undo u"]
        assert '<span class="done-words">Approved: the comment of' in page
        (until,) = re.findall(r'data-fades="([^"]+)"', page)
        decided_at = Decision.objects.get(made_by="moderator").decided_at
        assert datetime.fromisoformat(until) - decided_at == timedelta(seconds=15)
        approve(later, by=anna, ago=timedelta(seconds=15))
        page = words_of(anna)
        assert "done-words" not in page
        assert "data-fades" not in page

    def test_a_reload_says_which_decision_the_key_takes_back(self, anna: User) -> None:
        item, _next = held_items(2)
        approve(item, by=anna, ago=WHILE_AGO)
        name = item.comment.author_name
        assert by_key(words_of(anna)) == [f"Undo: approved the comment of {name} u"]

    def test_of_an_old_decision_it_offers_the_history(self, anna: User) -> None:
        item, _next = held_items(2)
        approve(item, by=anna, ago=LONG_AGO)
        page = words_of(anna)
        assert by_key(page) == []
        assert f"Last: approved the comment of {item.comment.author_name}" in page
        assert reverse("moderation:comment", args=[item.comment.public_id]) in page
