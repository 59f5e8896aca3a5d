"""Sentences that show where the model is weak, and what it says of them."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from classifier.base import Classifier, Label, Text
from classifier.report import Example
from classifier.thresholds import Threshold

EXAMPLES = Path(__file__).parent / "examples.toml"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A comment, and what a person would do with it."""

    text: str
    person: str


def sentences() -> list[Sentence]:
    """The sentences of the card, in its order."""
    return [Sentence(**one) for one in tomllib.loads(EXAMPLES.read_text("utf-8"))["example"]]


def judged(*, model: Classifier, cuts: Mapping[Label, Threshold]) -> Iterator[Example]:
    """What ``model`` says of each of them, by its own words, and whether ``cuts`` hold it."""
    every = sentences()
    answers = model.score([Text(sentence.text) for sentence in every])
    for sentence, scores in zip(every, answers, strict=True):
        label = max(scores.own, key=lambda one: scores.own[one], default=None)
        yield Example(
            text=sentence.text,
            label=label,
            probability=None if label is None else round(scores.own[label], 4),
            held_for=[one for one in scores.own if scores.own[one] >= cuts[one].hold],
            unscored=scores.unscored,
            person=sentence.person,
        )
