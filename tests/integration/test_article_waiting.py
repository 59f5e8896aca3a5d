"""What an author is told about how long a comment waits."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db.models import F

from accounts.models import Role
from comments.models import Comment, CommentRevision, SiteSettings
from comments.own import own_html
from comments.templatetags.reader import how_long_it_waits
from moderation.decisions import database_now, decide
from moderation.models import Action, Queue, QueuePromise, ReviewItem
from moderation.waiting import ENOUGH, expected_wait
from tests.make import make_comment, make_held, make_published, make_user
from tests.posting import known_as, read, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    caches["fragments"].clear()
    yield
    caches["fragments"].clear()


def decided_after(minutes: int) -> None:
    comment = make_held()
    age = timedelta(minutes=minutes)
    CommentRevision.objects.filter(comment=comment).update(created_at=F("created_at") - age)
    decide(
        comment=comment,
        action=Action.APPROVE,
        actor=make_user(Role.MODERATOR),
        seen_version=comment.version,
        at=database_now(),
    )


def words(comment: Comment) -> str:
    comment.refresh_from_db()
    return own_html(comment=comment, site=SiteSettings.current())


def test_the_median_of_what_people_decided_lately_is_told() -> None:
    for minutes in (2, 20, 20, 25, 600):
        decided_after(minutes)
    said = "Waiting for a moderator. That usually takes about 20 minutes. Only you can see it"
    assert said in words(make_held())


def test_whoever_waited_longer_already_reads_that_it_takes_longer() -> None:
    for _ in range(ENOUGH):
        decided_after(16)
    held = make_held()
    texts = CommentRevision.objects.filter(comment=held)
    texts.update(created_at=F("created_at") - timedelta(minutes=38))
    said = words(Comment.objects.get(pk=held.pk))
    assert "usually takes about 16 minutes; at the moment it takes longer." in said
    texts.update(created_at=F("created_at") + timedelta(minutes=25))
    assert "usually takes about 16 minutes." in words(Comment.objects.get(pk=held.pk))


@pytest.mark.parametrize(
    ("promise", "hours", "late"), [(60, 5, True), (60, 0, False), (0, 5, True)]
)
def test_nobody_is_promised_minutes_while_the_oldest_waits_for_hours(
    promise: int, hours: int, late: bool
) -> None:
    for _ in range(ENOUGH):
        decided_after(14)
    if promise:
        QueuePromise.objects.create(queue=Queue.WAITING, minutes=promise)
    oldest, fresh = make_held(), make_held()
    since = F("opened_at") - timedelta(hours=hours)
    ReviewItem.objects.filter(comment=oldest).update(opened_at=since)
    mine = words_of(read(known_as(fresh.author), "/me/"))
    for said in (words(fresh), words(make_comment()), mine, how_long_it_waits()):
        assert "That usually takes about 14 minutes" in said
        assert ("minutes; at the moment it takes longer." in said) is late


def test_a_long_wait_is_told_in_hours() -> None:
    for _ in range(ENOUGH):
        decided_after(200)
    assert "about 3 hours." in words(make_held())


def test_nothing_is_promised_from_too_few_decisions_or_from_those_of_rules() -> None:
    for _ in range(ENOUGH - 1):
        decided_after(20)
    for _ in range(ENOUGH):
        make_published()
    assert expected_wait() is None
    assert "Waiting for a moderator. Only you can see it until then." in words(make_held())


def test_whoever_has_just_sent_is_told_how_long_it_would_take() -> None:
    for _ in range(ENOUGH):
        decided_after(20)
    assert (
        "Being checked. Only you can see it until then. A moderator may have to read it first. That"
        " usually takes about 20 minutes."
    ) in words(make_comment())


def test_a_wait_of_seconds_is_called_a_minute() -> None:
    for _ in range(ENOUGH):
        decided_after(0)
    assert "usually takes about 1 minute." in words(make_held())
