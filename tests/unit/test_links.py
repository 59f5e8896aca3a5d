"""Where addresses lead, told without following them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.links import MOST_LINKS, links_in, looks_like


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("See https://example.org/a?b=1#c.", "example.org"),
        ("(www.Example.ORG)", "www.example.org"),
        ("HTTPS://EXAMPLE.ORG", "example.org"),
        ("http://example.org:8080/x", "example.org"),
        ("https://ex%61mple.org/", "example.org"),
        ("https://ＥＸＡＭＰＬＥ。org/", "example.org"),
        (r"https://example.org\@other.example", "example.org"),
        ("http://[2001:db8::1]:80/x", "[2001:db8::1]"),
    ],
)
def test_the_host_is_what_a_browser_would_ask_for(text: str, host: str) -> None:
    assert [link.host for link in links_in(text)] == [host]


def test_an_address_is_shown_whole_in_pieces() -> None:
    (link,) = links_in("https://example.org:8080/a?b=1#c, and so on")
    assert (link.before, link.host, link.after) == ("https://", "example.org", ":8080/a?b=1#c")
    assert link.warnings == ()
    assert link.ascii_host == ""


def test_a_name_before_the_host_is_said_to_be_only_a_name() -> None:
    (link,) = links_in("https://bank.example@evil.example/login")
    assert link.host == "evil.example"
    assert "leads to evil.example" in link.warnings[0]


@pytest.mark.parametrize("written", ["https://xn--80ak6aa92e.com/", "https://аррӏе.com/"])
def test_a_host_in_letters_of_another_alphabet_is_said_to_look_like_another(written: str) -> None:
    (link,) = links_in(written)
    assert link.host == "аррӏе.com"
    assert link.ascii_host == "xn--80ak6aa92e.com"
    assert "looks like apple.com" in link.warnings[0]


@pytest.mark.parametrize("host", ["münchen.de", "москва.рф", "日本語.jp", "example.org"])
def test_a_host_in_its_own_letters_is_no_disguise(host: str) -> None:
    assert looks_like(host) == ""


def test_both_forms_of_an_accented_host_are_shown_without_a_warning() -> None:
    (link,) = links_in("https://münchen.de/")
    assert (link.host, link.ascii_host, link.warnings) == ("münchen.de", "xn--mnchen-3ya.de", ())


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f000001", "[::1]"])
def test_a_bare_number_is_said_to_be_none(host: str) -> None:
    (link,) = links_in(f"http://{host}/")
    assert "bare number" in link.warnings[0]


def test_each_address_is_listed_once_and_not_without_end() -> None:
    assert len(links_in("www.a.example www.a.example www.b.example")) == 2
    many = " ".join(f"https://{number}.example" for number in range(100))
    assert len(links_in(many)) == MOST_LINKS


def test_a_long_path_is_cut() -> None:
    (link,) = links_in("https://example.org/" + "a" * 500)
    assert link.after.endswith("…")
    assert len(link.after) == 80


PIECES = st.sampled_from(
    ["https://", "www.", "xn--", "@", ":", "[", "]", "%00", "%ff", ".", "а", "a", "/", "\\", "é"]
)


@given(text=st.lists(PIECES, max_size=12).map("".join))
def test_nothing_that_is_typed_breaks_it(text: str) -> None:
    for link in links_in(text):
        assert link.host
        assert link.host.isprintable()
        assert link.ascii_host.isascii() or link.ascii_host == ""
