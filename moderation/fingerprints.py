"""What a text says, in eight numbers: texts that say nearly the same share one of them.

MinHash signatures of the text's pairs of neighbouring words, cut into bands (A. Broder, "On the
resemblance and containment of documents", 1997; P. Indyk and R. Motwani, "Approximate nearest
neighbors", 1998). Two texts whose sets of pairs overlap by J (Jaccard: shared pairs by all pairs)
share at least one of 8 bands of 3 rows with probability 1 - (1 - J^3)^8: 0.86 at J = 0.6, 0.997 at
0.8, 0.06 at 0.2. Whatever shares a band is compared word by word afterwards.

Words are those of the folded text, so that a disguise makes no other text; quoted lines are
left out, because two answers to one comment are not the same answer. Texts of fewer than four words
have no fingerprint, unless they hold a link: "Thank you" is no duplicate of "Thank you".
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from classifier.text import fold

BANDS, ROWS = 8, 3
FEWEST_WORDS = 4
FEW_WORDS = 10  # of so short a text everything must be nearly the same
ALIKE, ALIKE_IF_SHORT = 0.6, 0.8  # Jaccard, from which on two texts are near-duplicates
LONGEST = 20_000  # characters that are read
_AT_A_TIME = 4_096  # pairs in one calculation, to bound memory

_QUOTED_LINE = re.compile(r"^[ \t]*>[^\n]*", re.MULTILINE)
# Scripts without spaces: each sign is a word.
_WORD = re.compile(
    "[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]|[^\\W_\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]+"
)
_ASCII_WORD = re.compile("[a-z0-9]+")

_CHANCE = np.random.default_rng(1729)  # fixed: stored fingerprints must stay comparable
_FACTORS = _CHANCE.integers(0, 2**63, size=(BANDS * ROWS, 1), dtype=np.uint64) * 2 + 1
_SHIFTS = _CHANCE.integers(0, 2**63, size=(BANDS * ROWS, 1), dtype=np.uint64)
_MIX = _CHANCE.integers(0, 2**63, size=(1, ROWS, 1), dtype=np.uint64) * 2 + 1
_OF_BAND = _CHANCE.integers(0, 2**63, size=(BANDS, 1), dtype=np.uint64)
_OF_PAIR = np.uint64(0x9E3779B97F4A7C15)  # odd, far from any pattern: 2^64 by the golden ratio


def words_of(text: str) -> list[str]:
    """Return the words of a text that count, folded; nothing of its quoted lines."""
    text = text[:LONGEST]
    if ">" in text:
        text = _QUOTED_LINE.sub("", text)
    folded = fold(text).text
    return (_ASCII_WORD if folded.isascii() else _WORD).findall(folded)


def similarity(one: Sequence[str], other: Sequence[str]) -> float:
    """Return how far the pairs of neighbouring words of two texts overlap (Jaccard, 0..1)."""
    ours, theirs = set(_pairs(one)), set(_pairs(other))
    either = len(ours | theirs)
    return len(ours & theirs) / either if either else 0.0


def are_alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two texts, given by their words, say nearly the same."""
    least = ALIKE_IF_SHORT if min(len(one), len(other)) < FEW_WORDS else ALIKE
    return similarity(one, other) >= least


def fingerprints(texts: Sequence[str]) -> list[list[int]]:
    """Return the bands of each text, BANDS signed 64-bit numbers, or none for one too short."""
    found: list[list[int]] = [[] for _ in texts]
    chosen: list[int] = []
    hashes: list[list[int]] = []
    size = 0
    for number, text in enumerate(texts):
        words = words_of(text)
        if len(words) < FEWEST_WORDS and (len(words) < 2 or not _holds_link(text)):
            continue
        chosen.append(number)
        hashes.append([crc32(word.encode("utf-8", "surrogatepass")) for word in words])
        size += len(words)
        if size >= _AT_A_TIME:
            _write(found, chosen, hashes)
            chosen, hashes, size = [], [], 0
    if chosen:
        _write(found, chosen, hashes)
    return found


def _pairs(words: Sequence[str]) -> list[tuple[str, str]]:
    return list(pairwise(words))


def _holds_link(text: str) -> bool:
    lower = text.lower()
    return "://" in lower or "www." in lower


def _write(found: list[list[int]], chosen: list[int], hashes: list[list[int]]) -> None:
    lengths = np.fromiter(map(len, hashes), dtype=np.int64)
    words: NDArray[np.uint64] = np.fromiter(
        (word for text in hashes for word in text), dtype=np.uint64, count=int(lengths.sum())
    )
    ends = np.cumsum(lengths)
    # Every two neighbours, those across two texts left out: each text has one pair less than words.
    pairs = (words[:-1] * _OF_PAIR) ^ words[1:]
    pairs = np.delete(pairs, ends[:-1] - 1)
    starts = ends - lengths - np.arange(len(lengths))
    rows = np.minimum.reduceat((pairs * _FACTORS + _SHIFTS) >> np.uint64(32), starts, axis=1)
    bands = (rows.reshape(BANDS, ROWS, -1) * _MIX).sum(axis=1) ^ _OF_BAND
    for number, text_bands in zip(chosen, bands.T.astype(np.int64).tolist(), strict=True):
        found[number] = text_bands
