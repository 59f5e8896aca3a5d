"""Classifiers that misbehave on purpose, for workers that a test starts (CLASSIFIER=...)."""

import os
import re
import signal
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from classifier.base import Classifier, Label, Scores, Text
from classifier.head import Features, Head
from classifier.loading import load_classifier
from tests.make import StandIn

INSULT = list(Label).index(Label.INSULT)


class Slow(StandIn):
    """Takes a quarter of a second for each text."""

    def score(self, texts: Sequence[Text]) -> list[Scores]:
        time.sleep(0.25 * len(texts))
        return super().score(texts)


class Poisoned(StandIn):
    """Dies with its process at a text that says poison."""

    def score(self, texts: Sequence[Text]) -> list[Scores]:
        if any("poison" in text.body for text in texts):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().score(texts)


def model_in_a_folder() -> Classifier:
    """The model in the folder that MODEL_FOLDER names."""
    return load_classifier(model_dir=Path(os.environ["MODEL_FOLDER"]))


def noted_when_loaded() -> StandIn:
    """Writes the process that loads it into the file that NOTED_IN names."""
    with Path(os.environ["NOTED_IN"]).open("a") as notes:
        notes.write(f"{os.getpid()}\n")
    return StandIn()


class SlowNewer(Slow):
    """The next version, as slow."""

    version = "stand-in-2"


class PoisonedNewer(Poisoned):
    """The next version, as easily killed."""

    version = "stand-in-2"


class Learner(StandIn):
    """Can learn. A body says what it sees: "insult 1.5 irony -0.3", a logit and a hidden trait."""

    version = "learner-1"
    ready = True

    def __init__(self, head: Head | None = None) -> None:
        super().__init__()
        self.head = head
        self.version = f"{type(self).version}~{head.name}" if head else type(self).version

    def features(self, texts: Sequence[Text]) -> Features:
        seen = np.array([self._numbers(text) for text in texts])
        logits = np.full((len(texts), len(Label)), -4.0)
        logits[:, INSULT] = seen[:, 0]
        return Features(logits, seen[:, 1:].astype(np.float32), np.ones(len(texts), np.bool_))

    def with_head(self, head: Head) -> "Learner":
        return type(self)(head)

    def score(self, texts: Sequence[Text]) -> list[Scores]:
        found = self.features(texts)
        logits = self.head(found.logits, found.embedding) if self.head else found.logits
        table = (1.0 / (1.0 + np.exp(-logits))).round(4).tolist()
        return [
            Scores(model=self.version, language="en", own=dict(zip(Label, row, strict=True)))
            for row in table
        ]

    @staticmethod
    def _numbers(text: Text) -> tuple[float, float]:
        found = re.search(r"insult (\S+) irony (\S+)", text.body)
        return (float(found[1]), float(found[2])) if found else (-3.0, 0.0)


class NextLearner(Learner):
    """The model that is shipped after it."""

    version = "learner-2"
