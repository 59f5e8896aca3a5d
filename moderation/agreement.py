"""How well two people agree beyond chance: Cohen's kappa, with intervals that stay honest.

Kappa and its large-sample standard error are those of J. Cohen, "A coefficient of agreement for
nominal scales", Educational and Psychological Measurement 20 (1960), 37-46, and of J. L. Fleiss,
J. Cohen and B. S. Everitt, "Large sample standard errors of kappa and weighted kappa",
Psychological Bulletin 72 (1969), 323-327.

That standard error alone is not honest here. It is 0 where nobody disagreed, and where two people
nearly always agree, intervals of 95 % made of it (and bootstrapped ones) hold the truth as seldom
as one time in four. ``interval`` therefore adds half a comment to each of the four cells before it
takes kappa and standard error, as Agresti and Coull do for shares: over all tables of
``tests/unit/test_agreement.py`` that holds the truth at least 91 times in 100. Below ``FEWEST``
comments, or where one of the two answers hardly occurs, nothing is said at all.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

FEWEST = 30  # comments that both looked at
FEWEST_OF_AN_ANSWER = 10  # times that either answer was given, both people together
Z = 1.959964  # 95 percent lie within so many standard errors
NOTHING_ADDED, HALF_ADDED = 0.0, 0.5


@dataclass(frozen=True, slots=True)
class Table:
    """Two people's answers to one question of yes and no, counted."""

    both: int = 0
    only_first: int = 0
    only_second: int = 0
    neither: int = 0

    @property
    def total(self) -> int:
        """How many comments both looked at."""
        return self.both + self.only_first + self.only_second + self.neither

    @property
    def same(self) -> int:
        """How often they gave the same answer."""
        return self.both + self.neither

    @property
    def is_enough(self) -> bool:
        """Whether there is enough to say anything about agreement beyond chance."""
        said_yes = 2 * self.both + self.only_first + self.only_second
        rarer = min(said_yes, 2 * self.total - said_yes)
        return self.total >= FEWEST and rarer >= FEWEST_OF_AN_ANSWER

    def cells(self, *, added: float = NOTHING_ADDED) -> list[list[float]]:
        """Return the table as rows (first) and columns (second), with something in each cell."""
        return [
            [self.both + added, self.only_first + added],
            [self.only_second + added, self.neither + added],
        ]


@dataclass(frozen=True, slots=True)
class Agreement:
    """What can be said of a table. ``kappa``, ``low`` and ``high`` are None where it is too little.

    Kappa is 1 for full agreement and 0 for what chance alone would give; the interval is one of
    95 %.
    """

    same: int
    total: int
    kappa: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def share(self) -> float | None:
        """How often both gave the same answer, 0..1."""
        return self.same / self.total if self.total else None


def agreement(table: Table) -> Agreement:
    """Return what a table says."""
    if not table.is_enough:
        return Agreement(same=table.same, total=table.total)
    found = kappa(table.cells())
    low, high = interval(table)
    return Agreement(same=table.same, total=table.total, kappa=found, low=low, high=high)


def kappa(cells: Sequence[Sequence[float]]) -> float | None:
    """Return Cohen's kappa of a square table of counts (first by row, second by column).

    None where it is not defined: an empty table, or one answer for everything.
    """
    parts = _parts(cells)
    if parts is None:
        return None
    observed, expected, _rows, _columns = parts
    return (observed - expected) / (1 - expected)


def standard_error(cells: Sequence[Sequence[float]]) -> float | None:
    """Return the large-sample standard error of kappa (Fleiss, Cohen and Everitt 1969, formula 13).

    None where kappa is not defined; 0 where nobody disagreed.
    """
    parts = _parts(cells)
    if parts is None:
        return None
    observed, expected, rows, columns = parts
    total = sum(map(sum, cells))
    variance = -((observed * expected - 2 * expected + observed) ** 2)
    for i, row in enumerate(cells):
        for j, count in enumerate(row):
            if i == j:
                term = (1 - expected) - (columns[i] + rows[i]) * (1 - observed)
            else:
                term = (columns[i] + rows[j]) * (1 - observed)
            variance += count / total * term**2
    return math.sqrt(max(0.0, variance) / total) / (1 - expected) ** 2


def interval(table: Table) -> tuple[float, float]:
    """Return the interval of 95 % for kappa, within -1..1; the whole of it for an empty table."""
    cells = table.cells(added=HALF_ADDED)
    middle, error, found = kappa(cells), standard_error(cells), kappa(table.cells())
    if middle is None or error is None or found is None:
        return (-1.0, 1.0)
    low, high = middle - Z * error, middle + Z * error
    return (max(-1.0, min(low, found)), min(1.0, max(high, found)))


def share_interval(same: int, total: int) -> tuple[float, float]:
    """Return the interval of 95 % for a share (E. B. Wilson, JASA 22 (1927), 209-212)."""
    if not total:
        return (0.0, 1.0)
    share, square = same / total, Z * Z
    middle = (share + square / (2 * total)) / (1 + square / total)
    reach = Z * math.sqrt(share * (1 - share) / total + square / (4 * total**2))
    reach /= 1 + square / total
    return (max(0.0, middle - reach), min(1.0, middle + reach))


def _parts(
    cells: Sequence[Sequence[float]],
) -> tuple[float, float, list[float], list[float]] | None:
    """Return agreement observed and expected, and the shares of rows and columns."""
    total = sum(map(sum, cells))
    if not total:
        return None
    rows = [sum(row) / total for row in cells]
    columns = [sum(column) / total for column in zip(*cells, strict=True)]
    observed = sum(row[i] for i, row in enumerate(cells)) / total
    expected = sum(r * c for r, c in zip(rows, columns, strict=True))
    return None if math.isclose(expected, 1.0) else (observed, expected, rows, columns)
