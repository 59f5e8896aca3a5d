"""A worker is killed in the middle of a batch; every comment is decided once."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction

from accounts.models import User
from comments.models import Comment, Status
from moderation.batch_steps import CHUNK
from moderation.batches import start_batch, undo_batch
from moderation.models import Action, Batch, BatchState, Decision
from moderation.review_items import recount
from tests.desk_data import held_items, person, publish_plain_rules
from tests.running_site import RunningSite, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = 2 * CHUNK + 10


@pytest.fixture
def site(tmp_path: Path) -> Iterator[RunningSite]:
    """Redis and beat; the test starts workers."""
    site = RunningSite(folder=tmp_path)
    site.start_redis()
    site.start_beat()
    yield site
    site.close()


def begin(by: User) -> Batch:
    publish_plain_rules()
    held_items(NUMBER)
    return start_batch(
        by=by, action=Action.APPROVE, comments=Comment.objects.all(), criterion={"kind": "comments"}
    )


def hold_up(site: RunningSite, comment: Comment, *, then: Callable[[], None]) -> None:
    """Have a worker wait for one comment in the middle of its chunk; ``then`` happens to it."""

    def a_worker_waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            return bool(cursor.fetchone()[0])

    with transaction.atomic():
        Comment.objects.select_for_update().get(pk=comment.pk)
        site.start_worker()
        wait_until(a_worker_waits)
        then()


def in_state(state: BatchState) -> Callable[[], bool]:
    def the_batch_is_there() -> bool:
        return Batch.objects.filter(state=state).exists()

    return the_batch_is_there


def test_a_worker_killed_in_the_middle_of_a_chunk_there_and_back(site: RunningSite) -> None:
    anna = person(name="Anna Lie")
    batch = begin(anna)
    in_second_chunk = Comment.objects.order_by("pk")[CHUNK + 5]
    hold_up(site, in_second_chunk, then=lambda: site.kill("worker"))
    batch.refresh_from_db()
    made = Decision.objects.filter(batch=batch)
    assert (batch.decided, made.count()) == (CHUNK, CHUNK)  # the second chunk left no trace
    site.start_worker()
    wait_until(in_state(BatchState.DONE))
    assert made.count() == len(set(made.values_list("comment", flat=True))) == NUMBER

    site.kill("worker")
    undo_batch(batch, by=anna)
    hold_up(site, in_second_chunk, then=lambda: site.kill("worker"))
    batch.refresh_from_db()
    assert batch.undone == CHUNK
    site.start_worker()
    wait_until(in_state(BatchState.UNDONE))
    batch.refresh_from_db()
    assert (batch.decided, batch.undone, batch.kept) == (NUMBER, NUMBER, 0)
    assert made.filter(action=Action.UNDO).count() == NUMBER
    assert set(Comment.objects.values_list("status", flat=True)) == {Status.HELD}
    assert recount() == 0
