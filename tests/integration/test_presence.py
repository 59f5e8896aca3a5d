"""Who else is in a queue, and that nothing waits for Redis when it is away."""

import time
from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.urls import reverse

from moderation import presence
from tests.desk_data import client_of, held_item, person, publish_plain_rules


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    connect = presence._redis

    def forget() -> None:
        connect.cache_clear()
        presence._away_until = 0.0

    forget()
    presence._redis().delete("desk:presence:waiting", "desk:presence:reported")
    yield
    forget()


@pytest.fixture
def _no_redis(settings: LazySettings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    presence._redis.cache_clear()


def test_others_are_counted_and_oneself_is_not() -> None:
    assert presence.others_in(queue="waiting", user_id=1) == 0
    assert presence.others_in(queue="waiting", user_id=2) == 1
    assert presence.others_in(queue="waiting", user_id=2) == 1
    assert presence.others_in(queue="waiting", user_id=1) == 1


def test_each_queue_is_counted_by_itself() -> None:
    presence.others_in(queue="reported", user_id=2)
    assert presence.others_in(queue="waiting", user_id=1) == 0


def test_whoever_does_not_poll_any_more_has_left(monkeypatch: pytest.MonkeyPatch) -> None:
    presence.others_in(queue="waiting", user_id=2)
    now = time.time()
    monkeypatch.setattr(presence.time, "time", lambda: now + presence.HERE_SECONDS + 1)
    assert presence.others_in(queue="waiting", user_id=1) == 0


@pytest.mark.usefixtures("_no_redis")
def test_nothing_is_said_while_redis_is_away_and_it_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert presence.others_in(queue="waiting", user_id=1) == 0
    asked = []
    monkeypatch.setattr(presence, "_redis", lambda: asked.append(1))
    assert presence.others_in(queue="waiting", user_id=1) == 0
    assert asked == []


def test_it_is_asked_again_when_redis_is_back(settings: LazySettings) -> None:
    presence.others_in(queue="waiting", user_id=2)
    there, settings.REDIS_URL = settings.REDIS_URL, "redis://127.0.0.1:1/0"
    presence._redis.cache_clear()
    assert presence.others_in(queue="waiting", user_id=1) == 0
    settings.REDIS_URL = there
    presence._redis.cache_clear()
    presence._away_until = time.monotonic()
    assert presence.others_in(queue="waiting", user_id=1) == 1


@pytest.mark.django_db
def test_a_poll_says_who_is_there() -> None:
    publish_plain_rules()
    held_item()
    address = reverse("moderation:counts")
    anna, bo = person(), person()
    client_of(bo).get(address)
    assert "1 other is in this queue" in client_of(anna).get(address).content.decode()


@pytest.mark.django_db
@pytest.mark.usefixtures("_no_redis")
def test_a_poll_is_answered_while_redis_is_away() -> None:
    publish_plain_rules()
    held_item()
    answer = client_of(person()).get(reverse("moderation:counts"))
    assert answer.status_code == 200
    assert "in this queue" not in answer.content.decode()
    assert 'class="queue-count">1<' in answer.content.decode()
