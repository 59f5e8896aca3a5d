"""What an open desk asks for every ten seconds: one query and 304 while nothing changed."""

import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from moderation import selectors
from moderation.decisions import database_now
from moderation.models import Action, Decision, Policy, QueueCount, ReviewItem
from moderation.review import claim, release, resolve
from moderation.selectors import stamps
from tests.desk_data import assigned, client_of, held_item, held_items, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> User:
    return person()


@pytest.fixture(autouse=True)
def _within_one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stamp tells the minute; no test shall begin in one and end in another."""
    still = stamps._STAMP.replace("floor(extract(epoch FROM clock_timestamp()) / 60)", "0")
    assert still != stamps._STAMP
    monkeypatch.setattr(stamps, "_STAMP", still)


def stamp(user: User, item_id: uuid.UUID | None = None, asked: str = "") -> str:
    fresh = User.objects.get(pk=user.pk)  # as the next request knows them
    return selectors.desk_stamp(user=fresh, item_id=item_id, asked=asked)


def approve(item: ReviewItem, by: User) -> None:
    resolve(
        item=item,
        moderator=by,
        action=Action.APPROVE,
        seen_version=item.comment.version,
        at=database_now(),
    )


def test_while_nothing_changes_a_poll_is_one_query_beside_who_asks(anna: User) -> None:
    item, client = held_item(), client_of(anna)
    asked = {"queue": "waiting", "seen": "0", "item": str(item.public_id), "version": "2"}
    address = reverse("moderation:counts")
    first = client.get(address, asked)
    with CaptureQueriesContext(connection) as queries:
        again = client.get(address, asked, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    told = [q["sql"] for q in queries]
    about_the_desk = [q for q in told if "moderation_queuecount" in q]
    who = [
        q
        for q in told
        if "session" in q or "accounts_user" in q or "moderation_sectionassignment" in q
    ]
    assert len(about_the_desk) == 1
    assert len(told) == 1 + len(who) == 3


def test_another_question_has_another_answer(anna: User) -> None:
    assert stamp(anna, asked="a") != stamp(anna, asked="b")
    assert stamp(anna) != stamp(person())


def test_an_arrival_and_a_decision_change_it(anna: User) -> None:
    nothing = stamp(anna)
    item = held_item()
    arrived = stamp(anna)
    approve(item, person())
    assert len({nothing, arrived, stamp(anna)}) == 3


def test_two_changes_that_make_up_for_each_other_change_it(anna: User) -> None:
    first = held_item()
    before, count = stamp(anna), QueueCount.objects.get(queue="waiting")
    approve(first, person())
    held_item("Only a fool would say this, too.")
    assert QueueCount.objects.get(queue="waiting").open_items == count.open_items
    assert stamp(anna) != before


def test_somebody_who_takes_an_item_or_gives_it_back_changes_it(anna: User) -> None:
    item, per = held_items(2)[0], person()
    free = stamp(anna, item.public_id)
    claim(item=item, moderator=per, at=database_now())
    taken = stamp(anna, item.public_id)
    release(item=item, moderator=per)
    assert taken != free
    assert stamp(anna, item.public_id) == free


def test_what_happens_in_another_section_changes_nothing() -> None:
    of_news, of_harbour = assigned(person(), "News"), assigned(person(), "Harbour")
    news, harbour = stamp(of_news), stamp(of_harbour)
    held_item()
    assert stamp(of_news) != news
    assert stamp(of_harbour) == harbour


def test_an_assignment_changes_it(anna: User) -> None:
    before = stamp(anna)
    assigned(anna, "News")
    assert stamp(anna) != before


class TestActions:
    """What a poll makes of the actions when a claim changes hands."""

    def polled(self, user: User, item: ReviewItem, hold: str) -> str:
        item.comment.refresh_from_db()
        asked = {
            "queue": "waiting",
            "item": str(item.public_id),
            "version": str(item.comment.version),
            "hold": hold,
        }
        return client_of(user).get(reverse("moderation:counts"), asked).content.decode()

    @pytest.mark.parametrize("hold", ["mine", "free"])
    def test_they_are_put_aside_when_a_colleague_takes_it(self, hold: str, anna: User) -> None:
        item, jonas = held_item(), person(name="Jonas Berg")
        claim(item=item, moderator=jonas, at=database_now())
        page = self.polled(anna, item, hold)
        assert 'id="actions"' in page
        assert "You can decide when it is free again." in page
        assert 'id="approval"' not in page

    def test_they_come_back_when_it_is_free_again(self, anna: User) -> None:
        assert 'id="approval"' in self.polled(anna, held_item(), "another")

    def test_they_stay_as_they_are_while_nothing_changes_hands(self, anna: User) -> None:
        item = held_item()
        assert 'id="actions"' not in self.polled(anna, item, "mine")
        claim(item=item, moderator=person(), at=database_now())
        assert 'id="actions"' not in self.polled(anna, item, "another")


class TestColleagues:
    """What a list that is on the screen is told of its rows."""

    def told(self, user: User, since: str, queue: str = "waiting") -> dict[str, tuple[str, bool]]:
        """The words for each row, and whether the row is settled by them."""
        asked = {"queue": queue, "decided": since}
        page = client_of(user).get(reverse("moderation:counts"), asked).content.decode()
        spans = re.findall(r'<span data-row="([^"]+)"( data-settled)?>([^<]*)</span>', page)
        return {row: (words, bool(settled)) for row, settled, words in spans}

    def opened(self, user: User) -> str:
        """How far decisions had come when the list was made, as its page says."""
        page = client_of(user).get(reverse("moderation:queue", args=["waiting"]))
        (since,) = re.findall(r'class="polled" name="decided" value="(\d+)"', page.content.decode())
        return str(since)

    def test_a_row_names_who_decided_it_and_what(self, anna: User) -> None:
        old, approved, removed, mine = held_items(4)
        jonas = person(name="Jonas Berg")
        approve(old, jonas)
        since = self.opened(anna)
        approve(mine, anna)
        approve(approved, jonas)
        resolve(
            item=removed,
            moderator=jonas,
            action=Action.REMOVE,
            seen_version=removed.comment.version,
            at=database_now(),
            policy=Policy.objects.get(slug="insults"),
        )
        assert self.told(anna, since) == {
            str(approved.comment.public_id): ("Jonas Berg: Approved", True),
            str(removed.comment.public_id): ("Jonas Berg: Removed, Insults", True),
        }
        assert self.told(anna, since, queue="reported") == {}

    def test_a_row_names_who_has_it_for_as_long_as_they_do(self, anna: User) -> None:
        item, jonas = held_item(), person(name="Jonas Berg")
        since = self.opened(jonas)
        claim(item=item, moderator=jonas, at=database_now())
        assert self.told(anna, since) == {str(item.comment.public_id): ("Jonas Berg has it", False)}
        ReviewItem.objects.update(claimed_until=database_now())
        assert self.told(anna, since) == {}

    def test_nothing_is_told_of_other_sections(self, anna: User) -> None:
        item, at_harbour = held_item(), assigned(anna, "Harbour")
        since = str(Decision.objects.latest("id").pk)
        approve(item, person(name="Jonas Berg"))
        assert self.told(at_harbour, since) == {}
