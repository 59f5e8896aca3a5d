"""What is typed or uploaded becomes entries, and what does not is told with line and reason."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.rules import entries as reading
from moderation.rules.entries import LONGEST_ENTRY, Problem, Trouble, read_entries
from moderation.rules.hosts import HostMatcher, read_hosts


def test_entries_keep_their_order_and_spelling_without_empty_lines() -> None:
    assert read_entries("  Idiot \n\n\r\ncasino bonus\r\n/ab+c/\nscam*") == (
        ["Idiot", "casino bonus", "/ab+c/", "scam*"],
        [],
    )


def test_what_finds_the_same_is_told_with_the_line_that_has_it() -> None:
    text = "Idiot\nscam*\n1d10t\nSCAM**\n/a+b/\nbuy  now\n/a+b/\nbuy now"
    entries, problems = read_entries(text)
    assert entries == ["Idiot", "scam*", "/a+b/", "buy  now"]
    assert [(p.line, p.entry, p.trouble, p.detail) for p in problems] == [
        (3, "1d10t", Trouble.DUPLICATE, "1"),
        (4, "SCAM**", Trouble.DUPLICATE, "2"),
        (7, "/a+b/", Trouble.DUPLICATE, "5"),
        (8, "buy now", Trouble.DUPLICATE, "6"),
    ]


@pytest.mark.parametrize(
    ("entry", "trouble"),
    [
        ("*", Trouble.LONE_STAR),
        ("**", Trouble.LONE_STAR),
        ("* bonus", Trouble.LONE_STAR),
        ("casino * bonus", Trouble.LONE_STAR),
        ("-*-", Trouble.LONE_STAR),
        ("*a*", Trouble.EVERYWHERE),
        ("t*", Trouble.EVERYWHERE),
        ("the", Trouble.EVERYWHERE),
        (".", Trouble.EVERYWHERE),
        ("/./", Trouble.EVERYWHERE),
        (r"/\bthe\b/", Trouble.EVERYWHERE),
        ("/a*/", Trouble.EMPTY),
        ("/(a|b|)/", Trouble.EMPTY),
        (r"/\pL{200}/", Trouble.TOO_LARGE),
        ("\u200b\u200b", Trouble.NOTHING),
        ("x" * (LONGEST_ENTRY + 1), Trouble.TOO_LONG),
    ],
)
def test_an_entry_that_finds_nothing_or_nearly_everything_is_refused(
    entry: str, trouble: Trouble
) -> None:
    assert read_entries(f"fine\n{entry}\nalso fine") == (
        ["fine", "also fine"],
        [Problem(2, entry, trouble)],
    )


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("/(abc/", "missing ): (abc"),
        ("/a**/", "bad repetition operator: **"),
        ("/a(?=b)/", "invalid perl operator: (?="),
        (r"/(a)\1/", r"invalid escape sequence: \1"),
        ("/(a{1000}){1000}/", "invalid repetition size: {1000}"),
    ],
)
def test_a_pattern_that_re2_does_not_read_is_refused_with_its_words(entry: str, said: str) -> None:
    assert read_entries(entry) == ([], [Problem(1, entry, Trouble.UNREADABLE, said)])


def test_a_list_and_its_patterns_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ENTRIES", 3)
    monkeypatch.setattr(reading, "MOST_PATTERNS", 1)
    entries, problems = read_entries("/aab/\n/bba/\none\ntwo\nONE\nthree\nfour")
    assert entries == ["/aab/", "one", "two"]
    assert [(p.line, p.trouble) for p in problems] == [
        (2, Trouble.TOO_MANY_PATTERNS),
        (5, Trouble.DUPLICATE),
        (6, Trouble.TOO_MANY),
    ]


@given(st.text())
@settings(deadline=None)
def test_reading_takes_any_text_and_what_it_gives_reads_the_same_again(text: str) -> None:
    for read in (read_entries, read_hosts):
        entries, problems = read(text)
        assert read("\n".join(entries)) == (entries, [])
        assert len(entries) + len(problems) <= len(text.splitlines())


def test_hosts_are_taken_from_addresses_in_the_form_that_goes_over_the_wire() -> None:
    typed = (
        "https://me@WWW.Example.org:80/path?q#f\nBücher.example\n*.shop.example\nbit.ly/x\n*.zip"
    )
    assert read_hosts(typed) == (
        ["example.org", "xn--bcher-kva.example", "*.shop.example", "bit.ly", "*.zip"],
        [],
    )
    refused = "example.org\nwww.example.org.\n*.com\ncom\n*foo.org\na b.org\n-a.org\n"
    assert [(p.line, p.trouble) for p in read_hosts(refused)[1]] == [
        (2, Trouble.DUPLICATE),
        (3, Trouble.EVERYWHERE),
        (4, Trouble.NOT_A_HOST),
        (5, Trouble.NOT_A_HOST),
        (6, Trouble.NOT_A_HOST),
        (7, Trouble.NOT_A_HOST),
    ]


@pytest.mark.parametrize(
    ("host", "entry"),
    [
        ("example.org", "example.org"),
        ("WWW.example.org.", "example.org"),
        ("a.b.example.org", "example.org"),
        ("badexample.org", None),
        ("example.org.evil.net", None),
        ("shop.example", None),
        ("a.shop.example", "*.shop.example"),
        ("a.b.shop.example", "*.shop.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("neu.xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("evil.zip", "*.zip"),
        ("", None),
        ("ä" * 100_000, None),
    ],
)
def test_a_host_falls_under_an_entry_with_its_subdomains(host: str, entry: str | None) -> None:
    matcher = HostMatcher(["example.org", "*.shop.example", "Bücher.example", "*.zip", "no host"])
    assert matcher.entry_for(host) == entry
    assert matcher.matches(host) is (entry is not None)
