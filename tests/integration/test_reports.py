"""Readers' reports: answered one by one or by a decision, and what a reader's word weighs."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from comments.models import Comment, Outcome, Report
from comments.submission import report_comment
from moderation import reports
from moderation.decisions import database_now, decide, undo
from moderation.models import Action, Decision, Policy, ReviewItem
from tests.desk_data import client_of, held_item, open_item_of, person, publish_plain_rules
from tests.make import make_published

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules() -> None:
    publish_plain_rules()


@pytest.fixture
def anna() -> User:
    return person(name="Anna Lie")


def reported(comment: Comment, reader: str, category: str = "spam") -> Report:
    return report_comment(comment=comment, category=category, words="", reporter_key=reader)[0]


def decided(comment: Comment, action: Action, by: User) -> Decision:
    comment.refresh_from_db()
    return decide(
        comment=comment,
        action=action,
        actor=by,
        seen_version=comment.version,
        at=database_now(),
        policy=Policy.objects.first() if action == Action.REMOVE else None,
    )


def with_record(reader: str, *, agreed: int, answered: int) -> None:
    """Let a reader have reported before, and moderators have answered."""
    for number in range(answered):
        report = reported(make_published(f"Number {number} of {reader}."), reader)
        outcome = Outcome.AGREED if number < agreed else Outcome.DISAGREED
        Report.objects.filter(pk=report.pk).update(outcome=outcome, resolved_at=database_now())


def answer(desk: Client, report: Report, outcome: str, **headers: str) -> tuple[int, str]:
    address = reverse("moderation:answer_report", args=[report.comment.public_id, report.pk])
    got = desk.post(address, {"outcome": outcome}, headers=headers)
    return got.status_code, " ".join(got.content.decode().split())


def opened(desk: Client, item: ReviewItem) -> str:
    address = reverse("moderation:item", args=[item.public_id])
    got = desk.get(address, headers={"HX-Request": "true", "HX-Target": "focus"})
    return " ".join(got.content.decode().split())


class TestWeight:
    @pytest.mark.parametrize(
        ("agreed", "answered", "weight"), [(0, 0, 0.5), (7, 9, 9 / 13), (0, 9, 2 / 13)]
    )
    def test_it_is_the_share_of_agreed_reports_smoothed(
        self, agreed: int, answered: int, weight: float
    ) -> None:
        with_record("a", agreed=agreed, answered=answered)
        assert reports.records_of(["a"])["a"].weight == pytest.approx(weight)

    def test_a_good_record_makes_what_is_reported_more_urgent_a_bad_one_less(self) -> None:
        with_record("good", agreed=7, answered=9)
        with_record("bad", agreed=0, answered=9)
        urgencies = {}
        for reader in ("good", "new", "bad"):
            comment = make_published(f"Of {reader}.")
            reported(comment, reader)
            urgencies[reader] = open_item_of(comment).urgency
        assert urgencies == {"good": 692, "new": 500, "bad": 154}

    def test_a_report_by_a_better_reader_takes_the_place_of_the_first(self) -> None:
        with_record("good", agreed=7, answered=9)
        comment = make_published()
        reported(comment, "new")
        reported(comment, "good")
        assert open_item_of(comment).urgency == 692 + 50

    def test_names_are_the_same_each_time_and_tell_nothing(self) -> None:
        name = reports.pseudonym("user:12")
        assert name == reports.pseudonym("user:12") != reports.pseudonym("user:13")
        assert "12" not in reports.pseudonym("user:1212")[:9]


class TestOneByOne:
    def test_agreeing_counts_for_the_reporter_and_leaves_the_comment_where_it_is(
        self, anna: User
    ) -> None:
        comment = make_published()
        report = reported(comment, "a")
        desk = client_of(anna)
        status, part = answer(desk, report, "agreed", **{"HX-Request": "true"})
        assert status == 200
        assert "Agreed" in part
        assert "agreed with 1 of 1" in part
        report.refresh_from_db()
        assert (report.outcome, report.resolved_by) == ("agreed", anna)
        assert open_item_of(comment).urgency == 500

    def test_disagreeing_takes_its_weight_from_what_waits(self, anna: User) -> None:
        comment = make_published()
        first, _second = reported(comment, "a"), reported(comment, "b")
        assert open_item_of(comment).urgency == 550
        answer(client_of(anna), first, "disagreed")
        assert open_item_of(comment).urgency == 500
        answer(client_of(anna), first, "")
        assert open_item_of(comment).urgency == 550

    def test_a_report_about_a_held_comment_moves_it_by_as_much_as_it_added(
        self, anna: User
    ) -> None:
        item = held_item()
        report = reported(item.comment, "a")
        assert open_item_of(item.comment).urgency == item.urgency + 50
        answer(client_of(anna), report, "disagreed")
        assert open_item_of(item.comment).urgency == item.urgency

    def test_an_answer_is_taken_back(self, anna: User) -> None:
        report = reported(make_published(), "a")
        desk = client_of(anna)
        answer(desk, report, "disagreed")
        answer(desk, report, "")
        report.refresh_from_db()
        assert (report.outcome, report.resolved_at, report.resolved_by) == ("", None, None)
        assert reports.records_of(["a"])["a"].answered == 0

    def test_what_a_decision_answered_is_not_answered_again(self, anna: User) -> None:
        comment = make_published()
        report = reported(comment, "a")
        decided(comment, Action.APPROVE, anna)
        status, part = answer(client_of(person()), report, "agreed", **{"HX-Request": "true"})
        assert status == 200
        assert "Disagreed · Anna Lie" in part.replace("</span>", "")
        report.refresh_from_db()
        assert report.outcome == Outcome.DISAGREED

    @pytest.mark.parametrize("alone", [True, False])
    def test_the_card_shows_the_urgency_that_follows_from_it(self, alone: bool, anna: User) -> None:
        comment = make_published() if alone else held_item().comment
        report = reported(comment, "a")
        before = open_item_of(comment).urgency
        part = answer(client_of(anna), report, "disagreed", **{"HX-Request": "true"})[1]
        after = open_item_of(comment).urgency
        assert after < before
        assert 'id="urgency" class="urgency" hx-swap-oob="innerHTML"' in part
        assert f"Urgency {after} of 1000" in part

    def test_without_scripts_the_card_is_shown_again(self, anna: User) -> None:
        report = reported(make_published(), "a")
        desk = client_of(anna)
        address = reverse("moderation:answer_report", args=[report.comment.public_id, report.pk])
        got = desk.post(address, {"outcome": "agreed"}, follow=True)
        assert "agreed with 1 of 1" in " ".join(got.content.decode().split())

    @pytest.mark.parametrize("said", ["perhaps", "AGREED"])
    def test_another_outcome_is_not_found(self, said: str, anna: User) -> None:
        assert answer(client_of(anna), reported(make_published(), "a"), said)[0] == 404

    def test_a_report_is_found_under_its_own_comment_alone(self, anna: User) -> None:
        report = reported(make_published(), "a")
        other = make_published("Another one.")
        address = reverse("moderation:answer_report", args=[other.public_id, report.pk])
        assert client_of(anna).post(address, {"outcome": "agreed"}).status_code == 404

    def test_readers_answer_none(self) -> None:
        report = reported(make_published(), "a")
        assert answer(client_of(person(Role.READER)), report, "agreed")[0] == 403
        report.refresh_from_db()
        assert report.outcome == ""


class TestByDecision:
    @pytest.mark.parametrize(
        ("action", "outcome"),
        [(Action.REMOVE, Outcome.AGREED), (Action.APPROVE, Outcome.DISAGREED), (Action.FLAG, "")],
    )
    def test_a_decision_answers_the_rest(self, action: Action, outcome: str, anna: User) -> None:
        comment = make_published()
        reported(comment, "a")
        decided(comment, action, anna)
        report = comment.reports.get()
        assert report.outcome == outcome
        assert report.resolved_by == (anna if outcome else None)

    def test_it_leaves_alone_what_was_answered_before(self, anna: User) -> None:
        comment = make_published()
        first = reported(comment, "a")
        reported(comment, "b")
        answer(client_of(anna), first, "agreed")
        decision = decided(comment, Action.APPROVE, anna)
        assert [r.outcome for r in comment.reports.all()] == ["agreed", "disagreed"]
        undo(decision=decision, actor=anna, at=database_now())
        assert [r.outcome for r in comment.reports.all()] == ["agreed", ""]

    def test_undo_takes_the_answer_out_of_the_record(self, anna: User) -> None:
        comment = make_published()
        reported(comment, "a")
        decision = decided(comment, Action.REMOVE, anna)
        assert reports.records_of(["a"])["a"].agreed == 1
        undo(decision=decision, actor=anna, at=database_now())
        assert reports.records_of(["a"])["a"].answered == 0
        assert open_item_of(comment).urgency == 500


class TestAgain:
    def test_a_new_report_brings_an_approved_comment_back_with_what_was_decided(
        self, anna: User
    ) -> None:
        item = held_item()
        decided(item.comment, Action.APPROVE, anna)
        item.comment.refresh_from_db()
        reported(item.comment, "a", "abuse")
        back = open_item_of(item.comment)
        assert back.reason == "Reported again: Insults or harassment"
        shown = opened(client_of(person()), back)
        assert "Reported again: Insults or harassment" in shown
        assert "Before that: Anna Lie approved this, at" in shown

    def test_a_first_report_says_nothing_of_before(self, anna: User) -> None:
        comment = make_published()
        reported(comment, "a")
        item = open_item_of(comment)
        assert item.reason.startswith("Reported:")
        assert "Before that" not in opened(client_of(anna), item)

    def test_old_reports_that_were_answered_add_nothing(self, anna: User) -> None:
        comment = make_published()
        for reader in "abcdef":
            reported(comment, reader)
        decided(comment, Action.APPROVE, anna)
        reported(comment, "g")
        assert open_item_of(comment).urgency == 500


def test_the_card_names_category_record_and_words_and_never_the_key(anna: User) -> None:
    with_record("guest:5ab1", agreed=7, answered=9)
    comment = make_published()
    report_comment(
        comment=comment, category="hate", words="Every single day.", reporter_key="guest:5ab1"
    )
    shown = opened(client_of(anna), open_item_of(comment))
    assert "Hate against a group" in shown
    assert "Every single day." in shown
    assert "agreed with 7 of 9" in shown
    assert "5ab1" not in shown
