"""Appeals: filed once, decided by somebody else, with everything that follows from it."""

from datetime import timedelta

import pytest

from accounts.models import Role, User
from comments.models import Author, Comment, Outcome, Report, Restriction, Status
from comments.submission import report_comment
from mailing.models import Letter
from moderation.appeal_letters import QUIET, tell_due
from moderation.appeals import (
    ClaimedByAnother,
    DecidedMeanwhile,
    NotTaken,
    NotYours,
    Refusal,
    claim,
    decide_appeal,
    file_appeal,
    kept_from,
    offered_to,
)
from moderation.author_acts import Measures, take_back
from moderation.decisions import database_now, decide, undo
from moderation.models import Action, Appeal, AppealState, AuthorAct, Decision
from moderation.reports import records_of
from moderation.review import resolve
from tests.appeal_data import (
    REASON,
    WORDS,
    appeal_days,
    appealed,
    remove,
    removed,
    removed_by_rule,
    settled,
    with_an_account,
)
from tests.author_data import BAN, MUTE, impose
from tests.desk_data import assigned, held_item, open_item_of, person, publish_plain_rules
from tests.make import make_article, make_held, make_published, make_regular
from tests.quality_data import policy

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plain_rules() -> None:
    publish_plain_rules()


def offered(user: User) -> list[Appeal]:
    return list(offered_to(User.objects.get(pk=user.pk)))


def letters() -> list[Letter]:
    """The letters about answers to appeals, once the time is over in which none is written."""
    tell_due(at=database_now() + QUIET)
    return list(Letter.objects.filter(kind="appeal").exclude(key__endswith="received"))


class TestFiling:
    def test_twice_is_once_and_the_first_words_stay(self) -> None:
        decision, now = removed(), database_now()
        first = file_appeal(against=decision, words=WORDS, at=now)
        second = file_appeal(against=decision, words="Something else.", at=now)
        assert (first.is_new, second.is_new) == (True, False)
        assert Appeal.objects.get().words == WORDS

    def test_after_the_window_and_where_the_site_takes_none(self) -> None:
        decision = removed()
        appeal_days(3)
        with pytest.raises(NotTaken) as late:
            file_appeal(against=decision, words=WORDS, at=decision.decided_at + timedelta(days=3))
        appeal_days(0)
        with pytest.raises(NotTaken) as off:
            file_appeal(against=decision, words=WORDS, at=decision.decided_at)
        assert (late.value.why, off.value.why) == (Refusal.LATE, Refusal.OFF)
        assert not Appeal.objects.exists()

    def test_what_does_not_hold_any_more_needs_no_appeal(self) -> None:
        decision, ban = removed(), impose(make_regular())
        undo(decision=decision, actor=person(), at=database_now())
        take_back(act=ban, by=person(Role.SENIOR_MODERATOR), at=database_now())
        for against in (decision, AuthorAct.objects.get(pk=ban.pk)):
            with pytest.raises(NotTaken) as over:
                file_appeal(against=against, words=WORDS, at=database_now())
            assert over.value.why == Refusal.OVER

    def test_an_approval_is_not_appealed(self) -> None:
        item = held_item()
        approval = resolve(
            item=item,
            moderator=person(),
            action=Action.APPROVE,
            seen_version=item.comment.version,
            at=database_now(),
        )
        with pytest.raises(NotTaken):
            file_appeal(against=approval, words=WORDS, at=database_now())


class TestWhoDecides:
    def test_whoever_removed_it_is_never_asked_and_refused_at_the_door(self) -> None:
        first, second = person(name="First"), person(name="Second")
        appeal = appealed(removed(first))
        assert offered(first) == []
        assert kept_from(first) == 1
        assert offered(second) == [appeal]
        with pytest.raises(NotYours):
            claim(appeal=appeal, moderator=first, at=database_now())
        with pytest.raises(NotYours):
            settled(appeal, overturns=False, by=first)
        appeal.refresh_from_db()
        assert appeal.is_open
        assert appeal.claimed_by is None

    def test_nor_whoever_removed_it_before_somebody_else_did(self) -> None:
        first, second, third = (person(name=name) for name in ("First", "Second", "Third"))
        decision = removed(first)
        comment = Comment.objects.get(pk=decision.comment_id)
        decide(
            comment=comment,
            action=Action.APPROVE,
            actor=third,
            seen_version=comment.version,
            at=database_now(),
        )
        comment.refresh_from_db()
        appeal = appealed(remove(comment, by=second))
        assert offered(first) == offered(second) == []
        assert offered(third) == [appeal]

    def test_whoever_asked_a_senior_about_it_has_removed_nothing(self) -> None:
        asks, decision = person(), removed()
        comment = Comment.objects.get(pk=decision.comment_id)
        decide(
            comment=comment,
            action=Action.FLAG,
            actor=asks,
            seen_version=comment.version,
            at=database_now(),
        )
        appeal = appealed(decision)
        assert offered(asks) == [appeal]

    def test_what_a_rule_removed_anybody_decides(self) -> None:
        appeal = appealed(removed_by_rule())
        assert offered(person()) == [appeal]

    def test_what_a_senior_answered_another_senior_decides(self) -> None:
        item = held_item()
        moderator, senior = person(), person(Role.SENIOR_MODERATOR)
        decide(
            comment=item.comment,
            action=Action.FLAG,
            actor=moderator,
            seen_version=item.comment.version,
            at=database_now(),
        )
        item = open_item_of(Comment.objects.get(pk=item.comment_id))
        decision = resolve(
            item=item,
            moderator=senior,
            action=Action.REMOVE,
            seen_version=item.comment.version,
            at=database_now(),
            policy=policy(),
        )
        appeal = appealed(decision)
        assert offered(moderator) == offered(senior) == []
        assert offered(person(Role.SENIOR_MODERATOR)) == [appeal]

    def test_a_long_ban_is_for_seniors_a_mute_for_everybody(self) -> None:
        author, by = make_regular(), person(Role.SENIOR_MODERATOR)
        mute = appealed(impose(author, MUTE, by=by, length=None))
        ban = appealed(impose(make_regular(), BAN, by=by, length=timedelta(days=30)))
        short = appealed(impose(make_regular(), BAN, by=by, length=timedelta(days=2)))
        assert offered(person()) == [mute, short]
        assert offered(person(Role.SENIOR_MODERATOR)) == [mute, ban, short]
        assert offered(by) == []

    def test_whoever_is_assigned_elsewhere_does_not_see_it(self) -> None:
        from comments.models import Section

        zoo = Section.objects.create(slug="zoo", name="Zoo")
        appeal = appealed(removed(article=make_article(section=zoo)))
        narrowed = assigned(person(), "Harbour")
        assert offered(narrowed) == []
        assert offered(assigned(person(), "Zoo")) == [appeal]

    def test_a_claim_keeps_it_until_the_lease_ends(self) -> None:
        appeal = appealed(removed())
        one, other, now = person(), person(), database_now()
        claim(appeal=appeal, moderator=one, at=now)
        with pytest.raises(ClaimedByAnother):
            claim(appeal=appeal, moderator=other, at=now)
        with pytest.raises(ClaimedByAnother):
            settled(appeal, overturns=True, by=other)
        late = now + timedelta(hours=1)
        held = claim(appeal=appeal, moderator=other, at=late)
        assert held.claimed_by == other
        assert held.taken_at == now  # since then its author reads that somebody looks at it


class TestOutcome:
    def test_overturned_the_comment_is_published_and_all_that_came_with_it_goes(self) -> None:
        author = with_an_account()
        comment = make_held("Only a fool would say that.", author=author)
        also = Measures(strike=True, mute=timedelta(days=3))
        decision = remove(comment, by=person(), also=also)
        of_mute = appealed(AuthorAct.objects.get(kind=MUTE))
        appeal = settled(appealed(decision), overturns=True, note="Too quick.")
        comment.refresh_from_db()
        assert comment.status == Status.PUBLISHED
        restoring = Decision.objects.latest("id")
        assert (appeal.restoring, appeal.state) == (restoring, AppealState.OVERTURNED)
        assert (restoring.action, restoring.supersedes_id) == (Action.APPROVE, decision.pk)
        assert Restriction.objects.get().lifted_at is not None
        assert AuthorAct.objects.filter(kind="undo").count() == 2
        of_mute.refresh_from_db()
        assert of_mute.state == AppealState.CLOSED
        assert REASON in "".join(letter.body for letter in letters())
        assert "Too quick." not in "".join(letter.body for letter in letters())

    def test_upheld_nothing_changes_but_the_author_reads_why(self) -> None:
        author = with_an_account()
        decision = removed(author=author)
        appeal = settled(appealed(decision), overturns=False)
        assert Decision.objects.latest("id") == decision
        assert appeal.state == AppealState.UPHELD
        [letter] = letters()
        assert letter.to == author.user.email
        assert REASON in letter.body
        assert str(appeal.decided_by) not in letter.body

    def test_overturned_a_ban_is_lifted(self) -> None:
        ban = impose(with_an_account())
        settled(appealed(ban), overturns=True)
        assert Restriction.objects.get().lifted_at is not None
        assert "you can write comments again" in letters()[0].subject

    def test_a_mute_that_has_run_out_can_still_have_been_wrong(self) -> None:
        mute = impose(make_regular(), MUTE, length=timedelta(seconds=5))
        appeal = appealed(mute)
        late = database_now() + timedelta(minutes=1)
        decide_appeal(appeal=appeal, moderator=person(), overturns=True, reason=REASON, at=late)
        appeal.refresh_from_db()
        assert appeal.state == AppealState.OVERTURNED
        assert not AuthorAct.objects.filter(kind="undo").exists()

    def test_decided_is_decided(self) -> None:
        appeal = settled(appealed(removed()), overturns=False)
        with pytest.raises(DecidedMeanwhile):
            settled(appeal, overturns=True)
        assert Comment.objects.get().status == Status.REMOVED

    @pytest.mark.parametrize("how", ["undone", "approved anew"])
    def test_what_is_restored_before_closes_it_and_its_author_is_told(self, how: str) -> None:
        decision = removed(author=with_an_account())
        appeal = appealed(decision)
        comment = Comment.objects.get(pk=decision.comment_id)
        if how == "undone":
            undo(decision=decision, actor=person(), at=database_now())
        else:
            decide(
                comment=comment,
                action=Action.APPROVE,
                actor=person(),
                seen_version=comment.version,
                at=database_now(),
            )
        appeal.refresh_from_db()
        assert appeal.state == AppealState.CLOSED
        assert offered(person()) == []
        assert len(letters()) == 1

    def test_a_ban_that_is_lifted_closes_it_too(self) -> None:
        ban = impose(with_an_account())
        appeal = appealed(ban)
        take_back(act=ban, by=person(Role.SENIOR_MODERATOR), at=database_now())
        appeal.refresh_from_db()
        assert appeal.state == AppealState.CLOSED
        assert len(letters()) == 1

    def test_a_guest_whose_address_nobody_proved_gets_no_letter(self) -> None:
        settled(
            appealed(removed(author=make_regular(email="somebody@example.org"))), overturns=True
        )
        assert letters() == []

    def test_whoever_wants_no_letters_about_decisions_gets_none(self) -> None:
        author = with_an_account()
        Author.objects.filter(pk=author.pk).update(decision_letters=False)
        settled(appealed(removed(author=author)), overturns=True)
        assert letters() == []

    def test_the_reporter_who_was_agreed_with_was_wrong_after_all(self) -> None:
        comment = make_published()
        report_comment(comment=comment, category="abuse", words="", reporter_key="user:1")
        decision = remove(comment, by=person())
        before = records_of(["user:1"])["user:1"].weight
        settled(appealed(decision), overturns=True)
        assert Report.objects.get().outcome == Outcome.DISAGREED
        assert records_of(["user:1"])["user:1"].weight < before


def test_an_author_without_an_account_is_an_author_too() -> None:
    author = make_regular()
    appeal = appealed(removed(author=author))
    assert appeal.author == Author.objects.get(pk=author.pk)
