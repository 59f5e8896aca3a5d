"""What changed between two texts."""

from hypothesis import given
from hypothesis import strategies as st

from moderation.word_diff import MOST_WORDS, Change, Piece, word_diff

TEXTS = st.text(alphabet=st.sampled_from("ab \n.é😀"), max_size=40)


def text_of(pieces: list[Piece], without: Change) -> str:
    return "".join(piece.text for piece in pieces if piece.change != without)


@given(before=TEXTS, after=TEXTS)
def test_both_texts_can_be_read_from_the_pieces(before: str, after: str) -> None:
    pieces = word_diff(before, after)
    assert text_of(pieces, Change.NEW) == before
    assert text_of(pieces, Change.GONE) == after


def test_a_word_that_was_replaced_is_all_that_is_marked() -> None:
    assert word_diff("Only a fool would say that.", "Only a friend would say that.") == [
        Piece(Change.SAME, "Only a "),
        Piece(Change.GONE, "fool"),
        Piece(Change.NEW, "friend"),
        Piece(Change.SAME, " would say that."),
    ]


def test_the_same_text_has_nothing_marked() -> None:
    assert word_diff("The ferry.", "The ferry.") == [Piece(Change.SAME, "The ferry.")]


def test_what_is_too_long_to_compare_is_replaced_as_a_whole() -> None:
    before, after = "a " * MOST_WORDS, "b " * MOST_WORDS
    assert word_diff(before, after) == [Piece(Change.GONE, before), Piece(Change.NEW, after)]
