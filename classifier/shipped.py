"""The shipped model: a small encoder and a linear model of words, summed as logits.

Each sees what the other misses: the encoder contempt without a rude word, the linear part rare and
disguised words. A text is scored as typed and, where folding undid a disguise, as folded; the
higher one counts. Quoted words are scored apart from the author's own.
"""

import copy
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from classifier.base import Label, Scores, Span, Text, Unscored
from classifier.calibration import Calibration
from classifier.documents import Document, Work, chunks, prepare
from classifier.encoder import EMBEDDING, Encoder
from classifier.head import Features, Head
from classifier.linear import Judged, LinearPart

logger = logging.getLogger(__name__)

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

_LABELS = tuple(Label)


@dataclass(frozen=True, slots=True, eq=False)
class Mix:
    """How the parts are summed: logits are ``linear * l + encoder * (e @ weights + bias)``.

    ``linear``, ``encoder`` and ``bias`` have shape (L,), ``weights`` (384, L).
    """

    linear: Floats
    encoder: Floats
    weights: Singles
    bias: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """D documents measured: logits (D, L), embeddings (D, 384), and what the words weigh."""

    logits: Floats
    embedding: Singles
    judged: Judged


class ShippedClassifier:
    """The shipped model in memory. See ``classifier.base.Classifier`` for what it promises.

    Without an encoder it is the fast mode: the linear part alone, with a calibration of its own.
    """

    ready = True

    def __init__(
        self,
        *,
        version: str,
        linear: LinearPart,
        encoder: Encoder | None,
        mix: Mix,
        calibration: Calibration,
        explain_from: Floats,
    ) -> None:
        """A label whose probability reaches its ``explain_from`` (L,) gets spans."""
        self._version = version
        self._linear = linear
        self._encoder = encoder
        self._mix = mix
        self._calibration = calibration
        self._explain_from = explain_from
        self._head: Head | None = None

    @property
    def version(self) -> str:
        """Name of the model, stored with every classification."""
        return self._version

    def with_head(self, head: Head) -> Self:
        """Return the same model, sharing its memory, with ``head`` between logits and calibration.

        Raises ValueError where the head was made for other features.
        """
        if head.weights.shape != (len(_LABELS), len(_LABELS) + EMBEDDING):
            raise ValueError(f"a head of shape {head.weights.shape} does not fit the model")
        taught = copy.copy(self)
        taught._head = head
        taught._version = f"{self._version}~{head.name}"
        return taught

    def score(self, texts: Sequence[Text]) -> list[Scores]:
        """Return one ``Scores`` per text, in the order given. Never raises for odd text."""
        scores: list[Scores] = []
        for chunk in chunks(texts):
            try:
                scores += self._score(chunk)
            except Exception:
                logger.exception("a batch of %d texts could not be scored", len(chunk))
                scores += [self._score_or_fail(text) for text in chunk]
        return scores

    def features(self, texts: Sequence[Text]) -> Features:
        """What a head sees of each text: of its own words, as typed, before any head."""
        documents: list[Document] = []
        works = [prepare(text, documents) for text in texts]
        measured = self.measure([document.text for document in documents])
        logits = np.zeros((len(works), len(_LABELS)))
        embedding = np.zeros((len(works), EMBEDDING), dtype=np.float32)
        scored = np.array([work.unscored is None for work in works], dtype=np.bool_)
        for row, work in enumerate(works):
            if work.unscored is None:
                logits[row] = measured.logits[work.own].max(axis=0)
                embedding[row] = measured.embedding[work.own[0]]
        return Features(logits, embedding, scored)

    def measure(self, documents: Sequence[str]) -> Measured:
        """Logits and embeddings of documents as they are, before head and calibration."""
        judged = self._linear.judge(documents)
        logits = judged.logits * self._mix.linear
        embedding = np.zeros((len(documents), EMBEDDING), dtype=np.float32)
        if self._encoder is not None:
            for row, text in enumerate(documents):
                windows = self._encoder.read(text, worst=self._worst)
                of_windows = windows @ self._mix.weights + self._mix.bias
                # One ugly window among ten civil ones: halfway between the text and that window.
                of_text = (of_windows.mean(axis=0) + of_windows.max(axis=0)) / 2
                logits[row] += self._mix.encoder * of_text
                embedding[row] = windows.mean(axis=0)
        return Measured(logits, embedding, judged)

    def _worst(self, pieces: Sequence[str]) -> list[float]:
        worst: list[float] = self._linear.logits(pieces).max(axis=1).tolist()
        return worst

    def _score_or_fail(self, text: Text) -> Scores:
        try:
            return self._score([text])[0]
        except Exception:
            logger.exception("a text could not be scored")
            return Scores(model=self._version, unscored=Unscored.FAILED)

    def _score(self, texts: Sequence[Text]) -> list[Scores]:
        documents: list[Document] = []
        works = [prepare(text, documents) for text in texts]
        if not documents:
            return [self._unscored(work) for work in works]
        measured = self.measure([document.text for document in documents])
        logits = measured.logits
        if self._head is not None:
            logits = self._head(logits, measured.embedding)
        # Rounded, so that the order in which a batch is summed up never shows.
        probabilities = np.round(self._calibration(logits), 5)
        table = probabilities.tolist()
        return [
            self._unscored(work)
            if work.unscored is not None
            else Scores(
                model=self._version,
                language=work.language,
                own=_highest(table, work.own),
                quoted=_highest(table, work.quoted),
                spans=self._spans(work, documents, probabilities, measured.judged),
            )
            for work in works
        ]

    def _unscored(self, work: Work) -> Scores:
        return Scores(model=self._version, language=work.language, unscored=work.unscored)

    def _spans(
        self, work: Work, documents: Sequence[Document], probabilities: Floats, judged: Judged
    ) -> tuple[Span, ...]:
        """What moved the labels that are worth explaining, by the weights of the linear part."""
        own = probabilities[work.own]
        spans: list[Span] = []
        for column in np.flatnonzero((own >= self._explain_from).any(axis=0)).tolist():
            number = work.own[int(own[:, column].argmax())]
            spans += self._linear.spans(
                judged, number=number, document=documents[number], label=_LABELS[column]
            )
        return tuple(spans)


def _highest(table: list[list[float]], numbers: list[int]) -> dict[Label, float]:
    if not numbers:
        return {}
    if len(numbers) == 1:
        return dict(zip(_LABELS, table[numbers[0]], strict=True))
    rows = zip(*(table[number] for number in numbers), strict=True)
    return dict(zip(_LABELS, map(max, rows), strict=True))
