"""Which words moved a score, found by leaving them out."""

from collections.abc import Sequence

import pytest

from classifier.base import Label, Scores, Text, Unscored
from classifier.occlusion import occlude
from classifier.quotations import only, split_quotations
from classifier.text import fold


class Insults:
    """Adds three logits for each word it knows, after folding; own and quoted words apart."""

    version = "insults-1"

    def __init__(self, *, fewest_words: int = 0) -> None:
        self.fewest_words = fewest_words
        self.asked: list[str] = []

    def score(self, texts: Sequence[Text]) -> list[Scores]:
        self.asked += [text.body for text in texts]
        return [self._one(text) for text in texts]

    def _one(self, text: Text) -> Scores:
        if len(text.body.split()) < self.fewest_words:
            return Scores(model=self.version, unscored=Unscored.LANGUAGE)
        split = split_quotations(
            body=text.body,
            parent=text.parent,
            article_title=text.article_title,
            article=text.article,
        )
        own, quoted = only(text.body, split.own), only(text.body, split.quoted)
        return Scores(
            model=self.version,
            own={Label.INSULT: self._insult(own), Label.THREAT: 0.01},
            quoted={Label.INSULT: self._insult(quoted)} if split.quoted else {},
        )

    def _insult(self, words: str) -> float:
        folded = fold(words).text
        count = sum(folded.count(word) for word in ("idiot", "moron"))
        return 1 / (1 + 2.718281828 ** (3 - 3 * count))


def marked(body: str, **options: int) -> list[tuple[str, float]]:
    spans = occlude(Insults(), Text(body), **options)
    assert {span.label for span in spans} <= {Label.INSULT}
    return [(body[span.start : span.end], round(span.weight, 1)) for span in spans]


def test_a_word_weighs_what_the_score_falls_without_it() -> None:
    assert marked("You are an idiot , dear neighbour") == [("idiot", 3.0)]
    assert marked("An idiot here and a moron there") == [("idiot", 3.0), ("moron", 3.0)]


def test_a_full_stop_or_a_quotation_mark_is_not_marked_with_its_word() -> None:
    assert marked("You are an idiot, and he is a “moron”.") == [("idiot", 3.0), ("“moron", 3.0)]


def test_calm_words_are_not_marked() -> None:
    assert marked("The ferry leaves at eight.") == []


@pytest.mark.parametrize("disguised", ["1d1ot", "i d i o t", "id\u200biot", "idi\u043et"])
def test_disguised_words_are_marked_as_they_were_typed(disguised: str) -> None:
    assert marked(f"You are an {disguised} dear neighbour") == [(disguised, 3.0)]


def test_own_and_quoted_words_are_judged_apart() -> None:
    body = "> you are such an idiot\nWhoever says that is a moron himself"
    assert marked(body) == [("idiot", 3.0), ("moron", 3.0)]
    body = "> you are such an idiot\nPlease do not write that"
    assert marked(body) == [("idiot", 3.0)]


def test_words_of_the_article_are_judged_as_quoted() -> None:
    article = "The captain called the minister an idiot without any manners on Monday."
    body = "called the minister an idiot without any manners, well, moron yourself"
    model = Insults()
    spans = occlude(model, Text(body, article=article))
    assert [body[span.start : span.end] for span in spans] == ["idiot", "moron"]
    # Own words are asked about without what is quoted, and the other way round.
    assert "idiot" not in model.asked[0]
    assert "moron" not in model.asked[1]


def test_a_long_text_is_asked_about_in_phrases() -> None:
    model = Insults()
    body = "calm words all along " * 500 + "idiot " + "and calm again " * 500
    spans = occlude(model, Text(body), most=16)
    assert len(model.asked) <= 16 + 2
    assert [span.label for span in spans] == [Label.INSULT]
    assert "idiot" in body[spans[0].start : spans[0].end]


def test_a_thousand_quotations_are_asked_about_in_few_passes() -> None:
    model = Insults()
    occlude(model, Text("> calm words stand here\nand mine\n" * 1_000), most=16)
    assert len(model.asked) <= 16 + 2


def test_no_grapheme_is_cut() -> None:
    body = "Hello idiot\u0301\U0001f9d1\u200d\U0001f680 there"
    (span,) = occlude(Insults(), Text(body))
    assert body[span.start : span.end] == "idiot\u0301\U0001f9d1\u200d\U0001f680"


def test_leaving_out_what_makes_the_text_unscored_says_nothing() -> None:
    assert occlude(Insults(fewest_words=4), Text("You are idiot now")) == ()


@pytest.mark.parametrize("body", ["", " ", "\n\n"])
def test_what_is_empty_has_no_words(body: str) -> None:
    assert occlude(Insults(), Text(body)) == ()


def test_one_word_alone_is_marked_where_the_rest_is_scored() -> None:
    assert marked("idiot") == [("idiot", 3.0)]
