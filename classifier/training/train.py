"""Stage 2: fit the weights.

    python -m classifier.training.train WORK_DIR

Reads ``prepared.parquet``, writes ``weights.npz`` into the same folder. Some minutes on one core.
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

# Per label: the L2 penalty, chosen on the tune part.
PENALTY = 1e-5


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
            weights=table["weight"].to_numpy()[known],
            penalty=PENALTY,
        )
        took = time.monotonic() - begun
        print(f"{label}: {known.sum()} texts, {took:.0f} s", file=sys.stderr)
    np.savez(options.work / "weights.npz", weights=weights, bias=bias)


if __name__ == "__main__":
    main()
