"""What a new version of the model changes: who would cross the rules' thresholds, who moved most.

Pure: stored scores in, counts and short lists out. Only thresholds are looked at. What else a rule
may ask, such as whether it is an author's first comment, is the same before and after.
"""

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from classifier.base import Label
from moderation.facts import Facts
from moderation.rules.evaluation import RuleAction, RuleSet, evaluate

MOST_MOVED = 10  # in each direction


class Side(StrEnum):
    """Where scores stand against the thresholds of a rule set."""

    BELOW = "below"
    HOLD = "hold"
    REMOVE = "remove"
    UNSCORED = "unscored"
    NEVER = "never"  # nobody asked a model before


_SIDES = {
    RuleAction.PUBLISH: Side.BELOW,
    RuleAction.HOLD: Side.HOLD,
    RuleAction.REMOVE: Side.REMOVE,
}


# A probability for every label; empty where the model gave none.
Own = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Move:
    """By how much the score that moved most did."""

    comment_id: int
    revision_id: int
    label: str
    before: float
    after: float

    @property
    def by(self) -> float:
        """How far, and in which direction."""
        return self.after - self.before


def side(own: Own | None, thresholds: RuleSet) -> Side:
    """Return where scores stand; None means that nobody asked a model."""
    if own is None:
        return Side.NEVER
    if not own:
        return Side.UNSCORED
    facts = Facts(text="", own={label: own[label] for label in Label if label in own})
    return _SIDES[evaluate(thresholds, facts).action]


def count_changes(pairs: Iterable[tuple[Own | None, Own]], thresholds: RuleSet) -> Counter[str]:
    """Count (before, after) by where each stands, as ``"hold>below"``."""
    return Counter(
        f"{side(before, thresholds)}>{side(after, thresholds)}" for before, after in pairs
    )


def crossed(changes: Mapping[str, int]) -> tuple[int, int]:
    """Return how many reach a threshold now that reached none before, and the other way round."""
    strict = (Side.HOLD, Side.REMOVE)
    up = sum(changes.get(f"{Side.BELOW}>{now}", 0) for now in strict)
    down = sum(changes.get(f"{before}>{Side.BELOW}", 0) for before in strict)
    return up, down


def furthest(*, comment_id: int, revision_id: int, before: Own | None, after: Own) -> Move | None:
    """Return the label that moved most, or None where there is nothing to compare."""
    if before is None:
        return None
    shared = sorted(before.keys() & after.keys())
    moves = (Move(comment_id, revision_id, name, before[name], after[name]) for name in shared)
    return max(moves, key=lambda move: abs(move.by), default=None)


def keep_furthest(moves: Iterable[Move]) -> list[Move]:
    """Return those that moved up most, furthest first, then those that moved down most."""
    known = list(moves)
    up = heapq.nlargest(MOST_MOVED, (m for m in known if m.by > 0), key=lambda m: m.by)
    down = heapq.nsmallest(MOST_MOVED, (m for m in known if m.by < 0), key=lambda m: m.by)
    return [*up, *down]
