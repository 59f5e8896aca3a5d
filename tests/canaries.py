"""Words that nobody else writes, and when the public may read each of them."""

import re
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager

_WORD = re.compile(r"canary[0-9a-f]{16}", re.IGNORECASE)


def new_word() -> str:
    """A canary: a word that stands nowhere but where a test put it."""
    return f"canary{uuid.uuid4().hex[:16]}"


def words_in(text: str | bytes) -> set[str]:
    """The canaries in a text."""
    if isinstance(text, bytes):
        text = text.decode(errors="replace")
    return {word.lower() for word in _WORD.findall(text)}


class Ledger:
    """Since when, and until when, each thing was public.

    A thing counts as public from before the transaction that makes it so until after the one that
    ends it: what is not public here at any moment of a request, the answer may not hold.
    """

    def __init__(self) -> None:
        self._spans: dict[str, list[list[float]]] = defaultdict(list)
        self._lock = threading.Lock()

    @contextmanager
    def changing(self, *, before: Collection[str]) -> Iterator[list[str]]:
        """While something is decided, ``before`` may become public.

        Whoever decides puts into the list what is public afterwards.
        """
        after: list[str] = []
        with self._lock:
            for thing in before:
                if not self._is_open(thing):
                    self._spans[thing].append([time.monotonic(), float("inf")])
        try:
            yield after
        finally:
            unforeseen = self._close_all_but(set(after))
        assert not unforeseen, f"became public, and nobody said that it might: {unforeseen}"

    def _close_all_but(self, kept: set[str]) -> set[str]:
        with self._lock:
            now = time.monotonic()
            for thing, spans in self._spans.items():
                if self._is_open(thing) and thing not in kept:
                    spans[-1][1] = now
            return {thing for thing in kept if not self._is_open(thing)}

    def was_public(self, thing: str, since: float, until: float) -> bool:
        """Whether a thing was public at any moment between the two."""
        with self._lock:
            spans = self._spans.get(thing, ())
            return any(begin <= until and end >= since for begin, end in spans)

    def is_public(self, thing: str) -> bool:
        with self._lock:
            return self._is_open(thing)

    def was_ever_public(self, thing: str) -> bool:
        with self._lock:
            return bool(self._spans.get(thing))

    def _is_open(self, thing: str) -> bool:
        spans = self._spans.get(thing)
        return bool(spans) and spans[-1][1] == float("inf")
