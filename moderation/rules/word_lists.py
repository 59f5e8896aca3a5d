"""Finding whole words and phrases of a list in a text, evasive spellings included."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import ahocorasick
import numpy as np
from numpy.typing import NDArray

from classifier.text import Folded, fold


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry found in a text: ``text[start:end]`` of what the reader typed."""

    entry: str
    start: int
    end: int


class WordMatcher:
    """All entries of a list, looked for in one pass (Aho and Corasick, 1975)."""

    def __init__(self, entries: Iterable[str]) -> None:
        self._automaton = ahocorasick.Automaton()
        for entry in entries:
            folded = fold(entry).text.strip()
            if folded:
                self._automaton.add_word(folded, (entry, len(folded)))
        self.is_empty = len(self._automaton) == 0
        if not self.is_empty:
            self._automaton.make_automaton()

    def holds(self, folded: str) -> bool:
        """Whether an entry stands in a folded text."""
        if self.is_empty:
            return False
        found = self._automaton.iter(folded)
        return any(_is_whole(folded, last + 1 - n, last + 1) for last, (_entry, n) in found)

    def find(self, folded: Folded) -> list[Hit]:
        """Return the hits in the order of the text, longest first where one word hits twice."""
        if self.is_empty:
            return []
        text = folded.text
        hits = []
        for last, (entry, length) in self._automaton.iter(text):
            start, end = last + 1 - length, last + 1
            if _is_whole(text, start, end):
                hits.append(Hit(entry, *folded.span(start=start, end=end)))
        return sorted(hits, key=lambda hit: (hit.start, -hit.end))


def _is_whole(text: str, start: int, end: int) -> bool:
    before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    after = end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
    return not before and not after


class HostMatcher:
    """A list of hosts: ``example.org`` names it and everything under it."""

    def __init__(self, entries: Iterable[str]) -> None:
        self._hosts = frozenset(entry.strip().lower().removeprefix("www.") for entry in entries)

    def matches(self, host: str) -> bool:
        """Whether a host, in lower case and without "www.", is on the list."""
        parts = host.split(".")
        return any(".".join(parts[n:]) in self._hosts for n in range(len(parts)))


class Lists:
    """The lists of a rule set, by key, ready to look for."""

    def __init__(self, entries: Mapping[str, Sequence[str]]) -> None:
        self._entries = entries
        self._words: dict[str, WordMatcher] = {}
        self._hosts: dict[str, HostMatcher] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def hosts(self, key: str) -> HostMatcher:
        """Return a list read as hosts."""
        if key not in self._hosts:
            self._hosts[key] = HostMatcher(self._entries[key])
        return self._hosts[key]

    def find(self, text: str, *, keys: Iterable[str]) -> list[Hit]:
        """Return what stands in a text as it was typed."""
        folded = fold(text)
        return [hit for key in keys for hit in self._matcher(key).find(folded)]

    def in_texts(
        self,
        *,
        typed: Callable[[], Sequence[str]],
        folded: Callable[[], Sequence[str]],
    ) -> Mapping[str, NDArray[np.bool_]]:
        """Return for each list of words in which texts an entry of it stands, shape (n,) each."""
        texts = folded()
        return {
            key: np.fromiter((matcher.holds(text) for text in texts), bool, len(texts))
            for key in self._entries
            for matcher in [self._matcher(key)]
        }

    def _matcher(self, key: str) -> WordMatcher:
        if key not in self._words:
            self._words[key] = WordMatcher(self._entries[key])
        return self._words[key]
