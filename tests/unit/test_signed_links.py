"""Links that open one door for a while."""

from datetime import timedelta

import pytest

from accounts.signed_links import LinkExpired, LinkInvalid, Purpose, read, sign

HOUR = timedelta(hours=1)


def test_a_link_opens_the_door_it_is_for() -> None:
    token = sign(purpose=Purpose.APPEAL, subject="statement 7")
    assert read(purpose=Purpose.APPEAL, token=token, max_age=HOUR) == "statement 7"


def test_it_opens_no_other_door() -> None:
    token = sign(purpose=Purpose.UNSUBSCRIBE, subject="7")
    with pytest.raises(LinkInvalid):
        read(purpose=Purpose.MANAGE, token=token, max_age=HOUR)


def test_it_opens_for_a_while() -> None:
    token = sign(purpose=Purpose.MANAGE, subject="7")
    with pytest.raises(LinkExpired):
        read(purpose=Purpose.MANAGE, token=token, max_age=timedelta(seconds=-1))
    assert read(purpose=Purpose.MANAGE, token=token) == "7"


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: "x" + t, lambda t: "", str.upper])
def test_a_changed_link_opens_nothing(change) -> None:  # type: ignore[no-untyped-def]
    token = sign(purpose=Purpose.MANAGE, subject="7")
    with pytest.raises(LinkInvalid):
        read(purpose=Purpose.MANAGE, token=change(token), max_age=HOUR)
