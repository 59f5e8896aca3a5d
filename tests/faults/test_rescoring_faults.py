"""Things get killed while a past period is scored again; every comment is scored once."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from comments.models import Comment, Status
from moderation import rescoring
from moderation.decisions import database_now
from moderation.models import Classification, Decision, Rescoring, RescoringState
from moderation.rescoring import Period
from tests.desk_data import publish_plain_rules
from tests.make import make_article, make_comment, make_regular, screen_all
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


def many(number: int, *bodies: str) -> None:
    """Comments that a version before screened."""
    publish_plain_rules()
    article, author = make_article(), make_regular()
    for body in (*bodies, *(f"Calm words, number {n}." for n in range(number))):
        make_comment(body, article=article, author=author)
    screen_all()


def start() -> None:
    """Begin a run over everything; beat brings a worker to it."""
    now = database_now()
    rescoring.start(period=Period(now - timedelta(days=1), now + timedelta(days=1)), by=None)


def a_chunk_is_in_hand() -> bool:
    return Rescoring.objects.filter(attempts__gt=0).exists()


def the_run_is_done() -> bool:
    return Rescoring.objects.filter(state=RescoringState.DONE).exists()


def assert_each_was_scored_once(number: int) -> None:
    scored = Classification.objects.filter(model="stand-in-2").values_list("revision", flat=True)
    assert len(scored) == len(set(scored)) == number
    assert Decision.objects.count() == Comment.objects.count()


def test_a_worker_killed_in_the_middle_of_a_chunk_loses_nothing(
    run_site: Callable[..., RunningSite],
) -> None:
    many(8)
    site = run_site(CLASSIFIER="tests.stand_ins.SlowNewer")
    start()
    wait_until(a_chunk_is_in_hand)
    site.kill("worker")
    assert not the_run_is_done()
    site.start_worker()
    wait_until(the_run_is_done)
    assert_each_was_scored_once(8)
    assert Rescoring.objects.get().failed == 0


def test_a_text_that_kills_the_process_is_passed_over_and_the_others_are_scored(
    run_site: Callable[..., RunningSite],
) -> None:
    many(5, "Calm before.", "Pure poison.")
    run_site(CLASSIFIER="tests.stand_ins.PoisonedNewer", SCREENING_LEASE_SECONDS="1")
    start()
    wait_until(the_run_is_done)
    assert_each_was_scored_once(6)
    assert Rescoring.objects.get().failed == 1


def test_a_reader_who_comes_in_the_middle_does_not_wait_for_the_run(
    run_site: Callable[..., RunningSite],
) -> None:
    many(40)
    run_site(CLASSIFIER="tests.stand_ins.SlowNewer", SCREENING_LEASE_SECONDS="30")
    start()
    wait_until(a_chunk_is_in_hand)
    late = make_comment("A reader waits.", author=make_regular())

    def the_reader_is_answered() -> bool:
        late.refresh_from_db()
        return late.status == Status.PUBLISHED

    # Nobody was woken for it here, so beat finds it; the chunk in hand takes ten seconds.
    wait_until(the_reader_is_answered)
    assert not the_run_is_done()
    wait_until(the_run_is_done)
    assert_each_was_scored_once(41)  # the late one by its screening
