"""Own words and quoted words are told apart."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.quotations import only, split_quotations


def quoted(body: str, parent: str = "", title: str = "") -> list[str]:
    pieces = split_quotations(body=body, parent=parent, article_title=title).quoted
    return [body[start:end] for start, end in pieces]


@pytest.mark.parametrize(
    ("body", "passage"),
    [
        ("> You are all wrong\nNo, we are not.", "> You are all wrong\n"),
        ("> one line\n> another\nThese are mine.", "> one line\n> another\n"),
        ('He wrote "you are all fools" and left.', '"you are all fools"'),
        ("He wrote “you are all fools” and left.", "“you are all fools”"),
        ("Er schrieb „ihr seid alle dumm“ und ging.", "„ihr seid alle dumm“"),
        ("Il écrit « vous êtes tous fous » et part.", "« vous êtes tous fous »"),
        ("Han skrev »I er alle tåber« og gik.", "»I er alle tåber«"),
        ("He wrote ‘you’re all such fools’ and left.", "‘you’re all such fools’"),
        ("He wrote 'you are all fools' and left.", "'you are all fools'"),
        ("“One paragraph of it.\nAnd the second one.” So they say.",
         "“One paragraph of it.\nAnd the second one.”"),
    ],
)  # fmt: skip
def test_a_marked_passage_is_quoted(body: str, passage: str) -> None:
    assert quoted(body) == [passage]


@pytest.mark.parametrize(
    "body",
    [
        "The so-called “experts” are wrong.",
        'He is a "real genius" indeed.',
        "I don't think they're right, it's the readers' choice and the editors' too.",
        "It is 5 > 3 and that is all there is to say.",
        "> :( what a sad day".replace("> :(", ">:("),
        'A forgotten mark " swallows nothing of what follows.\n\nNot even "this.',
        "",
    ],
)
def test_a_word_in_marks_or_an_apostrophe_is_no_quotation(body: str) -> None:
    assert quoted(body) == []


def test_words_of_the_comment_answered_are_quoted_without_any_marks() -> None:
    parent = "I think that people like you should not be allowed to vote at all."
    body = "people like you should not be allowed to vote - really? Shame on you."
    assert quoted(body, parent) == ["people like you should not be allowed to vote"]


def test_words_of_the_title_are_quoted() -> None:
    title = "Seven killed in shooting at market"
    assert quoted("Seven killed in shooting at market. How sad.", title=title) == [title]


def test_words_of_the_article_are_quoted() -> None:
    article = (
        "The ferry is late again.\nThe operator calls its own passengers lazy and spoiled fools."
    )
    body = "So the operator calls its own passengers lazy and spoiled fools. I am not one of them."
    split = split_quotations(body=body, article=article)
    assert [body[start:end] for start, end in split.quoted] == [
        "the operator calls its own passengers lazy and spoiled fools"
    ]


def test_a_few_shared_words_are_chance() -> None:
    assert quoted("I think that it is so.", "I think that you are wrong about this.") == []


def test_overlapping_quotations_become_one() -> None:
    body = '> "you are all fools and knaves"\nNo.'  # three words more are not needed: it is theirs
    assert quoted(body, "you are all fools and knaves") == ['> "you are all fools and knaves"\n']


@pytest.mark.parametrize(
    "body",
    [
        '"You are all fools and knaves"',
        '"You are all fools and knaves", he said.',
        "> You are all fools and knaves\nok",
    ],
)
def test_who_adds_hardly_a_word_to_what_stands_in_marks_answers_for_it(body: str) -> None:
    assert quoted(body) == []
    assert quoted(body, "You are all fools and knaves!") != []


def test_of_a_very_long_title_the_beginning_is_looked_through() -> None:
    split = split_quotations(body="One two three four five six.", article_title="word " * 800_000)
    assert split.quoted == ()


@given(
    st.text(st.sampled_from("ab >\"'“”„‘’«»\n."), max_size=80),
    st.text(st.sampled_from("ab .\n"), max_size=60),
)
def test_pieces_cover_the_body_exactly(body: str, parent: str) -> None:
    split = split_quotations(body=body, parent=parent)
    pieces = sorted((*split.own, *split.quoted))
    assert "".join(body[start:end] for start, end in pieces) == body
    assert all(start < end for start, end in pieces)
    assert len(only(body, split.own)) == len(body)


@pytest.mark.parametrize("piece", ['"', "'a ", "“a", "«", "> ", "‘a’", "‚", "„a“ ", "a b c d "])
def test_many_marks_are_split_in_bounded_time(piece: str) -> None:
    body = piece * (200_000 // len(piece))
    begun = time.perf_counter()
    split_quotations(body=body, parent=body[:60_000])
    assert time.perf_counter() - begun < 20
