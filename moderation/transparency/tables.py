"""The report of a period as tables, for the page and for the file alike.

A number that cannot be known is None, and is said to be so; it is never counted as none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction

from django.utils.translation import gettext as _

from moderation.wording import duration_spoken

Value = int | timedelta | Fraction | None


@dataclass(frozen=True, slots=True)
class Row:
    """What is counted, and its numbers in the order of the table's head."""

    name: str
    values: Sequence[Value]


@dataclass(frozen=True, slots=True)
class Table:
    """One part of the report. ``picture``: the column that is drawn as bars, if one is."""

    slug: str
    title: str
    about: str
    what: str
    head: Sequence[str]
    rows: Sequence[Row]
    picture: int | None = None
    notes: Sequence[str] = field(default=())

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw: no row, or nothing but zeros."""
        return self.picture is not None and not any(
            value for row in self.rows for value in row.values
        )

    @property
    def bars(self) -> list[float]:
        """The length of each row's bar, in percent of the longest."""
        if self.picture is None:
            return [0.0] * len(self.rows)
        numbers = [value if isinstance(value, int) else 0 for value in self._drawn()]
        most = max(numbers, default=0) or 1
        return [round(100 * number / most, 1) for number in numbers]

    @property
    def lines(self) -> list[tuple[str, list[str], float]]:
        """Each row in words: its name, its numbers, and the length of its bar."""
        return [
            (row.name, [in_words(value) for value in row.values], bar)
            for row, bar in zip(self.rows, self.bars, strict=True)
        ]

    def _drawn(self) -> list[Value]:
        assert self.picture is not None  # noqa: S101, asked before
        return [row.values[self.picture] for row in self.rows]


def in_words(value: Value) -> str:
    """Return a number as the page shows it."""
    match value:
        case None:
            return _("not known")
        case timedelta():
            return duration_spoken(value.total_seconds())
        case Fraction():
            return f"{float(value) * 100:.1f} %"
        case _:
            return f"{value:,}"


def as_cells(tables: Sequence[Table]) -> Iterator[list[str]]:
    """Yield the report as lines of a file: part, what is counted, which number, and the number.

    Times are in hours, shares between 0 and 1.
    """
    yield [_("part"), _("what"), _("number of"), _("value")]
    for table in tables:
        for row in table.rows:
            for head, value in zip(table.head, row.values, strict=True):
                yield [table.title, row.name, head, _as_cell(value)]


def _as_cell(value: Value) -> str:
    match value:
        case None:
            return _("not known")
        case timedelta():
            return f"{value.total_seconds() / 3600:.2f}"
        case Fraction():
            return f"{float(value):.4f}"
        case _:
            return str(value)
