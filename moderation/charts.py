"""Pictures of numbers over time: geometry for the SVG that ``moderation/_chart.html`` draws.

Places across are percentages and heights are pixels, so that a chart is as wide as its column while
its words keep their size: readable at 390 pixels and at 1280. Series are told apart by dashes and
hatching as well as by shade, and the numbers stand in a table beside the picture.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from moderation.punctuation import count, decimal

HEIGHT = 200  # pixels, of which
TOP, BOTTOM = 14, 24  # are kept for the words above and below
LEFT = 10.0  # percent, for the words at the lines
ACROSS = 1000  # units of the drawing for the width of the plot
STACKED = 5  # fills that are told apart without colour
MOST_WORDS = 4  # under the plot: so many have room at 390 pixels
PLOT = HEIGHT - TOP - BOTTOM

Number = float | int | None


def plain(value: float) -> str:
    """Return a number as people write it: without decimals, thousands apart."""
    return count(value) if abs(value) >= 10 or value == int(value) else decimal(f"{value:.1f}")


@dataclass(frozen=True, slots=True)
class Series:
    """One row of numbers, one for each label of the chart; None where there is none.

    What is not drawn stands in the table alone.
    """

    name: str
    values: Sequence[Number]
    is_drawn: bool = True


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: across and wide in percent, down and high in pixels."""

    x: float
    y: float
    width: float
    height: float
    style: int


@dataclass(frozen=True, slots=True)
class Path:
    """A line through what is there, and the points that stand alone (x in percent, y in pixels)."""

    d: str
    alone: Sequence[tuple[float, float]]
    style: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that the template draws. ``slug`` is the beginning of the ids in the page."""

    slug: str
    title: str
    description: str
    labels: Sequence[str]
    series: Sequence[Series]
    say: Callable[[float], str]
    grid: Sequence[tuple[float, str]]  # pixels down, words
    words: Sequence[tuple[float, str, str]]  # percent across, anchor, words
    bars: Sequence[Bar] = ()
    paths: Sequence[Path] = ()
    is_share: bool = False  # zero is as good a number as any other
    is_stacked: bool = False  # the bars of one label stand on each other
    across_is: str = ""  # what the labels are, where they are no times
    height: int = HEIGHT
    left: float = LEFT
    across: int = ACROSS

    @property
    def base(self) -> int:
        """Where zero is, in pixels from above."""
        return HEIGHT - BOTTOM

    @property
    def foot(self) -> int:
        """Where the words under the plot stand."""
        return HEIGHT - BOTTOM + 16

    @property
    def drawn(self) -> list[Series]:
        """What the picture shows."""
        return [row for row in self.series if row.is_drawn]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show: no number, or of counts nothing but zeros."""
        values = [value for row in self.drawn for value in row.values if value is not None]
        return not values if self.is_share else not any(values)

    @property
    def legend(self) -> list[tuple[int, str]]:
        """The style and the name of each series; one alone needs none."""
        drawn = self.drawn
        return [] if len(drawn) < 2 else [(n, row.name) for n, row in enumerate(drawn)]

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        """The numbers as a table: the newest first."""
        columns = [row.values for row in self.series]
        told = [
            (label, ["–" if v is None else self.say(v) for v in numbers])
            for label, *numbers in zip(self.labels, *columns, strict=True)
        ]
        return told[::-1]


def line_chart(
    *,
    slug: str,
    title: str,
    description: str,
    labels: Sequence[str],
    series: Sequence[Series],
    say: Callable[[float], str] = plain,
    most: float | None = None,
    least: float = 0.0,
    ticks: Sequence[float] | None = None,
    across_is: str = "",
) -> Chart:
    """Return lines over equally spaced labels. ``most`` is the top of the scale, if it is known.

    ``least`` is its bottom, where zero is far from everything; what lies under it stands on it.
    ``ticks`` replaces the round numbers at the lines, for scales such as minutes and hours.
    ``across_is`` says what the labels are, where they are no times.
    """
    drawn = [row for row in series if row.is_drawn]
    if least:
        top = most or 1.0
        marks = [least + mark for mark in round_marks(top - least)]
    else:
        top, marks = _scale(drawn, most, ticks)
    return Chart(
        slug=slug,
        title=title,
        description=description,
        labels=labels,
        series=series,
        say=say,
        grid=[(_down(mark, top, least), say(mark)) for mark in marks if mark <= top],
        words=_words(labels, ends=True),
        paths=[_path(row.values, top, style, least) for style, row in enumerate(drawn)],
        is_share=most is not None,
        across_is=across_is,
    )


def bar_chart(
    *,
    slug: str,
    title: str,
    description: str,
    labels: Sequence[str],
    series: Sequence[Series],
    say: Callable[[float], str] = plain,
    most: float | None = None,
) -> Chart:
    """Return bars, those of one label side by side."""
    top, marks = _scale(series, most, None)
    slot, gap = _slot(len(labels))
    width = (slot - gap) / max(1, len(series))
    bars = [
        Bar(
            x=round(LEFT + slot * at + gap / 2 + width * style, 3),
            y=_down(value, top),
            width=round(width, 3),
            height=round(HEIGHT - BOTTOM - _down(value, top), 2),
            style=style,
        )
        for style, row in enumerate(series)
        for at, value in enumerate(row.values)
        if value
    ]
    return Chart(
        slug=slug,
        title=title,
        description=description,
        labels=labels,
        series=series,
        say=say,
        grid=[(_down(mark, top), say(mark)) for mark in marks],
        words=_words(labels, ends=False),
        bars=bars,
    )


def stacked_chart(
    *, slug: str, title: str, description: str, labels: Sequence[str], series: Sequence[Series]
) -> Chart:
    """Return bars, those of one label on each other, the first series at the bottom.

    At most STACKED series are told apart by their fill.
    """
    drawn = [[value or 0 for value in row.values] for row in series if row.is_drawn]
    totals = [sum(values) for values in zip(*drawn, strict=True)]
    top, marks = _scale([Series("", totals)], None, None)
    slot, gap = _slot(len(labels))
    bars, below = [], [0.0] * len(labels)
    for style, values in enumerate(drawn):
        for at, value in enumerate(values):
            if not value:
                continue
            foot, below[at] = below[at], below[at] + value
            y = _down(below[at], top)
            bars.append(
                Bar(
                    x=round(LEFT + slot * at + gap / 2, 3),
                    y=y,
                    width=round(slot - gap, 3),
                    height=round(_down(foot, top) - y, 2),
                    style=style,
                )
            )
    return Chart(
        slug=slug,
        title=title,
        description=description,
        labels=labels,
        series=series,
        say=plain,
        grid=[(_down(mark, top), plain(mark)) for mark in marks],
        words=_words(labels, ends=False),
        bars=bars,
        is_stacked=True,
    )


def _slot(number: int) -> tuple[float, float]:
    """Return how wide each of so many labels may be drawn, and how much of that stays empty."""
    slot = (100 - LEFT) / max(1, number)
    return slot, slot * 0.2 if number < 60 else 0.0


def round_marks(most: float, *, number: int = 4) -> list[float]:
    """Return zero and up to ``number`` round numbers above it, the last one at or above ``most``.

    Never finer than whole numbers where ``most`` is 1 or more.
    """
    if most <= 0:
        return [0.0, 1.0]
    raw = most / number
    unit = 10 ** math.floor(math.log10(raw))
    step = next(unit * n for n in (1, 2, 5, 10) if unit * n * number >= most * (1 - 1e-9))
    if most >= 1:
        step = max(1.0, step)
    return [round(step * n, 10) for n in range(math.ceil(most / step - 1e-9) + 1)]


def _scale(
    series: Sequence[Series], most: float | None, ticks: Sequence[float] | None
) -> tuple[float, list[float]]:
    highest = most or max((v for row in series for v in row.values if v is not None), default=0)
    if ticks is None:
        marks = round_marks(float(highest))
    else:
        above = next((n for n, tick in enumerate(ticks) if tick >= highest), len(ticks) - 1)
        marks = _thinned([0.0, *(t for t in ticks[: above + 1] if t * 8 >= ticks[above])])
    return max(marks[-1], float(highest)), marks


def _thinned(marks: list[float]) -> list[float]:
    """Leave out every other mark from above until five are left."""
    while len(marks) > 5:
        marks = marks[::-1][::2][::-1]
    return marks if marks[0] == 0 else [0.0, *marks]


def _down(value: float, top: float, least: float = 0.0) -> float:
    return round(TOP + PLOT * (1 - (max(value, least) - least) / (top - least)), 2)


def _middle(at: int, number: int, *, ends: bool) -> float:
    """Where a label stands between 0 and 1: lines begin and end at the edges, bars do not."""
    if ends:
        return at / (number - 1) if number > 1 else 0.5
    return (at + 0.5) / number


def _words(labels: Sequence[str], *, ends: bool) -> list[tuple[float, str, str]]:
    """Place as many labels as there is room for, the last one always."""
    number = len(labels)
    every = max(1, math.ceil(number / MOST_WORDS))
    told = []
    for at in range((number - 1) % every, number, every):
        part = _middle(at, number, ends=ends)
        anchor = "start" if part < 0.04 else "end" if part > 0.96 else "middle"
        told.append((round(LEFT + (100 - LEFT) * part, 2), anchor, labels[at]))
    return told


def _path(values: Sequence[Number], top: float, style: int, least: float = 0.0) -> Path:
    number, pieces, alone = len(values), [], []
    for at, value in enumerate(values):
        if value is None:
            continue
        before = at > 0 and values[at - 1] is not None
        after = at + 1 < number and values[at + 1] is not None
        part, down = _middle(at, number, ends=True), _down(value, top, least)
        pieces.append(f"{'L' if before else 'M'}{round(ACROSS * part, 1)} {down}")
        if not before and not after:
            alone.append((round(LEFT + (100 - LEFT) * part, 2), down))
    return Path(d="".join(pieces), alone=alone, style=style)
