"""How many comments and reports an address may send, with Redis and without."""

import socket
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client

from comments import limits
from comments.addresses import address_hash
from comments.limits import seconds_until_comment, seconds_until_report
from comments.models import Comment, Report
from tests.make import make_article, make_comment, make_published
from tests.posting import HTMX, form_data, read, send, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _few(settings: Any) -> Iterator[None]:
    settings.COMMENT_MIN_SECONDS = 0
    settings.COMMENTS_PER_MINUTE, settings.COMMENTS_PER_HOUR = 3, 5
    settings.REPORTS_PER_HOUR = 2
    yield
    limits._redis.cache_clear()
    limits._redis_is_away.until = 0.0


@pytest.fixture
def address() -> str:
    """An address that no other test has sent from."""
    return f"10.{uuid.uuid4().int % 250}.{uuid.uuid4().int % 250}.{uuid.uuid4().int % 250}"


@pytest.fixture
def without_redis(settings: Any) -> None:
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    limits._redis.cache_clear()


def sent(address: str, key: str = "") -> int:
    return seconds_until_comment(
        address_hash=address_hash(address), submission_key=key or str(uuid.uuid4())
    )


def test_the_fourth_comment_in_a_minute_waits_until_the_first_is_a_minute_old(
    address: str,
) -> None:
    assert [sent(address) for _ in range(3)] == [0, 0, 0]
    assert 55 <= sent(address) <= 60


def test_addresses_do_not_wait_for_each_other(address: str) -> None:
    for _ in range(4):
        sent(address)
    assert sent(f"{address}1") == 0


def test_what_was_refused_does_not_lengthen_the_wait(address: str) -> None:
    for _ in range(3):
        sent(address)
    waits = [sent(address) for _ in range(10)]
    assert waits == sorted(waits, reverse=True)
    assert len(_members(address)) == 3


def test_the_window_slides(address: str) -> None:
    for _ in range(3):
        sent(address)
    _make_older(address, seconds=61)
    assert [sent(address) for _ in range(2)] == [0, 0]
    assert sent(address) > 3000  # the hour's five are used up


def test_sending_the_same_form_again_counts_once_and_always_passes(address: str) -> None:
    key = str(uuid.uuid4())
    assert [sent(address, key) for _ in range(10)] == [0] * 10
    assert len(_members(address)) == 1


def test_nothing_stays_behind_for_ever(address: str) -> None:
    sent(address)
    assert 0 < limits._redis().ttl(_key(address)) <= 3600


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_too_many_comments_get_their_text_back_and_the_time(
    client: Client, address: str, headers: dict[str, str]
) -> None:
    article = make_article()
    client.defaults["REMOTE_ADDR"] = address
    for number in range(3):
        assert send(client, article, f"Text {number}.").status_code == 303
    response = send(client, article, "Keep this text", headers=headers)
    page = response.content.decode()
    assert response.status_code == 429
    assert "Keep this text</textarea>" in page
    assert "Your text is kept: send it again in" in words_of(page)
    assert article.comments.count() == 3


def test_the_comments_themselves_are_counted_while_redis_is_away(
    client: Client, address: str, without_redis: None
) -> None:
    article = make_article()
    client.defaults["REMOTE_ADDR"] = address
    data = form_data()
    path = f"{article.get_absolute_url()}comments/"
    assert client.post(path, data).status_code == 303
    for number in range(2):
        assert send(client, article, f"Text {number}.").status_code == 303
    response = send(client, article, "Keep this text")
    assert response.status_code == 429
    assert "Keep this text</textarea>" in response.content.decode()
    assert client.post(path, data).status_code == 303  # a retry is not a new comment
    assert article.comments.count() == 3


def test_what_is_older_than_the_windows_is_not_counted_without_redis(
    address: str, without_redis: None
) -> None:
    hashed = address_hash(address)
    for _ in range(3):
        make_comment()
    Comment.objects.update(address_hash=hashed)
    assert sent(address) > 0
    Comment.objects.update(submitted_at=F("submitted_at") - timedelta(seconds=61))
    assert sent(address) == 0
    Comment.objects.update(submitted_at=F("submitted_at") - timedelta(hours=1))
    assert sent(address) == 0


def test_redis_is_left_alone_for_some_seconds_once_it_did_not_answer(
    address: str, without_redis: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    redis = limits._redis
    monkeypatch.setattr(limits, "_redis", lambda: asked.append(1) or redis())
    for _ in range(5):
        sent(address)
    assert len(asked) == 1
    monkeypatch.setattr(limits._redis_is_away, "until", time.monotonic() - 1)
    sent(address)
    assert len(asked) == 2
    monkeypatch.undo()


def test_a_redis_that_does_not_answer_costs_no_more_than_the_settings_allow(
    address: str, settings: Any
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        limits._redis.cache_clear()
        start = time.perf_counter()
        assert sent(address) == 0
        assert time.perf_counter() - start < settings.REDIS_TIMEOUT_SECONDS + 0.2


def test_reports_are_limited_and_the_same_one_counts_once(client: Client, address: str) -> None:
    client.defaults["REMOTE_ADDR"] = address
    first, second, third = (make_published() for _ in range(3))
    for comment, status in ((first, 200), (first, 200), (second, 200), (third, 429)):
        path = f"{comment.get_absolute_url()}report/"
        response = client.post(path, {"category": "spam", "words": "Kept words"})
        assert response.status_code == status
    assert "Kept words</textarea>" in response.content.decode()
    assert Report.objects.count() == 2


def test_reports_are_counted_in_the_database_while_redis_is_away(without_redis: None) -> None:
    key = f"guest:{uuid.uuid4().hex}"
    for number in range(3):
        comment = make_published()
        wait = seconds_until_report(address_hash="a" * 32, reporter_key=key, comment_id=comment.pk)
        assert (wait > 0) is (number == 2)
        Report.objects.create(
            comment=comment, category="spam", reporter_key=key, created_at=comment.submitted_at
        )


def test_the_page_is_read_however_much_was_sent(client: Client, address: str) -> None:
    article = make_article()
    client.defaults["REMOTE_ADDR"] = address
    for number in range(8):
        send(client, article, f"Text {number}.")
    read(client, article.get_absolute_url())


def _key(address: str) -> str:
    return f"limits:comments:{address_hash(address)}"


def _members(address: str) -> list[Any]:
    return limits._redis().zrange(_key(address), 0, -1, withscores=True)  # type: ignore[return-value]


def _make_older(address: str, *, seconds: int) -> None:
    for member, score in _members(address):
        limits._redis().zadd(_key(address), {member: score - seconds})
