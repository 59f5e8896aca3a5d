"""From which probability on a comment should be held, or removed: what a new site starts with.

Measured when the model was made (see docs/model-card.md) and stored beside it. Reading them needs
no model in memory; a model whose thresholds are damaged is not loaded either.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from classifier.base import Label

THRESHOLDS = Path(__file__).parent / "model" / "thresholds.json"


class BadThresholds(ValueError):
    """There is no proposal: its file is missing or damaged. The message says how."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """Cut points of one label, calibrated probabilities in [0, 1].

    ``remove`` is None where nothing measured justifies removing without a person.
    """

    hold: float
    remove: float | None = None


def proposed_thresholds(*, path: Path = THRESHOLDS) -> Mapping[Label, Threshold]:
    """Return the proposal for every label. Raises BadThresholds."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadThresholds(f"{path.name}: {error.strerror}") from error
    return read_thresholds(content)


def read_thresholds(content: bytes) -> Mapping[Label, Threshold]:
    """Read what stands in the file. Raises BadThresholds."""
    try:
        table = json.loads(content)["thresholds"]
        found = {label: Threshold(**table[label]) for label in Label}
        for one in found.values():
            if not 0.0 < one.hold < (1.0 if one.remove is None else one.remove) <= 1.0:
                raise ValueError(f"{one} makes no sense")
    except (KeyError, TypeError, ValueError) as error:
        raise BadThresholds(f"{type(error).__name__}: {error}") from error
    return found
