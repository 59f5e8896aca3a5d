"""Kappa against printed examples, and its intervals against chance itself."""

import random

import pytest

from moderation.agreement import (
    FEWEST,
    Table,
    agreement,
    interval,
    kappa,
    share_interval,
    standard_error,
)

# Agresti, Categorical Data Analysis (1990): couples answer one question; figures as R's vcd prints.
COUPLES = [[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]]
# Fleiss, Statistical Methods for Rates and Proportions (1981), chapter 13: two diagnoses.
DIAGNOSES = [[75, 1, 4], [5, 4, 1], [0, 0, 10]]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([[20, 5], [10, 15]], 0.4),
        ([[45, 15], [25, 15]], 0.1304),
        ([[25, 35], [5, 35]], 0.2593),
        (COUPLES, 0.1293),
        (DIAGNOSES, 0.6765),
    ],
)
def test_kappa_is_that_of_printed_examples(cells: list[list[int]], expected: float) -> None:
    assert kappa(cells) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize(("cells", "expected"), [(COUPLES, 0.0686), (DIAGNOSES, 0.0877)])
def test_the_standard_error_is_that_of_printed_examples(
    cells: list[list[int]], expected: float
) -> None:
    assert standard_error(cells) == pytest.approx(expected, abs=5e-5)


def test_full_agreement_is_1_and_opposite_answers_are_minus_1() -> None:
    assert kappa([[20, 0], [0, 20]]) == 1
    assert standard_error([[20, 0], [0, 20]]) == 0
    assert kappa([[0, 20], [20, 0]]) == -1


@pytest.mark.parametrize("cells", [[[0, 0], [0, 0]], [[40, 0], [0, 0]]])
def test_kappa_is_not_defined_without_answers_or_with_one_alone(cells: list[list[int]]) -> None:
    assert kappa(cells) is None
    assert standard_error(cells) is None


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (Table(both=10, neither=FEWEST - 11), "29 comments"),
        (Table(both=4, only_second=1, neither=200), "a removal in 9 of 410 answers"),
        (Table(both=200, only_first=9), "an approval in 9 of 418 answers"),
    ],
)
def test_too_little_is_not_made_a_number_of(table: Table, why: str) -> None:
    said = agreement(table)
    assert (said.kappa, said.low, said.high) == (None, None, None), why
    assert (said.same, said.total) == (table.same, table.total)


def test_enough_is_told_with_an_interval_around_it() -> None:
    said = agreement(Table(both=20, only_first=3, only_second=2, neither=75))
    assert said.kappa is not None
    assert said.low is not None
    assert said.high is not None
    assert said.low < said.kappa < said.high
    assert said.share == 0.95


def test_thirty_agreements_do_not_prove_full_agreement() -> None:
    low, high = interval(Table(both=10, neither=20))
    assert high == 1
    assert 0.7 < low < 0.9


def table_of(rare: float, wanted: float) -> tuple[float, ...]:
    """The shares of the four cells where both say yes in ``rare`` cases and kappa is ``wanted``."""
    expected = rare**2 + (1 - rare) ** 2
    differ = (1 - expected) * (1 - wanted) / 2
    return (rare - differ, differ, differ, 1 - rare - differ)


@pytest.mark.parametrize("wanted", [0.3, 0.6, 0.8, 0.95])
@pytest.mark.parametrize(
    ("rare", "number"), [(0.1, 100), (0.1, 300), (0.3, 30), (0.5, 30), (0.5, 100)]
)
def test_the_interval_holds_the_truth_as_often_as_it_promises(
    rare: float, number: int, wanted: float
) -> None:
    """Of 400 tables each; 0.90 is five hundredths below the promise, what chance does to 400."""
    chance = random.Random(f"{rare} {wanted} {number}")
    shares, held, told = table_of(rare, wanted), 0, 0
    while told < 400:
        drawn = chance.choices(range(4), weights=shares, k=number)
        table = Table(*(drawn.count(cell) for cell in range(4)))
        if table.is_enough:
            low, high = interval(table)
            told += 1
            held += low <= wanted <= high
    assert held / told >= 0.90


def test_wilsons_interval_is_that_of_a_printed_example() -> None:
    """Newcombe, Statistics in Medicine 17 (1998), 857: 81 of 263, and 0 of 20."""
    assert share_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert share_interval(0, 20) == pytest.approx((0, 0.1611), abs=5e-5)
    assert share_interval(0, 0) == (0, 1)
