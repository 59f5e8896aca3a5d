"""Texts scored as readers' comments are, and answers turned into figures with intervals."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score, roc_auc_score

from classifier.base import Classifier, Label, Scores, Text
from classifier.reliability import EDGES, Bin
from classifier.report import Figure
from classifier.thresholds import proposed_thresholds
from classifier.training.places import Places
from classifier.training.prepare import LABELS, load

SEED = 20261123
ROUNDS = 300
_AT_A_TIME = 64

Measure = Callable[[np.ndarray, np.ndarray], float]


class Judge:
    """Scores texts once and measures."""

    def __init__(self, *, model: Classifier, data: Places) -> None:
        self.model = model
        self.data = data
        self.known: dict[str, Scores] = {}
        self.holds = {label: cut.hold for label, cut in proposed_thresholds().items()}
        self.chance = np.random.default_rng(SEED)

    def every(self, *names: str) -> pd.DataFrame:
        """All rows of some sets. Raises NotAtHand."""
        return pd.concat([load(data=self.data.folder(name), name=name) for name in names])

    def dev(self, *names: str) -> pd.DataFrame:
        """The dev rows of some sets. Raises NotAtHand."""
        table = self.every(*names)
        return table[table["part"] == "judge"].reset_index(drop=True)

    def score(self, texts: Sequence[str]) -> list[Scores]:
        """Score plain texts; one that was scored before is remembered."""
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        parts = [new[at : at + _AT_A_TIME] for at in range(0, len(new), _AT_A_TIME)]
        with ThreadPoolExecutor(os.cpu_count()) as pool:  # the encoder lets go of the lock
            for part, scores in zip(parts, pool.map(self._score, parts), strict=True):
                self.known.update(zip(part, scores, strict=True))
        return [self.known[text] for text in texts]

    def _score(self, texts: Sequence[str]) -> list[Scores]:
        return self.model.score([Text(text) for text in texts])

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """Own words' probabilities, (N, L); NaN where nothing was scored."""
        rows = [[score.own.get(label, np.nan) for label in Label] for score in self.score(texts)]
        return np.array(rows).reshape(-1, len(LABELS))

    def whole(self, texts: Sequence[str]) -> np.ndarray:
        """Probabilities of own or quoted words, whichever is higher, (N, L); NaN if not scored."""
        rows = [
            [max(score.own[label], score.quoted.get(label, 0.0)) for label in Label]
            if score.own
            else [np.nan] * len(LABELS)
            for score in self.score(texts)
        ]
        return np.array(rows).reshape(-1, len(LABELS))

    def held(self, texts: Sequence[str]) -> np.ndarray:
        """Which texts the proposed thresholds hold for their own words, (N,)."""
        cuts = np.array([self.holds[label] for label in Label])
        return np.asarray((self.probabilities(texts) >= cuts).any(axis=1))

    def ranked(
        self, group: str, name: str, found: np.ndarray, true: np.ndarray, measure: str = "AUC"
    ) -> Figure:
        """A figure of how well probabilities (N,) rank truths (N,), bootstrapped."""
        how: Measure = {
            "AUC": roc_auc_score,
            "AP": average_precision_score,
            "r": lambda y, p: float(np.corrcoef(y, p)[0, 1]),
            "ECE": calibration_error,
        }[measure]
        scored = ~np.isnan(found)
        found, true = found[scored], true[scored]
        values: list[float] = []
        while len(values) < ROUNDS:
            picked = self.chance.integers(0, len(true), len(true))
            if measure in ("AUC", "AP") and len(set(true[picked].tolist())) < 2:
                continue
            values.append(how(true[picked], found[picked]))
        low, high = np.quantile(values, [0.025, 0.975])
        hits = None if measure == "r" else int(true.sum())
        return Figure(
            group,
            name,
            measure,
            rounded(how(true, found)),
            rounded(low),
            rounded(high),
            len(true),
            hits,
        )

    @staticmethod
    def share(group: str, name: str, hits: np.ndarray) -> Figure:
        """A share with Wilson's interval."""
        n, k = len(hits), int(hits.sum())
        low, high = wilson(k, n)
        return Figure(group, name, "share", rounded(k / n), rounded(low), rounded(high), n, k)


def wilson(k: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share of k in n > 0 (Wilson 1927)."""
    z = 1.96
    middle = (k + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * float(np.sqrt(k * (n - k) / n + z * z / 4))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def reliability(true: np.ndarray, found: np.ndarray) -> list[Bin]:
    """Truths (N,) and probabilities (N,) as the points of the reliability diagram."""
    bins = []
    for begin, end in pairwise(EDGES):
        inside = (found >= begin) & (found < end)
        n, k = int(inside.sum()), int(true[inside].sum())
        if n:
            low, high = map(rounded, wilson(k, n))
            bins.append(Bin(rounded(found[inside].mean()), rounded(k / n), low, high, n))
    return bins


def rounded(value: float) -> float:
    """As figures are stored."""
    return round(float(value), 4)


def calibration_error(true: np.ndarray, found: np.ndarray) -> float:
    """Expected calibration error over ten bins of equal width (Guo et al. 2017)."""
    bins = np.minimum((found * 10).astype(int), 9)
    gaps = [
        abs(found[bins == one].mean() - true[bins == one].mean()) * (bins == one).mean()
        for one in set(bins.tolist())
    ]
    return float(sum(gaps))
