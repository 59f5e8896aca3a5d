"""Putting comments in an order in which everybody comes after whom they answer."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Order:
    """``places`` lists positions, parents first; ``parents`` gives each one's parent or None."""

    places: list[int]
    parents: list[int | None]
    cycles: int


def parents_first(*, parents: Sequence[int | None], wanted: Sequence[int]) -> Order:
    """Order comments by ``wanted`` (oldest first), but never one before its parent.

    ``parents`` gives for each position the position of its parent. Where comments answer each
    other in a circle, one of them becomes a comment of its own. No recursion: a reply may be the
    ten-thousandth of its kind.
    """
    answered = list(parents)
    placed = [False] * len(answered)
    places: list[int] = []
    cycles = 0
    for start in wanted:
        chain: dict[int, None] = {}
        here: int | None = start
        while here is not None and not placed[here] and here not in chain:
            chain[here] = None
            here = answered[here]
        if here is not None and here in chain:
            answered[next(reversed(chain))] = None
            cycles += 1
        for place in reversed(chain):
            placed[place] = True
            places.append(place)
    return Order(places=places, parents=answered, cycles=cycles)
