"""Which address counts: behind proxies, and of a household with IPv6."""

import importlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import RequestFactory

from comments import addresses
from comments.addresses import keyed_hash

Asked = Callable[[str], str]


@pytest.fixture
def behind_one_proxy(settings: Any) -> Iterator[Asked]:
    settings.PROXY_COUNT = 1
    importlib.reload(addresses)

    def asked(forwarded_for: str, **headers: str) -> str:
        headers = {"X-Forwarded-For": forwarded_for, **headers}
        request = RequestFactory().get("/", headers=headers, REMOTE_ADDR="10.0.0.1")
        return addresses.client_address(request)

    yield asked
    settings.PROXY_COUNT = 0
    importlib.reload(addresses)


def test_one_proxy_names_the_reader(behind_one_proxy: Asked) -> None:
    assert behind_one_proxy("203.0.113.9") == "203.0.113.9"


def test_what_a_reader_claims_before_the_proxy_is_not_believed(behind_one_proxy: Asked) -> None:
    assert behind_one_proxy("1.2.3.4, 203.0.113.9") == "203.0.113.9"


def test_no_other_header_is_believed(behind_one_proxy: Any) -> None:
    claims = {"X-Real-IP": "8.8.8.8", "CF-Connecting-IP": "8.8.4.4", "Client-IP": "9.9.9.9"}
    assert behind_one_proxy("10.1.2.3", **claims) == "10.1.2.3"


def test_a_household_with_ipv6_is_one_address() -> None:
    def hashed(address: str) -> str:
        return keyed_hash(address, secret="a key")

    assert hashed("2001:db8:1:2::1") == hashed("2001:db8:1:2:ffff::9")
    assert hashed("2001:db8:1:2::1") != hashed("2001:db8:1:3::1")
    assert hashed("::ffff:203.0.113.9") == hashed("203.0.113.9")
    assert hashed("203.0.113.9") != hashed("203.0.113.8")
    assert hashed("unknown") != hashed("")
    assert hashed("203.0.113.9") != keyed_hash("203.0.113.9", secret="another key")
