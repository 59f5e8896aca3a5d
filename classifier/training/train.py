"""Stage 3: fit the weights.

    python -m classifier.training.train WORK_DIR

Reads ``prepared.parquet``, writes ``weights.npz`` beside it. A minute or two on one core.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from classifier.base import Label
from classifier.features import BUCKETS
from classifier.training.fitting import design, fit

# The L2 penalty of each label, chosen on the tune part.
PENALTIES = {
    Label.TOXICITY: 3e-5,
    Label.SEVERE_TOXICITY: 3e-5,
    Label.INSULT: 6e-5,
    Label.THREAT: 1e-4,
    Label.IDENTITY_ATTACK: 2e-5,
    Label.PROFANITY: 3e-5,
    Label.SEXUALLY_EXPLICIT: 6e-5,
    Label.SPAM: 1e-5,
}
# What is rarer than this is weighed up to it. Calibration puts the share right again.
FEWEST = 0.2


def balanced(*, weights: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Weights (N,) under which the share of positives is ``FEWEST`` at least."""
    share = float((weights * targets).sum() / weights.sum())
    if share >= FEWEST:
        return weights
    up = FEWEST / (1 - FEWEST) * (1 - share) / share
    return np.where(targets >= 0.5, weights * up, weights)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    options = parser.parse_args()
    table = pd.read_parquet(options.work / "prepared.parquet")
    table = table[table["part"] == "fit"].reset_index(drop=True)
    rows = design(table["text"].tolist(), progress="features")
    weights = np.zeros((BUCKETS, len(Label)), dtype=np.float32)
    bias = np.zeros(len(Label))
    for column, label in enumerate(Label):
        begun = time.monotonic()
        known = table[label].notna().to_numpy()
        weights[:, column], bias[column] = fit(
            rows=rows[known],
            targets=table[label].to_numpy()[known],
            weights=balanced(
                weights=table["weight"].to_numpy()[known],
                targets=table[label].to_numpy()[known],
            ),
            penalty=PENALTIES[label],
        )
        took = time.monotonic() - begun
        print(f"{label}: {known.sum()} texts, {took:.0f} s", file=sys.stderr)
    np.savez(options.work / "weights.npz", weights=weights, bias=bias)


if __name__ == "__main__":
    main()
