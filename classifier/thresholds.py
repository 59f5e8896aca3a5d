"""From which probability on a comment should be held, or removed: what a new site starts with.

Measured when the model was made (see docs/model-card.md) and stored beside it. Reading them needs
no model in memory.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from classifier.base import Label

THRESHOLDS = Path(__file__).parent / "model" / "thresholds.json"


@dataclass(frozen=True, slots=True)
class Threshold:
    """Cut points of one label, calibrated probabilities in [0, 1].

    ``remove`` is None where nothing measured justifies removing without a person.
    """

    hold: float
    remove: float | None = None


def proposed_thresholds(*, path: Path = THRESHOLDS) -> Mapping[Label, Threshold]:
    """Return the proposal for every label. Raises OSError or ValueError on a bad file."""
    table = json.loads(path.read_text("utf-8"))["thresholds"]
    return {
        label: Threshold(hold=table[label]["hold"], remove=table[label]["remove"])
        for label in Label
    }
