"""The histogram of what waits by one label's score: geometry for the SVG that the page draws.

As in ``moderation.charts``: places across are percentages and heights are pixels, so that it is as
wide as its column while its words keep their size. Heights grow with the square root of the
numbers: among thousands of harmless comments the few that matter stay in sight.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from moderation.batch_wording import hundredths
from moderation.punctuation import decimal, two_decimals
from moderation.rules.evaluation import RuleAction
from moderation.score_range import STEPS, ScoreRange
from moderation.strips import Tick

PLOT = 170  # pixels for the highest bar
ROW = 18  # for the name of a cut, above the plot
FOOT = 44  # for the handles and the words below it
TABLE_STEP = 5  # hundredths in a row of the table


@dataclass(frozen=True, slots=True)
class Bar:
    """How many comments score in one hundredth; ``x`` in percent, ``y`` and height in pixels."""

    x: int
    y: float
    height: float
    number: int
    is_inside: bool


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a live rule begins to act, with its name on a line of its own."""

    x: float
    y: int
    words: str
    anchor: str
    removes: bool


@dataclass(frozen=True, slots=True)
class Histogram:
    """What waits, by hundredths of a label's score, and the part of it that is chosen.

    ``unscored`` are those without a score, which are in none of ``counts``.
    """

    counts: Sequence[int]
    unscored: int
    chosen: ScoreRange
    ticks: Sequence[Tick]

    @property
    def scored(self) -> int:
        """How many have a score."""
        return sum(self.counts)

    @property
    def inside(self) -> int:
        """How many the handles hold."""
        return sum(self.counts[self.chosen.low : self.chosen.high])

    @property
    def top(self) -> int:
        """Where the plot begins, in pixels."""
        return ROW * len(self.ticks) + 8

    @property
    def base(self) -> int:
        """Where the bars stand."""
        return self.top + PLOT

    @property
    def height(self) -> int:
        """Of the whole drawing."""
        return self.base + FOOT

    @property
    def width_inside(self) -> int:
        """Of the part between the handles, in percent."""
        return self.chosen.high - self.chosen.low

    @property
    def bars(self) -> list[Bar]:
        """One for each hundredth in which there is something."""
        return [
            Bar(
                x=at,
                y=self.base - self._tall(number),
                height=self._tall(number),
                number=number,
                is_inside=self.chosen.low <= at < self.chosen.high,
            )
            for at, number in enumerate(self.counts)
            if number
        ]

    @property
    def lines(self) -> list[tuple[float, int]]:
        """Where lines across help to read the heights, with their numbers."""
        highest = max(self.counts, default=0)
        numbers = {highest, highest // 4, highest // 25} - {0}
        return [(self.base - self._tall(n), n) for n in sorted(numbers)]

    @property
    def cuts(self) -> list[Cut]:
        """The live rules about this label, named."""
        return [
            Cut(
                x=round(tick.threshold * STEPS, 2),
                y=ROW * row + 13,
                words=_cut_in_words(tick),
                anchor="end" if tick.threshold > 0.5 else "start",
                removes=tick.removes,
            )
            for row, tick in enumerate(self.ticks)
        ]

    @property
    def rows(self) -> list[tuple[str, str, int]]:
        """The same in numbers: from, until before, how many."""
        return [
            (
                decimal(hundredths(at)),
                decimal(hundredths(at + TABLE_STEP)),
                sum(self.counts[at : at + TABLE_STEP]),
            )
            for at in range(0, STEPS, TABLE_STEP)
        ]

    def _tall(self, number: int) -> float:
        highest = max(self.counts, default=0)
        return round(max(2.0, PLOT * math.sqrt(number / highest)), 1) if number else 0.0


def histogram(
    *,
    numbers: Mapping[int | None, int],
    chosen: ScoreRange,
    ticks: Mapping[str, Sequence[Tick]],
) -> Histogram:
    """Return the picture of ``numbers``: how many by hundredth, under None those not scored."""
    return Histogram(
        counts=[numbers.get(at, 0) for at in range(STEPS)],
        unscored=numbers.get(None, 0),
        chosen=chosen,
        ticks=ticks.get(chosen.label, ()),
    )


def _cut_in_words(tick: Tick) -> str:
    words: dict[str, Any] = {"rule": tick.rule, "from": two_decimals(tick.threshold)}
    if tick.action == RuleAction.REMOVE:
        return _("%(rule)s: removed from %(from)s") % words
    if tick.action == RuleAction.HOLD:
        return _("%(rule)s: held from %(from)s") % words
    return _("%(rule)s: from %(from)s") % words
