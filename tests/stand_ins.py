"""Classifiers that misbehave on purpose, for workers that a test starts (CLASSIFIER=...)."""

import os
import signal
import time
from collections.abc import Sequence

from classifier.base import Scores, Text
from tests.make import StandIn


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


class SlowNewer(Slow):
    """The next version, as slow."""

    version = "stand-in-2"


class PoisonedNewer(Poisoned):
    """The next version, as easily killed."""

    version = "stand-in-2"
