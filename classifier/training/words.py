"""Stage 2: the common words, by which ``classifier.segmentation`` finds where a word ends.

    python -m classifier.training.words WORK_DIR

Reads ``prepared.parquet``, writes ``classifier/common_words.txt``: the words that the texts to
learn from use most, most frequent first. Seconds.
"""

import argparse
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from classifier.segmentation import WORDS

KEPT = 16_000
_WORD = re.compile(r"[a-z]+")
# Of one letter, nothing else is a word; of two, what is rare is mostly a piece of something.
_LETTERS = frozenset("aiu")
_PAIRS = 150


def common_words(texts: Iterable[str]) -> list[str]:
    """The ``KEPT`` words that stand in most of ``texts``, the most frequent first."""
    seen: Counter[str] = Counter()
    for text in texts:
        seen.update(set(_WORD.findall(text.lower())))
    pairs = 0
    words: list[str] = []
    for word, _ in sorted(seen.items(), key=lambda item: (-item[1], item[0])):
        if len(word) == 1 and word not in _LETTERS:
            continue
        if len(word) == 2:
            pairs += 1
            if pairs > _PAIRS:
                continue
        words.append(word)
        if len(words) == KEPT:
            break
    return words


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    options = parser.parse_args()
    table = pd.read_parquet(options.work / "prepared.parquet", columns=["text", "part"])
    words = common_words(table.loc[table["part"] == "fit", "text"])
    WORDS.write_text("\n".join(words) + "\n", "utf-8")


if __name__ == "__main__":
    main()
