"""A table of comments while rules ask about it: what one asked is known to all."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.facts import FactTable, words
from moderation.rules.word_lists import Lists

Held = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A value of each comment, every different one kept once: a condition tests only those."""

    different: Sequence[Any]
    places: NDArray[np.intp]  # shape (n,)

    @classmethod
    def of(cls, values: Iterable[Any], *, number: int) -> "Column":
        """Return ``number`` values as a column."""
        known: dict[Any, int] = {}
        places = (known.setdefault(value, len(known)) for value in values)
        return cls(places=np.fromiter(places, np.intp, number), different=list(known))

    def where(self, test: Callable[[Any], bool]) -> Held:
        """Return for which comments the value passes a test, shape (n,)."""
        passed = np.fromiter(map(test, self.different), bool, len(self.different))
        return passed[self.places]

    def __getitem__(self, row: int) -> Any:
        return self.different[self.places[row]]


class Asked:
    """A table and the lists of a rule set, and what was asked of them once, for all rules.

    ``beside`` is the same table with the lists of another rule set: what was asked there is not
    asked again, and of the lists only those in ``changed`` are looked for.
    """

    def __init__(
        self,
        table: FactTable,
        lists: Lists,
        *,
        beside: "Asked | None" = None,
        changed: Lists | None = None,
    ) -> None:
        self.table = table
        self.lists = lists
        self._beside = beside
        self._changed = lists if changed is None else changed
        self._choices: dict[str, Column] = {}

    def choice(self, key: str) -> Column:
        """Return a column of words by the fact's key."""
        if self._beside is not None:
            return self._beside.choice(key)
        if key not in self._choices:
            words = self.table.choice(key).tolist()
            self._choices[key] = Column.of(words, number=len(self.table))
        return self._choices[key]

    @cached_property
    def tags(self) -> Column:
        """The tags of each comment's article, as frozensets."""
        if self._beside is not None:
            return self._beside.tags
        return Column.of(self.table.tags(), number=len(self.table))

    @cached_property
    def hosts(self) -> Column:
        """The hosts that each comment links to, as tuples."""
        if self._beside is not None:
            return self._beside.hosts
        return Column.of(map(tuple, self.table.hosts()), number=len(self.table))

    @cached_property
    def in_texts(self) -> Mapping[str, Held]:
        """For each list of words, in which texts one of its entries stands."""
        found = self._changed.in_texts(typed=self.table.typed, folded=self.table.folded)
        return found if self._beside is None else {**self._beside.in_texts, **found}

    def row(self, row: int) -> "Asked":
        """Return one comment, to be asked by itself."""
        table = self.table
        if len(table) == 1:
            return self
        one = FactTable(
            numbers=table.numbers[row : row + 1],
            choice=lambda key: words([self.choice(key)[row]]),
            tags=lambda: [self.tags[row]],
            hosts=lambda: [self.hosts[row]],
            typed=lambda: [table.typed()[row]],
            folded=lambda: [table.folded()[row]],
        )
        return Asked(one, self.lists)
