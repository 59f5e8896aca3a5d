"""What changed between two texts."""

from hypothesis import given
from hypothesis import strategies as st

from comments.word_diff import MOST_WORDS, Change, Piece, word_diff

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
        Piece(Change.NEW, "friend", gap=" "),
        Piece(Change.SAME, " would say that."),
    ]


def test_the_same_text_has_nothing_marked() -> None:
    assert word_diff("The ferry.", "The ferry.") == [Piece(Change.SAME, "The ferry.")]


def test_what_is_too_long_to_compare_is_replaced_as_a_whole() -> None:
    before, after = "a " * MOST_WORDS, "b " * MOST_WORDS
    assert word_diff(before, after) == [
        Piece(Change.GONE, before),
        Piece(Change.NEW, after, gap="\n\n"),
    ]


def test_a_comment_that_was_written_anew_is_shown_whole_before_and_after() -> None:
    before = "You are a fool, and so is everybody who reads this."
    after = "I humbly disagree, and here is a better way to see this."
    assert word_diff(before, after) == [
        Piece(Change.GONE, before),
        Piece(Change.NEW, after, gap="\n\n"),
    ]


def test_what_was_only_added_is_marked_within_the_text() -> None:
    assert word_diff("The ferry.", "The ferry. It was late again, as so often in winter.") == [
        Piece(Change.SAME, "The ferry."),
        Piece(Change.NEW, " It was late again, as so often in winter."),
    ]


@given(before=TEXTS, after=TEXTS)
def test_no_two_words_touch_that_did_not_touch_before(before: str, after: str) -> None:
    shown = "".join(piece.gap + piece.text for piece in word_diff(before, after))
    assert set(shown.split()) <= {*before.split(), *after.split()}
