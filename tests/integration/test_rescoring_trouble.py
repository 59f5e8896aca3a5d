"""Scoring a past period again: many workers, faults, readers who come, people who stop it."""

import threading

import pytest
from django.db import connection

from classifier.base import Label, Scores, Text, Unscored
from moderation import rescoring, screening
from moderation.models import (
    Classification,
    Priority,
    Rescoring,
    RescoringState,
    ScreeningJob,
)
from moderation.rescoring import AnotherRunning, Step, rescore_chunk
from moderation.tasks import rescore
from tests.desk_data import publish_plain_rules
from tests.make import make_comment, make_regular, screen_all
from tests.rescoring_data import (
    EVER,
    Newer,
    Poisoned,
    end_lease,
    many,
    run_through,
    scored_by,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plain_rules() -> None:
    publish_plain_rules()


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
