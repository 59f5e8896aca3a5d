"""Whether a rule that decides by itself is still as right as it promised to be.

A share of what it would decide is drawn by chance and goes to a person who does not see why. Those
audits alone say how right it is (``precision``). Each stands for as many comments as its chance of
being drawn says (D. G. Horvitz and D. J. Thompson, JASA 47 (1952), 663-685); the share of right
ones is the ratio of two such sums (J. Hajek, in "Foundations of Statistical Inference", 1971), and
how many equal ones the unequal ones are worth is the square of their sum over the sum of their
squares (L. Kish, "Survey Sampling", 1965). ``exact.lower_bound`` makes a bound of these.

The window holds the last ``window(target)`` audits: as many as 20 wrong ones are expected in at
the target itself. Until there are so many, the decisions that granted the automation stand in for
the rest, each with the weight of an audit drawn at the share of now: nothing but chance is new on
the first day, and by and by audits alone speak. What comes of both decides about pausing, and is
called nothing else.

Two things pause an automation. The lower bound falls under the target: it can no longer be
promised. Or the latest ``RECENT`` audits alone contradict the target: so many wrong ones would come
once in a hundred times if it were met. That catches a sudden drop while the good ones of before
still hold the bound up. Why these numbers: docs/decisions, "An automation is watched by a window".
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from moderation.automation.exact import at_least, lower_bound

WRONG_IN_A_WINDOW = 20  # expected at the target
RECENT = 100  # audits
UNLIKELY = 0.01  # so many wrong ones among the recent
MOST_POINTS = 60  # of a chart


class Sign(StrEnum):
    """What the watch says."""

    OK = "ok"
    BOUND = "bound"  # pause: the lower bound is under the target
    CONTRADICTED = "contradicted"  # pause: the latest audits alone contradict the target


@dataclass(frozen=True, slots=True)
class Audit:
    """What a person said of a comment that was drawn with a probability (above 0, at most 1)."""

    is_right: bool
    probability: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """The decisions that granted an automation, and how many of them it would have got right."""

    total: int
    right: int


@dataclass(frozen=True, slots=True)
class Precision:
    """How right an automation is by its audits alone: the weighted share, and its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Watch:
    """What can be said after ``audits`` audits.

    The window has room for ``window`` audits and holds ``held`` of them; ``stand_in`` decisions
    that granted the automation stand in for others. ``effective`` is how many decisions of equal
    weight both are worth, ``counted`` the share of right ones among both and ``lower`` its bound,
    which decides about pausing. ``precision`` is that of the audits alone; None before the first.
    """

    audits: int
    window: int
    held: int
    stand_in: int
    effective: float
    counted: float
    lower: float
    precision: Precision | None
    sign: Sign

    @property
    def must_pause(self) -> bool:
        """Whether the automation may not go on by itself."""
        return self.sign != Sign.OK


def window(target: float) -> int:
    """Return how many audits are looked at: 1,000 for a target of 98 %."""
    return math.ceil(round(WRONG_IN_A_WINDOW / (1 - target), 6))


def watch(
    *,
    audits: Sequence[Audit],
    evidence: Evidence,
    target: float,
    confidence: float,
    share: float,
) -> Watch:
    """Return what audits, oldest first, say of an automation.

    ``share`` is the probability that audits are drawn with now (above 0, at most 1). ``target`` and
    ``confidence`` lie between 0 and 1.
    """
    room = window(target)
    held = audits[-room:]
    weights = [share / audit.probability for audit in held]
    stand_in = min(evidence.total, room - len(held))
    stand_right = stand_in * evidence.right / evidence.total if stand_in else 0.0
    total = sum(weights) + stand_in
    if not total:
        return Watch(0, room, 0, 0, 0.0, counted=0.0, lower=0.0, precision=None, sign=Sign.BOUND)
    right = sum(w for w, audit in zip(weights, held, strict=True) if audit.is_right)
    counted = (right + stand_right) / total
    effective = total**2 / (sum(w * w for w in weights) + stand_in)
    lower = lower_bound(counted * effective, effective, confidence)
    return Watch(
        audits=len(audits),
        window=room,
        held=len(held),
        stand_in=stand_in,
        effective=effective,
        counted=counted,
        lower=lower,
        precision=precision(held, confidence=confidence),
        sign=_sign(audits[-RECENT:], lower, target),
    )


def precision(audits: Sequence[Audit], *, confidence: float) -> Precision | None:
    """Return how right audits say that something is: nothing else stands in. None without any.

    The interval has two sides and is exact (Clopper and Pearson): with ``confidence`` the truth
    lies in it.
    """
    weights = [1 / audit.probability for audit in audits]
    if not weights:
        return None
    total = sum(weights)
    right = sum(w for w, audit in zip(weights, audits, strict=True) if audit.is_right) / total
    effective = total**2 / sum(w * w for w in weights)
    one_side = (1 + confidence) / 2
    return Precision(
        value=right,
        low=lower_bound(right * effective, effective, one_side),
        high=1 - lower_bound((1 - right) * effective, effective, one_side),
    )


def chart(
    *,
    audits: Sequence[Audit],
    evidence: Evidence,
    target: float,
    confidence: float,
    share: float,
) -> list[Watch]:
    """Return what the watch said at up to ``MOST_POINTS`` moments, from none of audits to all."""
    steps = min(MOST_POINTS - 1, len(audits))
    numbers = [round(len(audits) * step / steps) for step in range(steps + 1)] if steps else [0]
    return [
        watch(
            audits=audits[:number],
            evidence=evidence,
            target=target,
            confidence=confidence,
            share=share,
        )
        for number in numbers
    ]


def _sign(recent: Sequence[Audit], lower: float, target: float) -> Sign:
    """Tell which of the two reasons to pause there is.

    The recent ones are counted and not weighted: each was drawn by chance, so each is right as
    often as the rule is, whatever the chance was.
    """
    wrong = sum(not audit.is_right for audit in recent)
    if at_least(wrong, len(recent), 1 - target) <= UNLIKELY:
        return Sign.CONTRADICTED
    return Sign.BOUND if lower < target else Sign.OK
