"""The shipped model: what it promises to everybody who asks it."""

import time
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.base import Classifier, Label, Scores, Text, Unscored
from classifier.documents import LONGEST
from classifier.loading import load_classifier
from classifier.text import whole_graphemes
from classifier.thresholds import proposed_thresholds

SAMPLE = Path(__file__).parents[3] / "shared" / "samples" / "norway-today.wxr.xml"
MODEL: Classifier = load_classifier()
HOLDS = {label: cut.hold for label, cut in proposed_thresholds().items()}


def score(body: str, parent: str = "", article_title: str = "") -> Scores:
    return MODEL.score([Text(body, parent, article_title)])[0]


def held(body: str) -> list[Label]:
    scores = score(body)
    assert scores.unscored is None
    return [label for label in Label if scores.own[label] >= HOLDS[label]]


@pytest.mark.parametrize(
    ("body", "label"),
    [
        ("You are a stupid idiot", Label.TOXICITY),
        ("You are a stupid idiot", Label.INSULT),
        ("Fuck off, you worthless piece of shit", Label.PROFANITY),
        ("I will kill you and your whole family", Label.THREAT),
        ("Muslims are animals and should all be thrown out", Label.IDENTITY_ATTACK),
        ("suck my dick, bitch", Label.SEXUALLY_EXPLICIT),
        ("Make $500 a day working from home! Visit http://easy-money.example", Label.SPAM),
    ],
)
def test_plain_abuse_is_held_for_what_it_is(body: str, label: Label) -> None:
    assert label in held(body)


@pytest.mark.parametrize(
    "body",
    [
        "Thanks, a good article.",
        "I disagree with you. The report says something else on page four.",
        "The minister lied about the war, and thousands of civilians were killed for it.",
        "The bombing of Dresden killed some 25,000 people.",
        "The B-29 raids of 1945 burned whole cities and killed more than the atom bombs.",
        "Immigrants pay more in taxes than they receive, according to the finance ministry.",
        "My grandmother died of cancer last year, and the hospital did all it could.",
        "Muslims and Jews have lived in this town for generations.",
        "My specialist in Scunthorpe says that the vaccine is safe.",
    ],
)
def test_civil_comments_on_grave_subjects_are_not_held(body: str) -> None:
    assert held(body) == []


@pytest.mark.skipif(not SAMPLE.exists(), reason="the sample export is not beside the repository")
def test_a_long_civil_comment_about_war_scores_low_on_everything() -> None:
    space = "{http://wordpress.org/export/1.2/}"
    comment = next(ET.parse(SAMPLE).getroot().iter(f"{space}comment_content"))
    scores = score(comment.text or "")
    assert scores.unscored is None
    for values in (scores.own, scores.quoted):
        assert all(value < 0.05 for value in values.values())
        assert all(value < HOLDS[label] for label, value in values.items())


@pytest.mark.parametrize(
    "disguised",
    [
        "You are a st\u200bup\u200bid id\u200biot",
        "You are a s.t.u.p.i.d i.d.i.o.t",
        "You are a stuuuupid idiooooot",
        "You are a stüpïd ïdïöt",
        "You are a ѕtuріd іdіоt",
        "Ｙｏｕ ａｒｅ ａ ｓｔｕｐｉｄ ｉｄｉｏｔ",
    ],
)
def test_a_disguised_insult_scores_like_a_plain_one(disguised: str) -> None:
    plain = score("You are a stupid idiot").own[Label.INSULT]
    assert score(disguised).own[Label.INSULT] >= 0.8 * plain


def test_quoted_words_are_scored_apart() -> None:
    scores = score('"You are all filthy stupid pigs", he wrote. That is no way to talk to people.')
    assert scores.quoted[Label.TOXICITY] >= HOLDS[Label.TOXICITY]
    assert scores.own[Label.TOXICITY] < HOLDS[Label.TOXICITY]


def test_words_of_the_comment_answered_are_not_the_authors() -> None:
    parent = "All of you are filthy stupid pigs and idiots."
    scores = score("all of you are filthy stupid pigs and idiots? Please be civil.", parent)
    assert scores.quoted[Label.TOXICITY] >= HOLDS[Label.TOXICITY]
    assert scores.own[Label.TOXICITY] < HOLDS[Label.TOXICITY]


def test_who_says_nothing_but_a_quotation_answers_for_it() -> None:
    said = "You are all filthy stupid pigs"
    for scores in (score(f'"{said}"'), score(f"> {said}\nok"), score(f"{said}!", parent=said)):
        assert scores.own[Label.TOXICITY] >= HOLDS[Label.TOXICITY]
    assert scores.own == scores.quoted  # found in the comment answered, and nothing added


def test_nothing_quoted_means_no_quoted_scores() -> None:
    assert score("Thanks, a good article.").quoted == {}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", Unscored.EMPTY),
        (" \n\t ", Unscored.EMPTY),
        ("😀😀👍🏽", Unscored.EMPTY),
        ("http://example.com/a/b", Unscored.EMPTY),
        ("😀 https://example.com/a", Unscored.EMPTY),
        ("12345 !!!", Unscored.EMPTY),
        ("\0", Unscored.EMPTY),
        ("Das ist doch alles völliger Unsinn, was die Regierung erzählt.", Unscored.LANGUAGE),
        ("Привет, как дела?", Unscored.LANGUAGE),
        ("你是白痴", Unscored.LANGUAGE),
    ],
)
def test_what_cannot_be_read_gets_no_number(body: str, reason: Unscored) -> None:
    scores = score(body)
    assert scores.unscored is reason
    assert not scores.own
    assert not scores.quoted
    assert not scores.spans


@pytest.mark.parametrize("body", ["a", "ok", "fuck", "Thanks!", "😀 ok"])
def test_the_shortest_words_get_numbers(body: str) -> None:
    scores = score(body)
    assert scores.unscored is None
    assert (scores.own[Label.PROFANITY] >= HOLDS[Label.PROFANITY]) is (body == "fuck")


def test_abuse_in_the_middle_of_the_longest_text_is_found() -> None:
    civil = "The council met on Tuesday and spoke about the new road to the harbour. "
    half = civil * (49_900 // len(civil))
    assert held(half + "You stupid fucking idiot. " + half)


def test_spans_show_the_words_as_they_were_typed() -> None:
    body = "Well, you are a st\u200bupid 1d10t, sir."
    spans = [span for span in score(body).spans if span.label is Label.INSULT]
    assert "st\u200bupid" in " ".join(body[span.start : span.end] for span in spans)
    assert "1d10t" in " ".join(body[span.start : span.end] for span in spans)
    assert all(span.weight > 0 for span in spans)


def test_whatever_is_held_is_explained() -> None:
    for body in ("What a load of crap", "You idiot", "These people are vermin, all of them"):
        scores = score(body)
        explained = {span.label for span in scores.spans}
        assert {label for label in Label if scores.own[label] >= HOLDS[label]} <= explained


def test_spans_beyond_what_is_read_of_a_long_text_have_true_offsets() -> None:
    body = "The report is on page four. " * (LONGEST // 14) + "You stupid fucking idiot"
    weights = score("You stupid fucking idiot " + "a report " * 5).spans
    assert weights
    for span in score(body).spans:
        assert body[span.start : span.end].strip()
        assert "report" not in body[span.start : span.end]


TEXTS = st.text(max_size=80) | st.sampled_from(
    [
        "You are a stupid idiot",
        "you 1d10t f*ck off",
        '"You are all filthy stupid pigs", he wrote. That is no way to talk.',
        "> you idiot\nplease",
        "The war killed thousands of people in Ukraine.",
        "",
        "😀",
        "Das ist doch alles völliger Unsinn, was die Regierung erzählt.",
        "\ud800 half a pair",
        "e" + "\u0301" * 300,
        "you st\u0336u\u0336pid 👩‍👩‍👧 idiot👍🏽",
    ]
)


@settings(deadline=None, max_examples=60)
@given(st.lists(TEXTS, max_size=12))
def test_a_batch_scores_like_its_texts_one_by_one(bodies: list[str]) -> None:
    texts = [Text(body, "You are wrong about the war, my friend.", "War") for body in bodies]
    together = MODEL.score(texts)
    assert together == [MODEL.score([text])[0] for text in texts]
    assert together == MODEL.score(texts)


@settings(deadline=None, max_examples=100)
@given(TEXTS)
def test_every_answer_keeps_the_contract(body: str) -> None:
    scores = score(body)
    assert scores.model == MODEL.version
    assert (scores.unscored is None) == (set(scores.own) == set(Label))
    assert set(scores.quoted) in (set(), set(Label))
    for value in (*scores.own.values(), *scores.quoted.values()):
        assert 0.0 <= value <= 1.0
    for span in scores.spans:
        assert 0 <= span.start < span.end <= len(body)
        whole = whole_graphemes(body, start=span.start, end=span.end)
        assert whole == (span.start, span.end)


@pytest.mark.parametrize(
    "body",
    [
        "x" * 1_000_000,
        "word " * 20_000,
        "a\u0301" * 50_000,
        "i d i o t " * 10_000,
        "1d10t " * 16_000,
        '"you are all fools" ' * 5_000,
        "😀" * 100_000,
        "\0" * 100_000,
        "ы" * 100_000,
    ],
)
def test_a_very_long_text_is_scored_in_bounded_time(body: str) -> None:
    begun = time.perf_counter()
    score(body, parent=body)
    assert time.perf_counter() - begun < 10


def test_no_texts_give_no_scores() -> None:
    assert MODEL.score([]) == []
