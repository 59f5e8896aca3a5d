"""Stage 7: sum the parts, make probabilities of logits, choose thresholds, write the artefact.

    python -m classifier.training.calibrate WORK_DIR [MODEL_DIR]

What both parts say of the tune rows is kept in ``measured.npz`` for as long as neither part nor
the rows change. How much each part counts for a label and the line that makes a probability of the
sum are one logistic regression, on two logits.
Toxicity and insult are calibrated on news comments with ratings, at their natural share. No news
collection rates the other labels: they are calibrated on civil news comments, taken to be free of
them, with labelled texts that the weights have not seen mixed in at an assumed share (``SHARES``).
"""

import argparse
import hashlib
import io
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from classifier import features
from classifier.base import Label
from classifier.calibration import Calibration
from classifier.encoder import Encoder
from classifier.linear import LinearPart
from classifier.loading import ENCODER, MANIFEST, MODEL_DIR, TOKENIZER, WEIGHTS
from classifier.shipped import Mix, ShippedClassifier
from classifier.thresholds import THRESHOLDS
from classifier.training.news import is_civil, of_news
from classifier.training.sources import FITTED
from classifier.training.templates import HARMLESS

NAME = "ordstyrer-2"
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
# Of civil news comments each label may hold so many by mistake. Together they stay under 2 %.
# Insult has the largest share: it ranks what raters of news comments call toxic best.
MAY_HOLD = {
    "toxicity": 0.005,
    "severe_toxicity": 0.0005,
    "insult": 0.0135,
    "threat": 0.001,
    "identity_attack": 0.002,
    "profanity": 0.0008,
    "sexually_explicit": 0.0008,
    "spam": 0.0015,
}
# Only here may a machine remove alone, and only where nothing harmless comes near. Not for spam: to
# the model, who asks others to subscribe to a newspaper is as sure an advertiser as any.
MAY_REMOVE = {"severe_toxicity"}
PRECISE = 0.98


def stacked(*, parts: np.ndarray, targets: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """What each column of ``parts`` (N, P) counts for, and the offset behind: shape (P + 1,).

    Platt scaling of a weighted sum; ``targets`` and ``weights`` are (N,). A part that would count
    against itself is left out.
    """
    model = LogisticRegression(C=1e4, max_iter=1000)
    use = list(range(parts.shape[1]))
    while True:
        model.fit(
            np.concatenate([parts[:, use], parts[:, use]]),
            np.repeat([1, 0], len(parts)),
            sample_weight=np.concatenate([weights * targets, weights * (1 - targets)]),
        )
        worst = int(model.coef_[0].argmin())
        if model.coef_[0, worst] > 0 or len(use) == 1:
            break
        del use[worst]
    found = np.zeros(parts.shape[1] + 1)
    found[use] = np.maximum(model.coef_[0], 0.05)
    found[-1] = model.intercept_[0]
    return found.round(5)


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
                near = civil | _is_harmless(table).to_numpy()
                cut = max(float(scored[order[enough[-1]]]), float(ours[near].max()))
                remove = round(min(cut + 0.005, 0.995), 3)
        found[label] = {"hold": round(max(hold, 0.05), 3), "remove": remove}
    return found


def _is_harmless(table: pd.DataFrame) -> pd.Series:
    """Our own sentences that put the words of abuse where they do no harm."""
    return table["source"].str.startswith("contrast") & (table[LABELS].max(axis=1) <= HARMLESS)


def measured(*, work: Path, texts: list[str]) -> np.ndarray:
    """Logits of the linear part and of the encoder for each text: (N, 2, L), kept in ``work``."""
    kept = work / "measured.npz"
    digest = _digest(work, texts)
    if kept.exists():
        with np.load(kept) as arrays:
            if str(arrays["digest"]) == digest:
                return np.asarray(arrays["parts"])
    with np.load(work / "weights.npz") as arrays:
        weights = arrays["weights"].astype(np.float16).astype(np.float32)
        linear = LinearPart(weights=weights, bias=arrays["bias"])
    encoder = Encoder(
        model=(work / ENCODER).read_bytes(), tokenizer=(work / TOKENIZER).read_text("utf-8")
    )
    with np.load(work / "head.npz") as arrays:
        head, head_bias = arrays["head"], arrays["head_bias"].astype(np.float64)
    one, none = np.ones(len(LABELS)), np.zeros(len(LABELS))
    model = ShippedClassifier(
        version="bare",
        linear=linear,
        encoder=encoder,
        mix=Mix(linear=none, encoder=one, weights=head, bias=head_bias),
        calibration=Calibration(one, none),
        explain_from=one,
    )
    parts = np.zeros((len(texts), 2, len(LABELS)))
    starts = range(0, len(texts), 256)

    def measure(begin: int) -> None:
        some = model.measure(texts[begin : begin + 256])
        parts[begin : begin + 256] = np.stack([some.judged.logits, some.logits], axis=1)
        print(f"\r{begin} of {len(texts)} texts", end="", file=sys.stderr, flush=True)

    with ThreadPoolExecutor(os.cpu_count()) as pool:  # the encoder lets go of the lock
        list(pool.map(measure, starts))
    print(file=sys.stderr)
    np.savez(kept, parts=parts, digest=digest)
    return parts


def _digest(work: Path, texts: list[str]) -> str:
    """What the measurement rests on: both parts, and the texts."""
    digest = hashlib.sha256("\0".join(texts).encode("utf-8", "replace"))
    for name in ("weights.npz", "head.npz", ENCODER, TOKENIZER):
        digest.update((work / name).read_bytes())
    return digest.hexdigest()


def mode_of(
    *, table: pd.DataFrame, parts: np.ndarray, version: str
) -> tuple[dict[str, Any], np.ndarray]:
    """One way to run the model, as it stands in the manifest, and its probabilities (N, L).

    ``parts`` is (N, P, L): the linear part alone, or the linear part and the encoder.
    """
    mode: dict[str, Any] = {"version": version, "linear": {}, "encoder": {}, "calibration": {}}
    probabilities = np.zeros((len(table), len(LABELS)))
    for column, label in enumerate(LABELS):
        rows, targets, each = pool(table, label=label)
        found = stacked(parts=parts[rows.index, :, column], targets=targets, weights=each)
        mode["linear"][label] = float(found[0])
        mode["encoder"][label] = float(found[1]) if parts.shape[1] > 1 else 0.0
        mode["calibration"][label] = {"slope": 1.0, "offset": float(found[-1])}
        probabilities[:, column] = expit(parts[:, :, column] @ found[:-1] + found[-1])
    return mode, probabilities


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("model", type=Path, nargs="?", default=MODEL_DIR)
    options = parser.parse_args()
    table = pd.read_parquet(options.work / "prepared.parquet")
    wanted = of_news(table) | table["source"].isin({source.name for source in FITTED})
    wanted |= table["source"].str.startswith("contrast")
    table = table[wanted & (table["part"] == "tune")].reset_index(drop=True)
    parts = measured(work=options.work, texts=table["text"].tolist())

    files = artefacts(work=options.work)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    version = f"{NAME}+{hashlib.sha256(''.join(digests.values()).encode()).hexdigest()[:8]}"
    full, probabilities = mode_of(table=table, parts=parts, version=version)
    fast, _ = mode_of(table=table, parts=parts[:, :1], version=f"{version}-fast")
    cuts = thresholds(table=table, probabilities=probabilities)
    # After the version, which is that of the weights: the proposal names it.
    files[THRESHOLDS.name] = _as_json({"version": version, "thresholds": cuts})
    digests[THRESHOLDS.name] = hashlib.sha256(files[THRESHOLDS.name]).hexdigest()
    manifest = {
        "labels": LABELS,
        "languages": ["en"],
        "bucket_bits": features.BUCKET_BITS,
        "files": digests,
        "full": full,
        "fast": fast,
        # Whatever may hold a comment is explained, and whatever is likelier than not rare.
        "explain_from": {label: min(0.3, cut["hold"] or 0.3) for label, cut in cuts.items()},
    }
    options.model.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (options.model / name).write_bytes(content)
    (options.model / MANIFEST).write_bytes(_as_json(manifest))
    print(json.dumps({"full": full, "thresholds": cuts}, indent=1), file=sys.stderr)


def artefacts(*, work: Path) -> dict[str, bytes]:
    """The files that are shipped, by name."""
    with np.load(work / "weights.npz") as linear, np.load(work / "head.npz") as head:
        packed = io.BytesIO()
        np.savez_compressed(
            packed,
            weights=linear["weights"].astype(np.float16),
            bias=linear["bias"],
            head=head["head"],
            head_bias=head["head_bias"],
        )
    return {
        WEIGHTS: packed.getvalue(),
        ENCODER: (work / ENCODER).read_bytes(),
        TOKENIZER: (work / TOKENIZER).read_bytes(),
    }


def _as_json(content: object) -> bytes:
    return (json.dumps(content, indent=2) + "\n").encode()


if __name__ == "__main__":
    main()
