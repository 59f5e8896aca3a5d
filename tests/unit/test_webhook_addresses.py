"""No webhook reaches an address that is not public, whatever it is written as."""

import pytest
from django.test import override_settings

from integrations.webhooks.addresses import Refused, is_public, resolve, split


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255"),
        *("192.168.1.1", "169.254.169.254", "169.254.0.1", "100.64.0.1", "100.100.100.200"),
        *("192.0.0.192", "198.18.0.1", "203.0.113.5", "224.0.0.1", "255.255.255.255"),
        *("240.0.0.1", "168.63.129.16"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:169.254.169.254", "::127.0.0.1"),
        *("64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2002:a9fe:a9fe::"),
        *("2001:db8::1", "2001::1", "fec0::1", "not an address", ""),
    ],
)
def test_what_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_what_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        *("http://example.org/", "ftp://example.org/", "file:///etc/passwd", "gopher://x/"),
        *(
            "https://",
            "https:///path",
            "https://user:word@example.org/",
            "https://user@example.org/",
        ),
        *("https://example.org:0/", "https://example.org:99999/", "https://exa mple.org/"),
        *("https://example.org\\@127.0.0.1/", "https://example.org/\r\nHost: x", "example.org", ""),
        "https://[::1",
    ],
)
def test_what_is_no_address_of_an_endpoint(url: str) -> None:
    with pytest.raises(Refused):
        split(url)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "0x7f.1", "2130706433", "0177.0.0.1", "127.1", "localhost", "[::1]",
     "[::ffff:127.0.0.1]", "0"],
)  # fmt: skip
def test_odd_ways_to_write_this_machine(host: str) -> None:
    with pytest.raises((Refused, OSError)):
        resolve(split(f"https://{host}/"), within_s=5)


def test_one_private_answer_among_public_ones_is_enough() -> None:
    with pytest.raises(Refused):
        resolve(
            split("https://example.org/"),
            within_s=5,
            resolver=lambda host, port: ["93.184.216.34", "10.0.0.7"],
        )


def test_a_name_is_asked_for_once() -> None:
    asked = []

    def resolver(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return ["93.184.216.34"]

    found = resolve(split("https://example.org:8443/x"), within_s=5, resolver=resolver)
    assert found == "93.184.216.34"
    assert asked == [("example.org", 8443)]


@override_settings(WEBHOOK_INSIDE_HOSTS=["chat.intern:8065"])
def test_a_host_that_the_operator_named_may_be_inside() -> None:
    found = resolve(
        split("http://chat.intern:8065/hooks/x"),
        within_s=5,
        resolver=lambda host, port: ["10.0.0.7"],
    )
    assert found == "10.0.0.7"


@override_settings(WEBHOOK_INSIDE_HOSTS=["chat.intern:8065"])
@pytest.mark.parametrize(
    "url", ["http://chat.intern/", "http://chat.intern:80/", "http://x.chat.intern:8065/"]
)
def test_only_that_host_and_port(url: str) -> None:
    with pytest.raises(Refused):
        split(url)


def test_a_resolver_that_hangs_is_given_up() -> None:
    import threading

    over = threading.Event()

    def resolver(host: str, port: int) -> list[str]:
        over.wait(10)
        return []

    with pytest.raises(OSError, match="in time"):
        resolve(split("https://example.org/"), within_s=0.1, resolver=resolver)
    over.set()
