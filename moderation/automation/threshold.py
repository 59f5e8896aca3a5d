"""From which score a rule may decide by itself, so that it keeps a promise about being right.

A threshold is good when, of the comments that score at least so much, the share that people
removed reaches the target. Point estimates do not tell: the best of many lies above the truth. So
each threshold is a hypothesis, "its precision is under the target", refuted by the exact bound, and
having tried many is corrected for as in A. N. Angelopoulos, S. Bates, E. J. Candes, M. I. Jordan
and L. Lei, "Learn then Test: calibrating predictive algorithms to achieve risk control" (2021),
algorithm 1: fixed sequence testing (P. Bauer, "Multiple testing in clinical trials", Statistics in
Medicine 10 (1991), 871-890) from several places to begin. Thresholds are tested from the highest
downwards, each at the same level, and a sequence ends where one is not refuted; there are three
places to begin, so the level of each is a third. The chance that any threshold under the target is
granted is then at most ``1 - confidence``.

**Where a sequence begins** must not depend on how people decided. It does not: it is the first
threshold with decisions enough to bear none, two or eight wrong ones, and those are counted from
the scores alone. Given the scores, decisions are independent of each other, and the promise is
about comments whose scores are spread as these are.

**What nobody looked at** proves nothing. Where people decided about fewer than half of the comments
with such scores (because only reported ones came to them), thresholds are not tried.

**More than proven.** The watch that follows sees a window of decisions, and a rule just above the
target would be paused by chance again and again. So a threshold must also be as right, as counted,
as a rule has to be that a full window pauses by chance at most one time in twenty. That makes the
test stricter, so the promise stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from moderation.automation.exact import fewest, lower_bound, most_wrong
from moderation.automation.watch import window

GRID = tuple(n / 100 for n in range(99, 0, -1))
BEGINNINGS = (0, 2, 8)  # wrong ones that the first threshold of a sequence can bear
BAND = 0.05  # of scores, in each of which people decided about half of the comments or more
FEW = 5  # undecided ones that say nothing about a band
BY_CHANCE = 0.05  # pauses of a full window, of a rule that keeps its promise

Floats = NDArray[np.float64]


class Refusal(StrEnum):
    """Why no threshold is granted."""

    TOO_FEW = "too_few"  # decisions: none wrong would not do
    NOT_SEEN = "not_seen"  # people decide about too few of the comments with high scores
    NOT_PROVEN = "not_proven"  # the bound stays under the target
    NOT_STEADY = "not_steady"  # proven, but the watch would pause it by chance


@dataclass(frozen=True, slots=True)
class Point:
    """A threshold (0..1), the decisions from there on, and the share of right ones."""

    threshold: float
    total: int
    wrong: int
    confidence: float  # of the bound, corrected for having tried many thresholds

    @property
    def precision(self) -> float:
        """The share of right ones, as counted."""
        return 1 - self.wrong / self.total

    @property
    def lower(self) -> float:
        """The bound of that share."""
        return lower_bound(self.total - self.wrong, self.total, self.confidence)


@dataclass(frozen=True, slots=True)
class Choice:
    """What was found. ``chosen`` is None where it is refused, and ``refusal`` says why.

    ``needed`` is how many decisions it takes at least, with none wrong; ``total`` how many there
    are that count; ``steady`` the share of right ones that the watch asks for.
    """

    target: float
    confidence: float
    needed: int
    total: int
    steady: float
    curve: Sequence[Point]
    chosen: Point | None = None
    refusal: Refusal | None = None

    @property
    def best(self) -> Point | None:
        """The threshold with the highest bound."""
        return max(self.curve, key=lambda point: point.lower, default=None)


def choose_threshold(
    *,
    scores: Sequence[float],
    is_right: Sequence[bool],
    target: float,
    confidence: float,
    undecided: Sequence[float] = (),
) -> Choice:
    """Return the lowest threshold whose precision reaches the target, or why there is none.

    ``scores`` (0..1) are those of comments that people decided about, ``is_right`` whether they did
    what the rule would do. ``undecided`` are scores of comments of the same time that nobody
    decided about. ``target`` and ``confidence`` lie between 0 and 1.
    """
    each = 1 - (1 - confidence) / len(BEGINNINGS)
    steady = steady_share(target=target, confidence=confidence)
    curve = _curve(np.asarray(scores, float), np.asarray(is_right, bool), each)
    floor = lowest_seen(scores=scores, undecided=undecided)
    tried = [point for point in curve if point.threshold >= floor]
    proven = _proven(tried, target=target, confidence=each)
    passed = _proven(tried, target=target, confidence=each, steady=steady)
    needed, total = fewest(0, target, each), tried[-1].total if tried else 0
    refusal = None
    if not passed:
        refusal = _refusal(needed=needed, total=total, curve=curve, is_proven=bool(proven))
    return Choice(
        target=target,
        confidence=confidence,
        needed=needed,
        total=total,
        steady=steady,
        curve=curve,
        chosen=min(passed, key=lambda point: point.threshold, default=None),
        refusal=refusal,
    )


@lru_cache(maxsize=100)
def steady_share(*, target: float, confidence: float) -> float:
    """Return how right a rule must be so that a full window seldom pauses it by chance.

    So many wrong ones as pause it come at most ``BY_CHANCE`` of the time: 99.2 % for a target of
    98 % at 95 %.
    """
    size = window(target)
    pausing = most_wrong(size, target, confidence) + 1
    return 1 - lower_bound(pausing, size, 1 - BY_CHANCE)


def lowest_seen(*, scores: Sequence[float], undecided: Sequence[float]) -> float:
    """Return the lowest threshold above which people decided about half of the comments or more.

    In every band of scores; 2 where they did not even at the top.
    """
    begins = np.asarray(GRID)
    ends = np.minimum(1.01, begins + BAND)
    mine, others = (
        np.searchsorted(row, ends) - np.searchsorted(row, begins)
        for row in (np.sort(np.asarray(scores, float)), np.sort(np.asarray(undecided, float)))
    )
    unseen = np.flatnonzero(others > mine + FEW)
    return (2.0, *GRID)[int(unseen[0])] if len(unseen) else GRID[-1]


def _curve(scores: Floats, is_right: NDArray[np.bool_], confidence: float) -> list[Point]:
    """Return the thresholds of the grid that add a decision to those above, highest first."""
    order = np.argsort(-scores, kind="stable")
    wrong = np.concatenate([[0], np.cumsum(~is_right[order])])
    totals = np.searchsorted(-scores[order], -np.asarray(GRID), side="right")
    points, before = [], 0
    for threshold, total in zip(GRID, totals.tolist(), strict=True):
        if total > before:
            bad = int(wrong[total])
            points.append(Point(threshold, total=total, wrong=bad, confidence=confidence))
        before = total
    return points


def _proven(
    tried: Sequence[Point], *, target: float, confidence: float, steady: float = 0.0
) -> list[Point]:
    """Return the thresholds that one of the sequences comes to without a break."""

    def holds(point: Point) -> bool:
        most = most_wrong(point.total, target, confidence)
        return point.precision >= steady and point.wrong <= most

    passed: list[Point] = []
    for wrong in BEGINNINGS:
        enough = fewest(wrong, target, confidence)
        sequence = (point for point in tried if point.total >= enough)
        passed += takewhile(holds, sequence)
    return passed


def _refusal(*, needed: int, total: int, curve: Sequence[Point], is_proven: bool) -> Refusal:
    if is_proven:
        return Refusal.NOT_STEADY
    if total >= needed:
        return Refusal.NOT_PROVEN
    enough_unseen = bool(curve) and curve[-1].total >= needed
    return Refusal.NOT_SEEN if enough_unseen else Refusal.TOO_FEW
