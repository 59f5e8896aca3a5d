"""Care for moderators: blurred texts, masked words, calm comments, the day, breaks."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from classifier.base import Label
from comments.models import Comment
from moderation import calm, desk_days
from moderation.decisions import database_now
from moderation.models import DeskDay, DeskPreferences, Queue, ReviewItem
from moderation.selectors import Position, QueueFilters
from moderation.sight import preferences_of
from moderation.views.state import queue_url
from tests.desk_data import (
    client_of,
    decision_fields,
    held_item,
    item_with_evidence,
    open_item_of,
    person,
    publish_plain_rules,
)
from tests.make import StandIn, make_comment, make_held, make_regular, screen_all

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules() -> None:
    publish_plain_rules()


def wishes(user: User, **wished: object) -> DeskPreferences:
    return DeskPreferences.objects.create(user=user, **wished)


def card(client: Client, item: ReviewItem) -> str:
    return client.get(queue_url(QueueFilters(queue=Queue(item.queue)), item=item)).content.decode()


def lines_of_the_day(client: Client, address: str) -> list[str]:
    page = client.get(address).content.decode()
    lines = re.findall(r'<a class="my-numbers"[^>]*>(.*?)</a>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", line).split()) for line in lines]


def reveal(client: Client, comment: Comment, **fields: str) -> None:
    answer = client.post(reverse("moderation:reveal", args=[comment.public_id]), fields)
    assert answer.status_code == 302


class TestBlur:
    def test_whoever_never_chose_reads_everything(self) -> None:
        item = held_item("Only a fool would say that.")
        assert "Only a fool" in card(client_of(person()), item)

    def test_a_hard_text_is_not_on_the_page_until_it_is_revealed(self) -> None:
        anna = person()
        wishes(anna, blurs=True, hard_from=0.8)
        item = item_with_evidence("Only a fool would say that.", "fool")
        client = client_of(anna)
        page = card(client, item)
        assert "fool" not in page  # neither in the card, nor its row, nor beside the scores
        assert page.count("Blurred: insult 0.90") == 2
        assert reverse("moderation:reveal", args=[item.comment.public_id]) in page
        reveal(client, item.comment)
        page = card(client, item)
        assert "Only a " in page
        assert "fool</mark>" in page

    def test_a_text_below_the_score_is_clear(self) -> None:
        anna = person()
        wishes(anna, blurs=True, hard_from=0.85)
        assert "Only a fool" in card(client_of(anna), held_item())

    def test_spam_is_not_hard(self) -> None:
        anna = person()
        wishes(anna, blurs=True, hard_from=0.5)
        comment = make_comment("Buy my pills", author=make_regular(published_count=0))
        screen_all(StandIn({"pills": {Label.SPAM: 0.99}}))
        assert "Buy my pills" in card(client_of(anna), open_item_of(comment))

    def test_the_parent_and_other_comments_are_blurred_too(self) -> None:
        anna = person()
        wishes(anna, blurs=True, hard_from=0.7)
        author = make_regular()
        parent = make_held("An idiot wrote this article.", author=author)
        reply = make_comment("I like it.", author=author, parent=parent)
        screen_all(StandIn(says=None))
        reply.refresh_from_db()
        client = client_of(anna)
        answer = client.get(reverse("moderation:author", args=[author.key])).content.decode()
        assert "I like it." in answer
        assert "idiot" not in answer
        history = reverse("moderation:comment", args=[parent.public_id])
        assert "idiot" not in client.get(history).content.decode()
        assert "idiot" not in card(client, open_item_of(parent))

    def test_a_colleague_sees_what_somebody_else_blurs(self) -> None:
        wishes(person(), blurs=True)
        assert "Only a fool" in card(client_of(person()), held_item())

    def test_a_reveal_is_counted_once(self) -> None:
        anna = person()
        wishes(anna, blurs=True, hard_from=0.8)
        item, client = held_item(), client_of(anna)
        for _again in range(2):
            card(client, item)
            reveal(client, item.comment)
        day = DeskDay.objects.get(user=anna)
        assert day.hard == [item.comment.current_revision_id]
        assert day.revealed == [item.comment.current_revision_id]

    def test_a_revision_of_another_comment_is_not_revealed_by_the_way(self) -> None:
        anna = person()
        one, other = held_item("Only a fool, one."), held_item("Only a fool, two.")
        answer = client_of(anna).post(
            reverse("moderation:reveal", args=[one.comment.public_id]),
            {"revision": str(other.comment.current_revision_id)},
        )
        assert answer.status_code == 404


class TestMask:
    def test_words_are_dots_with_the_marks_in_their_place(self) -> None:
        anna = person()
        wishes(anna, masks_words=True)
        item = item_with_evidence("You are a wanker, Olav.", "wanker")
        client = client_of(anna)
        page = card(client, item)
        assert "wanker" not in page
        assert ">w·····</mark>, Olav." in page
        reveal(client, item.comment, what="words")
        assert ">wanker</mark>, Olav." in card(client, item)

    def test_words_of_a_blurred_text_stay_masked_when_it_is_revealed(self) -> None:
        anna = person()
        wishes(anna, masks_words=True, blurs=True, hard_from=0.8)
        item, client = held_item("You are a wanker, Olav."), client_of(anna)
        reveal(client, item.comment)
        assert "You are a w·····, Olav." in card(client, item)


class TestCalm:
    def test_after_every_second_one_a_calm_one_and_then_the_order_goes_on(self) -> None:
        anna = person()
        wishes(anna, calm_every=2)
        hard = [make_comment(f"Only a fool, {n}.") for n in range(5)]
        screen_all(StandIn({"fool": {Label.INSULT: 0.8}}))
        first_timers = [
            make_comment(f"Good morning, {n}.", author=make_regular(published_count=0))
            for n in range(2)
        ]
        screen_all()
        ReviewItem.objects.filter(comment__in=hard).update(urgency=500)
        client, names = client_of(anna), {c.pk: f"hard {n}" for n, c in enumerate(hard)}
        names |= {c.pk: f"calm {n}" for n, c in enumerate(first_timers)}
        item, seen = open_item_of(hard[4]), []
        for _step in range(6):
            seen.append(names[item.comment_id])
            answer = client.post(
                reverse("moderation:decide_item", args=[item.public_id]),
                decision_fields(item, "approve"),
            )
            public_id = answer["Location"].partition("item=")[2]
            item = ReviewItem.objects.select_related("comment").get(public_id=public_id)
        assert seen == ["hard 4", "hard 3", "calm 0", "hard 2", "hard 1", "calm 1"]

    def test_the_card_says_why_it_is_next(self) -> None:
        anna = person()
        wishes(anna, calm_every=2)
        item = held_item()
        assert "data-calm" in card(client_of(anna), item)  # what comes next waits for the answer
        assert "data-calm" not in card(client_of(person()), item)
        at = database_now()
        calm.went_on(calm.Following(item, then=Position.of(item)), user=anna, at=at)
        assert "A calm one in between, as you chose: one after every 2." in card(
            client_of(anna), item
        )

    def test_it_says_so_when_it_was_got_ready_before(self) -> None:
        anna = person()
        wishes(anna, calm_every=2)
        _last, second, first = (held_item(f"Only a fool, {n}.") for n in range(3))
        newcomer = make_comment("Good morning.", author=make_regular(published_count=0))
        screen_all()
        ReviewItem.objects.exclude(comment=newcomer).update(urgency=500)
        client, htmx = client_of(anna), {"HX-Request": "true", "HX-Target": "focus"}
        for item in (first, second):
            shown = client.get(
                reverse("moderation:item_ahead", args=[item.public_id]), headers=htmx
            )
            said = "A calm one in between, as you chose" in shown.content.decode()
            assert said == ("Good morning." in shown.content.decode()) == (item != first)
            decide = reverse("moderation:decide_item", args=[item.public_id])
            client.post(decide, decision_fields(item, "approve"))

    def test_without_a_calm_one_the_order_goes_on(self) -> None:
        anna = person()
        wishes(anna, calm_every=2)
        one, two = held_item("Only a fool, one."), held_item("Only a fool, two.")
        day = {"since_calm": 5, "active_at": database_now(), "steady_since": database_now()}
        DeskDay.objects.create(user=anna, day=desk_days.day_of(database_now()), **day)
        found = calm.following(user=anna, filters=QueueFilters(), after=two, at=database_now())
        assert found.item == one
        assert found.then is None


class TestTheDay:
    def test_time_counts_up_to_a_break(self) -> None:
        anna, at = person(), database_now().replace(hour=10)
        for minutes in (0, 3, 7, 20, 21):
            desk_days.at_work(user=anna, at=at + timedelta(minutes=minutes))
        day = DeskDay.objects.get(user=anna)
        assert day.minutes == 3 + 4 + 1
        assert day.steady_since == at + timedelta(minutes=20)

    def test_a_clock_that_goes_back_takes_nothing_away(self) -> None:
        anna, at = person(), database_now().replace(hour=10)
        desk_days.at_work(user=anna, at=at)
        desk_days.at_work(user=anna, at=at + timedelta(minutes=2))
        desk_days.at_work(user=anna, at=at - timedelta(hours=1))
        day = DeskDay.objects.get(user=anna)
        assert (day.minutes, day.active_at) == (2, at + timedelta(minutes=2))

    def test_work_goes_on_over_midnight(self) -> None:
        anna, at = person(), database_now().replace(hour=23, minute=58)
        desk_days.at_work(user=anna, at=at)
        desk_days.at_work(user=anna, at=at + timedelta(minutes=4))
        newest = desk_days.days(user=anna)[0]
        assert newest.steady_since == at
        assert len(desk_days.days(user=anna)) == 2

    def test_a_break_is_due_then_put_off_then_due_again(self) -> None:
        anna, at = person(), database_now().replace(hour=10)
        wished = DeskPreferences(user=anna, break_after=30)
        for minutes in range(0, 34, 3):
            desk_days.at_work(user=anna, at=at + timedelta(minutes=minutes))
        now = at + timedelta(minutes=34)

        def is_due(later: int = 0) -> bool:
            day = desk_days.today(user=anna, at=now)
            return desk_days.break_is_due(day, wished, at=now + timedelta(minutes=later))

        assert is_due()
        desk_days.put_off(user=anna, at=now)
        assert not is_due()
        desk_days.at_work(user=anna, at=now + timedelta(minutes=3))
        desk_days.at_work(user=anna, at=now + timedelta(minutes=7))
        assert is_due(later=11)
        assert not is_due(later=14)  # six minutes without work: that was the break
        wished.break_after = None
        assert not is_due(later=11)

    def test_old_days_go(self) -> None:
        anna, at = person(), database_now()
        desk_days.at_work(user=anna, at=at - timedelta(days=40))
        desk_days.at_work(user=anna, at=at)
        assert desk_days.forget_old(at=at) == 1
        assert desk_days.days(user=anna)[0].day == desk_days.day_of(at)

    def test_a_poll_is_no_work(self) -> None:
        anna = person()
        client = client_of(anna)
        client.get(reverse("moderation:counts"))
        client.get(reverse("moderation:day"))
        assert not DeskDay.objects.exists()


class TestPreferencesPage:
    ADDRESS = "/desk/preferences/"

    def test_what_is_chosen_is_kept(self) -> None:
        anna = person()
        wished = {"hard_from": "0.6", "blurs": "on", "calm_every": "", "break_after": "45"}
        answer = client_of(anna).post(self.ADDRESS, wished, follow=True)
        assert "Kept. It holds from the next comment on." in answer.content.decode()
        kept = preferences_of(User.objects.get(pk=anna.pk))
        assert (kept.hard_from, kept.blurs, kept.masks_words) == (0.6, True, False)
        assert (kept.calm_every, kept.break_after, kept.shows_day) == (None, 45, False)

    @pytest.mark.parametrize("number", ["", "0", "2", "nan", "inf", "-1", "much"])
    def test_a_number_that_is_no_score_is_refused(self, number: str) -> None:
        anna = person()
        answer = client_of(anna).post(self.ADDRESS, {"hard_from": number})
        assert answer.status_code == 422
        assert not DeskPreferences.objects.exists()

    def test_whoever_wishes_reads_the_day_at_the_desk(self) -> None:
        anna, bo = person(), person()
        for user, shows_day in ((anna, True), (bo, False)):
            wishes(user, shows_day=shows_day, blurs=True, hard_from=0.8)
        read, unread = held_item("Only a fool, one."), held_item("Only a fool, two.")
        for user in (anna, bo):
            client = client_of(user)
            card(client, unread)
            card(client, read)
            reveal(client, read.comment)
        DeskDay.objects.update(seconds=60 * 93)
        for address in (reverse("moderation:queue", args=["waiting"]), reverse("moderation:day")):
            line, none = (lines_of_the_day(client_of(user), address) for user in (anna, bo))
            assert line == ["My day: 2 hard · 1 revealed · 93 min"], address
            assert none == [], address

    def test_nobody_else_sees_the_day(self) -> None:
        anna = person()
        desk_days.at_work(user=anna, at=database_now())
        DeskDay.objects.update(hard=list(range(4711)), seconds=60 * 1234)
        mine = client_of(anna).get(self.ADDRESS).content.decode()
        assert "<td>4711</td>" in mine
        assert "<td>1234</td>" in mine
        for role in (Role.SENIOR_MODERATOR, Role.SITE_ADMIN):
            theirs = client_of(person(role)).get(self.ADDRESS).content.decode()
            assert "4711" not in theirs

    def test_the_admin_does_not_know_the_table(self) -> None:
        from django.contrib import admin

        assert DeskDay not in admin.site._registry
        assert DeskPreferences not in admin.site._registry

    def test_the_numbers_are_deleted_when_asked(self) -> None:
        anna, bo = person(), person()
        for user in (anna, bo):
            desk_days.at_work(user=user, at=database_now())
        client_of(anna).post(reverse("moderation:forget_days"))
        assert [len(desk_days.days(user=user)) for user in (anna, bo)] == [0, 1]
