"""Marking evidence in a text: whatever the text and the spans, the page stays whole."""

import html
import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from moderation.evidence import Evidence, marked, read_spans, what_moved, words_by_label

ANYTHING = st.one_of(st.none(), st.text(), st.integers(), st.floats(), st.booleans())
SPANS = st.lists(
    st.one_of(
        ANYTHING,
        st.lists(ANYTHING, max_size=5),
        st.tuples(
            st.integers(-5, 60),
            st.integers(-5, 60),
            st.sampled_from(["insult", "<b>"]),
            st.floats(),
        ),
    ),
    max_size=8,
)
BODIES = st.text(alphabet=st.sampled_from("ab <>&\"'\n>é\u202e😀\r"), max_size=50)
ALLOWED_TAG = re.compile(
    r"</?(?:p|blockquote)>|</mark>|<mark title=\"[^\"<>]*\">"
    r"|<mark tabindex=\"0\" aria-describedby=\"[\w -]+\" data-tip=\"[^\"<>]*\">"
    r"|<span class=\"quoted\"><span class=\"vh\">quoted: </span>"
    r"|<span class=\"vh\"> end of the quotation </span></span>"
)


def text_of(marked_html: str) -> str:
    return html.unescape(ALLOWED_TAG.sub("", marked_html))


@st.composite
def pieces(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]]]:
    """A body, and pieces of it in order that are somebody else's."""
    body = draw(BODIES)
    cuts = sorted(set(draw(st.lists(st.integers(0, len(body)), max_size=8))))
    return body, list(zip(cuts[::2], cuts[1::2], strict=False))


@given(text=pieces(), spans=SPANS)
def test_every_character_is_shown_once_wherever_somebody_is_quoted(
    text: tuple[str, list[tuple[int, int]]], spans: list[Any]
) -> None:
    body, quotations = text
    told = what_moved(body, spans, own={"insult": 0.8}, quoted={}, quotations=quotations)
    shown = marked(body, spans, quotations=quotations, told=told)
    assert not re.search("[<>]", ALLOWED_TAG.sub("", shown))
    plain = text_of(shown)
    assert plain.replace("\n", "").replace("\r", "") == body.replace("\n", "").replace("\r", "")


@given(body=BODIES, spans=SPANS)
def test_every_character_is_shown_once_and_nothing_else_is(body: str, spans: list[Any]) -> None:
    shown = text_of(marked(body, spans))
    assert shown.replace("\n", "").replace("\r", "") == body.replace("\n", "").replace("\r", "")


@given(body=BODIES, spans=SPANS)
def test_no_tag_but_ours_is_ever_written(body: str, spans: list[Any]) -> None:
    assert not re.search("[<>]", ALLOWED_TAG.sub("", marked(body, spans)))


@given(body=BODIES, spans=SPANS)
@example(body="'a<a<a<b'<", spans=[])
def test_marks_open_and_close_inside_one_block(body: str, spans: list[Any]) -> None:
    open_tags: list[str] = []
    # Words for screen readers alone stand inside the quotation that they announce.
    shown = re.sub(r'<span class="vh">[^<]*</span>', "", marked(body, spans))
    for closing, name in re.findall(r"<(/?)(p|blockquote|span|mark)\b", shown):
        if closing:
            assert open_tags.pop() == name
        else:
            assert name not in open_tags
            open_tags.append(name)
    assert not open_tags


def test_the_marked_words_are_those_of_the_span() -> None:
    assert marked("you parasites!", [[4, 13, "insult", 1.2]]) == (
        '<p>you <mark title="insult">parasites</mark>!</p>'
    )


def test_overlapping_spans_name_all_their_labels_where_they_overlap() -> None:
    spans = [[0, 6, "insult", 1.0], [4, 9, "toxicity", 2.0]]
    assert marked("aaaabbccc", spans) == (
        '<p><mark title="insult">aaaa</mark><mark title="insult, toxicity">bb</mark>'
        '<mark title="toxicity">ccc</mark></p>'
    )


@pytest.mark.parametrize("weight", [1e9, -1e9, float("inf"), float("nan")])
def test_a_weight_beyond_all_measure_moves_a_score_between_nothing_and_all(weight: float) -> None:
    (one,) = what_moved(
        "fool", [[0, 4, "insult", weight]], own={"insult": 0.8}, quoted={}, quotations=[]
    )
    assert one.without is not None
    assert 0 <= one.without <= 1


@pytest.mark.parametrize(
    "span",
    [[-4, 2, "insult", 1], [3, 3, "insult", 1], [9, 12, "insult", 1], [2, 1, "insult", 1], "x", []],
)
def test_a_span_that_fits_no_text_is_cut_or_left_out(span: Any) -> None:
    for evidence in read_spans([span], length=4):
        assert 0 <= evidence.start < evidence.end <= 4


def test_offsets_are_code_points_also_behind_an_emoji() -> None:
    assert "<mark" in marked("😀 fool", [[2, 6, "insult", 1]])
    assert ">fool</mark>" in marked("😀 fool", [[2, 6, "insult", 1]])


def test_text_that_looks_like_html_is_shown_as_it_was_typed() -> None:
    assert "<script" not in marked("<script>alert(1)</script>", [[0, 8, "<img src=x>", 1]])


def test_quoted_lines_are_set_apart_from_the_authors_own() -> None:
    assert marked("> You clown\n\nNot my words.") == (
        "<blockquote>&gt; You clown</blockquote><p>Not my words.</p>"
    )


def test_a_face_is_no_quotation() -> None:
    assert marked(">:( that again") == "<p>&gt;:( that again</p>"


def test_a_mark_across_a_quotation_is_cut_at_its_end() -> None:
    assert marked("> ab\ncd, and more.", [[2, 7, "insult", 1]]) == (
        '<blockquote>&gt; <mark title="insult">ab</mark></blockquote>'
        '<p><mark title="insult">cd</mark>, and more.</p>'
    )


def test_words_quoted_inside_a_sentence_are_set_apart_and_said_to_be_quoted() -> None:
    body = "He says “you are all parasites” and means us."
    start, end = body.index("“"), body.index("”") + 1
    assert marked(body) == (
        '<p>He says <span class="quoted"><span class="vh">quoted: </span>'
        "“you are all parasites”"
        '<span class="vh"> end of the quotation </span></span> and means us.</p>'
    )
    assert marked(body, quotations=[(start, end)]) == marked(body)


def test_a_quotation_of_the_comment_above_that_fills_its_lines_is_a_block() -> None:
    body = "You are all parasites here, every one.\nThat is no way to talk."
    assert marked(body, quotations=[(0, body.index("\n"))]) == (
        "<blockquote>You are all parasites here, every one.</blockquote>"
        "<p>That is no way to talk.</p>"
    )


def test_what_a_mark_moved_is_told_beside_it_and_in_the_list() -> None:
    spans = [[0, 4, "insult", 2.0], [0, 4, "toxicity", 1.0]]
    told = what_moved("fool", spans, own={"insult": 0.8}, quoted={}, quotations=[])
    assert [one.sentence for one in told] == [
        "raises insult: 0.80, about 0.35 without it",
        "raises toxicity",
    ]
    assert marked("fool", spans, told=told) == (
        '<p><mark tabindex="0" aria-describedby="moved-1 moved-2"'
        ' data-tip="raises insult: 0.80, about 0.35 without it\nraises toxicity">fool</mark></p>'
    )


def test_a_mark_in_a_quotation_is_told_with_the_score_of_what_is_quoted() -> None:
    spans = [[2, 6, "insult", 1.0]]
    told = what_moved(
        "> fool\nNo.", spans, own={"insult": 0.1}, quoted={"insult": 0.9}, quotations=[(0, 7)]
    )
    assert told[0].score == 0.9


def test_the_strongest_words_of_a_label_come_first_and_once() -> None:
    spans = [
        Evidence(0, 4, "insult", 0.5),
        Evidence(5, 9, "insult", 2.0),
        Evidence(10, 14, "insult", 1.0),
    ]
    assert words_by_label("fool clod fool", spans) == {"insult": ["clod", "fool"]}
