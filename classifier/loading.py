"""Finding the shipped model, and standing in for it where it cannot be used.

``load_classifier`` never raises: a site with a broken model still takes comments, holds them as
"not scored", and says so.
"""

import hashlib
import io
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from classifier import features, language
from classifier.base import Classifier, Label, Scores, Text, Unscored
from classifier.calibration import Calibration
from classifier.linear import LinearClassifier

logger = logging.getLogger(__name__)

MODEL_DIR = Path(__file__).parent / "model"
MANIFEST = "manifest.json"


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


def load_classifier(*, model_dir: Path = MODEL_DIR) -> Classifier:
    """Return the model in ``model_dir``, ready to score, or an ``UnavailableClassifier``.

    Both have ``ready``. Takes about a quarter of a second and 20 MB; keep it for the life of the
    process.
    """
    try:
        model = _load(model_dir)
        language.warm_up()
        model.score([Text("A first text, so that the first reader does not wait.")])
    except Exception as error:
        logger.exception("the classifier in %s cannot be used", model_dir)
        return UnavailableClassifier(reason=f"{type(error).__name__}: {error}")
    return model


def _load(model_dir: Path) -> LinearClassifier:
    manifest: dict[str, Any] = json.loads((model_dir / MANIFEST).read_text("utf-8"))
    labels = [str(label) for label in Label]
    if manifest["labels"] != labels or manifest["bucket_bits"] != features.BUCKET_BITS:
        raise ValueError("the model was made for other labels or features")
    artefact = (model_dir / manifest["weights"]["file"]).read_bytes()
    if hashlib.sha256(artefact).hexdigest() != manifest["weights"]["sha256"]:
        raise ValueError("the weights are not those of the manifest")
    with np.load(io.BytesIO(artefact), allow_pickle=False) as arrays:
        weights, bias = arrays["weights"], arrays["bias"]
    return LinearClassifier(
        version=manifest["version"],
        weights=weights.astype(np.float32),
        bias=bias.astype(np.float64),
        calibration=Calibration.from_json(manifest["calibration"], labels=labels),
        explain_from=np.array([float(manifest["explain_from"][label]) for label in labels]),
    )
