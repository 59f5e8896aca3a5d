"""A small correction on top of the shipped model, learned from a site's own moderators.

A head adds to each label's logit a linear function of all logits and of the text's embedding:
``z + w . [logits, embedding] + b``. A label of which it learned nothing keeps its logit exactly.
``classifier.fitting`` makes heads; a model that is ``Teachable`` wears one.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from classifier.base import Classifier, Label, Text

LABELS = tuple(Label)
FORMAT = 1
MOST_INPUTS = 4096  # a document that claims more is not one of ours

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]


class BadHead(ValueError):
    """A document that is no head: damaged, of another format, or with numbers that are none."""


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """What a head sees of N texts, of the author's own words.

    ``logits`` (N, 8) are uncalibrated, in the order of ``Label``; ``embedding`` is (N, D);
    ``scored`` (N,) is False where the model had nothing to say: those rows mean nothing.
    """

    logits: Floats
    embedding: Singles
    scored: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.scored)

    def inputs(self) -> Singles:
        """Logits and embedding side by side, shape (N, 8 + D)."""
        return np.concatenate([self.logits.astype(np.float32), self.embedding], axis=1)

    def only(self, rows: NDArray[np.bool_]) -> "Features":
        """Return some of the rows."""
        return Features(self.logits[rows], self.embedding[rows], self.scored[rows])

    @classmethod
    def joined(cls, parts: Sequence["Features"]) -> "Features":
        """Return the rows of several, in their order. Raises ValueError for none."""
        return cls(
            np.concatenate([part.logits for part in parts]),
            np.concatenate([part.embedding for part in parts]),
            np.concatenate([part.scored for part in parts]),
        )


@dataclass(frozen=True, eq=False)
class Head:
    """``weights`` (8, 8 + D) and ``offset`` (8,), both zero in the rows of labels it leaves alone.

    Immutable. ``name`` is made from the content: the same head has the same name everywhere.
    """

    weights: Singles
    offset: Floats

    def __call__(self, logits: Floats, embedding: Singles) -> Floats:
        """Return corrected logits (N, 8) for logits (N, 8) and embedding (N, D)."""
        corrected = logits + self.offset
        corrected += logits @ self.weights[:, : len(LABELS)].T
        corrected += embedding @ self.weights[:, len(LABELS) :].T
        return np.asarray(corrected, dtype=np.float64)

    @property
    def inputs(self) -> int:
        """How many numbers it looks at: logits and embedding."""
        return int(self.weights.shape[1])

    @property
    def labels(self) -> tuple[Label, ...]:
        """The labels that it corrects."""
        corrects = self.weights.any(axis=1) | (self.offset != 0.0)
        return tuple(label for label, it_does in zip(LABELS, corrects, strict=True) if it_does)

    @cached_property
    def name(self) -> str:
        """A short name, such as "site-3f2a91c0"."""
        content = json.dumps(self.to_json(), sort_keys=True).encode()
        return f"site-{hashlib.sha256(content).hexdigest()[:8]}"

    def to_json(self) -> dict[str, Any]:
        """Return a document for ``from_json``: weights as base64 of little-endian float32."""
        rows = {
            LABELS.index(label): label for label in self.labels
        }  # a label that is left alone is not named
        return {
            "format": FORMAT,
            "inputs": self.weights.shape[1],
            "labels": {
                label.value: {
                    "weights": base64.b64encode(self.weights[row].astype("<f4").tobytes()).decode(),
                    "offset": float(self.offset[row]),
                }
                for row, label in rows.items()
            },
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` wrote. Raises BadHead for anything else."""
        try:
            return cls._read(document)
        except (KeyError, TypeError, ValueError, AttributeError, binascii.Error) as error:
            raise BadHead(f"{type(error).__name__}: {error}") from error

    @classmethod
    def _read(cls, document: Mapping[str, Any]) -> Self:
        inputs = document["inputs"]
        if document["format"] != FORMAT:
            raise ValueError(f"format {document['format']}")
        if not isinstance(inputs, int) or not len(LABELS) <= inputs <= MOST_INPUTS:
            raise ValueError(f"{inputs} inputs")
        weights = np.zeros((len(LABELS), inputs), dtype=np.float32)
        offset = np.zeros(len(LABELS))
        for name, entry in document["labels"].items():
            row = LABELS.index(Label(name))
            weights[row] = np.frombuffer(
                base64.b64decode(entry["weights"], validate=True), dtype="<f4"
            )
            offset[row] = float(entry["offset"])
        if not (np.isfinite(weights).all() and np.isfinite(offset).all()):
            raise ValueError("weights that are no numbers")
        return cls(weights, offset)

    @classmethod
    def none(cls, *, inputs: int) -> Self:
        """Return the head that changes nothing."""
        return cls(np.zeros((len(LABELS), inputs), dtype=np.float32), np.zeros(len(LABELS)))


@runtime_checkable
class Teachable(Classifier, Protocol):
    """A classifier that can wear a head."""

    def features(self, texts: Sequence[Text]) -> Features:
        """Return what a head sees of each text, in the order given."""
        ...

    def with_head(self, head: Head) -> Classifier:
        """Return the same model with the head between logits and calibration.

        Its version is ``f"{self.version}~{head.name}"``.
        """
        ...
