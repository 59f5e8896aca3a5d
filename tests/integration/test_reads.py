"""How many opened a discussion is counted, and nothing about who they are."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings
from django.test import Client

from comments import reads
from comments.models import DiscussionRead
from comments.reads import count_read, readers_since, store_reads
from comments.submission import report_comment
from moderation.models import ReviewItem
from tests.make import make_article, make_published, make_user

pytestmark = pytest.mark.django_db

NOON = datetime.fromisoformat("2026-03-02T12:10:00+00:00")


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    for key in reads._redis().scan_iter("reads:*"):
        reads._redis().delete(key)
    reads._redis_is_away.until = 0.0
    yield
    reads._redis_is_away.until = 0.0


def look(article_id: int, *visitors: str, at: datetime = NOON) -> None:
    for visitor in visitors:
        count_read(article_id=article_id, visitor=visitor, at=at)


def stored(article_id: int) -> list[tuple[int, int]]:
    rows = DiscussionRead.objects.filter(article=article_id).order_by("hour")
    return [(row.hour.hour, row.readers) for row in rows]


def test_a_person_counts_once_a_day_in_the_hour_of_the_first_look() -> None:
    article = make_article()
    look(article.pk, "anna", "bo", "anna")
    assert store_reads(at=NOON) == 2
    later = NOON + timedelta(hours=2)
    look(article.pk, "anna", "carl", at=later)
    assert store_reads(at=later) == 1
    assert store_reads(at=later) == 0
    assert stored(article.pk) == [(12, 2), (14, 1)]
    look(article.pk, "anna", at=NOON + timedelta(days=1))
    store_reads(at=NOON + timedelta(days=1))
    assert readers_since({1: (article.pk, NOON), 2: (article.pk, later)}) == {1: 4, 2: 2}


def test_what_is_stored_after_midnight_belongs_to_the_day_before() -> None:
    article = make_article()
    night = NOON.replace(hour=23, minute=59)
    look(article.pk, "anna", at=night)
    store_reads(at=night + timedelta(minutes=2))
    assert [row.hour for row in DiscussionRead.objects.all()] == [night.replace(minute=0)]


def test_what_a_killed_worker_had_begun_is_stored_once() -> None:
    article = make_article()
    look(article.pk, "anna")
    reads._totals()  # and no more: it was killed
    look(article.pk, "bo")
    store_reads(at=NOON)
    store_reads(at=NOON)
    assert stored(article.pk) == [(12, 2)]


def test_an_article_that_is_gone_stops_nothing() -> None:
    article = make_article()
    look(article.pk + 1, "anna")
    look(article.pk, "anna")
    assert store_reads(at=NOON) == 1


def test_nothing_is_kept_of_who_it_was() -> None:
    article = make_article()
    look(article.pk, "anna@example.org")
    kept = b"".join(
        key + (reads._redis().dump(key) or b"") for key in reads._redis().scan_iter("reads:*")
    )
    assert b"anna" not in kept


def test_while_redis_is_away_nothing_is_counted_and_nobody_waits(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    reads._redis.cache_clear()
    look(1, "anna")
    asked: list[int] = []
    monkeypatch.setattr(reads, "_redis", lambda: asked.append(1))
    look(1, "bo")
    assert asked == []
    monkeypatch.undo()
    reads._redis.cache_clear()


def test_a_look_at_the_page_makes_a_reported_comment_more_urgent() -> None:
    comment = make_published()
    report_comment(comment=comment, category="spam", words="", reporter_key="one")
    client = Client()
    client.force_login(make_user())
    seen = f"{comment.article.get_absolute_url()}seen/"
    for reader in (client, Client(REMOTE_ADDR="198.51.100.7"), Client(REMOTE_ADDR="198.51.100.8")):
        assert reader.post(seen).status_code == 204
        assert reader.post(seen).status_code == 204
    assert store_reads(at=comment.public_since) == 3
    item = ReviewItem.objects.get(comment=comment)
    assert (item.readers, item.urgency) == (3, 530)
