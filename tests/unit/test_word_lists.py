"""Word lists find whole words, in every spelling that means the word."""

import re
import time
from random import Random

import pytest
import re2
from hypothesis import example, given, settings
from hypothesis import strategies as st

from classifier.text import fold
from moderation.rules.entries import BadEntry, parse_entry
from moderation.rules.word_lists import Lists, ListsMatcher

LETTERS = "aab1é漢Ж -_.*\n\u200b"
ENTRY = st.text("aab1é漢Ж -_*", min_size=1, max_size=8)
TEXT = st.text(LETTERS, max_size=60) | st.text(max_size=60)


def found(words: list[str], text: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in ListsMatcher({"": words}).find(text)]


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("Buy cialis now", "cialis"),
        ("Buy CIALIS now", "CIALIS"),
        ("Buy c1alis now", "c1alis"),
        ("Buy c.i.a.l.i.s now", "c.i.a.l.i.s"),
        ("Buy ci\u200balis now", "ci\u200balis"),
        ("Buy сiаlis now", "сiаlis"),  # Cyrillic es and a
        ("(cialis)", "cialis"),
    ],
)
def test_a_banned_word_is_found_however_it_is_spelled(text: str, hit: str) -> None:
    assert found(["cialis"], text) == [hit]


@pytest.mark.parametrize("text", ["My specialist said so", "socialism", "cialisation", ""])
def test_a_banned_word_is_not_found_inside_another(text: str) -> None:
    assert found(["cialis"], text) == []


def test_phrases_are_found_over_any_space_and_an_empty_list_finds_nothing() -> None:
    assert found(["casino bonus"], "Get your casino bonus!") == ["casino bonus"]
    assert found(["casino  bonus"], "A casino\n\nbonus, a casino bonus") == [
        "casino\n\nbonus",
        "casino bonus",
    ]
    assert found(["casino bonus"], "casino, bonus") == []
    assert found([], "Get your casino bonus!") == []
    assert found(["", "   "], "Get your casino bonus!") == []


@pytest.mark.parametrize(
    ("entry", "text", "hits"),
    [
        ("scam*", "A scam, scammers, sc4mming; no xscam.", ["scam", "scammers", "sc4mming"]),
        ("*coin", "bitcoin coin c.o.i.n coins", ["bitcoin", "coin", "c.o.i.n"]),
        ("*coin*", "bitcoins coincoin co in", ["bitcoins", "coincoin"]),
        (
            "cr*pto",
            "crypto crpto cr pto crxpto-cr1pto crypton",
            ["crypto", "crpto", "crxpto", "cr1pto"],
        ),
        ("buy* now", "buying  now, buy now; buy it now", ["buying  now", "buy now"]),
        ("*赌博*", "我爱赌博啊", ["我爱赌博啊"]),
        ("foo-*bar", "foo-bar foo-xbar foo- bar", ["foo-bar", "foo-xbar"]),
        ("🖕", "you🖕🖕", ["🖕", "🖕"]),
    ],
)
def test_a_star_stands_for_letters_and_digits_and_never_for_a_space(
    entry: str, text: str, hits: list[str]
) -> None:
    assert found([entry], text) == hits


def test_a_pattern_is_looked_for_in_the_text_as_it_was_typed() -> None:
    text = "Call +47 555 01 234, I D 1 0 T. Ｃall"
    assert found([r"/\+?\d\d( \d\d+)+/", "/d 1 0/", "/CALL/"], text) == [
        "Call",
        "+47 555 01 234",
        "D 1 0",
    ]
    assert found(["/(évén|é)ement/"], "Cet ÉVÉNEMENT") == ["ÉVÉNEMENT"]
    matcher = ListsMatcher({"a": ["/d 1 0/"], "b": ["cialis"]})
    assert matcher.asks_for_typed
    assert not ListsMatcher({"b": ["cialis"]}).asks_for_typed
    assert matcher.which(fold(text).text, typed=text) == {"a"}


def test_overlapping_entries_of_several_lists_are_all_found_the_longest_first() -> None:
    matcher = ListsMatcher(
        {"banned": ["new york times", "york"], "suspect": ["New York", "york*"], "quiet": ["oslo"]}
    )
    text = "The New York Times"
    assert [(hit.list_key, hit.entry, text[hit.start : hit.end]) for hit in matcher.find(text)] == [
        ("banned", "new york times", "New York Times"),
        ("suspect", "New York", "New York"),
        ("banned", "york", "York"),
        ("suspect", "york*", "York"),
    ]
    assert matcher.which(fold(text).text) == {"banned", "suspect"}


def naive(entry: str, text: str) -> set[tuple[int, int]]:
    """Where an entry stands, asked of Python's own patterns at each place of the text."""
    try:
        pieces = parse_entry(entry).pieces
    except BadEntry:
        return set()
    folded = fold(text)
    begins = r"(?<![^\W_])" if not pieces[0] or pieces[0][0].isalnum() else ""
    ends = r"(?![^\W_])" if not pieces[-1] or pieces[-1][-1].isalnum() else ""
    words = r"[^\W_]*".join(re.escape(piece).replace(r"\ ", r"\s+") for piece in pieces)
    pattern = re.compile(rf"(?={begins}({words}){ends})")
    spans = {match.span(1) for match in pattern.finditer(folded.text)}
    return {folded.span(start=start, end=end) for start, end in spans}


@given(st.lists(st.lists(ENTRY, max_size=4), max_size=3), TEXT)
@example([["a* a*"]], "ab ab a1")
@example([["*a*"]], "bab" * 3)
@example([["aab* b"]], "aabb  b")
@example([["a*b*"]], "aéb\n\n ab")
@settings(max_examples=600, deadline=None)
def test_any_lists_find_what_a_naive_search_finds(lists: list[list[str]], text: str) -> None:
    by_key = {str(number): entries for number, entries in enumerate(lists)}
    expected = {
        (key, entry, *span)
        for key, entries in by_key.items()
        for entry in entries
        for span in naive(entry, text)
    }
    matcher = ListsMatcher(by_key)
    hits = matcher.find(text)
    assert {(hit.list_key, hit.entry, hit.start, hit.end) for hit in hits} == expected
    assert len(hits) == len(expected)
    assert matcher.which(fold(text).text) == {hit[0] for hit in expected}


@given(TEXT, st.lists(st.text(max_size=12), max_size=5))
@settings(deadline=None)
def test_hits_lie_inside_any_text_whatever_the_entries(text: str, words: list[str]) -> None:
    matcher = ListsMatcher({"": [*words, *(f"/{word}/" for word in words)]})
    hits = matcher.find(text)
    for hit in hits:
        assert 0 <= hit.start < hit.end <= len(text)
    assert bool(matcher.which(fold(text).text, typed=text)) == bool(hits)


@pytest.mark.parametrize("text", ["a" * 1_000_000, "ab " * 333_333, "a\u0301-" * 300_000])
def test_a_megabyte_costs_what_its_length_costs(text: str) -> None:
    matcher = ListsMatcher({"": ["*aaa*", "a*b*c*d*e", "ab", "ab ab", "/(a+)+$/", "/(a|aa)+b/"]})

    def asking(part: str) -> float:
        started = time.process_time()
        matcher.which(fold(part).text, typed=part)
        return time.process_time() - started

    def finding(part: str) -> float:
        started = time.process_time()
        matcher.find(part)
        return time.process_time() - started

    # Four times the text; sixteen times the time would be quadratic.
    for spent, length in ((asking, len(text)), (finding, len(text) // 10)):
        quarter = min(spent(text[: length // 4]) for _ in range(2))
        assert spent(text[:length]) < 10 * quarter + 0.2


def test_a_hundred_thousand_entries_and_a_thousand_patterns_are_all_found() -> None:
    chance = Random(5)
    words = sorted({"".join(chance.choices("bcdfghklmnprst", k=9)) for _ in range(100_000)})
    patterns = [f"/q{number}x+/" for number in range(1_000)]
    matcher = ListsMatcher({"words": words, "patterns": patterns})
    for word in chance.sample(words, 50):
        assert {hit.entry for hit in matcher.find(f"so {word}s or {word}!")} == {word}
    for number in (0, 499, 500, 999):
        text = f"so Q{number}xx"
        assert [hit.entry for hit in matcher.find(text)] == [patterns[number]]
        assert matcher.which(fold(text).text, typed=text) == {"patterns"}


def test_a_set_of_patterns_without_memory_asks_them_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(re2.Set, "Match", lambda self, text: None)
    matcher = ListsMatcher({"a": ["/ab+/"], "b": ["/zz/"]})
    assert matcher.which("abbb", typed="abbb") == {"a"}


def test_the_lists_of_a_rule_set_say_for_each_text_which_hit() -> None:
    lists = Lists(
        {"banned": ["cialis"], "typed": ["/C1/"], "hosts": ["example.org"]},
        words=["banned", "typed"],
    )
    typed = ["Buy C1alis", "Nothing", "cialis"]
    held = lists.in_texts(typed=lambda: typed, folded=lambda: [fold(t).text for t in typed])
    assert {key: column.tolist() for key, column in held.items()} == {
        "banned": [True, False, True],
        "typed": [True, False, False],
    }
    assert [hit.list_key for hit in lists.find(typed[0], keys=["typed"])] == ["typed"]
    assert "hosts" in lists
    assert lists.hosts("hosts").matches("a.example.org")
