"""Network addresses are hashed under a key that changes; what they are for goes on meanwhile."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone

from comments.addresses import (
    AddressHashes,
    destroy_old,
    hashes_of,
    hashes_of_client,
    pseudonym_of_client,
    rotate,
)
from comments.limits import seconds_until_comment
from comments.models import (
    AddressKey,
    AddressLink,
    Comment,
    Report,
    Restriction,
    RestrictionKind,
    SiteSettings,
)
from comments.restrictions import held_for_their_author
from moderation.gathering import known_about
from moderation.reports import records_of
from tests.make import make_article, make_comment, make_published
from tests.posting import send

pytestmark = pytest.mark.django_db

ADDRESS = "203.0.113.7"


def _asked(address: str = ADDRESS) -> AddressHashes:
    return hashes_of_client(RequestFactory().get("/", REMOTE_ADDR=address))


def _written_from(address: str = ADDRESS, **fields: Any) -> Comment:
    comment = make_comment(uuid.uuid4().hex, **fields)
    Comment.objects.filter(pk=comment.pk).update(address_hash=_asked(address).current)
    comment.refresh_from_db()
    return comment


def _rotate() -> None:
    AddressKey.objects.filter(retired_at=None).update(made_at=timezone.now() - timedelta(days=31))
    assert rotate(days=30)


def _later(**fields: Any) -> Any:
    return timezone.now() + timedelta(**fields)


def test_a_hash_carries_its_key_and_changes_with_it() -> None:
    first = _asked().current
    assert not rotate(days=30), "the key is fresh"
    _rotate()
    now = _asked()
    assert now.earlier == (first,)
    assert (first.split(".")[0], now.current.split(".")[0]) == ("1", "2")
    assert first.split(".")[1] != now.current.split(".")[1]
    assert len(now.current) <= 32


def test_neighbours_have_the_hash_of_their_network_in_common_and_no_other() -> None:
    one, other, far = (_asked(f"203.0.{n}") for n in ("113.7", "113.200", "114.7"))
    assert one.network == other.network != far.network
    assert one.current != other.current
    assert one.network not in {_asked("203.0.113.0").current, ""}
    one, other, far = (_asked(f"2001:db8:{n}::1") for n in ("1:1", "1:2", "2:1"))
    assert one.network == other.network != far.network
    assert hashes_of("unknown").network == ""


def test_a_comment_keeps_the_hash_of_its_network() -> None:
    send(Client(REMOTE_ADDR=ADDRESS), make_article(), "From the pier.")
    comment = Comment.objects.get()
    kept = hashes_of(ADDRESS)
    assert (comment.address_hash, comment.network_hash) == (kept.current, kept.network)


def test_other_names_and_haste_are_seen_across_a_rotation() -> None:
    _written_from(name="Kari Vik")
    _rotate()
    second = _written_from(name="Per Vik")
    known = known_about([second.pk])[second.pk]
    assert (known.address_names, known.address_hour) == (2, 2)
    stranger = _written_from("203.0.113.8")
    assert known_about([stranger.pk])[stranger.pk].address_names == 1


def test_a_ban_holds_new_names_from_its_addresses_across_a_rotation() -> None:
    troll = _written_from()
    Restriction.objects.create(
        author=troll.author,
        kind=RestrictionKind.BAN,
        from_at=timezone.now(),
        addresses=[troll.address_hash],
        names_held_until=_later(days=30),
    )
    _rotate()
    assert held_for_their_author([_written_from().pk]) != {}
    assert held_for_their_author([_written_from("203.0.113.8").pk]) == {}


def test_a_reporter_known_by_address_keeps_their_record_and_reports_a_comment_once(
    client: Client, no_hurry: None
) -> None:
    comment = make_published()
    client.defaults["REMOTE_ADDR"] = ADDRESS

    def report(comment: Comment) -> None:
        address = f"/comments/{comment.public_id}/report/"
        assert client.post(address, {"category": "spam", "words": ""}).status_code == 200

    report(comment)
    Report.objects.update(outcome="agreed", resolved_at=timezone.now())
    _rotate()
    report(comment)
    assert Report.objects.count() == 1
    report(make_published())
    key = Report.objects.latest("id").reporter_key
    assert key.startswith("address:2.")
    assert records_of([key])[key].agreed == 1


@pytest.mark.parametrize("redis", ["with", "without"])
def test_limits_count_on_across_a_rotation(
    settings: Any, monkeypatch: pytest.MonkeyPatch, redis: str
) -> None:
    settings.COMMENTS_PER_MINUTE = 2
    address = f"test {uuid.uuid4()}"
    if redis == "without":
        monkeypatch.setattr("comments.limits._in_redis", lambda *_: None)

    def wait() -> int:
        hashes = _asked(address)
        if redis == "without":
            _written_from(address)
        return seconds_until_comment(
            address_hash=hashes.current, earlier=hashes.earlier, submission_key=str(uuid.uuid4())
        )

    first = wait()
    _rotate()
    assert (first, wait() > 0 if redis == "without" else wait()) in [(0, True), (0, 0)]
    assert wait() > 0


def test_when_a_key_is_destroyed_nothing_can_be_linked_any_more() -> None:
    site = SiteSettings(address_days=30)
    first = _written_from()
    _rotate()
    _written_from()
    assert AddressLink.objects.count() == 1
    assert destroy_old(at=_later(days=29), settings=site) == 0
    assert destroy_old(at=_later(days=31), settings=site) == 1
    assert not AddressKey.objects.filter(generation=1).exists()
    assert not AddressLink.objects.exists()
    assert first.address_hash not in [*hashes_of(ADDRESS).earlier, hashes_of(ADDRESS).current]


def test_a_key_stays_as_long_as_a_ban_needs_it() -> None:
    troll = _written_from()
    Restriction.objects.create(
        author=troll.author,
        kind=RestrictionKind.BAN,
        from_at=timezone.now(),
        addresses=[troll.address_hash],
        names_held_until=_later(days=45),
    )
    _rotate()
    site = SiteSettings(address_days=30)
    assert destroy_old(at=_later(days=40), settings=site) == 0
    assert destroy_old(at=_later(days=46), settings=site) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_processes_that_rotate_at_once_one_does() -> None:
    hashes_of(ADDRESS)
    AddressKey.objects.update(made_at=timezone.now() - timedelta(days=31))

    def run(_number: int) -> bool:
        try:
            return rotate(days=30)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(run, range(4)))
    assert sorted(outcomes) == [False, False, False, True]
    assert list(AddressKey.objects.order_by("generation").values_list("generation", flat=True)) == [
        1,
        2,
    ]


def test_the_lockout_keeps_no_address_and_counts_a_household() -> None:
    def kept(address: str) -> str | None:
        return pseudonym_of_client(RequestFactory().get("/", REMOTE_ADDR=address))

    assert kept("2001:db8:1:2::7") == kept("2001:db8:1:2::8") != kept(ADDRESS)
    assert str(kept(ADDRESS)).startswith("fd")
    assert kept("") is None
