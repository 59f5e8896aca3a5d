"""Word lists find whole words, in every spelling that means the word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.text import fold
from moderation.rules.word_lists import WordMatcher


def found(words: list[str], text: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in WordMatcher(words).find(fold(text))]


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


def test_phrases_are_found_and_an_empty_list_finds_nothing() -> None:
    assert found(["casino bonus"], "Get your casino bonus!") == ["casino bonus"]
    assert found([], "Get your casino bonus!") == []
    assert found(["", "   "], "Get your casino bonus!") == []


@given(st.text(max_size=200), st.lists(st.text(max_size=12), max_size=5))
def test_hits_lie_inside_any_text(text: str, words: list[str]) -> None:
    for hit in WordMatcher(words).find(fold(text)):
        assert 0 <= hit.start < hit.end <= len(text)
