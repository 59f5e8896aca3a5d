"""The encoder part of the model: a small transformer, run by onnxruntime on one thread.

Texts are read one by one: padding to the longest of a batch costs more than batching saves, and
the quantised model's answer would depend on the other texts of the batch. Two processes with one
thread each read more than one process with two.
"""

from collections.abc import Callable, Sequence

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

Singles = NDArray[np.float32]
Worst = Callable[[Sequence[str]], Sequence[float]]

EMBEDDING = 384
ROOM = 94  # tokens of a window, beside the two that mark its ends: what it was trained on
MOST_WINDOWS = 4  # of a longer text so many are read
_STOPS = frozenset(".!?")


class Encoder:
    """Makes an embedding of every window of a text."""

    def __init__(self, *, model: bytes, tokenizer: str) -> None:
        """Take the ONNX model and the tokenizer's JSON. Raises whatever the two libraries do."""
        options = onnxruntime.SessionOptions()
        # One thread: no pool is started, so that a worker may load the model and then fork.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # gives memory back after a long text
        self._session = onnxruntime.InferenceSession(
            model, options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_str(tokenizer)
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._first, self._last = (self._token(mark) for mark in ("[CLS]", "[SEP]"))
        self._stops = {self._token(stop) for stop in _STOPS}

    def _token(self, token: str) -> int:
        number = self._tokenizer.token_to_id(token)
        if number is None:
            raise ValueError(f"the tokenizer knows no {token}")
        return int(number)

    def read(self, text: str, *, worst: Worst) -> Singles:
        """Embeddings (W, 384) of the windows of ``text``, at least one.

        Of a text that has more than ``MOST_WINDOWS``, the first is read and those for which
        ``worst``, given the texts of all, returns the highest numbers.
        """
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        ids: list[int] = encoding.ids
        windows = self._windows(ids)
        if len(windows) > MOST_WINDOWS:
            places = encoding.offsets
            pieces = [text[places[begin][0] : places[end - 1][1]] for begin, end in windows[1:]]
            ranks = np.argsort(-np.asarray(worst(pieces)), kind="stable")[: MOST_WINDOWS - 1]
            windows = [windows[0], *(windows[1 + rank] for rank in sorted(ranks.tolist()))]
        return np.concatenate([self._embed(ids[begin:end]) for begin, end in windows])

    def _windows(self, ids: list[int]) -> list[tuple[int, int]]:
        """Cut at the end of a sentence where the latter half of a window has one."""
        windows = []
        begin = 0
        while len(ids) - begin > ROOM:
            end = begin + ROOM
            stops = (at for at in range(end, begin + ROOM // 2, -1) if ids[at - 1] in self._stops)
            end = next(stops, end)
            windows.append((begin, end))
            begin = end
        return [*windows, (begin, len(ids))]

    def _embed(self, ids: list[int]) -> Singles:
        row = np.array([[self._first, *ids, self._last]], dtype=np.int64)
        given = {"input_ids": row, "attention_mask": np.ones_like(row)}
        embedding: Singles = self._session.run(None, given)[0]
        return embedding
