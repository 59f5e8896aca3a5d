"""Stage 3: make probabilities of logits, choose thresholds, write the artefact.

    python -m classifier.training.calibrate WORK_DIR [MODEL_DIR]

Toxicity and insult are calibrated on news comments with ratings, at their natural share. No news
collection rates the other labels: they are calibrated on civil news comments, taken to be free of
them, with labelled texts that the weights have not seen mixed in at an assumed share (``SHARES``).
"""

import argparse
import hashlib
import io
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from classifier import features
from classifier.base import Label
from classifier.calibration import Calibration
from classifier.linear import LinearClassifier
from classifier.loading import MANIFEST, MODEL_DIR
from classifier.training.news import is_civil, of_news
from classifier.training.sources import FITTED

NAME = "ordstyrer-linear-1"
LABELS = [str(label) for label in Label]
NATURAL = {"toxicity", "insult"}
# The share of comments, before anybody moderates, that is taken to have each other label.
SHARES = {
    "severe_toxicity": 0.01,
    "threat": 0.01,
    "identity_attack": 0.02,
    "profanity": 0.02,
    "sexually_explicit": 0.01,
    "spam": 0.03,
}
# Of civil news comments each label may hold so many by mistake. Together they stay under 2 %,
# for they mostly hold the same ones.
MAY_HOLD = {
    "toxicity": 0.011,
    "severe_toxicity": 0.002,
    "insult": 0.006,
    "threat": 0.002,
    "identity_attack": 0.002,
    "profanity": 0.003,
    "sexually_explicit": 0.002,
    "spam": 0.003,
}
# Only here may a machine remove alone, and only if no civil news comment comes near.
MAY_REMOVE = {"severe_toxicity", "spam"}
PRECISE = 0.98


def platt(*, logits: np.ndarray, targets: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Slope and offset that make probabilities of ``logits``; all arrays (N,)."""
    model = LogisticRegression(C=1e4, max_iter=1000)
    model.fit(
        np.concatenate([logits, logits])[:, None],
        np.repeat([1, 0], len(logits)),
        np.concatenate([weights * targets, weights * (1 - targets)]),
    )
    return max(float(model.coef_[0, 0]), 0.05), float(model.intercept_[0])


def pool(table: pd.DataFrame, *, label: str) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Rows to calibrate ``label`` on, with targets and weights (N,)."""
    news = table[of_news(table)]
    if label in NATURAL:
        news = news[news[label].notna()]
        return news, (news[label] >= 0.5).to_numpy(float), np.ones(len(news))
    civil = news[is_civil(news)]
    fitted = {source.name for source in FITTED}
    labelled = table[table["source"].isin(fitted) & table[label].notna()]
    has = labelled[labelled[label] >= 0.5]
    rude = labelled[(labelled[label] < 0.5) & (labelled["toxicity"] >= 0.5)]
    share = SHARES[label]
    rows = pd.concat([civil, has, rude])
    targets = np.concatenate([np.zeros(len(civil)), np.ones(len(has)), np.zeros(len(rude))])
    each = [1.0, share / (1 - share) * len(civil) / max(len(has), 1)]
    each.append(0.02 * len(civil) / max(len(rude), 1))  # rude in another way: as rare as it is
    return rows, targets, np.repeat(each, [len(civil), len(has), len(rude)])


def thresholds(
    *, table: pd.DataFrame, probabilities: np.ndarray
) -> dict[str, dict[str, float | None]]:
    """Hold: the lowest cut that keeps its budget of civil news. Remove: see ``MAY_REMOVE``."""
    civil = (of_news(table) & is_civil(table)).to_numpy()
    found: dict[str, dict[str, float | None]] = {}
    for column, label in enumerate(LABELS):
        ours = probabilities[:, column]
        hold = float(np.quantile(ours[civil], 1 - MAY_HOLD[label]))
        remove = None
        if label in MAY_REMOVE:
            rows, targets, weights = pool(table, label=label)
            scored = ours[rows.index]
            order = np.argsort(-scored)
            right = np.cumsum((weights * targets)[order])
            precision = right / np.cumsum(weights[order])
            enough = np.flatnonzero(precision >= PRECISE)
            if len(enough):
                cut = max(float(scored[order[enough[-1]]]), float(ours[civil].max()))
                remove = round(min(cut + 0.005, 0.995), 3)
        found[label] = {"hold": round(max(hold, 0.05), 3), "remove": remove}
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("model", type=Path, nargs="?", default=MODEL_DIR)
    options = parser.parse_args()
    table = pd.read_parquet(options.work / "prepared.parquet")
    table = table[table["part"] == "tune"].reset_index(drop=True)
    with np.load(options.work / "weights.npz") as arrays:
        weights, bias = arrays["weights"].astype(np.float16), arrays["bias"]
    bare = Calibration(np.ones(len(LABELS)), np.zeros(len(LABELS)))
    model = LinearClassifier(
        version="bare", weights=weights.astype(np.float32), bias=bias, calibration=bare
    )
    wanted = of_news(table) | table["source"].isin({source.name for source in FITTED})
    table = table[wanted].reset_index(drop=True)
    print(f"scoring {len(table)} texts ...", file=sys.stderr)
    logits = model.logits(table["text"].tolist())
    lines = {}
    for column, label in enumerate(LABELS):
        rows, targets, each = pool(table, label=label)
        slope, offset = platt(logits=logits[rows.index, column], targets=targets, weights=each)
        lines[label] = {"slope": round(slope, 5), "offset": round(offset, 5)}
    probabilities = Calibration.from_json(lines, labels=LABELS)(logits)

    cuts = thresholds(table=table, probabilities=probabilities)
    artefact = io.BytesIO()
    np.savez_compressed(artefact, weights=weights, bias=bias)
    options.model.mkdir(parents=True, exist_ok=True)
    (options.model / "weights.npz").write_bytes(artefact.getvalue())
    digest = hashlib.sha256(artefact.getvalue()).hexdigest()
    version = f"{NAME}+{digest[:8]}"
    manifest = {
        "version": version,
        "labels": LABELS,
        "languages": ["en"],
        "bucket_bits": features.BUCKET_BITS,
        "weights": {"file": "weights.npz", "sha256": digest},
        "calibration": lines,
        # Whatever may hold a comment is explained, and whatever is likelier than not rare.
        "explain_from": {label: min(0.3, cut["hold"] or 0.3) for label, cut in cuts.items()},
    }
    _write(options.model / MANIFEST, manifest)
    _write(options.model / "thresholds.json", {"version": version, "thresholds": cuts})
    print(json.dumps({"calibration": lines, "thresholds": cuts}, indent=1), file=sys.stderr)


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
