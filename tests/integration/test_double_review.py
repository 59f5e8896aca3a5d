"""Blind double review: who is drawn, who is asked, what an answer does and does not do."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from accounts.models import Role, User
from comments.models import Comment, Status
from comments.submission import Writer, edit_comment
from moderation.decisions import database_now, decide, undo
from moderation.double_review import (
    FRESH,
    NotAsked,
    answer,
    last_answer_of,
    settle,
    skip,
    take_back,
    take_next,
    waiting_for,
)
from moderation.draws import draw
from moderation.models import Action, Decision, DoubleReview, Look
from moderation.review import claim, release, resolve
from tests.desk_data import held_item, person, publish_plain_rules
from tests.make import screen_all
from tests.quality_data import decided, drawn, look_at, looked_at, policy

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules(db: None) -> None:
    publish_plain_rules()


@pytest.fixture
def anna() -> User:
    return person(name="Anna")


@pytest.fixture
def bo() -> User:
    return person(name="Bo")


@pytest.fixture
def senior() -> User:
    return person(Role.SENIOR_MODERATOR, name="Signe")


class TestDraw:
    def test_every_approval_and_removal_of_a_person_is_drawn_at_100_percent(
        self, anna: User
    ) -> None:
        look_at(100)
        made = {decided(anna, Action.APPROVE).pk, decided(anna, Action.REMOVE).pk}
        assert set(DoubleReview.objects.values_list("decision", flat=True)) == made

    def test_rules_flags_and_undoings_are_not_drawn(self, anna: User) -> None:
        look_at(100)
        decided(anna, Action.FLAG)
        look_at(0)
        approved = decided(anna)
        look_at(100)
        undo(decision=approved, actor=anna, at=database_now())
        held_item()  # decided by a rule
        assert not DoubleReview.objects.exists()

    def test_none_is_drawn_at_0_percent(self, anna: User) -> None:
        look_at(0)
        decided(anna)
        assert not DoubleReview.objects.exists()

    def test_a_share_is_drawn_that_chance_explains(
        self, anna: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Of 2,000 draws at 3 percent, 60 are expected; outside 25 to 105 is one in millions."""
        look_at(3)
        monkeypatch.setattr("moderation.draws._chance", secrets.SystemRandom())
        monkeypatch.setattr(DoubleReview.objects, "bulk_create", lambda rows: rows)
        assert 25 <= draw([(n, n) for n in range(2000)], at=database_now()) <= 105

    def test_a_decision_that_is_rolled_back_takes_its_draw_along(self, anna: User) -> None:
        look_at(100)
        with transaction.atomic():
            decided(anna)
            transaction.set_rollback(True)
        assert not DoubleReview.objects.exists()
        assert not Decision.objects.filter(actor=anna).exists()


class TestAsking:
    def test_a_second_moderator_is_asked_and_the_first_never(self, anna: User, bo: User) -> None:
        review = drawn(anna)
        now = database_now()
        assert take_next(moderator=anna, at=now) is None
        assert take_next(moderator=bo, at=now) == review

    def test_a_reader_is_not_asked(self, anna: User) -> None:
        drawn(anna)
        assert not waiting_for(person(Role.READER), at=database_now()).exists()

    def test_what_a_colleague_has_in_hand_is_not_handed_out_until_the_lease_ends(
        self, anna: User, bo: User, senior: User
    ) -> None:
        review, now = drawn(anna), database_now()
        assert take_next(moderator=bo, at=now) == review
        assert take_next(moderator=bo, at=now) == review
        assert take_next(moderator=senior, at=now) is None
        assert take_next(moderator=senior, at=now + timedelta(minutes=11)) == review

    def test_what_was_skipped_goes_to_others_alone(
        self, anna: User, bo: User, senior: User
    ) -> None:
        review, now = drawn(anna), database_now()
        taken = take_next(moderator=bo, at=now)
        assert taken is not None
        skip(review=taken, moderator=bo)
        assert take_next(moderator=bo, at=now) is None
        assert take_next(moderator=senior, at=now) == review

    def test_nobody_is_asked_about_what_changed_since(self, anna: User, bo: User) -> None:
        undone, edited, anew = drawn(anna), drawn(anna), drawn(anna)
        undo(decision=undone.decision, actor=anna, at=database_now())
        comment = Comment.objects.select_related("author").get(pk=edited.comment_id)
        edit_comment(
            comment=comment,
            writer=Writer(guest_key=comment.author.key),
            body="Only a fool would say this.",
            seen_version=comment.version,
        )
        screen_all()
        comment = Comment.objects.get(pk=anew.comment_id)
        decide(
            comment=comment,
            action=Action.REMOVE,
            actor=anna,
            seen_version=comment.version,
            at=database_now(),
            policy=policy(),
        )
        assert take_next(moderator=bo, at=database_now()) is None

    def test_nobody_is_asked_about_what_is_two_weeks_old(self, anna: User, bo: User) -> None:
        review = drawn(anna)
        assert take_next(moderator=bo, at=review.drawn_at + FRESH) is None


class TestAnswering:
    @pytest.mark.parametrize(
        ("first", "then", "whys", "same", "state"),
        [
            ("approve", "approve", ("insults", "insults"), (True, None), Look.AGREED),
            ("approve", "remove", ("insults", "insults"), (False, None), Look.DISAGREED),
            ("remove", "approve", ("insults", "insults"), (False, None), Look.DISAGREED),
            ("remove", "remove", ("insults", "insults"), (True, True), Look.AGREED),
            ("remove", "remove", ("insults", "spam"), (True, False), Look.DISAGREED),
        ],
    )
    def test_agreement_is_recorded_and_the_comment_stays(
        self,
        first: str,
        then: str,
        whys: tuple[str, str],
        same: tuple[bool, bool | None],
        state: str,
        anna: User,
        bo: User,
    ) -> None:
        review = looked_at(anna, bo, Action(first), Action(then), whys=whys)
        review.refresh_from_db()
        assert (review.same_action, review.same_policy) == same
        assert (review.state, review.second_by) == (state, bo)
        comment = Comment.objects.get(pk=review.comment_id)
        assert comment.status == (Status.PUBLISHED if first == "approve" else Status.REMOVED)
        assert Decision.objects.filter(comment=comment).latest("id") == review.decision

    def test_an_answer_to_what_is_not_ones_own_to_answer_is_refused(
        self, anna: User, bo: User, senior: User
    ) -> None:
        review, now = drawn(anna), database_now()
        with pytest.raises(NotAsked):
            answer(review=review, moderator=anna, action=Action.APPROVE, at=now)
        take_next(moderator=bo, at=now)
        with pytest.raises(NotAsked):
            answer(review=review, moderator=senior, action=Action.APPROVE, at=now)
        answer(review=review, moderator=bo, action=Action.APPROVE, at=now)
        with pytest.raises(NotAsked):
            answer(review=review, moderator=senior, action=Action.APPROVE, at=now)

    def test_an_answer_is_taken_back_until_it_is_settled(
        self, anna: User, bo: User, senior: User
    ) -> None:
        review = looked_at(anna, bo, Action.APPROVE, Action.REMOVE)
        assert last_answer_of(bo) == review
        with pytest.raises(NotAsked):
            take_back(review=review, moderator=anna, at=database_now())
        take_back(review=review, moderator=bo, at=database_now())
        assert take_next(moderator=bo, at=database_now()) == review
        answer(
            review=review,
            moderator=bo,
            action=Action.REMOVE,
            policy=policy(),
            at=database_now(),
        )
        settle(review=review, senior=senior, action=Action.APPROVE, at=database_now())
        assert last_answer_of(bo) is None
        with pytest.raises(NotAsked):
            take_back(review=review, moderator=bo, at=database_now())


class TestSettling:
    def test_a_seniors_answer_is_the_reference_and_the_comment_stays(
        self, anna: User, bo: User, senior: User
    ) -> None:
        review = looked_at(anna, bo, Action.APPROVE, Action.REMOVE)
        settle(
            review=review,
            senior=senior,
            action=Action.REMOVE,
            policy=policy("spam"),
            note="It sells something.",
            at=database_now(),
        )
        review.refresh_from_db()
        assert (review.state, review.settled_by) == (Look.SETTLED, senior)
        assert (review.reference_action, review.reference_policy) == ("remove", policy("spam"))
        assert Comment.objects.get(pk=review.comment_id).status == Status.PUBLISHED

    def test_only_a_senior_who_was_neither_settles_and_only_once(
        self, anna: User, bo: User, senior: User
    ) -> None:
        other = person(Role.SITE_ADMIN)
        review = looked_at(senior, bo, Action.APPROVE, Action.REMOVE)
        for nobody in (senior, bo, anna):
            with pytest.raises(NotAsked):
                settle(review=review, senior=nobody, action=Action.APPROVE, at=database_now())
        settle(review=review, senior=other, action=Action.APPROVE, at=database_now())
        with pytest.raises(NotAsked):
            settle(
                review=review,
                senior=person(Role.SENIOR_MODERATOR),
                action=Action.APPROVE,
                at=database_now(),
            )


class TestTime:
    def test_a_decision_knows_since_when_its_card_was_in_hand(self, anna: User) -> None:
        item, at = held_item(), database_now()
        claim(item=item, moderator=anna, at=at)
        claim(item=item, moderator=anna, at=at + timedelta(seconds=60))  # the lease is lengthened
        decision = resolve(
            item=item,
            moderator=anna,
            action=Action.APPROVE,
            seen_version=item.comment.version,
            at=at + timedelta(seconds=70),
        )
        assert decision.taken_at == at

    def test_a_card_that_was_given_back_or_ran_out_counts_from_when_it_is_taken_again(
        self, anna: User, bo: User
    ) -> None:
        item, at = held_item(), database_now()
        claim(item=item, moderator=anna, at=at)
        release(item=item, moderator=anna)
        assert claim(item=item, moderator=anna, at=at + timedelta(1)).claimed_at == at + timedelta(
            1
        )
        assert claim(item=item, moderator=bo, at=at + timedelta(2)).claimed_at == at + timedelta(2)
        assert claim(item=item, moderator=bo, at=at + timedelta(3)).claimed_at == at + timedelta(3)

    def test_a_decision_about_what_nobody_took_has_no_time(self, anna: User) -> None:
        item = held_item()
        decision = resolve(
            item=item,
            moderator=anna,
            action=Action.APPROVE,
            seen_version=item.comment.version,
            at=database_now(),
        )
        assert decision.taken_at is None


@pytest.mark.django_db(transaction=True)
def test_eight_moderators_at_once_are_never_handed_the_same_second_look() -> None:
    first, others = person(), [person() for _ in range(8)]
    for _ in range(8):
        drawn(first)

    def ask(user: User) -> int | None:
        try:
            review = take_next(moderator=user, at=database_now())
            return review.pk if review else None
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=8) as pool:
        handed = list(pool.map(ask, others))
    assert None not in handed
    assert len(set(handed)) == 8
