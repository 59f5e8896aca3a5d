"""From logits to probabilities that mean what they say: Platt scaling, one line a label.

After Platt, "Probabilistic outputs for support vector machines" (1999): p = 1 / (1 + exp(-(a z +
b))). Fitted on news-like text, because a fit on Wikipedia's talk pages is far off under a news
article (see the model card).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Slope ``a`` > 0 and offset ``b`` for each of L labels: both of shape (L,)."""

    slope: Floats
    offset: Floats

    def __call__(self, logits: Floats) -> Floats:
        """Probabilities in [0, 1] for logits of shape (N, L); same shape."""
        scaled = np.clip(logits * self.slope + self.offset, -30.0, 30.0)
        return np.asarray(1.0 / (1.0 + np.exp(-scaled)))

    @classmethod
    def from_json(cls, table: Mapping[str, Mapping[str, Any]], *, labels: Sequence[str]) -> Self:
        """Read ``{label: {"slope": a, "offset": b}}``. Raises KeyError if a label is missing."""
        slope = np.array([float(table[label]["slope"]) for label in labels])
        offset = np.array([float(table[label]["offset"]) for label in labels])
        if not (np.isfinite(slope).all() and np.isfinite(offset).all()):
            raise ValueError("calibration is not finite")
        return cls(slope, offset)
