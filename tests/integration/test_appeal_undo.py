"""An answer to an appeal is taken back, and everything that had followed from it follows."""

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.urls import reverse

from accounts.models import Role, User
from comments.models import Comment, Outcome, Report, Restriction, Status
from comments.submission import report_comment
from mailing.models import Letter
from moderation import telling
from moderation.appeal_letters import QUIET, tell_due
from moderation.appeal_links import path_to_appeal
from moderation.appeals import CannotTakeBack, NotYours, appeal_of, offered_to, take_back_answer
from moderation.author_acts import Measures, take_back
from moderation.decisions import database_now, undo
from moderation.models import (
    Appeal,
    AppealState,
    AuthorAct,
    Decision,
    LetterText,
    Statement,
)
from moderation.periods import Days
from moderation.selectors.appeal_figures import appeal_figures
from tests.appeal_data import REASON, appealed, remove, removed, settled, with_an_account
from tests.author_data import MUTE, impose
from tests.desk_data import client_of, person, publish_plain_rules
from tests.make import make_published
from tests.posting import read, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plain_rules() -> None:
    publish_plain_rules()


def taken_back(appeal: Appeal, *, by: User | None = None) -> Appeal:
    return take_back_answer(appeal=appeal, moderator=by or person(), at=database_now())


def letters(*, later: timedelta = QUIET + timedelta(seconds=1)) -> list[str]:
    """The subjects of all letters to authors, once the time is over in which none is written."""
    at = database_now() + later
    telling.tell_due(at=at)
    tell_due(at=at)
    return list(Letter.objects.order_by("id").values_list("subject", flat=True))


def post(user: User, appeal: Appeal) -> HttpResponse:
    address = reverse("moderation:undo_appeal", args=[appeal.public_id])
    answer: HttpResponse = client_of(user).post(address)
    return answer


class TestWhatFollows:
    def test_a_comment_is_removed_again_with_what_had_come_with_its_removal(self) -> None:
        comment = make_published(author=with_an_account())
        report_comment(comment=comment, category="abuse", words="", reporter_key="user:1")
        removal = remove(comment, by=person(), also=Measures(strike=True, mute=timedelta(days=3)))
        answered = Report.objects.get()
        appeal = settled(appealed(removal), overturns=True)
        assert Report.objects.get().outcome == Outcome.DISAGREED
        appeal = taken_back(appeal)
        comment.refresh_from_db()
        assert (appeal.state, appeal.reason, appeal.restoring) == (AppealState.OPEN, "", None)
        assert comment.status == Status.REMOVED
        now = Report.objects.get()
        assert (now.outcome, now.resolved_at, now.resolved_by) == (
            Outcome.AGREED,
            answered.resolved_at,
            answered.resolved_by,
        )
        holding = [act.kind for act in AuthorAct.objects.all() if act.holds(at=database_now())]
        assert sorted(holding) == ["mute", "strike"]
        assert Restriction.objects.filter(lifted_at=None).count() == 1
        stated = Statement.objects.filter(comment=comment).order_by("-id").first()
        assert stated is not None
        assert stated.kind == "removed"
        assert stated.policy_version.policy == removal.policy  # type: ignore[union-attr]

    def test_the_second_removal_is_the_appeal_that_is_here_already(self) -> None:
        appeal = taken_back(settled(appealed(removed()), overturns=True))
        again = Decision.objects.latest("id")
        assert appeal_of(again) == appeal
        page = client_of(person(Role.READER)).get(path_to_appeal(again)).content.decode()
        assert "Your appeal is open again" in page
        assert "<textarea" not in page
        settled(appeal, overturns=True)
        assert Comment.objects.get().status == Status.PUBLISHED

    def test_what_was_upheld_waits_again_and_figures_forget_the_answer(self) -> None:
        decision = removed()
        appeal = taken_back(settled(appealed(decision), overturns=False))
        assert Decision.objects.latest("id") == decision
        senior = person(Role.SENIOR_MODERATOR)
        found = appeal_figures(user=senior, days=Days.latest(1, at=database_now()))
        assert (found.filed, found.decided) == (1, 0)
        kept = appeal.taken_back.get()
        assert (kept.state, kept.reason) == (AppealState.UPHELD, REASON)

    def test_a_mute_holds_again_and_can_be_lifted_again(self) -> None:
        mute = impose(with_an_account(), MUTE, length=timedelta(days=9))
        appeal = taken_back(settled(appealed(mute), overturns=True))
        [holds] = Restriction.objects.filter(lifted_at=None)
        assert holds.until == mute.restriction.until  # type: ignore[union-attr]
        appeal = taken_back(settled(appeal, overturns=True))
        settled(appeal, overturns=True)
        assert not Restriction.objects.filter(lifted_at=None).exists()
        assert appeal.taken_back.count() == 2

    def test_a_mute_that_is_lifted_meanwhile_closes_the_appeal(self) -> None:
        mute = impose(with_an_account(), MUTE, length=timedelta(days=9))
        appeal = taken_back(settled(appealed(mute), overturns=True))
        again = AuthorAct.objects.latest("id")
        assert appeal_of(again) == appeal
        take_back(act=again, by=person(Role.SENIOR_MODERATOR), at=database_now())
        appeal.refresh_from_db()
        assert appeal.state == AppealState.CLOSED

    def test_undone_from_the_history_of_the_comment_it_waits_again_too(self) -> None:
        appeal = settled(appealed(removed()), overturns=True)
        undo(decision=appeal.restoring, actor=person(), at=database_now())  # type: ignore[arg-type]
        appeal.refresh_from_db()
        assert appeal.is_open


class TestLetters:
    def test_within_the_minutes_nobody_hears_of_an_answer_that_was_taken_back(self) -> None:
        decision = removed(author=with_an_account())
        assert len(letters()) == 1
        taken_back(settled(appealed(decision), overturns=True))
        assert letters()[1:] == ["Your appeal has arrived"]

    def test_later_a_second_letter_says_so_and_a_third_has_the_new_answer(self) -> None:
        decision = removed(author=with_an_account())
        appeal = settled(appealed(decision), overturns=True)
        letters()
        appeal = taken_back(appeal)
        settled(appeal, overturns=False)
        assert letters() == [
            "Your appeal has arrived",
            "Your appeal was right: your comment is published again",
            "The answer to your appeal was taken back",
            "We have looked again, and your comment stays removed",
        ]

    def test_the_sites_own_words_are_sent_and_a_reason_is_never_looked_at_again(self) -> None:
        LetterText.objects.create(
            kind="upheld", language="en-gb", subject="No, {name}", body="{about}: {reason}"
        )
        decision = removed(author=with_an_account())
        settled(appealed(decision), overturns=False, reason="See {link} {name}")
        letters()
        letter = Letter.objects.get(subject="No, Marit Vik")
        assert letter.body.startswith(
            "the removal of your comment on “Ferry prices rise again”: See {link} {name}\n"
        )


class TestWhatTheAuthorReads:
    def test_what_cannot_be_appealed_again_does_not_say_how_to_object(self) -> None:
        author = with_an_account()
        appeal = appealed(removed(author=author))
        reader = client_of(author.user)
        assert "Why, and where your appeal stands" in read(reader, "/me/")
        settled(appeal, overturns=False)
        page = read(reader, "/me/")
        assert "Why, and what came of your appeal" in page
        assert "how to object" not in page

    def test_however_often_it_goes_to_and_fro_pages_say_how_it_ended(self) -> None:
        author = with_an_account()
        appeal = settled(appealed(removed(author=author)), overturns=True)
        taken_back(appeal)
        appeal.refresh_from_db()
        settled(appeal, overturns=True)
        reader = client_of(author.user)
        begun, ended, again, last = (
            words_of(read(reader, reverse("readers:own_statement", args=[one.public_id])))
            for one in Statement.objects.order_by("id")
        )
        for page in (begun, ended, again, last):
            assert "Your comment is on the page." in page
            assert "so it holds as before" not in page
        assert "It was taken back once more" in begun
        assert "It was taken back once more" in ended
        assert "it held again until it was taken back once more" in again

    def test_pages_lists_and_letters_tell_one_story(self) -> None:
        author = with_an_account()
        appeal = settled(appealed(removed(author=author)), overturns=True)
        letters()
        taken_back(appeal)
        assert letters()[-1] == "The answer to your appeal was taken back"
        reader = client_of(author.user)
        first, end, again = Statement.objects.order_by("id")
        paths = [reverse("readers:own_statement", args=[one.public_id]) for one in (first, again)]
        begun, ended, now = (
            read(reader, reverse("readers:own_statement", args=[one.public_id]))
            for one in (first, end, again)
        )
        assert "the decision came into force again" in words_of(begun)
        assert "the earlier decision came into force again" in words_of(ended)
        assert "This holds no longer. Nobody but you can read it here." in words_of(ended)
        assert "That was undone, so it holds as before." in words_of(now)
        for page in (begun, now):
            assert "Your appeal is open again" in page
            assert "“Your appeal was right: your comment is published again”" in words_of(page)
            assert "That answer was a mistake of ours and holds no longer." in page
            assert "looks at it again" in page
        assert (paths[1] in begun, paths[1] in ended, paths[0] in now) == (True, True, True)
        listed = words_of(read(reader, reverse("readers:decisions")))
        assert listed.count("Nobody but you can read it here.") == 3
        assert listed.count("This holds no longer. Nobody") == 1
        mine = read(reader, reverse("comments:me"))
        assert f'<a href="{paths[1]}">Why, and where your appeal stands</a>' in mine

    def test_a_mute_that_holds_again_says_so(self) -> None:
        mute = impose(with_an_account(), MUTE, length=timedelta(days=9))
        taken_back(settled(appealed(mute), overturns=True))
        reader = client_of(mute.author.user)
        listed = words_of(read(reader, reverse("readers:decisions")))
        for said in ("It was lifted and imposed again since.", "This holds no longer."):
            assert listed.count(said) == 1


class TestWho:
    def test_the_first_decider_takes_nothing_back_and_whoever_did_may_answer(self) -> None:
        first, second = person(name="First"), person(name="Second")
        appeal = settled(appealed(removed(first)), overturns=True, by=second)
        with pytest.raises(NotYours):
            taken_back(appeal, by=first)
        assert post(first, appeal).status_code == 403
        undo_it = reverse("moderation:undo_decision", args=[appeal.restoring.public_id])  # type: ignore[union-attr]
        assert client_of(first).post(undo_it).status_code == 403
        taken_back(appeal, by=second)
        assert list(offered_to(second)) == [appeal]

    def test_what_came_after_an_answer_keeps_it(self) -> None:
        appeal = settled(appealed(removed()), overturns=True)
        comment = Comment.objects.get()
        remove(comment, by=person())
        with pytest.raises(CannotTakeBack):
            taken_back(appeal)
        assert post(person(), appeal).status_code == 409
        appeal.refresh_from_db()
        assert appeal.state == AppealState.OVERTURNED

    def test_the_page_after_an_answer_offers_it_and_leads_back_to_the_appeal(self) -> None:
        second = person()
        appeal = settled(appealed(removed()), overturns=False, by=second)
        shown = client_of(second).get(reverse("moderation:appeals"), {"done": appeal.public_id})
        address = reverse("moderation:undo_appeal", args=[appeal.public_id])
        assert f'action="{address}"' in shown.content.decode()
        answer = post(second, appeal)
        assert answer["Location"] == reverse("moderation:appeal", args=[appeal.public_id])
        page = client_of(second).get(answer["Location"]).content.decode()
        assert "had let the decision stand" in page
        assert "Let the decision stand" in page


def test_a_removal_anew_is_appealed_anew() -> None:
    settled(appealed(removed()), overturns=True)
    comment = Comment.objects.get()
    assert appeal_of(remove(comment, by=person())) is None
