"""Stage 1: gather the sets into one table of texts, labels, weights and parts.

    python -m classifier.training.prepare DATA_DIR WORK_DIR

Parts: ``fit`` trains the weights; ``tune`` (a tenth of the training rows, by hash) is kept back
for calibration and for choosing settings; ``judge`` is the dev split that came with the data.
Rows of sets that may not train shipped weights are never in ``fit``. ``unlabelled`` are comments
that nobody rated: ``refine`` reads them with the answers of the encoder so far.
"""

import argparse
import hashlib
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from classifier.base import Label
from classifier.training.sources import CALIBRATING, FITTED, JUDGING, UNLABELLED, Reading, Source
from classifier.training.templates import sentences

LABELS = [str(label) for label in Label]
SEED = 20261123
COLUMNS = ["text", "source", "part", "weight", *LABELS]


def load(*, data: Path, name: str) -> pd.DataFrame:
    """One set with all eight label columns (NaN: not labelled) and its part."""
    table = pd.read_parquet(data / f"{name}.parquet")
    for label in LABELS:
        if label not in table:
            table[label] = np.nan
    if "SPAM" in table:
        table["spam"] = table["SPAM"]
    table["text"] = table["text"].map(_unwrapped)
    part = np.where(table["split"] == "dev", "judge", "fit")
    part[(part == "fit") & table["text"].map(_kept_back)] = "tune"
    return table.assign(source=name, part=part, weight=1.0)[COLUMNS]


def _unwrapped(text: str) -> str:
    """Without the quotation marks that a careless reading of CSV left around some texts."""
    if len(text) > 2 and text[0] == text[-1] == '"' and text.count('"') % 2 == 0:
        inner = text[1:-1].replace('""', "\0")
        if '"' not in inner:
            return inner.replace("\0", '"')
    return text


def _kept_back(text: str) -> bool:
    return hashlib.sha256(text.strip().lower().encode()).digest()[0] < 26  # about a tenth


def read_as(table: pd.DataFrame, *, reading: Reading) -> pd.DataFrame:
    """Fill in the labels that a row implies without carrying them."""
    table = table.copy()
    clean = table["toxicity"] == 0
    follows = {
        Reading.MILD_IS_CLEAN: ["severe_toxicity", "threat", "insult", "identity_attack"],
        Reading.ALL_OR_NOTHING: [*LABELS[1:7]],
        Reading.COUNTER: ["severe_toxicity", "threat", "insult"],
    }.get(reading, [])
    for label in follows:
        table.loc[clean & table[label].isna(), label] = 0.0
    if reading is Reading.HATE:
        hateful = table["identity_attack"] >= 0.5
        table["toxicity"] = table["toxicity"].fillna(hateful.map({True: 0.95, False: 0.2}))
    if reading is Reading.CIVIL:
        table[LABELS] = 0.0
    elif reading in (Reading.MILD_IS_CLEAN, Reading.ALL_OR_NOTHING, Reading.COUNTER):
        # People talking to each other. The few advertisements among them do not matter.
        table["spam"] = table["spam"].fillna(0.0)
    return table


def fitted(*, data: Path, source: Source) -> pd.DataFrame:
    """One set to train on, capped by hash order so that runs agree."""
    table = load(data=data, name=source.name)
    table[list(source.without)] = np.nan
    table = read_as(table, reading=source.reading)
    if source.cap is not None:
        rest = table[table["part"] != "fit"]
        fit = table[table["part"] == "fit"].sample(frac=1.0, random_state=SEED)
        table = pd.concat([fit.head(source.cap), rest])
    return table.assign(weight=source.weight)


def contrast() -> pd.DataFrame:
    """Our own contrast sentences; those of a tenth of the patterns are kept back too."""
    rows = [
        {
            "text": one.text,
            "source": one.source,
            "part": "tune" if _kept_back(one.pattern) else "fit",
            "weight": 1.0,
            **{str(label): value for label, value in one.labels.items()},
        }
        for one in sentences(seed=SEED)
    ]
    return pd.DataFrame(rows)[COLUMNS].astype(dict.fromkeys(LABELS, float))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    options = parser.parse_args()
    parts = []
    for source in FITTED:
        print(f"{source.name} ...", file=sys.stderr)
        parts.append(fitted(data=options.data, source=source))
    for name in (*CALIBRATING, *JUDGING):
        table = load(data=options.data, name=name)
        parts.append(table.assign(part=table["part"].replace("fit", "tune")))
    for name in UNLABELLED:
        table = load(data=options.data, name=name)
        parts.append(table[table["part"] != "judge"].assign(part="unlabelled"))
    parts.append(contrast())
    table = pd.concat(parts, ignore_index=True)
    # The same words in two sets would leak from one part to another.
    key = table["text"].str.strip().str.lower()
    judged = set(key[table["part"] == "judge"])
    table = table[(table["part"] == "judge") | ~key.isin(judged)]
    options.work.mkdir(parents=True, exist_ok=True)
    table.to_parquet(options.work / "prepared.parquet", index=False)
    print(table.groupby("part")["text"].count().to_string(), file=sys.stderr)


if __name__ == "__main__":
    main()
