"""The linear part of the model: hashed words and character n-grams.

One gather and one sum per distinct word of a batch, one sum per sentence and per text: no Python
per word. It is thousands of times cheaper than the encoder, knows rare and disguised words that an
encoder has not met, and says what each word weighs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier import features
from classifier.base import Label, Span
from classifier.documents import Document
from classifier.features import Words
from classifier.spans import heaviest

Floats = NDArray[np.float64]

_LABELS = tuple(Label)
_AT_A_TIME = 256


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A batch judged: texts (D, L), sentences (S, L) and what each different word weighs (U, L)."""

    words: Words
    logits: Floats
    single: Floats
    of_words: NDArray[np.float32]


class LinearPart:
    """Weights of shape (BUCKETS, L) and a bias of shape (L,), for L labels."""

    def __init__(self, *, weights: NDArray[np.float32], bias: Floats) -> None:
        """Raises ValueError where the shapes do not fit the features."""
        if weights.shape != (features.BUCKETS, len(_LABELS)) or bias.shape != (len(_LABELS),):
            raise ValueError(f"weights of shape {weights.shape} do not fit the features")
        # The last row is for n-grams that are none; see features.gram_buckets.
        self._weights = np.zeros((features.BUCKETS + 1, len(_LABELS)), dtype=np.float32)
        self._weights[:-1] = weights
        self._bias = bias

    def logits(self, texts: Sequence[str]) -> Floats:
        """Logits of plain texts, shape (len(texts), L)."""
        rows = [np.zeros((0, len(_LABELS)))]
        rows += [
            self.judge(texts[begin : begin + _AT_A_TIME]).logits
            for begin in range(0, len(texts), _AT_A_TIME)
        ]
        return np.concatenate(rows)

    def spans(
        self, judged: Judged, *, number: int, document: Document, label: Label
    ) -> Iterator[Span]:
        """The words that moved ``label`` in the worst sentence of text ``number`` of the batch."""
        inside, weights = self._word_weights(judged, number, _LABELS.index(label))
        words = judged.words
        for start, end, weight in heaviest(
            weights=weights, start=words.start[inside], end=words.end[inside]
        ):
            start, end = document.place(start=start, end=end)
            yield Span(start, end, label, round(weight, 3))

    def judge(self, texts: Sequence[str]) -> Judged:
        """Judge a batch of plain texts."""
        words = features.read(texts)
        bias = self._bias
        if not len(words.doc):
            none = np.zeros((0, len(_LABELS)))
            return Judged(words, np.tile(bias, (words.docs, 1)), none, none.astype(np.float32))
        buckets = features.gram_buckets(words)
        places = self._weights[next(buckets)]
        for more in buckets:
            places += self._weights[more]
        of_words = np.add.reduceat(places, words.gram_start, axis=0)
        of_words *= features.GRAM_VALUE
        of_words += features.WORD_VALUE * self._weights[words.word_bucket]
        of_pairs = features.PAIR_VALUE * self._weights[words.pair_bucket]

        whole = np.zeros((words.docs, len(_LABELS)))
        used = np.flatnonzero(words.first)
        _add_up(whole, words.doc[used], of_words[words.which[used]])
        _add_up(whole, words.doc[words.pair_left], of_pairs)
        whole = whole * features.scale_of(words.distinct)[:, None] + bias

        used = np.flatnonzero(words.new)
        sizes = np.bincount(words.sentence[used])
        single = np.zeros((len(sizes), len(_LABELS)))
        _add_up(single, words.sentence[used], of_words[words.which[used]])
        of_left = words.sentence[words.pair_left]
        within = np.flatnonzero(of_left == words.sentence[words.pair_left + 1])
        _add_up(single, of_left[within], of_pairs[within])
        single = single * features.scale_of(sizes)[:, None] + bias

        # One ugly sentence among ten civil ones: halfway between the text and that sentence.
        begins = np.flatnonzero(np.diff(words.sentence, prepend=-1))
        doc = words.doc[begins]
        first = np.flatnonzero(np.diff(doc, prepend=-1))
        worst = np.maximum.reduceat(single, first, axis=0)
        logits = whole.copy()
        logits[doc[first]] += np.maximum(worst - whole[doc[first]], 0.0) / 2
        return Judged(words, logits, single, of_words)

    def _word_weights(self, judged: Judged, number: int, column: int) -> tuple[slice, Floats]:
        """The words of a text's worst sentence for one label, and what they weigh in it.

        Weights are logits, one for each word of the slice.
        """
        words = judged.words
        begin, end = np.searchsorted(words.doc, [number, number + 1])
        sentences = range(int(words.sentence[begin]), int(words.sentence[end - 1]) + 1)
        worst = max(sentences, key=lambda one: judged.single[one, column])
        begin, end = np.searchsorted(words.sentence, [worst, worst + 1])
        inside = slice(int(begin), int(end))
        weights = judged.of_words[words.which[inside], column].astype(np.float64)
        left, right = np.searchsorted(words.pair_left, [inside.start, inside.stop - 1])
        pairs = words.pair_left[left:right] - inside.start
        halves = features.PAIR_VALUE / 2 * self._weights[words.pair_bucket[left:right], column]
        np.add.at(weights, pairs, halves)
        np.add.at(weights, pairs + 1, halves)
        scale = features.scale_of(np.count_nonzero(words.new[inside], keepdims=True))[0]
        return inside, np.asarray(weights * scale)


def _add_up(totals: Floats, owner: NDArray[np.int64], rows: NDArray[np.float32]) -> None:
    """Add each of ``rows`` (N, L) to the row of ``totals`` that owns it; owners never fall."""
    if len(owner):
        first = np.flatnonzero(np.diff(owner, prepend=-1))
        totals[owner[first]] += np.add.reduceat(rows, first, axis=0, dtype=np.float64)
