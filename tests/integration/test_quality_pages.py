"""Second looks, disagreements, agreement: what the pages show, and what they keep to themselves."""

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role, User
from comments.models import Comment
from moderation.decisions import database_now, decide, undo
from moderation.double_review import settle
from moderation.models import Action, Decision, DoubleReview, Look, Policy, ReviewItem
from moderation.periods import Days
from moderation.selectors import own
from moderation.selectors.team import team
from tests.desk_data import client_of, held_item, person, publish_plain_rules
from tests.quality_data import decided, drawn, look_at, looked_at, policy

pytestmark = pytest.mark.django_db
BODY = "Only a fool would say that about the ferry."


@pytest.fixture(autouse=True)
def _rules(db: None) -> None:
    publish_plain_rules()
    look_at(0)


@pytest.fixture
def anna() -> User:
    return person(name="Anna Vik")


@pytest.fixture
def bo() -> User:
    return person(name="Bo Moen")


@pytest.fixture
def signe() -> User:
    return person(Role.SENIOR_MODERATOR, name="Signe Dahl")


def read(client: Client, route: str, **of: object) -> str:
    answer = client.get(reverse(f"moderation:{route}", kwargs=of or None))
    assert answer.status_code == 200
    return answer.content.decode()


def main_part(page: str) -> str:
    """The page without the queues beside it and the person's own name."""
    return page.partition('<div class="record')[2]


def blind_address(review: DoubleReview, verb: str) -> str:
    return reverse(f"moderation:{verb}_look", args=[review.public_id])


class TestSecondLook:
    @pytest.mark.parametrize("first", [Action.APPROVE, Action.REMOVE])
    def test_it_shows_the_text_and_nothing_of_what_was_decided(
        self, first: Action, anna: User, bo: User
    ) -> None:
        review = drawn(anna, first, body=BODY)
        page = main_part(read(client_of(bo), "second_look"))
        assert BODY in page
        for told in ("Anna Vik", "<mark", "High insult", "0.80", "Published", "Removed", "Held"):
            assert told not in page, told
        assert str(review.comment.public_id) not in page
        assert str(review.decision.public_id) not in page

    def test_both_first_decisions_look_the_same_to_the_second_moderator(
        self, anna: User, bo: User
    ) -> None:
        def shown(first: Action) -> str:
            review = drawn(anna, first, body=BODY)
            page = main_part(read(client_of(bo), "second_look"))
            answer_with(client_of(bo), review, action="approve")
            for word in (str(review.public_id), *times_in(page), *tokens_in(page)):
                page = page.replace(word, "")
            return page.partition('<article id="card"')[2]

        assert shown(Action.APPROVE) == shown(Action.REMOVE)

    def test_the_first_moderator_finds_no_trace(self, anna: User, bo: User) -> None:
        review, client = drawn(anna), client_of(anna)
        assert "No comment waits for your second look" in read(client, "second_look")
        for verb in ("answer", "skip", "take_back"):
            assert (
                client.post(blind_address(review, verb), {"action": "approve"}).status_code == 404
            )
        looked_at(anna, bo, Action.APPROVE, Action.REMOVE)
        history = read(client, "comment", comment_id=review.comment.public_id)
        assert "Bo Moen" not in history
        assert "econd look" not in main_part(history)

    def test_an_answer_is_recorded_and_the_next_one_follows(self, anna: User, bo: User) -> None:
        first, second, client = drawn(anna), drawn(anna), client_of(bo)
        client.get(reverse("moderation:second_look"))
        answer = answer_with(client, first, policy="spam")
        assert answer.status_code == 302
        first.refresh_from_db()
        assert (first.second_action, first.second_policy) == ("remove", policy("spam"))
        page = read(client, "second_look")
        assert str(second.public_id) in page
        assert "Your last answer is noted." in page

    def test_an_answer_without_a_choice_is_asked_for_again(self, anna: User, bo: User) -> None:
        review = drawn(anna)
        answer = answer_with(client_of(bo), review)
        assert answer.status_code == 422
        assert "Approve, or remove and choose the policy." in answer.content.decode()
        review.refresh_from_db()
        assert review.state == Look.WAITING

    def test_what_was_answered_or_changed_meanwhile_is_told_and_passed_over(
        self, anna: User, bo: User
    ) -> None:
        review, client = drawn(anna), client_of(bo)
        client.get(reverse("moderation:second_look"))
        undo(decision=review.decision, actor=anna, at=database_now())
        answer = client.post(blind_address(review, "answer"), {"action": "approve"}, follow=True)
        assert "is not asked about any more" in answer.content.decode()

    def test_skipping_and_undoing(self, anna: User, bo: User) -> None:
        skipped, other, client = drawn(anna), drawn(anna), client_of(bo)
        client.post(blind_address(skipped, "skip"))
        assert str(other.public_id) in read(client, "second_look")
        answer_with(client, other, action="approve")
        client.post(blind_address(other, "take_back"))
        other.refresh_from_db()
        assert (other.state, other.claimed_by) == (Look.WAITING, bo)


class TestSettling:
    def test_names_are_shown_when_it_is_settled_and_not_before(
        self, anna: User, bo: User, signe: User
    ) -> None:
        review, client = looked_at(anna, bo, Action.APPROVE, Action.REMOVE), client_of(signe)
        assert "Remove: Insults" in main_part(read(client, "disagreements"))
        before = main_part(read(client, "disagreement", look_id=review.public_id))
        assert "Remove: Insults" in before
        assert "Anna Vik" not in before
        assert "Bo Moen" not in before
        settle_with(client, review, policy="insults", note="It names a person.")
        after = main_part(read(client, "disagreement", look_id=review.public_id))
        for told in ("Anna Vik", "Bo Moen", "Signe Dahl", "It names a person."):
            assert told in after

    def test_the_comment_is_decided_from_there_and_by_the_usual_door(
        self, anna: User, bo: User, signe: User
    ) -> None:
        review, client = looked_at(anna, bo, Action.APPROVE, Action.REMOVE), client_of(signe)
        settle_with(client, review, policy="insults")
        comment = Comment.objects.get(pk=review.comment_id)
        page = read(client, "disagreement", look_id=review.public_id)
        assert "Decide the comment so: Remove: Insults" in page
        client.post(
            reverse("moderation:decide_comment", args=[comment.public_id]),
            {"action": "remove", "policy": "insults", "version": comment.version},
        )
        newest = Decision.objects.filter(comment=comment).latest("id")
        assert (newest.actor, newest.action, newest.supersedes) == (
            signe,
            "remove",
            review.decision,
        )
        page = read(client, "disagreement", look_id=review.public_id)
        assert "Decide the comment so" not in page

    def test_who_gave_one_of_the_answers_does_not_find_the_case(
        self, bo: User, signe: User
    ) -> None:
        review, client = looked_at(signe, bo, Action.APPROVE, Action.REMOVE), client_of(signe)
        assert "1 more is about a decision of your own" in read(client, "disagreements")
        address = reverse("moderation:disagreement", args=[review.public_id])
        assert client.get(address).status_code == 404
        assert settle_with(client, review, action="approve").status_code == 404
        other = client_of(person(Role.SITE_ADMIN))
        assert settle_with(other, review, action="approve").status_code == 302
        assert client.get(address).status_code == 200

    def test_the_second_to_settle_reads_what_the_first_said(
        self, anna: User, bo: User, signe: User
    ) -> None:
        review = looked_at(anna, bo, Action.APPROVE, Action.REMOVE)
        settle_with(client_of(signe), review, action="approve")
        late = client_of(person(Role.SITE_ADMIN))
        assert settle_with(late, review, policy="spam").status_code == 302
        review.refresh_from_db()
        assert (review.settled_by, review.reference_action) == (signe, "approve")


class TestQuality:
    def test_a_senior_reads_pairs_by_name_and_a_moderator_only_their_own(
        self, anna: User, bo: User, signe: User
    ) -> None:
        cleo = person(name="Cleo Ness")
        settled = looked_at(anna, bo, Action.APPROVE, Action.REMOVE)
        settle(review=settled, senior=signe, action=Action.APPROVE, at=database_now())
        looked_at(bo, cleo, Action.REMOVE, Action.REMOVE)
        page = main_part(read(client_of(signe), "quality"))
        assert "Anna Vik · Bo Moen" in page
        assert "Bo Moen · Cleo Ness" in page
        assert "1 of 2 (50 %" in page
        annas = main_part(read(client_of(anna), "quality"))
        assert "0 of 1 (0 %" in annas
        assert "A colleague: Remove: Insults" in annas
        assert "You: Approve" in annas
        for name in ("Bo Moen", "Cleo Ness", "Signe Dahl"):
            assert name not in annas
        cleos = main_part(read(client_of(cleo), "quality"))
        assert "1 of 1 (100 %" in cleos
        assert "Nothing was settled yet." in cleos

    def test_too_few_are_not_made_a_number_of(self, anna: User, bo: User, signe: User) -> None:
        looked_at(anna, bo, Action.APPROVE, Action.APPROVE)
        page = main_part(read(client_of(signe), "quality"))
        assert "too few to say" in page

    def test_thirty_make_a_kappa_with_its_interval(self, anna: User, bo: User, signe: User) -> None:
        one = looked_at(anna, bo, Action.APPROVE, Action.APPROVE)
        multiplied(one, 19)
        multiplied(looked_at(bo, anna, Action.REMOVE, Action.REMOVE), 11)
        page = main_part(read(client_of(signe), "quality"))
        assert "32 of 32 (100 %, between 89 and 100 %)" in page
        assert page.count("1.00 (0.") == 3  # all, for the one policy, for the one pair

    @pytest.mark.parametrize("route", ["quality", "disagreements", "team", "your_day"])
    def test_a_page_costs_the_same_for_more_rows(
        self, route: str, anna: User, bo: User, signe: User
    ) -> None:
        def cost() -> int:
            with CaptureQueriesContext(connection) as queries:
                read(client_of(signe), route)
            return len(queries)

        decided(signe)
        first = looked_at(anna, bo, Action.APPROVE, Action.REMOVE)
        few = cost()
        for _ in range(3):
            decided(signe)
        multiplied(first, 5)
        assert cost() == few


class TestYourDay:
    def test_it_counts_ones_own_decisions_and_nobody_elses(self, anna: User, bo: User) -> None:
        decided(anna)
        decided(anna, Action.REMOVE)
        decided(anna, Action.FLAG)
        decided(bo)
        page = main_part(read(client_of(anna), "your_day"))
        today = page.partition("Today")[2].partition("</tr>")[0]
        assert [int(n) for n in cells(today)[:5]] == [3, 1, 1, 1, 0]
        assert "Bo Moen" not in page

    def test_the_median_is_of_plausible_times_alone(self, anna: User) -> None:
        now = database_now()
        first = decided(anna)
        for seconds in (0.4, 8, 10, 30, 3600):
            copy_of(first, decided_at=now, taken_at=now - timedelta(seconds=seconds))
        found = own.done(user=anna, start=now - timedelta(days=1), end=now + timedelta(days=1))
        assert (found.median, found.timed, found.total) == (10, 3, 6)

    def test_what_others_overturned_is_counted_and_shown(
        self, anna: User, bo: User, signe: User
    ) -> None:
        undo(decision=decided(anna), actor=signe, at=database_now())
        undo(decision=decided(anna), actor=anna, at=database_now())
        decided(anna)
        page = main_part(read(client_of(anna), "your_day"))
        assert "1 of 3" in page
        assert page.count("overturned:") == 1
        assert "Signe Dahl" in page
        address = reverse("moderation:your_day") + "?overturned=on"
        only = client_of(anna).get(address).content.decode()
        assert only.count('<li class="line">') == 1

    def test_a_flag_between_does_not_hide_what_a_senior_changed(
        self, anna: User, bo: User, signe: User
    ) -> None:
        comment = decided(anna).comment
        for actor, action in ((bo, Action.FLAG), (signe, Action.REMOVE)):
            comment.refresh_from_db()
            decide(
                comment=comment,
                action=action,
                actor=actor,
                seen_version=comment.version,
                at=database_now(),
                policy=policy() if action == Action.REMOVE else None,
            )
        since = database_now() - timedelta(days=1)
        assert own.overturned_count(user=anna, since=since) == (1, 1)
        assert own.overturned_count(user=signe, since=since) == (0, 1)


class TestTeam:
    def test_it_adds_up_what_came_and_who_decided(self, anna: User, signe: User) -> None:
        decided(anna, Action.REMOVE, why="spam")
        decided(anna)
        page = main_part(read(client_of(signe), "team"))
        numbers = cells(page.partition('<dl class="numbers">')[2].partition("</dl>")[0], "dd")
        assert numbers == ["2", "2", "0", "0 %"]
        assert "High insult" in page
        assert "Anna Vik" in page
        removed = page.partition("Removed by policy")[2].partition("</section>")[0]
        assert cells(removed) == ["1", "0"]

    def test_removals_are_drawn_by_policy_over_time_with_the_numbers_beside_them(
        self, anna: User, signe: User
    ) -> None:
        decided(anna)
        *five, sixth = Policy.objects.filter(is_active=True).values_list("slug", flat=True)[:6]
        for why in (five[0], *five):
            decided(anna, Action.REMOVE, why=why)
        page = removals_on(read(client_of(signe), "team"))
        assert "The others together" not in page
        assert cells(page)[:5] == ["2", "1", "1", "1", "1"]
        assert page.count("<rect") == 2 * 5  # in the picture, and in its legend
        decided(anna, Action.REMOVE, why=sixth)
        page = removals_on(read(client_of(signe), "team"))
        assert "The others together" in page
        assert cells(page)[:7] == ["2", "1", "1", "1", "2", "1", "1"]
        assert page.count("<rect") == 2 * 5
        assert 'role="img" aria-labelledby="removals-title"' in page

    def test_the_backlog_goes_back_from_what_waits_now(self, anna: User) -> None:
        decided(anna)
        decided(anna)
        held_item()
        now, day = database_now(), timedelta(days=1)
        ReviewItem.objects.filter(is_open=False).update(opened_at=now - 3 * day)
        ReviewItem.objects.filter(is_open=True).update(opened_at=now - 2 * day)
        found = team(days=Days.latest(5, at=now), sections=None, at=now)
        assert [moment.backlog for moment in found.moments] == [0, 2, 3, 3, 1]
        past = Days(first=Days.latest(5, at=now).first, last=Days.latest(3, at=now).first)
        found = team(days=past, sections=None, at=now)
        assert [moment.backlog for moment in found.moments] == [0, 2, 3]


def removals_on(page: str) -> str:
    """The picture of what was removed, and its table."""
    return page.partition('aria-labelledby="removals-heading"')[2].partition("</figure>")[0]


def cells(html: str, tag: str = "td") -> list[str]:
    """What stands in the cells of a table, or in other elements, without markup."""
    found = re.findall(rf"<{tag}[^>]*>(.*?)</{tag}>", html, flags=re.DOTALL)
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in found]


def times_in(page: str) -> list[str]:
    return re.findall(r"<time .*?</time>", page, flags=re.DOTALL)


def tokens_in(page: str) -> list[str]:
    return re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)


def answer_with(client: Client, review: DoubleReview, **fields: str) -> HttpResponse:
    return client.post(blind_address(review, "answer"), fields)


def settle_with(client: Client, review: DoubleReview, **fields: str) -> HttpResponse:
    address = reverse("moderation:settle_disagreement", args=[review.public_id])
    return client.post(address, fields)


def copy_of(decision: Decision, **changes: object) -> Decision:
    """The same decision once more, one version on."""
    last = Decision.objects.filter(comment=decision.comment).latest("version").version
    copy = Decision.objects.get(pk=decision.pk)
    copy.pk, copy.version = None, last + 1
    copy.public_id = uuid.uuid4()
    for name, value in changes.items():
        setattr(copy, name, value)
    copy.save(force_insert=True)
    return copy


def multiplied(review: DoubleReview, times: int) -> None:
    for _ in range(times):
        copy = DoubleReview.objects.get(pk=review.pk)
        copy.pk, copy.public_id = None, uuid.uuid4()
        copy.decision = copy_of(review.decision)
        copy.save(force_insert=True)
