"""Two at the same moment, in threads with connections of their own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import Role, User
from comments.models import Comment, Status
from moderation.appeals import DecidedMeanwhile, NotTaken, decide_appeal, file_appeal
from moderation.author_acts import Measures, NothingToTakeBack, take_back
from moderation.decisions import CannotUndo, StatusConflict, database_now, undo
from moderation.defaults import install
from moderation.models import Appeal, AppealState, AuthorAct, Decision
from tests.appeal_data import REASON, WORDS, appealed, remove, removed
from tests.author_data import MUTE
from tests.desk_data import person, publish_plain_rules
from tests.make import make_held

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 6
LOST = (DecidedMeanwhile, NotTaken, StatusConflict, CannotUndo, NothingToTakeBack)


@pytest.fixture(autouse=True)
def _site() -> None:
    install()
    publish_plain_rules()


def at_once(*does: Callable[[], object]) -> list[object]:
    """What each returned, or the exception that told it that it was late; all let go together."""
    together = threading.Barrier(len(does))

    def run(do: Callable[[], object]) -> object:
        try:
            together.wait()
            return do()
        except LOST as late:
            return late
        finally:
            connection.close()

    with ThreadPoolExecutor(len(does)) as pool:
        return list(pool.map(run, does))


def decides(appeal: Appeal, *, overturns: bool) -> Callable[[], object]:
    moderator = person()

    def do() -> object:
        return decide_appeal(
            appeal=appeal,
            moderator=moderator,
            overturns=overturns,
            reason=REASON,
            at=database_now(),
        )

    return do


def test_filed_twice_at_once_is_one_appeal() -> None:
    for n in range(TIMES):
        decision = removed(body=f"Only a fool would say that, {n}.")

        def file(decision: Decision = decision) -> object:
            return file_appeal(against=decision, words=WORDS, at=database_now()).is_new

        assert sorted(at_once(file, file, file), key=str) == [False, False, True]
        assert Appeal.objects.filter(decision=decision).count() == 1


def test_two_decide_at_once_and_one_of_them_is_told() -> None:
    for n in range(TIMES):
        appeal = appealed(removed(body=f"Only a fool would say that, {n}."))
        told = at_once(decides(appeal, overturns=True), decides(appeal, overturns=False))
        assert sum(isinstance(one, DecidedMeanwhile) for one in told) == 1
        appeal.refresh_from_db()
        comment = Comment.objects.get(pk=appeal.decision.comment_id)
        stands = appeal.state == AppealState.UPHELD
        assert comment.status == (Status.REMOVED if stands else Status.PUBLISHED)


def test_filed_or_decided_while_the_removal_is_undone_nothing_stays_open() -> None:
    for n in range(TIMES):
        decision = removed(body=f"Only a fool would say that, {n}.")

        def undoes(decision: Decision = decision, by: User = person()) -> object:  # noqa: B008
            return undo(decision=decision, actor=by, at=database_now())

        def files(decision: Decision = decision) -> object:
            return file_appeal(against=decision, words=WORDS, at=database_now())

        if n % 2:
            at_once(undoes, decides(appealed(decision), overturns=True))
        else:
            at_once(undoes, files)
        comment = Comment.objects.get(pk=decision.comment_id)
        assert comment.status != Status.REMOVED
        assert not Appeal.objects.filter(decision=decision, state=AppealState.OPEN).exists()


def test_a_mute_that_goes_in_three_ways_at_once_goes_once() -> None:
    """Overturned itself, with the removal it came with, and lifted by hand."""
    for n in range(TIMES):
        comment = make_held(f"Only a fool would say that, {n}.")
        decision = remove(comment, by=person(), also=Measures(mute=timedelta(days=3)))
        mute = AuthorAct.objects.get(decision=decision, kind=MUTE)

        def lifts(
            mute: AuthorAct = mute,
            senior: User = person(Role.SENIOR_MODERATOR),  # noqa: B008
        ) -> object:
            return take_back(act=mute, by=senior, at=database_now())

        at_once(
            decides(appealed(mute), overturns=True),
            decides(appealed(decision), overturns=True),
            lifts,
        )
        assert AuthorAct.objects.filter(undoes=mute).count() == 1
        assert not Appeal.objects.filter(state=AppealState.OPEN).exists()
        comment.refresh_from_db()
        assert comment.status == Status.PUBLISHED
