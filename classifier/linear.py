"""The first model: a linear one over hashed words and character n-grams.

One gather and one sum per distinct word of a batch, one sum per sentence and per text: no Python
per word. A text
is scored as typed and, where folding undid a disguise, as folded; the higher one counts. Quoted
words are scored apart from the author's own.
"""

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from classifier import features
from classifier.base import Label, Scores, Span, Text, Unscored
from classifier.calibration import Calibration
from classifier.features import Words
from classifier.language import KNOWN_LANGUAGES, UNKNOWN, detect, is_surely_english
from classifier.quotations import only, split_quotations
from classifier.spans import heaviest
from classifier.text import Folded, fold

logger = logging.getLogger(__name__)

Floats = NDArray[np.float64]

# Of a longer text the beginning and the end are read: enough to judge, and bounded.
LONGEST = 60_000
_CHUNK_TEXTS = 256
_CHUNK_LENGTH = 250_000  # code points at a time, to bound memory
_LABELS = tuple(Label)
_LINK = re.compile(r"(?:https?://|www\.)\S+|(?<!\S)\S+@\S+\.\S+")


@dataclass(slots=True)
class _Work:
    """One text on its way: which documents were made of it."""

    language: str
    unscored: Unscored | None = None
    own: list[int] = field(default_factory=list)
    quoted: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class _Judged:
    """A batch scored: texts (D, L), sentences (S, L) and what each different word weighs (U, L)."""

    words: Words
    logits: Floats
    single: Floats
    of_words: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Document:
    """What is scored at once: the text, and the way back to the body where it was folded."""

    text: str
    folded: Folded | None = None
    shift_from: int = 0  # offsets from here on are further back in the body ...
    shift: int = 0  # ... by so much, where the middle of a long text was left out


class LinearClassifier:
    """The shipped model in memory. See ``classifier.base.Classifier`` for what it promises."""

    ready = True

    def __init__(
        self,
        *,
        version: str,
        weights: NDArray[np.float32],
        bias: Floats,
        calibration: Calibration,
        explain_from: Floats | None = None,
    ) -> None:
        """Take ``weights`` of shape (BUCKETS, L) and ``bias`` of shape (L,), L labels.

        A label whose probability reaches its ``explain_from`` (L,) gets spans.
        """
        if weights.shape != (features.BUCKETS, len(_LABELS)) or bias.shape != (len(_LABELS),):
            raise ValueError(f"weights of shape {weights.shape} do not fit the features")
        self._version = version
        # The last row is for n-grams that are none; see features.gram_buckets.
        self._weights = np.zeros((features.BUCKETS + 1, len(_LABELS)), dtype=np.float32)
        self._weights[:-1] = weights
        self._bias = bias
        self._calibration = calibration
        self._explain_from = np.full(len(_LABELS), 0.3) if explain_from is None else explain_from

    @property
    def version(self) -> str:
        """Name of the model, stored with every classification."""
        return self._version

    def score(self, texts: Sequence[Text]) -> list[Scores]:
        """Return one ``Scores`` per text, in the order given. Never raises for odd text."""
        scores: list[Scores] = []
        for chunk in _chunks(texts):
            try:
                scores += self._score(chunk)
            except Exception:
                logger.exception("a batch of %d texts could not be scored", len(chunk))
                scores += [self._score_or_fail(text) for text in chunk]
        return scores

    def logits(self, texts: Sequence[str]) -> Floats:
        """Uncalibrated scores of plain texts as they are, shape (len(texts), L): for training."""
        rows = [np.zeros((0, len(_LABELS)))]
        rows += [
            self._judge(features.read(texts[begin : begin + _CHUNK_TEXTS])).logits
            for begin in range(0, len(texts), _CHUNK_TEXTS)
        ]
        return np.concatenate(rows)

    def _score_or_fail(self, text: Text) -> Scores:
        try:
            return self._score([text])[0]
        except Exception:
            logger.exception("a text could not be scored")
            return Scores(model=self._version, unscored=Unscored.FAILED)

    def _score(self, texts: Sequence[Text]) -> list[Scores]:
        documents: list[_Document] = []
        works = [_prepare(text, documents) for text in texts]
        if not documents:
            return [self._unscored(work) for work in works]
        judged = self._judge(features.read([document.text for document in documents]))
        # Rounded, so that the order in which a batch is summed up never shows.
        probabilities = np.round(self._calibration(judged.logits), 5)
        table = probabilities.tolist()
        # Explained are few, so what their words weigh is worked out only for them.
        reached: NDArray[np.bool_] = np.asarray(probabilities >= self._explain_from)
        notable = set(np.flatnonzero(reached.any(axis=1)).tolist())
        results = []
        for work in works:
            if work.unscored is not None:
                results.append(self._unscored(work))
                continue
            spans: list[Span] = []
            if not notable.isdisjoint(work.own):
                best = probabilities[work.own]
                for column in np.flatnonzero(reached[work.own].any(axis=0)).tolist():
                    number = work.own[int(best[:, column].argmax())]
                    inside, weights = self._word_weights(judged, number, column)
                    spans += _spans(
                        documents[number], judged.words, inside, weights, _LABELS[column]
                    )
            results.append(
                Scores(
                    model=self._version,
                    language=work.language,
                    own=_highest(table, work.own),
                    quoted=_highest(table, work.quoted),
                    spans=tuple(spans),
                )
            )
        return results

    def _unscored(self, work: _Work) -> Scores:
        return Scores(model=self._version, language=work.language, unscored=work.unscored)

    def _judge(self, words: Words) -> _Judged:
        bias = self._bias
        if not len(words.doc):
            none = np.zeros((0, len(_LABELS)))
            return _Judged(words, np.tile(bias, (words.docs, 1)), none, none.astype(np.float32))
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
        return _Judged(words, logits, single, of_words)

    def _word_weights(self, judged: _Judged, number: int, column: int) -> tuple[slice, Floats]:
        """The words of a text's worst sentence for one label, and what they weigh in it.

        Weights are calibrated logits, one for each word of the slice.
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
        return inside, np.asarray(weights * scale * self._calibration.slope[column])


def _chunks(texts: Sequence[Text]) -> Iterator[Sequence[Text]]:
    begin = length = 0
    for at, text in enumerate(texts):
        size = min(len(text.body), LONGEST)
        if at > begin and (at - begin >= _CHUNK_TEXTS or length + size > _CHUNK_LENGTH):
            yield texts[begin:at]
            begin, length = at, 0
        length += size
    if begin < len(texts):
        yield texts[begin:]


def _prepare(text: Text, documents: list[_Document]) -> _Work:
    body, shift_from, shift = text.body, 0, 0
    if len(body) > LONGEST:
        shift_from, shift = LONGEST // 2 + 1, len(body) - LONGEST - 1
        body = body[: LONGEST // 2] + "\n" + body[-LONGEST // 2 :]
    language, readable = detect(body), body
    if language not in KNOWN_LANGUAGES:
        # Disguised English looks foreign: full-width letters, Cyrillic doubles.
        folded = fold(body)
        readable = folded.text
        if folded.changed and is_surely_english(readable):
            language = "en"
    if language == UNKNOWN and not _has_letters(_LINK.sub(" ", readable)):
        return _Work(UNKNOWN, Unscored.EMPTY)
    if language not in KNOWN_LANGUAGES:
        return _Work(language, Unscored.LANGUAGE)
    pieces = split_quotations(
        body=body, parent=text.parent[:LONGEST], article_title=text.article_title
    )
    work = _Work(language)
    own = only(body, pieces.own)
    halves = [(work.own, own)] if not pieces.quoted or _has_letters(own) else []
    if pieces.quoted:
        halves.append((work.quoted, only(body, pieces.quoted)))
    for numbers, words in halves:
        numbers.append(len(documents))
        documents.append(_Document(words, None, shift_from, shift))
        folded = fold(words)
        if folded.changed:
            numbers.append(len(documents))
            documents.append(_Document(folded.text, folded, shift_from, shift))
    # Who says nothing but a quotation answers for it: else marks around it would hide anything.
    work.own = work.own or work.quoted
    return work


def _has_letters(text: str) -> bool:
    return any(map(str.isalpha, text))


def _spans(
    document: _Document, words: Words, inside: slice, weights: Floats, label: Label
) -> Iterator[Span]:
    for start, end, weight in heaviest(
        weights=weights, start=words.start[inside], end=words.end[inside]
    ):
        folded = document.folded or Folded(document.text, document.text)
        start, end = folded.span(start=start, end=end)
        start += document.shift if start >= document.shift_from else 0
        end += document.shift if end > document.shift_from else 0
        yield Span(start, end, label, round(weight, 3))


def _highest(table: list[list[float]], numbers: list[int]) -> dict[Label, float]:
    if not numbers:
        return {}
    if len(numbers) == 1:
        return dict(zip(_LABELS, table[numbers[0]], strict=True))
    rows = zip(*(table[number] for number in numbers), strict=True)
    return dict(zip(_LABELS, map(max, rows), strict=True))


def _add_up(totals: Floats, owner: NDArray[np.int64], rows: NDArray[np.float32]) -> None:
    """Add each of ``rows`` (N, L) to the row of ``totals`` that owns it; owners never fall."""
    if len(owner):
        first = np.flatnonzero(np.diff(owner, prepend=-1))
        totals[owner[first]] += np.add.reduceat(rows, first, axis=0, dtype=np.float64)
