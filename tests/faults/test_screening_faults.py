"""Things get killed while comments are on their way; no comment is lost, doubled or stuck."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection

from classifier.loading import MODEL_DIR
from comments.models import Article, Comment, Status
from moderation.models import Classification, Decision, Queue, ReviewItem, ScreeningJob
from tests.make import make_article, make_comment, make_regular
from tests.running_site import RunningSite, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run_site(tmp_path: Path) -> Iterator[Callable[..., RunningSite]]:
    """Start Redis, a worker and beat (no web server) with the environment given."""
    sites = []

    def run(**environment: str) -> RunningSite:
        site = RunningSite(folder=tmp_path, **environment)
        sites.append(site)
        site.start_redis()
        site.start_worker()
        site.start_beat()
        return site

    yield run
    for site in sites:
        site.close()


def submit_many(count: int, article: Article | None = None) -> list[int]:
    article, author = article or make_article(), make_regular()
    return [
        make_comment(f"Calm words, number {n}.", article=article, author=author).pk
        for n in range(count)
    ]


def everything_is_screened() -> bool:
    return not ScreeningJob.objects.exists()


def some_are_leased() -> bool:
    return ScreeningJob.objects.filter(attempts__gt=0).exists()


def assert_each_was_screened_once(pks: list[int]) -> None:
    assert set(Comment.objects.filter(pk__in=pks).values_list("status")) == {(Status.PUBLISHED,)}
    revisions = Comment.objects.filter(pk__in=pks).values_list("current_revision", flat=True)
    assert Classification.objects.filter(revision__in=revisions).count() == len(pks)
    assert Decision.objects.filter(comment__in=pks).count() == len(pks)


def test_a_pool_child_killed_in_the_middle_of_a_batch_loses_nothing(
    run_site: Callable[..., RunningSite],
) -> None:
    site = run_site(CLASSIFIER="tests.stand_ins.Slow", SCREENING_BATCH="8")
    pks = submit_many(8)
    wait_until(some_are_leased)
    for child in site.children_of("worker"):
        os.kill(child, signal.SIGKILL)
    wait_until(everything_is_screened)
    assert site.is_alive("worker")
    assert_each_was_screened_once(pks)


def test_a_worker_killed_in_the_middle_of_a_batch_loses_nothing(
    run_site: Callable[..., RunningSite],
) -> None:
    site = run_site(CLASSIFIER="tests.stand_ins.Slow", SCREENING_BATCH="8")
    pks = submit_many(8)
    wait_until(some_are_leased)
    site.kill("worker")
    assert not everything_is_screened()
    site.start_worker()
    wait_until(everything_is_screened)
    assert_each_was_screened_once(pks)


def test_a_comment_that_kills_the_models_process_goes_to_people_and_the_others_flow(
    run_site: Callable[..., RunningSite],
) -> None:
    run_site(CLASSIFIER="tests.stand_ins.Poisoned", SCREENING_LEASE_SECONDS="1")
    article, author = make_article(), make_regular()
    poison = make_comment("Pure poison.", article=article, author=author)
    others = submit_many(6, article)
    wait_until(everything_is_screened)
    poison.refresh_from_db()
    item = ReviewItem.objects.get(comment=poison)
    assert (poison.status, item.queue) == (Status.HELD, Queue.UNSCORED)
    assert_each_was_screened_once(others)


def test_redis_flushed_killed_and_back_empty_loses_nothing_and_the_worker_lives(
    run_site: Callable[..., RunningSite],
) -> None:
    site = run_site(CLASSIFIER="tests.make.StandIn")
    site.kill("redis")
    pks = submit_many(5)
    site.start_redis()
    wait_until(everything_is_screened)
    assert site.is_alive("worker")
    assert_each_was_screened_once(pks)


def test_database_connections_cut_under_a_worker_heal(
    run_site: Callable[..., RunningSite],
) -> None:
    site = run_site(CLASSIFIER="tests.stand_ins.Slow", SCREENING_BATCH="4")
    pks = submit_many(8)
    wait_until(some_are_leased)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    wait_until(everything_is_screened)
    assert site.is_alive("worker")
    assert_each_was_screened_once(pks)


def test_a_worker_asked_to_stop_again_and_again_under_load_loses_nothing(
    run_site: Callable[..., RunningSite],
) -> None:
    site = run_site(CLASSIFIER="tests.stand_ins.Slow", SCREENING_BATCH="4")
    pks = submit_many(12)
    for _ in range(3):
        wait_until(lambda: some_are_leased() or everything_is_screened())
        site.stop("worker")
        site.start_worker()
    wait_until(everything_is_screened)
    assert_each_was_screened_once(pks)


def test_the_same_wake_up_delivered_twenty_times_screens_once(
    run_site: Callable[..., RunningSite],
) -> None:
    site = run_site(CLASSIFIER="tests.make.StandIn")
    pks = submit_many(10)
    from celery import Celery

    from config import env

    broker = Celery(broker=env.celery_broker(site.environment["REDIS_URL"]))
    for _ in range(20):
        broker.send_task("moderation.screen_pending", queue="screening")
    wait_until(everything_is_screened)
    assert_each_was_screened_once(pks)


def assert_held_as_not_scored(pk: int) -> None:
    assert Comment.objects.get(pk=pk).status == Status.HELD
    assert ReviewItem.objects.get().queue == Queue.UNSCORED
    assert Classification.objects.get().own == {}


def test_a_missing_model_holds_everything_as_not_scored(
    run_site: Callable[..., RunningSite],
) -> None:
    run_site(CLASSIFIER="classifier.loading.UnavailableClassifier")
    pk = submit_many(1)[0]
    wait_until(everything_is_screened)
    assert_held_as_not_scored(pk)


@pytest.mark.parametrize("name", ["encoder.onnx", "thresholds.json"])
def test_a_damaged_model_holds_everything_as_not_scored_and_health_names_the_file(
    run_site: Callable[..., RunningSite], name: str, tmp_path: Path
) -> None:
    folder = shutil.copytree(MODEL_DIR, tmp_path / "model")
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    site = run_site(CLASSIFIER="tests.stand_ins.model_in_a_folder", MODEL_FOLDER=str(folder))
    site.start_web()
    pk = submit_many(1)[0]
    wait_until(everything_is_screened)
    assert_held_as_not_scored(pk)
    health = site.health()
    assert health["status"] == "degraded"
    assert f"{name} is not that of the manifest" in health["checks"]["classifier"]
    assert {health["checks"][what] for what in ("database", "redis", "screening")} == {"ok"}


def test_a_worker_loads_the_model_once_before_it_takes_work_and_reports_it(
    tmp_path: Path,
) -> None:
    notes = tmp_path / "notes"
    site = RunningSite(
        folder=tmp_path, CLASSIFIER="tests.stand_ins.noted_when_loaded", NOTED_IN=str(notes)
    )
    try:
        site.start_redis()
        site.start_web()
        assert "no worker has reported" in site.health()["checks"]["classifier"]
        pks = submit_many(8)
        site.start_worker()  # without beat it has nothing to do, and has said already:
        assert site.health()["checks"]["classifier"] == "ok"
        assert notes.read_text().split() == [str(site.pid_of("worker"))]
        site.start_beat()
        wait_until(everything_is_screened)
        assert_each_was_screened_once(pks)
        assert notes.read_text().split() == [str(site.pid_of("worker"))]
    finally:
        site.close()
