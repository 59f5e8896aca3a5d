"""Exact bounds of a share, by the binomial distribution itself and nothing that approaches it.

The lower bound is that of C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial
limits illustrated in the case of the binomial", Biometrika 26 (1934), 404-413, taken on one side.
Its chance of lying above the truth is at most what was asked for, whatever the truth is. That
holds, too, where each decision has a right share of its own, for the mean of these: W. Hoeffding,
"On the distribution of the number of successes in independent trials", Annals of Mathematical
Statistics 27 (1956), 713-721.

Weighted decisions make numbers that are not whole. E. L. Korn and B. I. Graubard, "Confidence
intervals for proportions with small expected number of positive counts estimated from survey
data", Survey Methodology 24 (1998), 193-201, put these into the same bound, with the effective
number for the number: the beta distribution, whose quantile it is, does not ask for whole ones.
"""

import math
from functools import lru_cache

_PRECISE = 1e-15
_TINY = 1e-300
_MOST_TERMS = 10_000
_HALVINGS = 60


def incomplete_beta(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function: how likely a beta(a, b) is at most x.

    The continued fraction is 8.17.22 of the NIST Digital Library of Mathematical Functions,
    evaluated by the method of W. J. Lentz, Applied Optics 15 (1976), 668-671. ``a`` and ``b`` are
    above zero, ``x`` lies between 0 and 1; about twelve digits are right.
    """
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):  # there the fraction of the other side is quicker
        return 1.0 - incomplete_beta(1 - x, b, a)
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front += a * math.log(x) + b * math.log1p(-x)
    return math.exp(front) / (a * _fraction(x, a, b))


def _fraction(x: float, a: float, b: float) -> float:
    """Return 1 + d1/(1 + d2/(1 + ...)), the denominator of the continued fraction."""
    value = above = 1.0
    below = 0.0
    for term in range(1, _MOST_TERMS):
        m, odd = divmod(term, 2)
        if odd:
            d = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            d = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        below = 1.0 / (1.0 + d * below or _TINY)
        above = 1.0 + d / above or _TINY
        value *= above * below
        if abs(above * below - 1.0) < _PRECISE:
            break
    return value


def at_most(wrong: float, total: float, share: float) -> float:
    """Return how likely at most ``wrong`` of ``total`` are wrong where ``share`` of all are."""
    if wrong >= total:
        return 1.0
    return incomplete_beta(1 - share, total - wrong, wrong + 1)


def at_least(wrong: float, total: float, share: float) -> float:
    """Return how likely at least ``wrong`` of ``total`` are wrong where ``share`` of all are."""
    return 1.0 if wrong <= 0 else incomplete_beta(share, wrong, total - wrong + 1)


def lower_bound(right: float, total: float, confidence: float) -> float:
    """Return the bound that the true share lies above with ``confidence`` (one-sided, exact)."""
    if right <= 0:
        return 0.0
    doubt, low, high = 1 - confidence, 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if incomplete_beta(middle, right, total - right + 1) < doubt:
            low = middle
        else:
            high = middle
    return low


@lru_cache(maxsize=100_000)
def most_wrong(total: int, target: float, confidence: float) -> int:
    """Return how many of ``total`` may be wrong so that the lower bound still reaches the target.

    -1 where none may: the number is too small to prove anything.
    """
    low, high = -1, total
    while high - low > 1:
        middle = (low + high) // 2
        if at_most(middle, total, 1 - target) <= 1 - confidence:
            low = middle
        else:
            high = middle
    return low


@lru_cache(maxsize=1000)
def fewest(wrong: int, target: float, confidence: float) -> int:
    """Return how many decisions it takes to prove the target when ``wrong`` of them are wrong."""
    low, high = wrong, wrong + 1
    while most_wrong(high, target, confidence) < wrong:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if most_wrong(middle, target, confidence) < wrong:
            low = middle
        else:
            high = middle
    return high
