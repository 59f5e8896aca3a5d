"""Finding the shipped model, and standing in for it where it cannot be used.

``load_classifier`` never raises: a site with a broken model still takes comments, holds them as
"not scored", and says so.
"""

import hashlib
import io
import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from classifier import features, language
from classifier.base import Classifier, Label, Scores, Text, Unscored
from classifier.calibration import Calibration
from classifier.encoder import EMBEDDING, Encoder
from classifier.linear import LinearPart
from classifier.shipped import Mix, ShippedClassifier
from classifier.thresholds import THRESHOLDS, read_thresholds

logger = logging.getLogger(__name__)

MODEL_DIR = Path(__file__).parent / "model"
MANIFEST = "manifest.json"
WEIGHTS, ENCODER, TOKENIZER = "weights.npz", "encoder.onnx", "tokenizer.json"


class UnavailableClassifier:
    """Stands in for a model that cannot be loaded: everything is "not scored"."""

    ready = False

    def __init__(self, *, reason: str = "") -> None:
        self.reason = reason

    @property
    def version(self) -> str:
        """Always "unavailable"."""
        return "unavailable"

    def score(self, texts: Sequence[Text]) -> list[Scores]:
        """Say of each text that it could not be scored."""
        return [Scores(model=self.version, unscored=Unscored.FAILED) for _ in texts]


def load_classifier(*, model_dir: Path = MODEL_DIR, fast: bool = False) -> Classifier:
    """Return the model in ``model_dir``, ready to score, or an ``UnavailableClassifier``.

    Both have ``ready``. ``fast`` leaves the encoder out: many times faster, and worse (the model
    card says how much). Takes about a second; keep it for the life of the process.
    """
    try:
        model = _load(model_dir, fast)
        language.warm_up()
        model.measure(["A first text, so that the first reader does not wait."])
    except Exception as error:
        logger.exception("the classifier in %s cannot be used", model_dir)
        return UnavailableClassifier(reason=f"{type(error).__name__}: {error}")
    return model


def load_fast_classifier() -> Classifier:
    """Return the shipped model in its fast mode: what the setting CLASSIFIER may name."""
    return load_classifier(fast=True)


def _load(model_dir: Path, fast: bool) -> ShippedClassifier:
    manifest: dict[str, Any] = json.loads((model_dir / MANIFEST).read_text("utf-8"))
    labels = [str(label) for label in Label]
    if manifest["labels"] != labels or manifest["bucket_bits"] != features.BUCKET_BITS:
        raise ValueError("the model was made for other labels or features")
    files = _Files(model_dir, manifest["files"])
    # Not needed to score; but rules that cut where another model was measured judge wrongly.
    read_thresholds(files.read(THRESHOLDS.name))
    with np.load(io.BytesIO(files.read(WEIGHTS)), allow_pickle=False) as arrays:
        linear = LinearPart(
            weights=arrays["weights"].astype(np.float32), bias=arrays["bias"].astype(np.float64)
        )
        head, head_bias = arrays["head"].astype(np.float32), arrays["head_bias"].astype(np.float64)
    if head.shape != (EMBEDDING, len(labels)) or head_bias.shape != (len(labels),):
        raise ValueError(f"a head of shape {head.shape} does not fit the encoder")
    mode = manifest["fast" if fast else "full"]
    encoder = None
    if not fast:
        encoder = Encoder(model=files.read(ENCODER), tokenizer=files.read(TOKENIZER).decode())
    return ShippedClassifier(
        version=mode["version"],
        linear=linear,
        encoder=encoder,
        mix=Mix(
            linear=np.array([float(mode["linear"][label]) for label in labels]),
            encoder=np.array([float(mode["encoder"][label]) for label in labels]),
            weights=head,
            bias=head_bias,
        ),
        calibration=Calibration.from_json(mode["calibration"], labels=labels),
        explain_from=np.array([float(manifest["explain_from"][label]) for label in labels]),
    )


class _Files:
    """The files of a model, each the one that the manifest means."""

    def __init__(self, folder: Path, digests: Mapping[str, str]) -> None:
        self._folder = folder
        self._digests = digests

    def read(self, name: str) -> bytes:
        content = (self._folder / name).read_bytes()
        if hashlib.sha256(content).hexdigest() != self._digests[name]:
            raise ValueError(f"{name} is not that of the manifest")
        return content
