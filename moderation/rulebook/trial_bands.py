"""The picture of what becomes of comments: bands from the live version to the tried rules.

Heights are pixels and words keep their size; across, the bands stretch with the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from moderation.rules.evaluation import ACTIONS

HEIGHT = 200.0  # of all comments together
LEAST = 2.0  # of what is not nothing: a handful among a million is seen, too
WORDS = 22.0  # above each block
ACROSS = 1000  # units of the drawing
BLOCK = 12  # units that a block is wide


@dataclass(frozen=True, slots=True)
class Block:
    """All that one side publishes, holds or removes. ``words_y`` is where its words stand."""

    action: str
    number: int
    y: float
    height: float

    @property
    def words_y(self) -> float:
        """The line of the words above it."""
        return self.y - 6


@dataclass(frozen=True, slots=True)
class Band:
    """The comments that go from one block to another; ``d`` is the outline of the band."""

    before: str
    after: str
    number: int
    d: str

    @property
    def is_change(self) -> bool:
        """Whether something else becomes of them."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Bands:
    """Everything that the template draws."""

    left: Sequence[Block]
    right: Sequence[Block]
    bands: Sequence[Band]
    height: float
    across: int = ACROSS
    block: int = BLOCK


def bands(moves: Sequence[Sequence[int]]) -> Bands:
    """Draw how many comments go from each action (row) to each (column)."""
    total = sum(map(sum, moves)) or 1
    thick = [[max(LEAST, HEIGHT * n / total) if n else 0.0 for n in row] for row in moves]
    left = _blocks([sum(row) for row in moves], [sum(row) for row in thick])
    right = _blocks(
        [sum(c) for c in zip(*moves, strict=True)], [*map(sum, zip(*thick, strict=True))]
    )
    drawn, down = [], [block.y for block in right]
    for row, block in enumerate(left):
        y = block.y
        for column, height in enumerate(thick[row]):
            if height:
                d = _outline(y, down[column], height)
                drawn.append(Band(block.action, right[column].action, moves[row][column], d))
            y += height
            down[column] += height
    # What changes is drawn last, over what does not.
    drawn.sort(key=lambda band: band.is_change)
    height = max(side[-1].y + side[-1].height for side in (left, right))
    return Bands(left, right, drawn, round(height + 2, 2))


def _turned(table: Sequence[Sequence[float]]) -> list[Sequence[float]]:
    return list(zip(*table, strict=True))


def _blocks(numbers: Sequence[float], heights: Sequence[float]) -> list[Block]:
    blocks, y = [], 0.0
    for action, number, height in zip(ACTIONS, numbers, heights, strict=True):
        y += WORDS
        blocks.append(Block(action.value, int(number), round(y, 2), round(height, 2)))
        y += height
    return blocks


def _outline(left: float, right: float, height: float) -> str:
    start, end, middle = BLOCK, ACROSS - BLOCK, ACROSS // 2
    upper, lower = (left, right), (left + height, right + height)
    return (
        f"M{start} {upper[0]:.2f}"
        f"C{middle} {upper[0]:.2f} {middle} {upper[1]:.2f} {end} {upper[1]:.2f}"
        f"V{lower[1]:.2f}"
        f"C{middle} {lower[1]:.2f} {middle} {lower[0]:.2f} {start} {lower[0]:.2f}Z"
    )
