"""What moderators do about authors, who may do it, and how it is taken back."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError

from accounts.models import Role, User
from comments.models import Author, Restriction, SiteSettings, Status
from comments.restrictions import restrictions_of
from moderation import selectors
from moderation.author_acts import (
    ActedMeanwhile,
    Measures,
    NothingToTakeBack,
    NotYours,
    add_note,
    strike,
    take_back,
)
from moderation.decisions import StatusConflict, database_now, decide, undo
from moderation.models import Action, ActKind, AuthorAct, Decision, Policy
from moderation.review import resolve
from moderation.selectors import author_drawer, author_standing
from tests.author_data import BAN, MUTE, WEEK, impose, newest_act
from tests.desk_data import held_item, person
from tests.make import make_held, make_regular

pytestmark = pytest.mark.django_db


def insults() -> Policy:
    return Policy.objects.get(slug="insults")


def give_strike(author: Author, by: User | None = None) -> AuthorAct:
    return strike(
        author=author,
        by=by or person(),
        policy=insults(),
        at=database_now(),
        seen=newest_act(author),
    )


def remove(comment: Any, by: User, also: Measures) -> Decision:
    comment.refresh_from_db()
    return decide(
        comment=comment,
        action=Action.REMOVE,
        actor=by,
        seen_version=comment.version,
        at=database_now(),
        policy=insults(),
        also=also,
    )


def kinds(author: Author) -> list[str]:
    return list(
        AuthorAct.objects.filter(author=author).order_by("id").values_list("kind", flat=True)
    )


class TestWhoMay:
    @pytest.mark.parametrize(
        ("role", "days", "allowed"),
        [
            (Role.MODERATOR, 7, True),
            (Role.MODERATOR, 8, False),
            (Role.MODERATOR, None, False),
            (Role.SENIOR_MODERATOR, 8, True),
            (Role.SENIOR_MODERATOR, None, True),
            (Role.SITE_ADMIN, None, True),
            (Role.READER, 1, False),
        ],
    )
    def test_bans_longer_than_a_week_are_for_seniors(
        self, role: Role, days: int | None, allowed: bool
    ) -> None:
        author, by = make_regular(), person(role)
        length = timedelta(days=days) if days else None
        if allowed:
            assert impose(author, BAN, by=by, length=length).restriction
        else:
            with pytest.raises(NotYours):
                impose(author, BAN, by=by, length=length)
            assert not Restriction.objects.exists()

    def test_the_site_sets_how_long_moderators_ban(self) -> None:
        SiteSettings.objects.create(pk=1, moderator_ban_days=1)
        with pytest.raises(NotYours):
            impose(make_regular(), BAN, by=person(), length=timedelta(days=2))

    def test_whoever_may_impose_it_may_lift_it(self) -> None:
        author = make_regular()
        short, long = impose(author, length=WEEK), impose(author, length=None)
        with pytest.raises(NotYours):
            take_back(act=long, by=person(), at=database_now())
        assert take_back(act=short, by=person(), at=database_now()).undoes == short
        take_back(act=long, by=person(Role.SENIOR_MODERATOR), at=database_now())
        assert restrictions_of(author) == []

    def test_a_note_is_struck_out_by_whoever_wrote_it_and_stays_in_the_history(self) -> None:
        author, anna = make_regular(), person()
        note = add_note(author=author, by=anna, text="Writes from two names.", at=database_now())
        with pytest.raises(NotYours):
            take_back(act=note, by=person(Role.SITE_ADMIN), at=database_now())
        take_back(act=note, by=anna, at=database_now())
        with pytest.raises(NothingToTakeBack):
            take_back(
                act=selectors.act_for(user=anna, public_id=note.public_id),
                by=anna,
                at=database_now(),
            )
        assert kinds(author) == ["note", "undo"]
        assert AuthorAct.objects.get(kind=ActKind.NOTE).note == "Writes from two names."


class TestHistory:
    def test_rows_are_never_changed_or_deleted(self) -> None:
        act = give_strike(make_regular())
        mine = AuthorAct.objects.filter(pk=act.pk)
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            mine.update(note="x")
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            mine.delete()

    def test_a_lifted_mute_comes_again_for_what_is_left_of_it(self) -> None:
        author, by = make_regular(), person()
        mute = impose(author, MUTE, by=by)
        lifting = take_back(act=mute, by=by, at=database_now())
        assert restrictions_of(author) == []
        again = take_back(act=lifting, by=by, at=database_now())
        assert restrictions_of(author) == [again.restriction]
        assert again.restriction.until == mute.restriction.until
        with pytest.raises(NothingToTakeBack):
            take_back(
                act=selectors.act_for(user=by, public_id=lifting.public_id),
                by=by,
                at=database_now(),
            )
        assert kinds(author) == ["mute", "undo", "mute"]

    def test_the_late_one_of_two_is_told_what_the_first_did(self) -> None:
        author, anna = make_regular(), person(name="Anna Lie")
        seen = newest_act(author)
        first = give_strike(author, anna)
        with pytest.raises(ActedMeanwhile) as acted:
            strike(author=author, by=person(), policy=insults(), at=database_now(), seen=seen)
        assert acted.value.newest == first
        assert kinds(author) == ["strike"]

    def test_what_two_take_back_is_taken_back_once(self) -> None:
        author, by = make_regular(), person()
        mute = impose(author, MUTE, by=by)
        seen_by_both = selectors.act_for(user=by, public_id=mute.public_id)
        take_back(act=mute, by=by, at=database_now())
        with pytest.raises(NothingToTakeBack):
            take_back(act=seen_by_both, by=by, at=database_now())
        assert kinds(author) == ["mute", "undo"]

    def test_what_has_run_out_is_not_lifted(self) -> None:
        author = make_regular()
        mute = impose(author, MUTE, length=timedelta(milliseconds=20))
        later = database_now() + timedelta(seconds=1)
        with pytest.raises(NothingToTakeBack):
            take_back(act=mute, by=person(), at=later)


class TestStrikes:
    def test_a_strike_counts_for_the_days_that_the_site_sets_and_not_a_moment_longer(self) -> None:
        SiteSettings.objects.create(pk=1, strike_days=10)
        author = make_regular()
        given = give_strike(author)
        ends = given.made_at + timedelta(days=10)
        assert given.until == ends
        just_before = author_standing(author, at=ends - timedelta(microseconds=1))
        assert just_before.strikes == [given]
        assert author_standing(author, at=ends).strikes == []

    def test_the_longest_ban_and_the_longest_mute_are_what_stands(self) -> None:
        author = make_regular()
        impose(author, BAN, length=timedelta(days=1))
        long = impose(author, BAN, length=None)
        impose(author, BAN, length=timedelta(days=30))
        mute = impose(author, MUTE)
        standing = author_standing(author, at=database_now())
        assert standing.restrictions == [long, mute]


class TestWithARemoval:
    ALSO = Measures(strike=True, mute=WEEK)

    def test_strike_and_mute_come_with_the_removal_under_its_policy(self) -> None:
        item, anna = held_item(), person()
        decision = resolve(
            item=item,
            moderator=anna,
            action=Action.REMOVE,
            seen_version=item.comment.version,
            at=database_now(),
            policy=insults(),
            also=self.ALSO,
        )
        author = item.comment.author
        acts = AuthorAct.objects.filter(author=author, decision=decision, actor=anna)
        assert {act.kind for act in acts} == {"strike", "mute"}
        assert all(act.policy == insults() for act in acts)
        mute = restrictions_of(author)[0]
        assert (mute.words, mute.until) == (insults().text, decision.decided_at + WEEK)

    def test_a_removal_that_came_too_late_brings_nothing(self) -> None:
        comment = make_held()
        version = comment.version
        remove(comment, person(), Measures())
        with pytest.raises(StatusConflict):
            decide(
                comment=comment,
                action=Action.REMOVE,
                actor=person(),
                seen_version=version,
                at=database_now(),
                policy=insults(),
                also=self.ALSO,
            )
        assert not AuthorAct.objects.exists()
        assert not Restriction.objects.exists()

    def test_undo_takes_both_back(self) -> None:
        comment = make_held()
        decision = remove(comment, person(), self.ALSO)
        jonas = person(name="Jonas Berg")
        undone = undo(decision=decision, actor=jonas, at=database_now())
        assert restrictions_of(comment.author) == []
        back = AuthorAct.objects.filter(kind=ActKind.UNDO)
        assert {act.actor for act in back} == {jonas}
        assert {act.made_at for act in back} == {undone.decided_at}
        assert author_standing(comment.author, at=database_now()).strikes == []

    def test_so_does_a_senior_who_approves_it_after_all(self) -> None:
        comment = make_held()
        remove(comment, person(), self.ALSO)
        comment.refresh_from_db()
        for action in (Action.FLAG, Action.APPROVE):
            decide(
                comment=comment,
                action=action,
                actor=person(Role.SENIOR_MODERATOR),
                seen_version=comment.version,
                at=database_now(),
            )
            held = bool(restrictions_of(comment.author))
            assert held == (action == Action.FLAG), "asking a senior takes nothing back yet"
            comment.refresh_from_db()
        assert comment.status == Status.PUBLISHED

    def test_what_was_imposed_apart_from_it_stays(self) -> None:
        comment = make_held()
        own = give_strike(comment.author)
        mute = impose(comment.author, MUTE, length=timedelta(days=30)).restriction
        decision = remove(comment, person(), self.ALSO)
        undo(decision=decision, actor=person(), at=database_now())
        assert restrictions_of(comment.author) == [mute]
        assert author_standing(comment.author, at=database_now()).strikes == [own]

    def test_what_was_lifted_before_is_not_taken_back_twice(self) -> None:
        comment = make_held()
        decision = remove(comment, person(), self.ALSO)
        mute = AuthorAct.objects.get(kind=ActKind.MUTE)
        take_back(act=mute, by=person(), at=database_now())
        undo(decision=decision, actor=person(), at=database_now())
        assert kinds(comment.author).count("undo") == 2


class TestDrawer:
    def test_the_address_hint_is_for_seniors_alone(self) -> None:
        author = make_regular()
        now = database_now()
        drawer = author_drawer(user=person(), author=author, at=now)
        assert drawer.other_names is None
        drawer = author_drawer(user=person(Role.SENIOR_MODERATOR), author=author, at=now)
        assert drawer.other_names is not None
        assert drawer.other_names.number == 0
