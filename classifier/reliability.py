"""Whether probabilities mean what they say: the reliability diagram of the model card.

Both axes are logarithmic, because under news articles most comments lie far below one in ten.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

EDGES = (0.0, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 1.0)
WIDTH, HEIGHT, MARGIN = 560, 400, 56
LEAST = 0.002
TICKS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Bin:
    """``n`` comments given about the same probability; what share was toxic, with its interval."""

    predicted: float  # the mean of what was given
    observed: float
    low: float
    high: float
    n: int


def diagram(bins: Sequence[Bin], *, title: str) -> str:
    """The diagram as SVG: a point and its 95 % interval for each bin, and the line of truth."""
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
            'aria-labelledby="title" font-family="system-ui, sans-serif" font-size="12">'
        ),
        f'<title id="title">{title}</title>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    for tick in TICKS:
        x, y = _x(tick), _y(tick)
        parts += [
            (
                f'<path d="M{x:.1f} {MARGIN / 2}V{HEIGHT - MARGIN}M{MARGIN} {y:.1f}H{WIDTH - 16}" '
                'stroke="#e4e4e4"/>'
            ),
            f'<text x="{x:.1f}" y="{HEIGHT - MARGIN + 18}" text-anchor="middle">{tick:g}</text>',
            f'<text x="{MARGIN - 8}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>',
        ]
    begin, end = (_x(LEAST), _y(LEAST)), (_x(1.0), _y(1.0))
    parts.append(
        f'<path d="M{begin[0]:.1f} {begin[1]:.1f}L{end[0]:.1f} {end[1]:.1f}" stroke="#777" '
        'stroke-dasharray="4 4"/>'
    )
    for one in bins:
        x = _x(one.predicted)
        parts += [
            (
                f'<path d="M{x:.1f} {_y(one.low):.1f}V{_y(one.high):.1f}" stroke="#1f5f8b" '
                'stroke-width="2"/>'
            ),
            f'<circle cx="{x:.1f}" cy="{_y(one.observed):.1f}" r="4" fill="#1f5f8b"/>',
        ]
    parts += [
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 14}" text-anchor="middle">probability given</text>',
        (
            f'<text transform="translate(14 {HEIGHT / 2}) rotate(-90)" text-anchor="middle">'
            "share rated toxic</text>"
        ),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _share(value: float) -> float:
    """Where a probability lies between ``LEAST`` and 1 on a logarithmic axis, 0 to 1."""
    return 1 - math.log(max(value, LEAST)) / math.log(LEAST)


def _x(value: float) -> float:
    return MARGIN + _share(value) * (WIDTH - 16 - MARGIN)


def _y(value: float) -> float:
    return HEIGHT - MARGIN - _share(value) * (HEIGHT - MARGIN * 1.5)
