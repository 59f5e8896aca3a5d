"""A batch, another batch and people want the same comments at the same moment."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.models import User
from comments.models import Article, Comment, Status
from moderation.batch_steps import take_chunk
from moderation.batches import start_batch, undo_batch
from moderation.decisions import StatusConflict, database_now, decide
from moderation.models import Action, Batch, Decision, MadeBy, Policy
from moderation.review_items import recount
from tests.desk_data import held_items, person, publish_plain_rules

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = 24


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    publish_plain_rules()
    monkeypatch.setattr("moderation.batch_steps.CHUNK", 4)


def begin(by: User, action: Action) -> Batch:
    return start_batch(
        by=by,
        action=action,
        comments=Comment.objects.all(),
        criterion={"kind": "comments"},
        policy=Policy.objects.get(slug="insults"),
    )


def work() -> None:
    """A worker of its own."""
    try:
        while take_chunk():
            pass
    finally:
        connection.close()


def remove_one_by_one(by: User) -> tuple[int, int]:
    """A moderator who removes every comment, from the end; returns how many were theirs, and of
    how many they were told that a batch was first."""
    won = told = 0
    policy = Policy.objects.get(slug="insults")
    try:
        for comment in Comment.objects.order_by("-pk"):
            try:
                decide(
                    comment=comment,
                    action=Action.REMOVE,
                    actor=by,
                    seen_version=2,
                    at=database_now(),
                    policy=policy,
                )
                won += 1
            except StatusConflict as conflict:
                told += conflict.winner is not None and conflict.winner.batch_id is not None
    finally:
        connection.close()
    return won, told


def assert_counts_are_right() -> None:
    assert recount() == 0
    for article in Article.objects.all():
        comments = Comment.objects.filter(article=article, status=Status.PUBLISHED)
        assert article.published_count == comments.count()


def test_two_batches_two_workers_and_a_moderator_at_once() -> None:
    held_items(NUMBER)
    batches = [begin(person(), Action.APPROVE), begin(person(), Action.REMOVE)]
    with ThreadPoolExecutor(max_workers=3) as pool:
        workers = [pool.submit(work) for _n in range(2)]
        by_hand, told = pool.submit(remove_one_by_one, person(name="Bjørn Dahl")).result()
        for worker in workers:
            worker.result()
    work()  # what both left to each other
    for batch in batches:
        batch.refresh_from_db()
        assert (batch.state, batch.decided + batch.skipped) == ("done", NUMBER)
        assert Decision.objects.filter(batch=batch).count() == batch.decided
    assert by_hand + told == NUMBER
    assert by_hand + sum(batch.decided for batch in batches) == NUMBER
    made = Decision.objects.filter(made_by=MadeBy.MODERATOR).values_list("comment", flat=True)
    assert len(made) == len(set(made)) == NUMBER
    assert_counts_are_right()


def test_taken_back_while_two_workers_run_it() -> None:
    held_items(NUMBER)
    anna = person()
    batch = begin(anna, Action.APPROVE)
    take_chunk()
    with ThreadPoolExecutor(max_workers=2) as pool:
        workers = [pool.submit(work) for _n in range(2)]
        undo_batch(batch, by=anna)
        for worker in workers:
            worker.result()
    work()
    batch.refresh_from_db()
    assert batch.state == "undone"
    assert batch.undone == batch.decided > 0
    assert set(Comment.objects.values_list("status", flat=True)) == {Status.HELD}
    assert_counts_are_right()


def test_one_form_sent_by_two_windows_at_once_is_one_batch() -> None:

    held_items(3)
    anna, key = person(), uuid.uuid4()

    def send() -> int:
        try:
            return start_batch(
                by=anna,
                action=Action.APPROVE,
                comments=Comment.objects.all(),
                criterion={"kind": "comments"},
                key=key,
            ).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        begun = {future.result() for future in [pool.submit(send) for _n in range(4)]}
    assert len(begun) == Batch.objects.count() == 1
