"""Many runs of choosing a threshold and of watching it, with the truth known. Seeded by the caller.

``paused_after`` is the watch for thousands of runs at once: audits of equal weight, by the same
bounds. A test compares it with the watch itself.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moderation.automation.exact import at_least, at_most
from moderation.automation.threshold import GRID, Choice, Refusal, choose_threshold
from moderation.automation.watch import RECENT, UNLIKELY, Evidence, window

TARGET, CONFIDENCE = 0.98, 0.95
NEVER = 10**9
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """How likely people remove a comment, by its score; scores are a beta(a, b)."""

    name: str
    right: Callable[[Floats], Floats]
    a: float = 1.2
    b: float = 1.0

    def scores(self, chance: np.random.Generator, number: int) -> Floats:
        """Draw scores, rounded as they are stored."""
        return np.clip(np.round(chance.beta(self.a, self.b, number), 4), 0.0001, 0.9999)

    @functools.cached_property
    def truth(self) -> dict[float, float]:
        """The precision above each threshold of the grid, of 200,000 comments."""
        scores = np.sort(self.scores(np.random.default_rng(1), 200_000))[::-1]
        totals = np.searchsorted(-scores, -np.asarray(GRID), side="right")
        right = np.concatenate([[0.0], np.cumsum(self.right(scores))])[totals]
        return dict(zip(GRID, (right / np.maximum(totals, 1)).tolist(), strict=True))

    def choose(self, chance: np.random.Generator, decisions: int) -> Choice:
        """Choose on decisions that were just drawn."""
        scores = self.scores(chance, decisions)
        is_right = chance.random(decisions) < self.right(scores)
        return choose_threshold(
            scores=scores.tolist(), is_right=is_right, target=TARGET, confidence=CONFIDENCE
        )


def logistic(start: float, slope: float) -> Callable[[Floats], Floats]:
    """Return a share of right ones whose logit rises with the score's."""
    return lambda s: 1 / (1 + np.exp(-(start + slope * np.log(s / (1 - s)))))


JUST_UNDER = World("97.9 % at every score", lambda s: np.full(len(s), 0.979))
WORLDS = (
    JUST_UNDER,
    World("under the target below 0.85", logistic(0, 1.6)),
    World("under the target below 0.84, slowly", logistic(1, 1.2), a=1.0),
    World("under the target below 0.63, very slowly", logistic(3, 0.6), a=1.0),
    World("under it above 0.9, over it from 0.5 on", lambda s: np.where(s < 0.9, 0.995, 0.975)),
)


@dataclass(frozen=True)
class Grants:
    """Shares of runs: granted at all, granted a threshold under the target, proven in vain."""

    granted: float
    under: float
    proven: float


def grants(world: World, *, seed: int, runs: int, decisions: int) -> Grants:
    """Choose ``runs`` times. ``proven`` counts what the bound would grant without the watch."""
    chance = np.random.default_rng(seed)
    choices = [world.choose(chance, decisions) for _ in range(runs)]
    chosen = [c.chosen for c in choices if c.chosen]
    under = sum(world.truth[point.threshold] < TARGET for point in chosen)
    not_steady = sum(c.refusal == Refusal.NOT_STEADY for c in choices)
    return Grants(len(chosen) / runs, under / runs, (len(chosen) + not_steady) / runs)


@functools.cache
def bearable(total: int) -> float:
    """How many of ``total`` may be wrong, as no whole number, before the bound is too low."""
    if at_most(0, total, 1 - TARGET) > 1 - CONFIDENCE:
        return -1.0
    low, high = 0.0, float(total)
    for _ in range(30):
        middle = (low + high) / 2
        if at_most(middle, total, 1 - TARGET) <= 1 - CONFIDENCE:
            low = middle
        else:
            high = middle
    return low


@functools.cache
def contradicting(number: int) -> int:
    """How many wrong ones of ``number`` recent audits contradict the target."""
    return next(
        (w for w in range(number + 1) if at_least(w, number, 1 - TARGET) <= UNLIKELY), number + 1
    )


def paused_after(is_right: NDArray[np.bool_], *, evidence: Evidence) -> NDArray[np.int64]:
    """Return after how many audits each run (a row, oldest first) is paused; NEVER if not."""
    runs, number = is_right.shape
    wrong = np.concatenate([np.zeros((runs, 1), int), np.cumsum(~is_right, axis=1)], axis=1)
    after, size = np.arange(1, number + 1), window(TARGET)
    held = np.minimum(after, size)
    stand_in = np.minimum(evidence.total, size - held)
    stand_wrong = stand_in * (1 - evidence.right / evidence.total)
    most = np.array([bearable(int(n)) for n in held + stand_in])
    recent = np.minimum(after, RECENT)
    too_many = np.array([contradicting(int(n)) for n in recent])
    pauses = wrong[:, after] - wrong[:, after - held] + stand_wrong > most
    pauses |= wrong[:, after] - wrong[:, after - recent] >= too_many
    return np.where(pauses.any(axis=1), pauses.argmax(axis=1) + 1, NEVER)


def audits(
    chance: np.random.Generator, *, runs: int, number: int, right: float
) -> NDArray[np.bool_]:
    """Draw the outcomes of audits of a rule that is right so often."""
    return chance.random((runs, number)) < right
