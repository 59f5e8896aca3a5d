"""Scoring a past period again: everything once, readers first, nothing decided."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Role
from classifier.base import Label, Scores, Text, Unscored
from comments.models import Comment, Section, Status
from comments.submission import Writer, edit_comment, withdraw_comment
from moderation import rescoring, screening
from moderation.decisions import database_now, decide, undo
from moderation.models import (
    Action,
    Classification,
    Decision,
    Policy,
    Priority,
    Rescoring,
    RescoringState,
    ReviewItem,
    ScreeningJob,
)
from moderation.rescoring import AnotherRunning, NothingToScore, Period, Step, rescore_chunk
from moderation.selectors import focus_on
from moderation.tasks import rescore
from tests.desk_data import open_item_of, person, publish_plain_rules
from tests.make import StandIn, make_article, make_comment, make_held, make_regular, screen_all

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2020, 1, 1, tzinfo=timezone.get_current_timezone())
EVER = Period(LONG_AGO, LONG_AGO + timedelta(days=36500))


class Newer(StandIn):
    """The next version: it thinks worse of fools than the one before."""

    version = "stand-in-2"

    def __init__(self, says: Callable[[Text], Scores] | None = None, **insult: float) -> None:
        super().__init__({word: {Label.INSULT: score} for word, score in insult.items()}, says)


class Poisoned(Newer):
    """Fails at a text that says poison, whatever stands beside it."""

    def score(self, texts: Any) -> list[Scores]:
        if any("poison" in text.body for text in texts):
            raise RuntimeError("boom")
        return super().score(texts)


@pytest.fixture(autouse=True)
def _plain_rules() -> None:
    publish_plain_rules()


def many(number: int, body: str = "Calm words") -> list[Comment]:
    article, author = make_article(), make_regular()
    made = [make_comment(f"{body}, {n}.", article=article, author=author) for n in range(number)]
    screen_all()
    return made


def run_through(classifier: Any = None) -> Rescoring:
    """Take chunks until nothing is under way."""
    classifier = classifier or Newer()
    while rescore_chunk(classifier=classifier) == Step.WENT_ON:
        pass
    return Rescoring.objects.latest("id")


def scored_by(version: str) -> list[int]:
    found = Classification.objects.filter(model=version).order_by("revision_id")
    return list(found.values_list("revision_id", flat=True))


def end_lease() -> None:
    Rescoring.objects.update(leased_until=database_now() - timedelta(seconds=1))


class TestEverythingOnce:
    def test_every_comment_of_the_period_is_scored_once_and_none_outside_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rescoring, "CHUNK", 4)
        made = many(14)
        day = LONG_AGO + timedelta(days=100)
        # Ids and times in opposite order, some posted in the same instant, two outside.
        for n, comment in enumerate(reversed(made)):
            posted = day + timedelta(minutes=(n // 3) * 3)
            Comment.objects.filter(pk=comment.pk).update(submitted_at=posted)
        Comment.objects.filter(pk=made[0].pk).update(submitted_at=day + timedelta(days=1))
        Comment.objects.filter(pk=made[1].pk).update(submitted_at=day - timedelta(seconds=1))
        rescoring.start(period=Period(day, day + timedelta(days=1)), by=None)
        run = run_through()
        assert scored_by("stand-in-2") == sorted(c.current_revision_id for c in made[2:])
        assert (run.total, run.done, run.skipped, run.failed) == (12, 12, 0, 0)
        assert run.state == RescoringState.DONE
        assert run.finished_at is not None

    def test_a_section_narrows_it(self) -> None:
        many(2)
        war = make_article(section=Section.objects.create(name="War", slug="war"))
        inside = make_comment(article=war)
        screen_all()
        period = Period(EVER.start, EVER.end, war.section_id)
        assert rescoring.start(period=period, by=None).total == 1
        run_through()
        assert scored_by("stand-in-2") == [inside.current_revision_id]

    def test_what_the_version_has_read_is_passed_over(self) -> None:
        many(3)
        rescoring.start(period=EVER, by=None)
        run_through()
        rescoring.start(period=EVER, by=None)
        run = run_through()
        assert (run.done, run.skipped) == (0, 3)
        assert Classification.objects.count() == 6

    def test_scores_that_failed_before_are_made_up_for(self) -> None:
        make_comment()
        screen_all(StandIn(says=lambda _t: Scores(model="stand-in-2", unscored=Unscored.FAILED)))
        rescoring.start(period=EVER, by=None)
        assert run_through().done == 1

    def test_what_is_posted_after_the_start_is_not_part_of_it(self) -> None:
        many(1)
        run = rescoring.start(period=EVER, by=None)
        assert run.period_to <= database_now()
        late = make_comment("Later.")
        ScreeningJob.objects.all().delete()
        run_through()
        assert late.current_revision_id not in scored_by("stand-in-2")

    def test_the_model_is_shown_what_a_comment_answers_and_under_what(self) -> None:
        parent = many(1, "What the parent says")[0]
        parent.refresh_from_db()
        make_comment("An answer.", parent=parent, author=make_regular())
        screen_all()
        seen: list[Text] = []

        def says(text: Text) -> Scores:
            seen.append(text)
            return Scores(model="stand-in-2", own=dict.fromkeys(Label, 0.1))

        rescoring.start(period=EVER, by=None)
        run_through(Newer(says))
        assert seen[-1] == Text("An answer.", "What the parent says, 0.", "Ferry prices rise again")

    def test_a_period_without_comments_is_refused(self) -> None:
        with pytest.raises(NothingToScore):
            rescoring.start(period=Period(LONG_AGO, LONG_AGO + timedelta(days=1)), by=None)

    def test_a_chunk_costs_the_same_number_of_queries_at_5_comments_and_at_50(
        self, django_assert_max_num_queries: Any, django_assert_num_queries: Any
    ) -> None:
        many(5, "You fool")
        rescoring.start(period=EVER, by=None)
        with django_assert_max_num_queries(24) as few:
            rescore_chunk(classifier=Newer(fool=0.9))
        run_through()
        many(50, "You fool")
        rescoring.start(period=EVER, by=None)
        with django_assert_num_queries(len(few)):
            rescore_chunk(classifier=Newer(fool=0.9))


class TestMeanwhile:
    def test_an_edit_in_the_middle_leaves_the_old_text_alone_and_is_counted(self) -> None:
        first, second = many(2)

        def says(text: Text) -> Scores:
            if text.body.endswith("0."):
                edit_comment(
                    comment=Comment.objects.get(pk=first.pk),
                    writer=Writer(user=None, guest_key=first.author.key),
                    body="Another text.",
                    seen_version=2,
                )
            return Scores(model="stand-in-2", own=dict.fromkeys(Label, 0.1))

        old = first.current_revision_id
        rescoring.start(period=EVER, by=None)
        rescore_chunk(classifier=Newer(says))
        run = Rescoring.objects.get()
        assert scored_by("stand-in-2") == [second.current_revision_id]
        assert old not in scored_by("stand-in-2")
        assert (run.done, run.skipped) == (1, 1)

    def test_what_its_author_withdrew_is_not_read_again(self) -> None:
        gone, stays = many(2)
        withdraw_comment(
            comment=Comment.objects.get(pk=gone.pk),
            writer=Writer(user=None, guest_key=gone.author.key),
            seen_version=2,
        )
        rescoring.start(period=EVER, by=None)
        run = run_through()
        assert scored_by("stand-in-2") == [stays.current_revision_id]
        assert run.skipped == 1

    def test_nothing_is_decided_and_no_status_changes(self) -> None:
        made = [*many(2, "You fool"), make_held()]
        before = list(Comment.objects.order_by("id").values_list("status", "version"))
        decisions, items = Decision.objects.count(), ReviewItem.objects.count()
        rescoring.start(period=EVER, by=None)
        run_through(Newer(fool=0.99))
        assert list(Comment.objects.order_by("id").values_list("status", "version")) == before
        assert (Decision.objects.count(), ReviewItem.objects.count()) == (decisions, items)
        assert len(scored_by("stand-in-2")) == len(made)

    def test_open_items_show_the_new_scores_and_closed_ones_stay(self) -> None:
        waits, closed = make_held("You fool."), make_held("You clown.")
        item = open_item_of(closed)
        decide(
            comment=closed,
            action=Action.APPROVE,
            actor=person(),
            seen_version=closed.version,
            at=database_now(),
        )
        rescoring.start(period=EVER, by=None)
        run_through(Newer(fool=0.95, clown=0.2))
        refreshed = open_item_of(waits)
        assert (refreshed.top_label, refreshed.top_score) == ("insult", 0.95)
        assert refreshed.urgency == 580  # as it was: nothing becomes less urgent
        item.refresh_from_db()
        assert item.top_score == 0.8


class TestManyWorkers:
    def test_a_chunk_is_one_workers_until_its_lease_ends(self) -> None:
        many(3)
        rescoring.start(period=EVER, by=None)
        answers = []

        def says(text: Text) -> Scores:
            answers.append(rescore_chunk(classifier=Newer()))
            return Scores(model="stand-in-2", own=dict.fromkeys(Label, 0.1))

        assert rescore_chunk(classifier=Newer(says)) == Step.WENT_ON
        assert answers == [Step.BUSY] * 3

    def test_a_worker_that_comes_back_after_its_lease_stores_nothing(self) -> None:
        many(3)
        rescoring.start(period=EVER, by=None)
        taken_over = []

        def says(text: Text) -> Scores:
            if not taken_over:
                taken_over.append(text)
                end_lease()
                run_through()
            return Scores(model="stand-in-2", own=dict.fromkeys(Label, 0.9))

        assert rescore_chunk(classifier=Newer(says)) == Step.BUSY
        run = Rescoring.objects.get()
        assert (run.done, run.total) == (3, 3)
        own = Classification.objects.filter(model="stand-in-2").values_list("own__insult")
        assert set(own) == {(0.01,)}

    @pytest.mark.django_db(transaction=True)
    def test_two_workers_at_once_score_everything_once(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        publish_plain_rules()
        monkeypatch.setattr(rescoring, "CHUNK", 3)
        many(30)
        rescoring.start(period=EVER, by=None)

        def work() -> None:
            try:
                while rescore_chunk(classifier=Newer()) != Step.IDLE:
                    pass
            finally:
                connection.close()

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        run = Rescoring.objects.get()
        assert (run.state, run.done, run.skipped) == (RescoringState.DONE, 30, 0)
        assert len(scored_by("stand-in-2")) == 30

    def test_one_run_at_a_time(self) -> None:
        many(1)
        running = rescoring.start(period=EVER, by=None)
        with pytest.raises(AnotherRunning) as refused:
            rescoring.start(period=EVER, by=None)
        assert refused.value.run == running


class TestTrouble:
    def test_a_text_that_fails_again_and_again_is_passed_over_and_the_others_flow(self) -> None:
        made = many(5)
        poison = make_comment("poison", author=make_regular())
        screen_all()
        made += many(5)
        rescoring.start(period=EVER, by=None)
        for _ in range(20):
            rescore_chunk(classifier=Poisoned())
            end_lease()
        run = Rescoring.objects.get()
        assert (run.state, run.done, run.failed) == (RescoringState.DONE, 10, 1)
        assert poison.current_revision_id not in scored_by("stand-in-2")
        assert len(scored_by("stand-in-2")) == len(made)

    def test_what_failed_is_tried_again_by_the_next_run(self) -> None:
        make_comment("poison")
        screen_all()
        rescoring.start(period=EVER, by=None)
        for _ in range(5):
            rescore_chunk(classifier=Poisoned())
            end_lease()
        assert Rescoring.objects.get().failed == 1
        rescoring.start(period=EVER, by=None)
        assert run_through().done == 1

    def test_after_a_fault_nobody_tries_again_at_once(self) -> None:
        make_comment("poison")
        screen_all()
        rescoring.start(period=EVER, by=None)
        rescore_chunk(classifier=Poisoned())
        assert rescore_chunk(classifier=Newer()) == Step.BUSY

    @pytest.mark.parametrize("says_so", [True, False])
    def test_without_a_model_it_waits_stores_nothing_and_goes_on_later(self, says_so: bool) -> None:
        many(3)
        before = Classification.objects.count()
        failed = Scores(model="gone", unscored=Unscored.FAILED)
        gone = Newer(lambda _text: failed)
        if says_so:
            gone.ready = False  # type: ignore[attr-defined]
        rescoring.start(period=EVER, by=None)
        assert rescore_chunk(classifier=gone) == Step.PAUSED
        run = Rescoring.objects.get()
        assert (run.state, run.taken) == (RescoringState.NO_MODEL, 0)
        assert Classification.objects.count() == before
        assert run_through().done == 3

    def test_a_version_that_changes_in_the_middle_goes_on_and_both_are_counted(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rescoring, "CHUNK", 2)
        many(5)
        newest = Newer()
        newest.version = "stand-in-3"
        rescoring.start(period=EVER, by=None)
        rescore_chunk(classifier=Newer())
        run = run_through(newest)
        assert run.scored_by == {"stand-in-2": 2, "stand-in-3": 3}
        assert run.model == "stand-in-3"
        rescoring.start(period=EVER, by=None)
        run = run_through(newest)
        assert (run.done, run.skipped) == (2, 3)

    def test_each_chunk_asks_anew_which_model_is_the_current_one(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        many(1)
        rescoring.start(period=EVER, by=None)
        monkeypatch.setattr(screening, "current_classifier", lambda: Newer())
        rescore()
        assert len(scored_by("stand-in-2")) == 1
        assert Rescoring.objects.get().state == RescoringState.DONE


class TestReadersFirst:
    def test_it_pauses_while_readers_wait_and_resumes_by_itself(self) -> None:
        many(2)
        rescoring.start(period=EVER, by=None)
        make_comment("A reader waits.")
        assert rescore_chunk(classifier=Newer()) == Step.PAUSED
        assert Rescoring.objects.get().state == RescoringState.READERS_FIRST
        assert scored_by("stand-in-2") == []
        screen_all()
        run = run_through()
        assert (run.state, run.done) == (RescoringState.DONE, 2)

    def test_an_import_does_not_stop_it(self) -> None:
        many(2)
        make_comment("Imported.")
        ScreeningJob.objects.update(priority=Priority.BACKLOG)
        rescoring.start(period=EVER, by=None)
        assert rescore_chunk(classifier=Newer()) == Step.WENT_ON


class TestStopping:
    def test_a_stopped_run_takes_nothing_and_goes_on_where_it_was(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rescoring, "CHUNK", 2)
        many(5)
        run = rescoring.start(period=EVER, by=None)
        rescore_chunk(classifier=Newer())
        rescoring.stop(run)
        assert rescore_chunk(classifier=Newer()) == Step.IDLE
        rescoring.go_on(run)
        assert run_through().done == 5
        assert len(scored_by("stand-in-2")) == 5

    def test_a_chunk_in_hand_is_kept_and_does_not_start_it_again(self) -> None:
        many(3)
        run = rescoring.start(period=EVER, by=None)

        def says(text: Text) -> Scores:
            rescoring.stop(run)
            return Scores(model="stand-in-2", own=dict.fromkeys(Label, 0.1))

        rescore_chunk(classifier=Newer(says))
        run.refresh_from_db()
        assert (run.state, run.done) == (RescoringState.STOPPED, 3)

    def test_it_does_not_go_on_beside_another(self) -> None:
        many(1)
        stopped = rescoring.start(period=EVER, by=None)
        rescoring.stop(stopped)
        rescoring.start(period=EVER, by=None)
        with pytest.raises(AnotherRunning):
            rescoring.go_on(stopped)

    def test_what_is_done_is_neither_stopped_nor_started_again(self) -> None:
        many(1)
        run = rescoring.start(period=EVER, by=None)
        run_through()
        rescoring.stop(run)
        rescoring.go_on(run)
        run.refresh_from_db()
        assert run.state == RescoringState.DONE


class TestWhatChanged:
    def test_crossings_are_counted_both_ways_and_the_furthest_are_named(self) -> None:
        calm = many(2, "Calm words")
        up = many(1, "You fool")[0]
        down = make_held("You clown.")
        rescoring.start(period=EVER, by=None)
        run = run_through(Newer(fool=0.9, clown=0.1))
        assert run.changes == {"below>below": len(calm), "below>hold": 1, "hold>below": 1}
        assert [(m[0], m[2]) for m in run.moved] == [(up.pk, "insult"), (down.pk, "insult")]

    def test_not_scored_before_and_now_are_told_apart_from_below(self) -> None:
        make_comment("Dette er norsk.")
        language = Scores(model="stand-in-1", language="nb", unscored=Unscored.LANGUAGE)
        screen_all(StandIn(says=lambda _text: language))
        rescoring.start(period=EVER, by=None)
        assert run_through().changes == {"unscored>below": 1}

    def test_the_speed_of_the_last_run_is_known_to_the_next(self) -> None:
        assert rescoring.comments_per_second() is None
        many(3)
        rescoring.start(period=EVER, by=None)
        run_through()
        assert rescoring.comments_per_second() > 0


class TestWhatTheDeskShows:
    def test_a_decided_comment_shows_the_scores_that_it_was_decided_by(self) -> None:
        comment = make_held("You fool.")
        item = open_item_of(comment)
        decide(
            comment=comment,
            action=Action.REMOVE,
            actor=person(),
            seen_version=comment.version,
            at=database_now(),
            policy=Policy.objects.first(),
        )
        item.refresh_from_db()
        rescoring.start(period=EVER, by=None)
        run_through(Newer(fool=0.2))
        shown = focus_on(comment_id=comment.pk, item=item).classification
        assert shown is not None
        assert shown.own["insult"] == 0.8

    def test_a_waiting_comment_shows_the_newest_and_the_decision_keeps_those(self) -> None:
        comment = make_held("You fool.")
        rescoring.start(period=EVER, by=None)
        run_through(Newer(fool=0.2))
        shown = focus_on(comment_id=comment.pk, item=open_item_of(comment)).classification
        decision = decide(
            comment=comment,
            action=Action.APPROVE,
            actor=person(Role.SENIOR_MODERATOR),
            seen_version=comment.version,
            at=database_now(),
        )
        assert shown is not None
        assert shown.own["insult"] == 0.2
        assert decision.classification == shown
        assert comment.decisions.earliest("id").classification.own["insult"] == 0.8

    def test_what_is_flagged_or_taken_back_waits_under_the_newest_scores(self) -> None:
        comment = make_held("You fool.")
        anna = person(Role.SENIOR_MODERATOR)
        flagged = decide(
            comment=comment,
            action=Action.APPROVE,
            actor=anna,
            seen_version=comment.version,
            at=database_now(),
        )
        rescoring.start(period=EVER, by=None)
        run_through(Newer(fool=0.2))
        undo(decision=flagged, actor=anna, at=database_now())
        assert open_item_of(comment).top_score == 0.2
        comment.refresh_from_db()
        assert comment.status == Status.HELD
        decide(
            comment=comment,
            action=Action.FLAG,
            actor=anna,
            seen_version=comment.version,
            at=database_now(),
        )
        assert open_item_of(comment).top_score == 0.2
