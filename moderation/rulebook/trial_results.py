"""What a trial counts, chunk by chunk, and what can be said of it. No database.

Everything comes from one table for all comments, for each section and for each label: how many the
live version published, held or removed, what the tried rules make of those, and what people had
decided. Intervals of shares are those of E. B. Wilson, "Probable inference, the law of succession,
and statistical inference", JASA 22 (1927), 209-212.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.base import Label
from moderation.agreement import share_interval
from moderation.facts import FactTable
from moderation.rules.evaluation import ACTIONS, STRICTNESS, Evaluation, RuleAction

NOBODY, APPROVED, REMOVED = range(3)  # what people decided
STRONG = 0.5  # from here on a label says what a comment is about
NO_LABEL = ""
Cells = NDArray[np.int64]  # shape (3, 3, 3): live action, tried action, what people decided
People = NDArray[np.int8]

_SHAPE = (len(ACTIONS), len(ACTIONS), 3)
_SIZE = 27
_LABELS = (*(label.value for label in Label), NO_LABEL)
_HOLD = STRICTNESS[RuleAction.HOLD]


@dataclass(slots=True)
class RuleCount:
    """One rule: on how many comments its conditions hold, and of these what people had decided.

    ``alone`` counts those that no other acting rule holds or removes.
    """

    key: str
    holds: int = 0
    alone: int = 0
    approved: int = 0
    removed: int = 0


def _no_cells() -> Cells:
    return np.zeros(_SHAPE, dtype=np.int64)


@dataclass(slots=True)
class Tally:
    """What was counted so far; it is stored as JSON between two chunks."""

    cells: Cells = field(default_factory=_no_cells)
    sections: dict[int, Cells] = field(default_factory=dict)
    labels: dict[str, Cells] = field(default_factory=dict)
    rules: list[RuleCount] = field(default_factory=list)  # in the order of the evaluation

    def add(
        self,
        *,
        live: Evaluation,
        tried: Evaluation,
        people: People,
        sections: NDArray[np.int64],
    ) -> None:
        """Count the comments of a chunk; everything has shape (n,), in the order of the table."""
        code = live.strictness.astype(np.int64) * 9 + tried.strictness * 3 + people
        self.cells += _counted(code, 1)[0]
        ids, places = np.unique(sections, return_inverse=True)
        for pk, cells in zip(ids.tolist(), _counted(places * _SIZE + code, len(ids)), strict=True):
            self.sections[pk] = self.sections.get(pk, 0) + cells
        strongest, _scores = strongest_labels(tried.asked.table)
        counted = _counted(strongest * _SIZE + code, len(_LABELS))
        for label, cells in zip(_LABELS, counted, strict=True):
            if cells.any():
                self.labels[label] = self.labels.get(label, 0) + cells
        self._count_rules(tried, people)

    def _count_rules(self, tried: Evaluation, people: People) -> None:
        keeps = np.array([STRICTNESS[rule.action] >= _HOLD for rule in tried.rules])
        acting = tried.acts & keeps[:, None]
        alone = acting.sum(axis=0) == 1
        approved, removed = people == APPROVED, people == REMOVED
        if not self.rules:
            self.rules = [RuleCount(rule.key) for rule in tried.rules]
        for number, found in enumerate(self.rules):
            held = tried.held[number]
            found.holds += int(np.count_nonzero(held))
            found.alone += int(np.count_nonzero(acting[number] & alone))
            found.approved += int(np.count_nonzero(held & approved))
            found.removed += int(np.count_nonzero(held & removed))

    def to_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return {
            "cells": self.cells.ravel().tolist(),
            "sections": {str(pk): cells.ravel().tolist() for pk, cells in self.sections.items()},
            "labels": {label: cells.ravel().tolist() for label, cells in self.labels.items()},
            "rules": [
                [one.key, one.holds, one.alone, one.approved, one.removed] for one in self.rules
            ],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Tally":
        """Read what ``to_json`` returned; nothing stored is nothing counted."""
        if not stored:
            return cls()
        return cls(
            cells=_read(stored["cells"]),
            sections={int(pk): _read(cells) for pk, cells in stored["sections"].items()},
            labels={label: _read(cells) for label, cells in stored["labels"].items()},
            rules=[RuleCount(*counts) for counts in stored["rules"]],
        )


def strongest_labels(table: FactTable) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the strongest label of the author's own words as its place in ``Label``, and its
    score; the place behind the last, where no score is at least STRONG. Shape (n,) each."""
    own = np.stack([table.number(f"own.{label}") for label in Label], axis=1)
    own = np.nan_to_num(own, nan=-1.0)
    places = own.argmax(axis=1)
    scores = own[np.arange(len(own)), places]
    return np.where(scores >= STRONG, places, len(Label)), scores


def _counted(code: NDArray[np.int64], tables: int) -> Cells:
    return np.bincount(code, minlength=tables * _SIZE).reshape(tables, *_SHAPE)


def _read(numbers: Sequence[int]) -> Cells:
    return np.array(numbers, dtype=np.int64).reshape(_SHAPE)


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, with the interval of 95 % in which the true share lies."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """The share, 0..1; None of nothing."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float]:
        """Its interval of 95 % (Wilson 1927)."""
        return share_interval(self.part, self.whole)


@dataclass(frozen=True, slots=True)
class Judged:
    """How well rules find what people removed, among what people decided.

    ``precision``: of what the rules pick, the share that people removed; ``recall``: of what people
    removed, the share that the rules pick.
    """

    precision: Share
    recall: Share


@dataclass(frozen=True, slots=True)
class Summary:
    """A table of cells, read."""

    cells: Cells

    @property
    def total(self) -> int:
        """How many comments there are."""
        return int(self.cells.sum())

    @property
    def decided(self) -> int:
        """About how many of them people had decided."""
        return int(self.cells[:, :, APPROVED:].sum())

    @property
    def live(self) -> list[int]:
        """How many the live version publishes, holds and removes."""
        return _ints(self.cells.sum(axis=(1, 2)))

    @property
    def tried(self) -> list[int]:
        """How many the tried rules publish, hold and remove."""
        return _ints(self.cells.sum(axis=(0, 2)))

    @property
    def moves(self) -> list[list[int]]:
        """How many go from what the live version does (row) to what the tried rules do (column)."""
        return [_ints(row) for row in self.cells.sum(axis=2)]

    @property
    def changed(self) -> int:
        """Of how many something else becomes."""
        moves = self.cells.sum(axis=2)
        return int(moves.sum() - np.trace(moves))

    def of_live(self, *, least: RuleAction) -> Judged:
        """Judge what the live version does at least so strictly."""
        return _judged(self.cells.sum(axis=1), least)

    def of_tried(self, *, least: RuleAction) -> Judged:
        """Judge what the tried rules do at least so strictly."""
        return _judged(self.cells.sum(axis=0), least)

    @property
    def surprising_removals(self) -> int:
        """How many that people approved the tried rules remove."""
        return int(self.cells[:, STRICTNESS[RuleAction.REMOVE], APPROVED].sum())

    @property
    def surprising_publications(self) -> int:
        """How many that people removed the tried rules publish."""
        return int(self.cells[:, STRICTNESS[RuleAction.PUBLISH], REMOVED].sum())


def _judged(by_action: Cells, least: RuleAction) -> Judged:
    """``by_action`` has shape (3, 3): action, what people decided."""
    picked = by_action[STRICTNESS[least] :]
    right = int(picked[:, REMOVED].sum())
    return Judged(
        precision=Share(right, int(picked[:, APPROVED:].sum())),
        recall=Share(right, int(by_action[:, REMOVED].sum())),
    )


def _ints(numbers: Cells) -> list[int]:
    return [int(number) for number in numbers]
