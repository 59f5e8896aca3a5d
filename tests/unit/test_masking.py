"""Slurs and crude words are dots, and nothing else moves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.masking import masked
from moderation.sight import MOST_SILHOUETTE, silhouette


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("You are a wanker.", "You are a w·····."),
        ("WANKERS, all of you", "W······, all of you"),
        ("what a sh1t show", "what a s··· show"),
        ("f.u.c.k off", "f······ off"),
        ("f u c k off", "f · · · off"),
        ("fuuuuck", "f······"),
        ("fucking twats and tits", "f······ t···· and t···"),
    ],
)
def test_a_crude_word_shows_its_first_letter(typed: str, shown: str) -> None:
    assert masked(typed) == shown


@pytest.mark.parametrize(
    "harmless", ["Scunthorpe", "a cockerel in Sussex", "the assistant classes", "Dickens", ""]
)
def test_a_harmless_word_that_holds_one_stays(harmless: str) -> None:
    assert masked(harmless) == harmless


@given(st.text())
def test_a_masked_text_is_as_long_as_the_text(text: str) -> None:
    assert len(masked(text + " wanker")) == len(text + " wanker")


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"])))
def test_a_silhouette_keeps_lines_and_nothing_else(text: str) -> None:
    drawn = silhouette(text)
    assert len(drawn) == min(len(text), MOST_SILHOUETTE)
    assert [c for c in drawn if c.isspace()] == [c for c in text[:MOST_SILHOUETTE] if c.isspace()]


def test_a_silhouette_is_the_same_for_all_texts_of_the_same_shape() -> None:
    assert silhouette("You fool!\nGo") == silhouette("The cows.\nMo")
