"""Which words moved a label: what the desk highlights."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

MOST = 4  # spans a label
_LEAST = 0.15  # logits; less is noise
_LEAST_OF_TOP = 0.25  # a word must weigh this much of the heaviest one


def heaviest(
    *,
    weights: NDArray[np.float64],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
) -> Iterator[tuple[int, int, float]]:
    """The words that moved a label most: (start, end, weight), in the order of the text.

    ``weights`` (W,) is in logits, ``start`` and ``end`` (W,) are offsets. Neighbours become one
    span, which weighs what they weigh together.
    """
    top = float(weights.max(initial=0.0))
    if top < _LEAST:
        return
    picked = np.flatnonzero(weights >= max(_LEAST, top * _LEAST_OF_TOP))
    if len(picked) > 3 * MOST:
        picked = np.sort(picked[np.argsort(-weights[picked], kind="stable")[: 3 * MOST]])
    runs = np.split(picked, np.flatnonzero(np.diff(picked) > 1) + 1)
    found = [(int(start[run[0]]), int(end[run[-1]]), float(weights[run].sum())) for run in runs]
    found = sorted(found, key=lambda span: -span[2])[:MOST]
    yield from sorted(found)
