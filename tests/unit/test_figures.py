"""Percentiles out of buckets, against the waiting times themselves."""

import math
import random
from collections import Counter

import pytest

from moderation.figures import BUCKETS_PER_DOUBLING, bounds, percentile, within


def bucket_of(seconds: float) -> int:
    return math.floor(BUCKETS_PER_DOUBLING * math.log2(max(1.0, seconds)))


@pytest.fixture(scope="module")
def waits() -> list[float]:
    chance = random.Random(4)
    return sorted(chance.lognormvariate(6, 1.5) for _ in range(5000))


@pytest.mark.parametrize("part", [0.5, 0.9, 0.99])
def test_a_percentile_is_off_by_less_than_a_tenth(waits: list[float], part: float) -> None:
    found = percentile(Counter(map(bucket_of, waits)), part)
    assert found == pytest.approx(waits[int(part * len(waits))], rel=0.1)


@pytest.mark.parametrize("minutes", [2, 10, 60])
def test_the_share_within_a_promise_is_off_by_less_than_two_hundredths(
    waits: list[float], minutes: int
) -> None:
    exact = sum(wait <= 60 * minutes for wait in waits) / len(waits)
    assert within(Counter(map(bucket_of, waits)), 60 * minutes) == pytest.approx(exact, abs=0.02)


def test_buckets_follow_one_another_without_a_gap() -> None:
    for bucket in range(100):
        assert bounds(bucket)[1] == pytest.approx(bounds(bucket + 1)[0])


def test_of_nothing_nothing_is_said() -> None:
    assert percentile({}, 0.5) is None
    assert within({}, 60) is None
